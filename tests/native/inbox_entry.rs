//! How far each handler is with a delivery, and whose it is.

use heliograph::core::inbox::{
    Asked, Entry, InboxPage, Origin, Outcome, Place, Progress, Query, State, TAKE_OVER_MILLIS, Verdict, Work,
    judge, retry_delay,
};

const NOW: i64 = 1_795_000_000_000;
const ON: [&str; 3] = ["log", "score", "mine"];

fn asked(id: &str, message: &str, origin: Origin) -> Asked {
    Asked {
        request: Some("req_1".into()),
        id: id.into(),
        event_type: Some("request.completed".into()),
        origin,
        received_at: NOW,
        message: message.into(),
    }
}

fn entry() -> Entry {
    Entry::new(&asked("msg_1", "first", Origin::Standard))
}

fn on() -> Vec<String> {
    ON.map(str::to_owned).to_vec()
}

fn later(after_seconds: Option<u32>) -> Outcome {
    Outcome::Later { why: "no answer".into(), after_seconds }
}

fn names(work: &Work) -> Vec<&str> {
    work.run.iter().map(|(name, _)| *name).collect()
}

#[test]
fn a_new_delivery_goes_through_every_handler_once() {
    assert_eq!(names(&Work::of(None, &ON, NOW)), ON);
    let mut entry = entry();
    for name in ON {
        assert_eq!(entry.state, State::Open);
        entry.note(name, Outcome::Done, NOW);
        entry.settle(&on());
    }
    assert_eq!(entry.state, State::Done);
    assert_eq!(Work::of(Some(&entry), &ON, NOW), Work::default());
    let again = asked("msg_1", "first", Origin::Standard);
    assert_eq!(judge(vec![entry], &again, NOW), Verdict::Duplicate);
}

#[test]
fn a_handler_that_fails_is_run_again_alone() {
    let mut entry = entry();
    entry.note("log", Outcome::Done, NOW);
    entry.note("mine", Outcome::Done, NOW);
    entry.note("score", later(None), NOW);
    entry.settle(&on());
    assert_eq!(entry.state, State::Open);
    let due = NOW + 5000;
    assert_eq!(entry.next_due(), Some(due));
    assert_eq!(Work::of(Some(&entry), &ON, due - 1), Work { run: vec![], next: Some(due) });
    assert_eq!(Work::of(Some(&entry), &ON, due), Work { run: vec![("score", 1)], next: None });
    entry.note("score", Outcome::Done, due);
    entry.settle(&on());
    assert_eq!(entry.state, State::Done);
    assert_eq!(entry.handlers["score"], Progress::Done { attempts: 2 });
}

#[test]
fn who_refuses_says_when_to_come_back() {
    let mut entry = entry();
    entry.note("score", later(Some(600)), NOW);
    assert_eq!(entry.next_due(), Some(NOW + 600_000));
    entry.note("score", later(Some(1)), NOW);
    assert_eq!(entry.next_due(), Some(NOW + 10_000), "never sooner than the schedule");
}

#[test]
fn a_handler_gives_up_after_its_last_try_or_at_once() {
    let mut entry = entry();
    entry.note("log", Outcome::Done, NOW);
    entry.note("mine", Outcome::Never { why: "400".into() }, NOW);
    let tries = (1..).take_while(|tries| retry_delay(*tries).is_some()).count();
    for _ in 0..tries {
        entry.note("score", later(None), NOW);
        entry.settle(&on());
        assert_eq!(entry.state, State::Open);
    }
    entry.note("score", later(None), NOW);
    entry.settle(&on());
    assert_eq!(entry.state, State::Dead);
    assert_eq!(entry.next_due(), None);
    entry.revive();
    assert_eq!(names(&Work::of(Some(&entry), &ON, NOW)), ["score", "mine"], "not the one that is done");
}

#[test]
fn a_handler_that_is_switched_off_holds_nothing_up() {
    let mut entry = entry();
    entry.note("log", Outcome::Done, NOW);
    entry.note("score", later(None), NOW);
    entry.settle(&["log".to_owned()]);
    assert_eq!(entry.state, State::Done);
}

