//! `/v1/metrics`, `/v1/webhooks/{id}/metrics` and `/metrics`.

use serde_json::{Value, json};

use crate::{
    core::{
        health,
        ledger::{Histogram, Hour, HourKey, Sending},
        metrics::{About, Asked, GroupBy, MetricsView, Now, Query, Reading, exposition},
        time::Timestamp,
        window::{Window, moment},
    },
    description::{
        operation::{Operation, schema_ref},
        parameter::parameter,
    },
};

const TAG: &str = "Metrics";

/// 2026-11-21T09:00:00Z, in hours since 1970.
const HOUR: i64 = 498_681;
const WEBHOOK: &str = "sub_4780bffc40b9943f654998c67b7fda4b";

/// All calls about what deliveries come to.
pub fn paths() -> Value {
    json!({
        "/v1/metrics": {"get": of_org()},
        "/v1/webhooks/{id}/metrics": {"get": of_webhook()},
        "/metrics": {"get": scrape()},
    })
}

/// Their parameters.
pub fn parameters() -> Value {
    let group_by = |about: About| {
        let names: Vec<&str> = about.groups().iter().map(|group| group.name()).collect();
        let schema = json!({"enum": names, "default": names.first()});
        parameter("query", "groupBy", schema, None, "What numbers are told apart by.")
    };
    let step = json!({"enum": ["hour", "day"], "default": "hour"});
    json!({
        "Step": parameter("query", "step", step, None, "What numbers are added up by. At most 31 days by the hour, 366 by the day."),
        "MetricsGroupBy": group_by(About::Org),
        "WebhookMetricsGroupBy": group_by(About::Webhook),
    })
}

fn of_org() -> Value {
    Operation::new("getMetrics", TAG, "What an org's deliveries come to")
        .about("By the hour or the day, a day or 30 days back unless the call says otherwise. At most `limit` groups are told apart, those with the most attempts.")
        .for_scope("webhooks:read")
        .takes(&["RangeSince", "RangeUntil", "Step", "MetricsGroupBy", "Limit"])
        .answers(200, "The numbers.", schema_ref("Metrics"), example(GroupBy::Model))
        .refuses(&[400])
        .done()
}

fn of_webhook() -> Value {
    Operation::new("getWebhookMetrics", TAG, "What a webhook's deliveries come to")
        .about("As those of the org, of one webhook.")
        .for_scope("webhooks:read")
        .takes(&["WebhookId", "RangeSince", "RangeUntil", "Step", "WebhookMetricsGroupBy", "Limit"])
        .answers(200, "The numbers.", schema_ref("Metrics"), example(GroupBy::None))
        .refuses(&[400, 404])
        .done()
}

fn scrape() -> Value {
    let response = json!({
        "description": "Prometheus' text format, version 0.0.4.",
        "content": {"text/plain": {"schema": {"type": "string"}, "example": text()}},
    });
    Operation::new("scrape", TAG, "The same for Prometheus")
        .about("Of all orgs for the root key, of their own for every other one; what the receiver has counted for the root key and keys of the default org. Counters begin anew at midnight UTC.")
        .for_scope("webhooks:read")
        .responds(200, response)
        .done()
}

fn example(group_by: GroupBy) -> Value {
    let until = HOUR.saturating_add(1);
    let query = Query { since: HOUR, until, step: Window::Hour, group_by, limit: 50 };
    let view = MetricsView::new(&query, &[(WEBHOOK.to_owned(), reading(&Asked::from(&query)))], now());
    serde_json::to_value(view).unwrap_or_default()
}

fn text() -> String {
    let reading = reading(&exposition::asked(now()));
    let observed = exposition::Observed { org: "default".to_owned(), webhook: WEBHOOK.to_owned(), reading };
    let text = exposition::render(&exposition::webhooks(&[observed], 0, now()));
    // What an example needs of it.
    text.lines().take(4).map(|line| format!("{line}\n")).collect()
}

fn reading(asked: &Asked) -> Reading {
    let oldest = moment(HOUR).millis();
    let standing = Now {
        sending: Sending::Active,
        health: health::State::Healthy,
        retrying: 1,
        oldest_retrying: Some(oldest),
    };
    let (mut latency, mut callback) = (Histogram::default(), Histogram::default());
    for millis in [35, 40, 45] {
        latency.add(millis);
        callback.add(i64::saturating_add(millis, 60));
    }
    let hour = Hour {
        attempts: 3,
        delivered: 3,
        at_once: 3,
        latency,
        latency_ms: 120,
        callback,
        callback_ms: 300,
        ..Hour::default()
    };
    let mut reading = Reading::new(standing, asked);
    reading.add(asked, &HourKey(format!("{HOUR}|request.completed|OPENAI|gpt-4o")), &hour);
    reading
}

fn now() -> Timestamp {
    moment(HOUR).plus_seconds(600)
}
