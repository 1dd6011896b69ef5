//! One alert: what it looks at, what it fires for, and the form that changes it.

use maud::{Markup, html};
use serde_json::{Value, json};

use super::{
    ALERTS, RULES,
    metric::{self, fits, plain},
    page,
    rule::{number, removal},
};
use crate::{
    console::{
        form::Form,
        frame::{Page, token},
        models::{
            rules::{AlertRow, Firing},
            webhook::Webhook,
        },
        parts::{
            errors::Errors,
            fields::Field,
            number::{count, millis, seconds},
            time,
        },
        viewer::Viewer,
    },
    core::delivery_alerts::{Alert, Metric},
};

/// The fields of the form, by the API's names.
pub const FIELDS: [&str; 6] = ["name", "metric", "threshold", "webhookId", "hours", "minDeliveries"];

const METRICS: [(&str, &str); 7] = [
    ("success_rate", "Success: how many of a hundred deliveries are taken"),
    ("attempt_failure_rate", "Failed attempts: how many of a hundred fail"),
    ("callback_p95", "Acknowledgement: how long the slowest 5 % take at least"),
    ("dead", "Dead: how many deliveries are given up"),
    ("duplicate_rate", "Duplicates: how many of a hundred messages are repeats"),
    ("retrying", "Retries: how many deliveries wait for one"),
    ("oldest_retrying", "Oldest retry: how old the oldest of them is"),
];

fn amount(metric: Metric, value: f64) -> String {
    match metric {
        Metric::SuccessRate | Metric::AttemptFailureRate | Metric::DuplicateRate => {
            format!("{} %", plain(value))
        }
        Metric::CallbackP95 => millis(Some(value.max(0.0) as u64)),
        Metric::OldestRetrying => seconds(value.max(0.0) as u64),
        Metric::Dead | Metric::Retrying => count(value.max(0.0) as u64),
    }
}

/// When it fires, in a few words.
pub fn when(alert: &Alert) -> String {
    let threshold = amount(alert.metric, alert.threshold);
    match alert.metric {
        Metric::SuccessRate => format!("less than {threshold} of the deliveries are taken"),
        Metric::AttemptFailureRate => format!("{threshold} or more of the attempts fail"),
        Metric::CallbackP95 => format!("the slowest 5 % are acknowledged after {threshold} or more"),
        Metric::Dead => format!("{threshold} or more deliveries are dead"),
        Metric::DuplicateRate => format!("{threshold} or more of the messages are repeats"),
        Metric::Retrying => format!("{threshold} or more deliveries wait for a retry"),
        Metric::OldestRetrying => format!("a delivery waits for a retry for {threshold} or more"),
    }
}

/// What it looks back at.
pub fn window(alert: &Alert) -> String {
    let fit = Fits::of(alert.metric.name());
    let hours = match (fit.hours, alert.hours) {
        (false, _) => return "at the moment".to_owned(),
        (true, 1) => "the last hour, and the one that is running".to_owned(),
        (true, hours) => format!("the last {hours} hours, and the one that is running"),
    };
    match fit.many {
        true => format!("{hours}; once there are {}", count(alert.min_deliveries)),
        false => hours,
    }
}

/// Which subscriptions it looks at.
pub fn about(alert: &Alert, webhooks: &[Webhook]) -> Markup {
    match &alert.webhook_id {
        None => html! { "each subscription" },
        Some(id) => link(id, webhooks),
    }
}

/// What people call a subscription; its id where it is there no more.
pub fn name_of<'a>(id: &'a str, webhooks: &'a [Webhook]) -> &'a str {
    webhooks.iter().find(|webhook| webhook.id == id).map_or(id, Webhook::name)
}

fn link(id: &str, webhooks: &[Webhook]) -> Markup {
    html! { a href={ "/console/webhooks/" (id) } { (name_of(id, webhooks)) } }
}

/// The form as it is before anybody types.
pub fn typed(alert: &Alert) -> Form {
    Form::of([
        ("name", alert.name.clone()),
        ("metric", alert.metric.name().to_owned()),
        ("threshold", alert.threshold.to_string()),
        ("webhookId", alert.webhook_id.clone().unwrap_or_default()),
        ("hours", alert.hours.to_string()),
        ("minDeliveries", alert.min_deliveries.to_string()),
    ])
}

/// What the API is asked for: what fits the metric, and null for whatever does not.
pub fn body(typed: &Form) -> Value {
    let fit = Fits::of(typed.raw("metric"));
    json!({
        "name": typed.raw("name").trim(),
        "metric": typed.raw("metric"),
        "threshold": number(typed.text("threshold")),
        "webhookId": typed.text("webhookId"),
        "hours": number(typed.text("hours").filter(|_| fit.hours)),
        "minDeliveries": number(typed.text("minDeliveries").filter(|_| fit.many)),
    })
}

struct Fits {
    hours: bool,
    many: bool,
}

