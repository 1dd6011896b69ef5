//! Rules and alerts: what they say, what their forms ask the API for, and how far they are.

use heliograph::{
    console::{
        form::Form,
        models::{
            rules::{AlertRow, RuleRow},
            webhook::Webhook,
        },
        pages::settings::{alert, rule, rules},
        parts::errors::Errors,
    },
    core::{delivery_alerts::Alert, envelope::ApiError, field::FieldError, rules::Rule},
};
use serde_json::{Value, json};

use super::{EVIL, editor, reader, text};

fn rule_row(more: Value, current: Option<Value>) -> RuleRow {
    let mut row = json!({
        "id": "rule_1", "name": EVIL, "metric": "cost", "per": "user", "window": "day", "threshold": 50.0, "minRequests": 20,
        "budget": false, "score": null, "direction": "below", "eventType": "cost.threshold_crossed",
    });
    let fields = row.as_object_mut().unwrap();
    fields.extend(more.as_object().unwrap().clone());
    if let Some(current) = current {
        fields.insert("windowStart".into(), json!("2026-11-21T00:00:00Z"));
        fields.insert("current".into(), current);
    }
    serde_json::from_value(row).unwrap()
}

fn key(key: Option<&str>, value: Option<f64>, crossed: bool) -> Value {
    json!({ "key": key, "value": value, "requests": 12, "unknownCostRequests": 3, "crossed": crossed })
}

fn alert_row(more: Value, firing: Option<Value>) -> AlertRow {
    let mut row = json!({
        "id": "alert_1", "name": EVIL, "metric": "success_rate", "threshold": 95.0, "webhookId": null, "hours": 1, "minDeliveries": 20,
    });
    let fields = row.as_object_mut().unwrap();
    fields.extend(more.as_object().unwrap().clone());
    if let Some(firing) = firing {
        fields.insert("firing".into(), firing);
    }
    serde_json::from_value(row).unwrap()
}

fn firing(id: &str) -> Value {
    json!([{ "webhookId": id, "since": "2026-11-21T08:00:00Z", "value": 12.5, "seenAt": "2026-11-21T08:55:00Z" }])
}

fn webhooks() -> Vec<Webhook> {
    serde_json::from_value(json!([{
        "id": "sub_1", "destination": "https://a.example", "description": "Billing", "status": "active",
        "disabledReason": null, "disabledAt": null, "eventTypes": ["*"], "sampleRate": 100.0,
    }]))
    .unwrap()
}

#[test]
fn a_list_says_how_far_windows_are() {
    let far = rule_row(
        json!({}),
        Some(json!([key(Some(EVIL), Some(50.4), true), key(Some("b"), Some(1.0), false)])),
    );
    let cases = [
        (
            far,
            vec!["$50.40 of $50 ", "crossed", "3 requests of unknown cost", "cost $50 or more", "each user"],
        ),
        (rule_row(json!({}), Some(json!([]))), vec!["nothing counted yet"]),
        (rule_row(json!({}), None), vec![">See<"]),
        (
            rule_row(
                json!({"metric": "error_rate", "threshold": 5.0}),
                Some(json!([key(None, None, false)])),
            ),
            vec!["only 12 requests yet", "5 % or more fail", "once there are 20"],
        ),
        (
            rule_row(json!({"metric": "score", "score": "helpful", "threshold": 0.5}), Some(json!([]))),
            vec!["each score as it comes", "the score helpful is below 0.5", "of one request"],
        ),
        (rule_row(json!({"metric": "latency_p95", "threshold": 1500.0}), None), vec!["take 1.5 s or more"]),
    ];
    for (row, wanted) in cases {
        let page = text(&editor(), &rules::render(&editor(), &[row], &[], &[]));
        for word in wanted {
            assert!(page.contains(word), "{word}: {page}");
        }
    }
}

#[test]
fn a_list_says_what_fires() {
    let alerts = [
        alert_row(json!({}), Some(firing("sub_1"))),
        alert_row(json!({"metric": "retrying", "webhookId": "sub_gone"}), Some(json!([]))),
        alert_row(json!({"metric": "dead"}), None),
    ];
    let page = text(&reader(), &rules::render(&reader(), &[], &alerts, &webhooks()));
    for word in ["firing", "Billing", "quiet", "sub_gone", "at the moment", ">See<", "less than 95 %"] {
        assert!(page.contains(word), "{word}: {page}");
    }
    assert!(!page.contains("/rules/new") && !page.contains("/alerts/new"), "{page}");
    let shown = alert::typed(&alerts[0].alert);
    let page = text(&editor(), &alert::show(&editor(), &alerts[0], &shown, &webhooks(), Errors::default()));
    assert!(page.contains("12.5 %") && page.contains("Delete this alert"), "{page}");
}

