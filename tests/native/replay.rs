//! Recoveries: what may be asked for, which deliveries that is, and how far a recovery has come.

use heliograph::core::{
    history::{IndexedEvent, SegmentIndex},
    ids,
    ledger::Place,
    replay::{Cursor, Job, JobStatus, Spec, What, candidates},
    time::Timestamp,
};
use serde_json::{Value, json};

use crate::support::{indexed, now, subscription};

fn read(body: Value) -> Result<Spec, String> {
    Spec::read(body.as_object().unwrap(), now()).map_err(|error| error.to_string())
}

fn millis(text: &str) -> i64 {
    Timestamp::parse(text).unwrap().millis()
}

#[test]
fn a_recovery_is_of_everything_up_to_now_unless_it_says_otherwise() {
    let spec = read(json!({"since": "2026-11-20T00:00:00Z"})).unwrap();
    assert_eq!((spec.since, spec.until), (millis("2026-11-20T00:00:00Z"), now().millis()));
    assert_eq!((spec.what, spec.event_types.len()), (What::ALL.to_vec(), 0));
    let spec = read(json!({
        "since": "2026-11-20T00:00:00+01:00", "until": "2026-11-21T00:00:00Z",
        "states": ["held"], "eventTypes": ["eval.*"],
    }))
    .unwrap();
    assert_eq!(spec.since, millis("2026-11-19T23:00:00Z"));
    assert!(spec.is_about(What::Held) && !spec.is_about(What::Failed) && !spec.is_about(What::Missing));
    assert!(spec.covers("eval.failed", spec.since) && !spec.covers("request.completed", spec.since));
    assert!(!spec.covers("eval.failed", spec.since - 1) && !spec.covers("eval.failed", spec.until));
}

#[test]
fn a_state_that_is_named_twice_counts_once() {
    let read = |states: Value| read(json!({"since": "2026-11-20T00:00:00Z", "states": states})).unwrap().what;
    assert_eq!(read(json!(["held", "failed", "held"])), [What::Held, What::Failed]);
    assert_eq!(read(Value::Null), What::ALL.to_vec());
}

#[test]
fn what_can_not_be_recovered_is_refused_by_name() {
    let since = "2026-11-20T00:00:00Z";
    let lasting = ["failed", "failed", "failed", "failed", "nonsense"];
    for (fields, error) in [
        (json!({"since": null}), "since: is required"),
        (json!({"since": 5}), "since: must be a date and time"),
        (json!({"since": "yesterday"}), "since: must be a date and time"),
        (json!({"since": "2026-11-21T09:00:01Z"}), "until: must be later than since"),
        (json!({"since": since, "until": since}), "until: must be later than since"),
        (json!({"since": since, "until": "2026-11-19T00:00:00Z"}), "until: must be later than since"),
        (json!({"since": since, "states": []}), "states: must be a list of 1 to 3"),
        (json!({"since": since, "states": lasting}), "states: must be a list of 1 to 3"),
        (json!({"since": since, "states": lasting[..4]}), "states: must be a list of 1 to 3"),
        (json!({"since": since, "states": ["held", "lost"]}), "states[1]: must be one of"),
        (json!({"since": since, "states": "held"}), "states: "),
        (json!({"since": since, "eventTypes": "x"}), "eventTypes: must be a list"),
        (json!({"since": since, "eventTypes": ["ok", "*x"]}), "eventTypes[1]: must be an event type"),
        (json!({"since": since, "eventTypes": vec!["a"; 101]}), "eventTypes: must be a list of at most 100"),
        (json!({"since": since, "state": ["held"]}), "state: is not a field; allowed: since"),
    ] {
        let refused = read(fields.clone()).err().unwrap_or_else(|| panic!("{fields} was taken"));
        assert!(refused.starts_with(error), "{fields}: {refused}");
    }
}

fn index() -> SegmentIndex {
    let event = |id: &str, event_type: &str, queued: &[usize], held: &[usize]| IndexedEvent {
        queued: queued.to_vec(),
        held: held.to_vec(),
        ..indexed(id, event_type)
    };
    SegmentIndex {
        at: now().millis() - 1000,
        base_url: String::new(),
        subscriptions: vec!["sub_other".to_owned(), "sub_own".to_owned()],
        events: vec![
            event("queued", "request.completed", &[1], &[]),
            event("held", "request.completed", &[0], &[1]),
            event("others", "request.completed", &[0], &[]),
            event("unwanted", "eval.failed", &[0], &[]),
        ],
    }
}

