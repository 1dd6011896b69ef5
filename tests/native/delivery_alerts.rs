//! Alerts on deliveries: what they say, what they see, when they begin and end, against scripted histories.

mod fields;

use heliograph::core::{
    api_version::ApiVersion,
    delivery_alerts::{Alert, Firing, Judged, Over, Seen, Sight, Signal, asked, judge},
    event::catalogue,
    health, json_schema,
    ledger::{Histogram, Hour, HourKey, Sending},
    metrics::{Now, Reading},
    time::Timestamp,
    window::moment,
};
use serde_json::{Value, json};

/// 2026-11-21T09:00:00Z, in hours since 1970.
const NINE: i64 = 498_681;

fn read(fields: Value) -> Result<Alert, String> {
    Alert::read("alert_1".to_owned(), fields.as_object().unwrap()).map_err(|error| error.to_string())
}

/// An alert that needs ten of what a rate is of.
fn alert(metric: &str, threshold: f64) -> Alert {
    read(json!({"name": metric, "metric": metric, "threshold": threshold, "minDeliveries": 10})).unwrap()
}

fn at(minutes: i64) -> Timestamp {
    moment(NINE).plus_seconds(minutes * 60)
}

/// What a ledger answers at so many minutes past nine, which has counted this from hour to hour, counted from nine.
fn reading(alerts: &[Alert], minutes: i64, hours: &[(i64, Hour)]) -> Reading {
    let asked = asked(alerts, at(minutes));
    let health = health::State::Healthy;
    let now = Now { sending: Sending::Active, health, retrying: 0, oldest_retrying: None };
    let mut reading = Reading::new(now, &asked);
    for (hour, counted) in hours {
        // Two types, which no alert tells apart.
        let key = |name: &str| HourKey(format!("{}|{name}|OPENAI|gpt-4o", NINE + hour));
        reading.add(&asked, &key("request.completed"), counted);
        reading.add(&asked, &key("request.failed"), &Hour::default());
    }
    reading
}

fn ended(delivered: u64, dead: u64) -> Hour {
    Hour { delivered, dead, ..Hour::default() }
}

fn sees(alert: &Alert, minutes: i64, hours: &[(i64, Hour)]) -> Sight {
    alert.sees(&reading(std::slice::from_ref(alert), minutes, hours), at(minutes))
}

#[test]
fn each_metric_sees_what_it_is_of() {
    let callback = |millis: &[i64]| {
        let mut callback = Histogram::default();
        millis.iter().for_each(|millis| callback.add(*millis));
        callback
    };
    let mut slow = vec![100; 18];
    slow.extend([4096, 4096]);
    let hour = Hour {
        attempts: 40,
        failed: 10,
        delivered: 18,
        dead: 2,
        duplicates: 5,
        callback: callback(&slow),
        ..Hour::default()
    };
    for (metric, value) in [
        ("success_rate", 90.0),
        ("attempt_failure_rate", 25.0),
        ("dead", 2.0),
        ("duplicate_rate", 20.0),
        // The bucket's lower end: eight buckets a doubling.
        ("callback_p95", (4096.0 / 2_f64.powf(1.0 / 8.0)).round()),
        ("retrying", 0.0),
        ("oldest_retrying", 0.0),
    ] {
        assert_eq!(sees(&alert(metric, 1.0), 5, &[(0, hour.clone())]), Sight::Value(value), "{metric}");
    }
    let mut waiting = reading(&[], 10, &[]);
    waiting.now.retrying = 7;
    waiting.now.oldest_retrying = Some(at(-5).millis());
    assert_eq!(alert("retrying", 1.0).sees(&waiting, at(10)), Sight::Value(7.0));
    assert_eq!(alert("oldest_retrying", 1.0).sees(&waiting, at(10)), Sight::Value(900.0));
}

#[test]
fn a_rate_of_too_little_says_nothing_and_of_nothing_less() {
    for (metric, too_little, enough) in [
        ("success_rate", ended(8, 1), ended(8, 2)),
        (
            "attempt_failure_rate",
            Hour { attempts: 9, failed: 9, ..Hour::default() },
            Hour { attempts: 10, failed: 2, ..Hour::default() },
        ),
        ("duplicate_rate", Hour { duplicates: 9, ..Hour::default() }, Hour { duplicates: 2, ..ended(4, 4) }),
    ] {
        let alert = alert(metric, 50.0);
        assert_eq!(sees(&alert, 5, &[]), Sight::Empty, "{metric}");
        assert_eq!(sees(&alert, 5, &[(0, too_little)]), Sight::TooLittle, "{metric}");
        assert!(matches!(sees(&alert, 5, &[(0, enough)]), Sight::Value(_)), "{metric}");
    }
    let slow = alert("callback_p95", 50.0);
    assert_eq!(sees(&slow, 5, &[(0, ended(100, 100))]), Sight::Empty);
    let mut one = Hour::default();
    one.callback.add(100);
    assert_eq!(sees(&slow, 5, &[(0, one)]), Sight::TooLittle);
    // That there are none is something to say of counts.
    assert_eq!(sees(&alert("dead", 1.0), 5, &[]), Sight::Value(0.0));
}