impl Fits {
    fn of(metric: &str) -> Self {
        let is_now = matches!(metric, "retrying" | "oldest_retrying");
        Self { hours: !is_now, many: !is_now && metric != "dead" }
    }
}

/// The fields that depend on the metric.
pub fn fields(typed: &Form, errors: Errors<'_>) -> Markup {
    let fit = Fits::of(typed.raw("metric"));
    let (label, hint) = match typed.raw("metric") {
        "attempt_failure_rate" | "duplicate_rate" => {
            ("Threshold, in percent", "Fires from so many of a hundred on.")
        }
        "callback_p95" => ("Threshold, in milliseconds", "Fires from so long on."),
        "oldest_retrying" => ("Threshold, in seconds", "Fires from such an age on."),
        "dead" | "retrying" => ("Threshold, in deliveries", "Fires from so many on."),
        _ => ("Threshold, in percent", "Fires below it."),
    };
    let field = |name, label, hint| Field { name, label, hint, error: errors.at(name) };
    let hours =
        "1 to 24, beside the hour that is running. Empty for 1. Of what waits for a retry, only now counts.";
    let least =
        "With fewer deliveries, attempts or messages a share or a duration says nothing. Empty for 20.";
    metric::fields(&html! {
        (field("threshold", label, hint).input("text", typed.raw("threshold"), true))
        (fits(fit.hours, &field("hours", "Hours back", hours).input("text", typed.raw("hours"), false)))
        (fits(fit.many, &field("minDeliveries", "Deliveries at least", least).input("text", typed.raw("minDeliveries"), false)))
    })
}

fn form(
    viewer: &Viewer,
    action: &str,
    typed: &Form,
    webhooks: &[Webhook],
    errors: Errors<'_>,
    done: &str,
) -> Markup {
    let field = |name, label| Field { name, label, hint: "", error: errors.at(name) };
    let chosen = typed.raw("webhookId");
    let mut which = vec![("", "Each one, on its own")];
    which.extend(webhooks.iter().map(|webhook| (webhook.id.as_str(), webhook.name())));
    if !which.iter().any(|(id, _)| *id == chosen) {
        which.push((chosen, chosen));
    }
    html! {
        (errors.above(&FIELDS))
        form.stack method="post" action=(action) {
            (token(viewer))
            (field("name", "Name").input("text", typed.raw("name"), true))
            (field("webhookId", "Subscription").select(&which, chosen))
            (metric::select(&field("metric", "Looks at"), &METRICS, typed.raw("metric"), &format!("{ALERTS}/fields")))
            (fields(typed, errors))
            div.actions { button.primary type="submit" { (done) } a href=(RULES) { "Cancel" } }
        }
    }
}

/// The page for a new one.
pub fn new(viewer: &Viewer, typed: &Form, webhooks: &[Webhook], errors: Errors<'_>) -> Page {
    let content = form(viewer, &format!("{ALERTS}/new"), typed, webhooks, errors, "Add the alert");
    page(viewer, RULES, "New alert", &content)
}

/// The page of one.
pub fn show(viewer: &Viewer, row: &AlertRow, typed: &Form, webhooks: &[Webhook], errors: Errors<'_>) -> Page {
    let alert = &row.alert;
    let path = format!("{ALERTS}/{}", alert.id);
    let content = html! {
        div.card {
            dl.facts {
                dt { "Fires when" } dd { (when(alert)) }
                dt { "Looks at" } dd { (about(alert, webhooks)) ", " (window(alert)) }
                dt { "Id" } dd { code { (alert.id) } }
            }
        }
        section aria-labelledby="firing" {
            h2 id="firing" { "Firing now" }
            @match row.firing.as_deref().unwrap_or_default() {
                [] => p { "It fires for no subscription." },
                firing => (table(viewer, alert, firing, webhooks)),
            }
        }
        @if viewer.changes_webhooks() {
            section aria-labelledby="change" {
                h2 id="change" { "Change it" }
                (form(viewer, &path, typed, webhooks, errors, "Save"))
            }
            (removal(viewer, &path, "alert"))
        }
    };
    page(viewer, RULES, alert.name.clone(), &content)
}

fn table(viewer: &Viewer, alert: &Alert, firing: &[Firing], webhooks: &[Webhook]) -> Markup {
    html! {
        div.wide tabindex="0" role="region" aria-label="Firing now" {
            table {
                thead { tr { th scope="col" { "Subscription" } th scope="col" { "Since" } th.number scope="col" { "Seen" } th scope="col" { "When" } } }
                tbody {
                    @for one in firing {
                        tr {
                            th scope="row" { (link(&one.webhook_id, webhooks)) }
                            td { (time::ago(&one.since, viewer.now)) }
                            td.number { (amount(alert.metric, one.value)) }
                            td { (time::ago(&one.seen_at, viewer.now)) }
                        }
                    }
                }
            }
        }
    }
}
