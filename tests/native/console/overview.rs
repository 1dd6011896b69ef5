//! The overview: what fails first, and figures as they were.

use heliograph::{
    console::{
        models::{delivery::Delivery, metrics::Metrics, webhook::Webhook},
        pages::overview::{Overview, Spend, render, without_webhooks},
        viewer::{Theme, Viewer},
    },
    core::{
        auth::{Principal, Scope},
        roles::Roles,
    },
};
use serde_json::{Value, json};

use crate::support::now;

pub fn viewer(scopes: &[Scope]) -> Viewer {
    Viewer {
        principal: Principal { org: "acme".into(), is_root: false, scopes: scopes.to_vec() },
        form_token: "the-token".into(),
        theme: Theme::System,
        roles: Roles { dispatcher: true, receiver: true },
        origin: "https://hooks.example.com".into(),
        now: now(),
    }
}

fn numbers(attempts: u64, failed: u64, delivered: u64) -> Value {
    let ended = (delivered > 0).then_some(1.0);
    let none = json!({ "p50_ms": null, "p95_ms": null, "p99_ms": null });
    json!({
        "attempts": attempts, "failed_attempts": failed, "delivered": delivered, "dead": 0, "success_rate": ended,
        "attempts_per_delivery": ended, "duplicates": 0, "held": 0, "sampled_out": 0, "filtered_out": 0,
        "callback": none, "latency": none,
    })
}

fn metrics(health: &str, retrying: u64) -> Metrics {
    let group = |id: &str, numbers: Value| json!({ "group": id, "total": numbers, "buckets": [{ "at": "2026-11-21T08:00:00Z", "numbers": numbers }] });
    serde_json::from_value(json!({
        "until": "2026-11-21T10:00:00Z",
        "now": {
            "retrying": retrying, "oldest_retrying_seconds": 90,
            "webhooks": [
                { "id": "sub_well", "health": "healthy", "retrying": 0 },
                { "id": "sub_ill", "health": health, "retrying": retrying },
            ],
        },
        "total": numbers(12, 4, 8),
        "groups": [group("sub_well", numbers(8, 0, 8)), group("sub_ill", numbers(4, 4, 0))],
    }))
    .unwrap()
}

fn webhook(id: &str, status: &str, description: Option<&str>) -> Webhook {
    serde_json::from_value(json!({
        "id": id, "destination": "https://api.example.com/in?token=1", "description": description, "status": status,
        "disabledReason": (status == "disabled").then_some("gone"), "disabledAt": null,
        "eventTypes": ["*"], "sampleRate": 100.0,
    }))
    .unwrap()
}

fn waiting() -> Delivery {
    serde_json::from_value(json!({
        "id": "msg_1", "webhook_id": "sub_ill", "event_id": "e", "event_type": "request.completed", "state": "retrying",
        "reason": "http_503", "accepted_at": "2026-11-21T08:58:00Z", "updated_at": "2026-11-21T08:58:01Z",
        "next_attempt_at": "2026-11-21T09:05:00Z", "attempt_count": 1, "last_status": 503, "last_failure": null,
    }))
    .unwrap()
}

fn overview(health: &str, retrying: u64, status: &str) -> Overview {
    let webhooks = vec![webhook("sub_well", "active", Some("Billing")), webhook("sub_ill", status, None)];
    let metrics = metrics(health, retrying);
    let trouble = Overview::in_trouble(&webhooks, &metrics);
    let waiting = trouble.into_iter().map(|id| (id, (retrying > 0).then(waiting))).collect();
    Overview { webhooks, metrics, waiting, spend: None }
}

fn page(viewer: &Viewer, overview: &Overview) -> String {
    render(viewer, overview).render(viewer, None).into_string()
}