#[test]
fn the_window_is_the_running_hour_and_those_before_it() {
    let history = [(-3, ended(0, 1)), (-2, ended(0, 2)), (-1, ended(0, 4)), (0, ended(0, 8))];
    let mut dead = alert("dead", 1.0);
    for (hours, seen) in [(1, 12.0), (2, 14.0), (3, 15.0), (24, 15.0)] {
        dead.hours = hours;
        assert_eq!(sees(&dead, 0, &history), Sight::Value(seen), "{hours}");
        assert_eq!(sees(&dead, 59, &history), Sight::Value(seen), "{hours}");
    }
    dead.hours = 1;
    assert_eq!(sees(&dead, 60, &history), Sight::Value(8.0));
    // One that looks back less is not shown more because of one that looks further.
    let far = Alert { hours: 24, ..dead.clone() };
    assert_eq!(dead.sees(&reading(&[far, dead.clone()], 0, &history), at(0)), Sight::Value(12.0));
}

#[test]
fn an_alert_fires_at_its_threshold_and_a_success_rate_below_it() {
    for (metric, threshold, good, bad) in [
        ("success_rate", 95.0, 95.0, 94.9),
        ("attempt_failure_rate", 5.0, 4.9, 5.0),
        ("duplicate_rate", 5.0, 4.9, 5.0),
        ("callback_p95", 5000.0, 4999.0, 5000.0),
        ("dead", 1.0, 0.0, 1.0),
        ("retrying", 10.0, 9.0, 10.0),
        ("oldest_retrying", 900.0, 899.0, 900.0),
    ] {
        let alert = alert(metric, threshold);
        assert!(!alert.is_crossed_by(good) && alert.is_crossed_by(bad), "{metric}");
    }
}

/// An org whose alerts are judged again and again.
struct Org {
    alerts: Vec<Alert>,
    webhooks: Vec<String>,
    firing: Vec<Firing>,
}

impl Org {
    fn new(alerts: Vec<Alert>, webhooks: &[&str]) -> Self {
        Self { alerts, webhooks: webhooks.iter().map(|id| (*id).to_owned()).collect(), firing: Vec::new() }
    }

    /// Judges at so many minutes past nine, by what these webhooks' ledgers have counted since nine.
    fn judge(&mut self, minutes: i64, counted: &[(&str, Hour)]) -> Vec<(String, &'static str, Option<f64>)> {
        let readings: Vec<(String, Reading)> = counted
            .iter()
            .map(|(id, hour)| ((*id).to_owned(), reading(&self.alerts, minutes, &[(0, hour.clone())])))
            .collect();
        let (alerts, webhooks) = (&self.alerts, &self.webhooks);
        let seen = Seen { alerts, webhooks, readings: &readings, now: at(minutes) };
        let Judged { firing, signals } = judge(&seen, self.firing.clone());
        self.firing = firing;
        signals.iter().map(told).collect()
    }
}

fn told(signal: &Signal) -> (String, &'static str, Option<f64>) {
    let webhook = signal.firing().webhook.clone();
    match signal {
        Signal::Fired(firing) => (webhook, "fired", Some(firing.value)),
        Signal::Resolved { why, value, .. } => (webhook, why.code(), *value),
    }
}

fn one(
    webhook: &str,
    what: &'static str,
    value: impl Into<Option<f64>>,
) -> Vec<(String, &'static str, Option<f64>)> {
    vec![(webhook.to_owned(), what, value.into())]
}

#[test]
fn it_fires_once_and_is_over_once() {
    let mut org = Org::new(vec![alert("success_rate", 95.0)], &["a", "b"]);
    let good = || ("b", ended(100, 0));
    assert_eq!(org.judge(0, &[("a", ended(99, 1)), good()]), []);
    assert_eq!(org.judge(5, &[("a", ended(90, 10)), good()]), one("a", "fired", 90.0));
    assert_eq!(org.judge(10, &[("a", ended(80, 20)), good()]), []);
    let [firing] = org.firing.as_slice() else { panic!("{:?}", org.firing) };
    assert_eq!((firing.since, firing.value, firing.seen_at), (at(5).millis(), 80.0, at(10).millis()));
    assert_eq!(org.judge(15, &[("a", ended(95, 5)), good()]), one("a", "recovered", 95.0));
    assert_eq!(org.judge(20, &[("a", ended(95, 5)), good()]), []);
    // And again: another firing.
    assert_eq!(org.judge(25, &[("a", ended(0, 10)), good()]), one("a", "fired", 0.0));
    assert_eq!(org.firing[0].since, at(25).millis());
}

#[test]
fn where_too_little_is_seen_it_stays_as_it_is() {
    let mut org = Org::new(vec![alert("success_rate", 95.0)], &["a"]);
    assert_eq!(org.judge(0, &[("a", ended(0, 9))]), []);
    assert_eq!(org.judge(5, &[("a", ended(0, 10))]), one("a", "fired", 0.0));
    assert_eq!(org.judge(10, &[("a", ended(9, 0))]), []);
    // A ledger without an answer is nothing seen, too.
    assert_eq!(org.judge(15, &[]), []);
    assert_eq!((org.firing[0].value, org.firing[0].seen_at), (0.0, at(5).millis()));
    // Nothing at all is left that could be bad, and nobody knows that it is good.
    assert_eq!(org.judge(20, &[("a", ended(0, 0))]), one("a", "no_data", None));
    assert_eq!(org.firing, []);
}