#[test]
fn one_message_sees_to_a_delivery_and_another_only_when_it_is_lost() {
    let mut entry = entry();
    entry.note("score", later(None), NOW);
    let (same, other) =
        (asked("msg_1", "first", Origin::Standard), asked("msg_1", "second", Origin::Standard));
    let rows = || vec![entry.clone()];
    assert_eq!(judge(rows(), &same, NOW), Verdict::Take(Some(entry.clone())));
    assert_eq!(judge(rows(), &other, NOW), Verdict::Duplicate);
    let lost = NOW + 5000 + TAKE_OVER_MILLIS;
    assert_eq!(judge(rows(), &other, lost), Verdict::Duplicate);
    assert_eq!(judge(rows(), &other, lost + 1), Verdict::Take(Some(entry.clone())));
}

#[test]
fn what_was_given_up_is_handled_again_when_it_is_sent_again() {
    let mut dead = entry();
    dead.note("log", Outcome::Done, NOW);
    dead.note("score", Outcome::Never { why: "400".into() }, NOW);
    dead.note("mine", Outcome::Done, NOW);
    dead.settle(&on());
    let same = asked("msg_1", "first", Origin::Standard);
    assert_eq!(judge(vec![dead.clone()], &same, NOW), Verdict::Duplicate);
    let Verdict::Take(Some(row)) = judge(vec![dead], &asked("msg_1", "second", Origin::Standard), NOW) else {
        panic!("not taken")
    };
    assert_eq!(names(&Work::of(Some(&row), &ON, NOW)), ["score"]);
    let mut unread = entry();
    unread.bury("not an inbox message".into());
    assert_eq!(unread.state, State::Dead);
    unread.revive();
    assert_eq!((unread.state, unread.why), (State::Open, None));
}

#[test]
fn a_backfill_and_a_delivery_of_one_request_are_one() {
    let live = entry();
    let backfill = asked("backfill_1", "second", Origin::Backfill);
    assert_eq!(judge(vec![live.clone()], &backfill, NOW), Verdict::Duplicate);
    let filled = Entry::new(&backfill);
    let late = asked("msg_1", "third", Origin::Helicone);
    assert_eq!(judge(vec![filled.clone()], &late, NOW), Verdict::Duplicate);
    // Another event of the same request, and another subscription's delivery of it, are things of their own.
    let mut guardrail = late.clone();
    guardrail.event_type = Some("guardrail.blocked".into());
    assert_eq!(judge(vec![filled], &guardrail, NOW), Verdict::Take(None));
    assert_eq!(judge(vec![live], &asked("msg_2", "fourth", Origin::Standard), NOW), Verdict::Take(None));
}

#[test]
fn deliveries_are_listed_page_by_page() {
    let entries: Vec<Entry> =
        (1..=3).map(|at| Entry { received_at: NOW - at, id: format!("msg_{at}"), ..entry() }).collect();
    let page = InboxPage::new(&entries, 3);
    let cursor = page.next_cursor.unwrap();
    let query =
        Query::read([("state", "open"), ("limit", "3"), ("cursor", cursor.as_str())].into_iter()).unwrap();
    assert_eq!(
        query,
        Query { state: State::Open, limit: 3, before: Some(Place { at: NOW - 3, id: "msg_3".into() }) }
    );
    assert_eq!(InboxPage::new(&entries, 4).next_cursor, None);
    assert_eq!(InboxPage::new(&[], 1).next_cursor, None);
    let usual = Query::read(std::iter::empty::<(&str, &str)>()).unwrap();
    assert_eq!((usual.state, usual.limit), (State::Dead, 50));
    for (name, value) in [
        ("state", "lost"),
        ("limit", "0"),
        ("limit", "+1"),
        ("limit", "201"),
        ("cursor", "1"),
        ("cursor", "-1.msg_1"),
        ("cursor", "1.a b"),
        ("order", "id"),
    ] {
        let error = Query::read([(name, value)].into_iter()).unwrap_err();
        assert_eq!(error.path, name, "{value}");
    }
}