#[test]
fn tells_what_fails_and_why_before_the_rest() {
    let text = page(&viewer(&[Scope::WebhooksRead]), &overview("failing", 4, "active"));
    let (trouble, rest) = text.split_once("Subscriptions, last 24 hours").unwrap();
    assert!(
        trouble.contains("api.example.com/in") && trouble.contains(">503<") && trouble.contains("in 5 min")
    );
    assert!(!trouble.contains("Billing") && rest.contains("Billing"));
    assert!(!text.contains("token=1"), "a query string may hold a secret");
}

#[test]
fn knows_trouble_in_each_of_its_forms() {
    let told = |health, retrying, status| overview(health, retrying, status).waiting.len();
    assert_eq!(told("healthy", 0, "active"), 0);
    assert_eq!(told("healthy", 0, "paused"), 0);
    assert_eq!(told("healthy", 3, "active"), 1);
    assert_eq!(told("failing", 0, "active"), 1);
    // Nothing is due again, and the newest hour's attempts all failed: of late, or long ago, or one of them did not.
    let of_late = |until: &str, failed: u64| {
        let mut metrics = metrics("healthy", 0);
        metrics.until = until.into();
        metrics.groups[1].buckets[0].numbers.failed_attempts = failed;
        Overview::in_trouble(&[webhook("sub_ill", "active", None)], &metrics).len()
    };
    assert_eq!([of_late("2026-11-21T08:59:59Z", 4), of_late("2026-11-21T09:59:59Z", 4)], [1, 1]);
    assert_eq!([of_late("2026-11-21T10:00:00Z", 4), of_late("2026-11-21T08:59:59Z", 3)], [0, 0]);
    let disabled = overview("disabled", 0, "disabled");
    let text = page(&viewer(&[Scope::WebhooksRead]), &disabled);
    assert!(text.contains("Given up (<code>gone</code>)"), "{text}");
}

#[test]
fn counts_as_the_ledgers_do_and_takes_unknown_for_unknown() {
    let text = page(&viewer(&[Scope::WebhooksRead]), &overview("healthy", 0, "active"));
    assert!(text.contains("8 attempts, 0 of them failed") && text.contains("4 attempts, 4 of them failed"));
    // Nothing of the second came to an end: its success is unknown, and not 0.
    assert!(text.contains(r#"<td class="number">–</td><td class="number">0</td>"#), "{text}");
    assert!(!text.contains("Spend today"));
    let spend = Some(Spend { cost: 12.5, unknown: 3 });
    let text = page(&viewer(&[Scope::WebhooksRead]), &Overview { spend, ..overview("healthy", 0, "active") });
    assert!(text.contains("$12.50") && text.contains("3 of unknown cost"));
}

#[test]
fn offers_what_the_key_may_do() {
    let nothing = || Overview { webhooks: vec![], ..overview("healthy", 0, "active") };
    let text = page(&viewer(&[Scope::WebhooksRead, Scope::WebhooksWrite]), &nothing());
    assert!(
        text.contains("curl https://hooks.example.com/v1/webhooks") && text.contains("Send a sample event")
    );
    assert!(text.contains(r#"name="form_token" value="the-token""#));
    let text = page(&viewer(&[Scope::WebhooksRead]), &nothing());
    assert!(!text.contains("Send a sample event") && !text.contains("New subscription"));
    let blind = viewer(&[Scope::RequestsRead]);
    let text = without_webhooks(&blind).render(&blind, None).into_string();
    assert!(text.contains("/console/events") && !text.contains("/console/deliveries"));
    // The receiver is its deployer's, whose org this is not.
    assert!(!text.contains("/console/receiver"));
}

#[test]
fn shows_descriptions_as_text() {
    let mut evil = overview("failing", 4, "active");
    evil.webhooks[1].description = Some("<img src=x onerror=alert(1)>".into());
    let text = page(&viewer(&[Scope::WebhooksRead]), &evil);
    assert!(!text.contains("<img src=x") && text.contains("&lt;img src=x onerror=alert(1)&gt;"));
}