#[test]
fn a_changed_threshold_is_what_it_is_judged_by_from_then_on() {
    let mut org = Org::new(vec![alert("dead", 5.0)], &["a"]);
    assert_eq!(org.judge(0, &[("a", ended(0, 5))]), one("a", "fired", 5.0));
    org.alerts[0] = org.alerts[0].patched(json!({"threshold": 3, "name": "n"}).as_object().unwrap()).unwrap();
    assert_eq!(org.judge(5, &[("a", ended(0, 4))]), []);
    assert_eq!((org.firing[0].alert.threshold, org.firing[0].alert.name.as_str()), (3.0, "n"));
    org.alerts[0].threshold = 10.0;
    assert_eq!(org.judge(10, &[("a", ended(0, 4))]), one("a", "recovered", 4.0));
}

#[test]
fn what_an_alert_no_longer_looks_at_is_over() {
    let mut org = Org::new(vec![alert("dead", 1.0)], &["a", "b"]);
    let both = || [("a", ended(0, 1)), ("b", ended(0, 1))];
    assert_eq!(org.judge(0, &both()).len(), 2);
    org.alerts[0].webhook_id = Some("b".to_owned());
    assert_eq!(org.judge(5, &both()), one("a", "alert_changed", None));
    assert_eq!(org.judge(10, &both()), []);
    // It may begin to fire at something else, but not in the same breath.
    org.alerts[0].metric = alert("retrying", 1.0).metric;
    assert_eq!(org.judge(15, &both()), one("b", "alert_changed", None));
    assert_eq!(org.judge(20, &both()), []);
    org.alerts[0].metric = alert("dead", 1.0).metric;
    assert_eq!(org.judge(25, &both()), one("b", "fired", 1.0));
    org.webhooks.pop();
    assert_eq!(org.judge(30, &[("a", ended(0, 1))]), one("b", "webhook_deleted", None));
    org.alerts[0].webhook_id = None;
    assert_eq!(org.judge(35, &[("a", ended(0, 1))]), one("a", "fired", 1.0));
    org.alerts.clear();
    assert_eq!(org.judge(40, &[]), one("a", "alert_deleted", None));
    assert_eq!(org.firing, []);
}

#[test]
fn alerts_of_one_webhook_do_not_know_each_other() {
    let mut twice = vec![alert("dead", 1.0), alert("dead", 3.0)];
    twice[1].id = "alert_2".to_owned();
    let mut org = Org::new(twice, &["a"]);
    assert_eq!(org.judge(0, &[("a", ended(0, 1))]).len(), 1);
    assert_eq!(org.judge(5, &[("a", ended(0, 3))]).len(), 1);
    assert_eq!(org.judge(10, &[("a", ended(0, 2))]), one("a", "recovered", 2.0));
    assert_eq!(org.firing.iter().map(|one| one.alert.id.as_str()).collect::<Vec<_>>(), ["alert_1"]);
}

#[test]
fn a_signal_is_an_event_of_the_catalogue() {
    let firing = Firing {
        alert: alert("success_rate", 95.0),
        webhook: "sub_1".to_owned(),
        since: at(5).millis(),
        value: 90.0,
        seen_at: at(10).millis(),
    };
    let fired = Signal::Fired(firing.clone()).event();
    assert_eq!(
        fired,
        json!({
            "type": "delivery.alert_fired",
            "request_id": format!("alert_1:sub_1:{}", at(5).millis()),
            "created_at": "2026-11-21T09:05:00.000Z",
            "data": {
                "alert_id": "alert_1", "alert": "success_rate", "subscription_id": "sub_1", "metric": "success_rate",
                "value": 90.0, "threshold": 95.0, "hours": 1, "since": "2026-11-21T09:05:00.000Z",
                "reason": null, "firing_for_ms": null,
            },
        })
    );
    let resolved = Signal::Resolved { firing, why: Over::NoData, value: None, at: at(20).millis() }.event();
    assert_eq!(resolved["request_id"], fired["request_id"]);
    assert_eq!(resolved["created_at"], "2026-11-21T09:20:00.000Z");
    let data = &resolved["data"];
    assert_eq!(
        (&data["value"], &data["reason"], &data["firing_for_ms"]),
        (&Value::Null, &json!("no_data"), &json!(900_000))
    );
    for event in [fired, resolved] {
        let name = event["type"].as_str().unwrap();
        let version = ApiVersion::NEWEST;
        let schema = catalogue::data_schema(catalogue::find(name), None, version);
        let mut data = event["data"].clone();
        data["request_id"] = event["request_id"].clone();
        assert_eq!(json_schema::errors(&schema, &data), Some(0), "{name}");
    }
}