#[test]
fn a_page_shows_each_key_of_the_window() {
    let row =
        rule_row(json!({}), Some(json!([key(Some("ada"), Some(1.0), false), key(Some(EVIL), None, false)])));
    let page = text(&editor(), &rule::show(&editor(), &row, &rule::typed(&row.rule), Errors::default()));
    assert!(page.contains("ada") && page.contains("$1.00 of $50") && page.contains("only 12"), "{page}");
    let page = text(&reader(), &rule::show(&reader(), &row, &rule::typed(&row.rule), Errors::default()));
    assert!(!page.contains("<form method=\"post\" action=\"/console/settings"), "{page}");
    assert!(!page.contains("Delete this"), "{page}");
}

#[test]
fn a_form_asks_for_what_its_metric_has() {
    let typed = |metric: &str| {
        let form = format!(
            "name=+x+&metric={metric}&threshold=5&per=user&window=hour&minRequests=7&budget=on&score=helpful&direction=above"
        );
        rule::body(&Form::read(form.as_bytes()))
    };
    for metric in ["cost", "error_rate", "latency_p95", "guardrail_count", "score"] {
        let body = typed(metric);
        let read = Rule::read("rule_1".into(), body.as_object().unwrap());
        let rule = read.unwrap_or_else(|error| panic!("{metric}: {error}"));
        assert_eq!(rule.name, "x");
        assert_eq!(rule.budget, metric == "cost");
        assert_eq!(rule.score.is_some(), metric == "score");
        assert_eq!(rule.min_requests, if matches!(metric, "error_rate" | "latency_p95") { 7 } else { 20 });
        // A form that is shown and sent as it is changes nothing.
        let again = rule.patched(rule::body(&rule::typed(&rule)).as_object().unwrap());
        assert_eq!(again.unwrap(), rule);
    }
    for metric in ["success_rate", "callback_p95", "dead", "retrying", "oldest_retrying"] {
        let form = format!("name=x&metric={metric}&threshold=5&webhookId=sub_1&hours=3&minDeliveries=7");
        let body = alert::body(&Form::read(form.as_bytes()));
        let alert = Alert::read("alert_1".into(), body.as_object().unwrap()).unwrap();
        assert_eq!(alert.hours, if metric.ends_with("retrying") { 1 } else { 3 }, "{metric}");
        assert_eq!(
            alert.min_deliveries,
            if metric.contains('_') && metric != "oldest_retrying" { 7 } else { 20 }
        );
        let again = alert.patched(alert::body(&alert::typed(&alert)).as_object().unwrap());
        assert_eq!(again.unwrap(), alert);
    }
}

#[test]
fn what_is_no_number_is_told_by_its_field() {
    for (field, text) in [
        ("threshold", "much"),
        ("threshold", "NaN"),
        ("threshold", ""),
        ("minRequests", "1.5"),
        ("minRequests", "x"),
    ] {
        let form = format!("name=x&metric=error_rate&threshold=5&{field}={text}");
        // The first of a name counts.
        let form = if field == "threshold" { form.replacen("threshold=5&", "", 1) } else { form };
        let body = rule::body(&Form::read(form.as_bytes()));
        let error = Rule::read("rule_1".into(), body.as_object().unwrap()).unwrap_err();
        assert_eq!(error.path, field, "{text}");
    }
    let error: ApiError = FieldError::new("threshold", "is required").into();
    let typed = Form::read(b"metric=score&threshold=%3Cb%3E");
    let page = text(&editor(), &rule::new(&editor(), &typed, Errors(Some(&error))));
    assert!(
        page.contains(r#"id="threshold-error">is required"#) && page.contains(r#"value="&lt;b&gt;""#),
        "{page}"
    );
}

#[test]
fn fields_that_do_not_fit_the_metric_are_there_only_without_scripts() {
    let hidden = |metric: &str| {
        let fields =
            rule::fields(&Form::of([("metric", metric.to_owned())]), Errors::default()).into_string();
        let mut hidden: Vec<String> = fields
            .split("no-js-only\">")
            .skip(1)
            .filter_map(|rest| rest.split(" for=\"").nth(1)?.split('"').next().map(str::to_owned))
            .collect();
        hidden.sort();
        hidden.join(" ")
    };
    assert_eq!(hidden("cost"), "direction minRequests score");
    assert_eq!(hidden("error_rate"), "budget direction score");
    assert_eq!(hidden("score"), "budget minRequests per window");
}