#[test]
fn held_and_missing_are_told_apart_by_the_index() {
    let own = subscription("sub_own", json!({}));
    let found = |states: &[&str], since: &str| -> Vec<(String, bool)> {
        let spec = read(json!({"since": since, "states": states})).unwrap();
        let found = candidates(&index(), &spec, "acme", &own);
        for candidate in &found {
            let event = &index().events[candidate.position];
            assert_eq!(candidate.id, ids::delivery_id("acme", &event.id, "sub_own"));
        }
        found.iter().map(|one| (index().events[one.position].id.clone(), one.has_matched)).collect()
    };
    let since = "2026-11-21T08:00:00Z";
    let (held, queued) = (("held".to_owned(), true), ("queued".to_owned(), true));
    // What it did not match then has to be matched anew; what is of a type that it does not want, not even that.
    let others = ("others".to_owned(), false);
    assert_eq!(found(&["held"], since), std::slice::from_ref(&held));
    assert_eq!(found(&["missing"], since), [queued.clone(), others.clone()]);
    assert_eq!(found(&["missing", "held"], since), [queued, held, others]);
    assert_eq!(found(&["failed"], since), []);
    assert_eq!(found(&["held"], "2026-11-21T08:59:59.500Z"), [], "accepted before");
    // A subscription that the segment does not know of at all may still want what is in it.
    let spec = read(json!({"since": since})).unwrap();
    let fresh = subscription("sub_new", json!({"eventTypes": ["eval.*"]}));
    let found = candidates(&index(), &spec, "acme", &fresh);
    assert_eq!(found.iter().map(|one| (one.position, one.has_matched)).collect::<Vec<_>>(), [(3, false)]);
}

fn job(states: &[&str]) -> Job {
    let spec = read(json!({"since": "2026-11-19T12:00:00Z", "states": states})).unwrap();
    Job::new("job_1".to_owned(), spec, now())
}

fn history(day: &str, after: u64) -> Cursor {
    Cursor::History { day: day.to_owned(), after }
}

#[test]
fn a_recovery_goes_through_the_ledger_and_then_day_by_day() {
    let mut job = job(&["failed", "held"]);
    assert_eq!((job.cursor.clone(), job.progress), (Cursor::Ledger(None), 0.0));
    let place = Cursor::Ledger(Some(Place { seq: 7, at: 3 }));
    let middle = (job.spec.since + job.spec.until) / 2;
    job.step(10, 4, Some(middle), Some(place.clone()), now());
    assert_eq!((job.cursor.clone(), job.looked_at, job.queued), (place, 10, 4));
    assert!((job.progress - 0.25).abs() < 0.01, "half of the first half: {}", job.progress);
    job.step(5, 0, None, None, now().plus_seconds(1));
    assert_eq!(job.cursor, history("2026-11-19", 0));
    assert_eq!(job.updated_at, now().plus_seconds(1).millis());
    job.step(5, 5, Some(middle), Some(history("2026-11-19", 9)), now());
    assert!((job.progress - 0.75).abs() < 0.01, "half of the second: {}", job.progress);
    for day in ["2026-11-20", "2026-11-21"] {
        job.step(0, 0, None, None, now());
        assert_eq!((job.cursor.clone(), job.status), (history(day, 0), JobStatus::Running));
    }
    job.step(1, 1, Some(job.spec.until - 1), None, now());
    assert_eq!((job.status, job.progress, job.looked_at, job.queued), (JobStatus::Done, 1.0, 21, 10));
}

#[test]
fn it_looks_only_where_it_can_find_something() {
    let mut failed = job(&["failed"]);
    failed.step(3, 3, None, None, now());
    assert_eq!((failed.status, failed.progress), (JobStatus::Done, 1.0));
    let mut held = job(&["held"]);
    assert_eq!(held.cursor, history("2026-11-19", 0));
    let end = held.spec.until;
    held.step(3, 3, Some((held.spec.since + end) / 2), Some(history("2026-11-19", 2)), now());
    assert!((held.progress - 0.5).abs() < 0.01, "{}", held.progress);
    // It never goes back, whatever the order of what is found.
    held.step(0, 0, Some(held.spec.since), Some(history("2026-11-19", 3)), now());
    assert!((held.progress - 0.5).abs() < 0.01, "{}", held.progress);
}
