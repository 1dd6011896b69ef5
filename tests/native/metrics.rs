//! Metrics of deliveries: a scripted history with known answers.

mod exposition;
mod questions;

use heliograph::core::{
    delivery::Message,
    health,
    ledger::{Attempt, HourKey, Hours, Lane, Row, Sending, count, count_given_up, merge},
    metrics::{About, Asked, MetricsView, Now, Query, Reading},
    retry::{Fault, Outcome, Verdict, Why},
    time::Timestamp,
};
use serde_json::{Value, json};

/// 2026-11-21T09:00:00Z.
const NINE: i64 = 1_795_251_600_000;
const MINUTE: i64 = 60_000;

/// What a ledger has counted, told as a story.
#[derive(Default)]
struct Story {
    hours: Hours,
    told: u32,
}

/// Provider, model and type of an event.
type What = (&'static str, &'static str, &'static str);

const GPT: What = ("OPENAI", "gpt-4o", "request.completed");
const CLAUDE: What = ("ANTHROPIC", "claude-sonnet-4", "request.completed");
const BLOCKED: What = ("", "", "guardrail.blocked");

const RETRY: Verdict = Verdict::RetryAfter { seconds: 5, why: Why::ServerError };
const GIVEN_UP: Verdict = Verdict::DeadLetter(Why::Exhausted(Fault::Endpoint));

impl Story {
    fn message(&mut self, (provider, model, event_type): What, accepted_at: i64) -> Message {
        self.told += 1;
        let named = |name: &str| (!name.is_empty()).then(|| name.to_owned());
        let mut message: Message = serde_json::from_value(json!({
            "v": 1, "id": format!("msg_{}", self.told), "org": "default", "subscription": "sub_1", "event": "e",
            "event_type": event_type, "accepted_at": accepted_at, "base_url": "https://hooks.example.com",
            "segment": "archive/x", "record": [0, 9], "exchange": [1, 8], "api_version": "2026-11-01",
        }))
        .unwrap();
        (message.provider, message.model) = (named(provider), named(model));
        message
    }

    /// A delivery whose attempts began so many milliseconds after its acceptance, took so long, and were answered so.
    fn delivery(&mut self, what: What, accepted_at: i64, attempts: &[(i64, i64, u16)], end: &Verdict) -> Row {
        let mut row = Row::of(&self.message(what, accepted_at), None);
        for (at, (after, ms, status)) in attempts.iter().enumerate() {
            let began = Timestamp::from_millis(accepted_at + after);
            let outcome = Outcome::Answered { status: *status, retry_after: None, directive: None };
            let attempt = Attempt::new(row.next_number(), Lane::Express, began, *ms, &outcome);
            row.note(attempt.clone(), if at + 1 == attempts.len() { end } else { &RETRY }, began);
            count(&mut self.hours, &row, &attempt);
        }
        row
    }

    /// One that is given up before any attempt.
    fn lost(&mut self, what: What, accepted_at: i64) {
        let mut row = Row::of(&self.message(what, accepted_at), None);
        row.give_up("archive_gone", Timestamp::from_millis(accepted_at));
        count_given_up(&mut self.hours, &row, row.updated_at);
    }

    fn reading(&self, asked: &Asked, now: Now) -> Reading {
        let mut reading = Reading::new(now, asked);
        self.hours.iter().for_each(|(key, hour)| reading.add(asked, key, hour));
        reading
    }
}

/// Nine o'clock: four deliveries at once, one at its third attempt, one given up after two, one lost by us; three messages of what
/// was delivered. Ten o'clock: one delivered, one that goes on. And what never became a message.
fn story() -> Story {
    let mut story = Story::default();
    for at in 0..3 {
        story.delivery(GPT, NINE + at * MINUTE, &[(50, 64, 200)], &Verdict::Delivered);
    }
    story.delivery(CLAUDE, NINE + 1, &[(100, 28, 204)], &Verdict::Delivered);
    let late = [(100, 500, 500), (6000, 500, 503), (306_000, 1024, 200)];
    let row = story.delivery(GPT, NINE + MINUTE, &late, &Verdict::Delivered);
    story.delivery(CLAUDE, NINE + 2 * MINUTE, &[(10, 20, 500), (5010, 20, 500)], &GIVEN_UP);
    story.lost(BLOCKED, NINE + 3 * MINUTE);
    story.delivery(GPT, NINE + 60 * MINUTE, &[(64, 64, 200)], &Verdict::Delivered);
    story.delivery(BLOCKED, NINE + 61 * MINUTE, &[(10, 10, 500)], &RETRY);
    let mut other = Hours::new();
    other.entry(HourKey::of(&row.message, NINE)).or_default().duplicates = 3;
    let gpt = other.entry(HourKey("498682|request.completed|OPENAI|gpt-4o".to_owned())).or_default();
    (gpt.held, gpt.sampled_out, gpt.filtered_out) = (4, 5, 6);
    merge(&mut story.hours, &other);
    story
}

const STANDING: Now = Now {
    sending: Sending::Active,
    health: health::State::Healthy,
    retrying: 1,
    oldest_retrying: Some(NINE + 61 * MINUTE),
};

/// Half past ten.
fn now() -> Timestamp {
    Timestamp::from_millis(NINE + 90 * MINUTE)
}

fn query(about: About, parameters: &[(&str, &str)]) -> Result<Query, String> {
    let pairs = parameters.iter().map(|(name, value)| ((*name).into(), (*value).into()));
    Query::read(about, pairs, now()).map_err(|error| error.to_string())
}

/// The story as an org with one webhook, or the same one twice, is shown it.
fn shown(parameters: &[(&str, &str)], webhooks: &[&str]) -> Value {
    let query = query(About::Org, parameters).unwrap();
    let reading = story().reading(&Asked::from(&query), STANDING);
    let readings: Vec<_> = webhooks.iter().map(|id| ((*id).to_owned(), reading.clone())).collect();
    serde_json::to_value(MetricsView::new(&query, &readings, now())).unwrap()
}

#[test]
fn every_number_of_a_known_history() {
    let shown = shown(&[], &["sub_1"]);
    let total = json!({
        "attempts": 11, "failed_attempts": 5, "delivered": 6, "delivered_at_once": 5, "dead": 2,
        "success_rate": 0.75, "attempts_per_delivery": 1.375,
        "duplicates": 3, "duplicate_rate": 3.0 / 11.0, "held": 4, "sampled_out": 5, "filtered_out": 6,
        // 114 ms three times, 128, 128 and 307,024; the ends of their buckets.
        "callback": {"count": 6, "mean_ms": 51_270, "p50_ms": 117, "p95_ms": 311_744, "p99_ms": 311_744},
        // 10, 20, 20, 28, 64 four times, 500, 500, 1024.
        "latency": {"count": 11, "mean_ms": 214, "p50_ms": 64, "p95_ms": 1024, "p99_ms": 1024},
    });
    assert_eq!(shown["total"], total);
    assert_eq!(
        (&shown["since"], &shown["until"]),
        (&json!("2026-11-20T10:00:00.000Z"), &json!("2026-11-21T11:00:00.000Z"))
    );
    let [group] = shown["groups"].as_array().unwrap().as_slice() else { panic!("one group: {shown}") };
    assert_eq!((&group["group"], &group["is_rest"], &group["total"]), (&Value::Null, &json!(false), &total));
    let buckets = group["buckets"].as_array().unwrap();
    let of = |at: usize, name: &str| buckets[at]["numbers"][name].clone();
    assert_eq!(buckets.len(), 2, "hours in which nothing happened are left out");
    assert_eq!(buckets[0]["at"], "2026-11-21T09:00:00.000Z");
    assert_eq!(
        (of(0, "delivered"), of(0, "dead"), of(0, "success_rate")),
        (json!(5), json!(2), json!(5.0 / 7.0))
    );
    assert_eq!((of(1, "attempts"), of(1, "delivered"), of(1, "held")), (json!(2), json!(1), json!(4)));
    assert_eq!(shown["now"]["oldest_retrying_seconds"], 29 * 60);
    assert_eq!(
        shown["now"]["webhooks"],
        json!([{"id": "sub_1", "sending": "active", "health": "healthy", "retrying": 1, "oldest_retrying_seconds": 1740}])
    );
}

#[test]
fn groups_add_up_to_the_whole_and_those_beyond_the_limit_share_one() {
    let groups = |shown: &Value| -> Vec<(Value, Value, Value)> {
        let each = shown["groups"].as_array().unwrap().iter();
        each.map(|one| (one["group"].clone(), one["total"]["attempts"].clone(), one["total"]["dead"].clone()))
            .collect()
    };
    let by = |name: &str| groups(&shown(&[("groupBy", name)], &["sub_1"]));
    let models = [
        (json!("gpt-4o"), json!(7), json!(0)),
        (json!("claude-sonnet-4"), json!(3), json!(1)),
        (Value::Null, json!(1), json!(1)),
    ];
    assert_eq!(by("model"), models);
    assert_eq!(by("provider")[0].0, "OPENAI");
    assert_eq!(
        by("type"),
        [(json!("request.completed"), json!(10), json!(1)), (json!("guardrail.blocked"), json!(1), json!(1))]
    );
    let limited = shown(&[("groupBy", "model"), ("limit", "1")], &["sub_1"]);
    assert_eq!(groups(&limited), [models[0].clone(), (Value::Null, json!(4), json!(2))]);
    assert_eq!(limited["groups"][1]["is_rest"], true);
    let webhooks = shown(&[("groupBy", "webhook")], &["sub_1", "sub_2"]);
    assert_eq!(
        groups(&webhooks),
        [(json!("sub_1"), json!(11), json!(2)), (json!("sub_2"), json!(11), json!(2))]
    );
    assert_eq!((&webhooks["total"]["attempts"], &webhooks["now"]["retrying"]), (&json!(22), &json!(2)));
}

#[test]
fn what_never_happened_is_unknown_and_not_zero() {
    let query = query(About::Webhook, &[]).unwrap();
    let standing = Now { oldest_retrying: None, retrying: 0, ..STANDING };
    let reading = Reading::new(standing, &Asked::from(&query));
    let shown =
        serde_json::to_value(MetricsView::new(&query, &[("sub_1".to_owned(), reading)], now())).unwrap();
    assert_eq!(shown["groups"], json!([]));
    assert_eq!(shown["now"]["oldest_retrying_seconds"], Value::Null);
    let total = &shown["total"];
    for name in ["success_rate", "attempts_per_delivery", "duplicate_rate"] {
        assert_eq!(total[name], Value::Null, "{name}");
    }
    let nothing = json!({"count": 0, "mean_ms": null, "p50_ms": null, "p95_ms": null, "p99_ms": null});
    assert_eq!((&total["callback"], &total["latency"], &total["attempts"]), (&nothing, &nothing, &json!(0)));
}

#[test]
fn a_day_is_the_sum_of_its_hours_and_hours_outside_the_range_are_not_in_it() {
    let day = shown(&[("step", "day")], &["sub_1"]);
    let buckets = day["groups"][0]["buckets"].as_array().unwrap();
    assert_eq!(buckets.len(), 1);
    assert_eq!(
        (&buckets[0]["at"], &buckets[0]["numbers"]),
        (&json!("2026-11-21T00:00:00.000Z"), &day["total"])
    );
    assert_eq!(day["total"]["attempts"], 11);
    let ten = shown(&[("since", "2026-11-21T10:00:00Z")], &["sub_1"]);
    assert_eq!(ten["total"]["attempts"], 2);
    let nine = shown(&[("until", "2026-11-21T10:00:00Z")], &["sub_1"]);
    assert_eq!(nine["total"]["attempts"], 9);
}

#[test]
fn a_ledger_tells_five_hundred_groups_apart() {
    let asked = Asked::from(&query(About::Org, &[("groupBy", "model")]).unwrap());
    let mut story = Story::default();
    for at in 0..600 {
        let key = HourKey(format!("498681|request.completed|OPENAI|model-{at:03}"));
        story.hours.entry(key).or_default().delivered = 1;
    }
    let reading = story.reading(&asked, STANDING);
    let rest = reading.series[0].groups().find(|(name, _)| name.known().is_none()).unwrap();
    assert_eq!(rest.1[&498_681].delivered, 100);
    let sent = serde_json::to_string(&reading).unwrap();
    assert_eq!(serde_json::from_str::<Reading>(&sent).unwrap(), reading);
}
