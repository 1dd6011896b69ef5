//! One rule: what it says, how far its window is, and the form that changes it.

use maud::{Markup, html};
use serde_json::{Value, json};

use super::{
    RULES,
    metric::{self, fits, gauge, plain},
    page,
};
use crate::{
    console::{
        form::Form,
        frame::{Page, token},
        models::rules::RuleRow,
        parts::{
            badge::{Tone, badge},
            errors::Errors,
            fields::Field,
            number::{UNKNOWN, count, dollars, millis},
            time,
        },
        viewer::Viewer,
    },
    core::{
        rules::{CurrentView, Direction, Metric, Per, Rule},
        window::Window,
    },
};

/// The fields of the form, by the API's names.
pub const FIELDS: [&str; 9] =
    ["name", "metric", "threshold", "per", "window", "minRequests", "budget", "score", "direction"];

const METRICS: [(&str, &str); 5] = [
    ("cost", "Cost: what requests cost"),
    ("error_rate", "Error rate: how many of a hundred requests fail"),
    ("latency_p95", "Latency: how long the slowest 5 % take at least"),
    ("guardrail_count", "Guardrails: how many requests are blocked"),
    ("score", "Score: what one request was given"),
];

/// A number in the unit of a metric.
fn amount(metric: Metric, value: f64) -> String {
    match metric {
        Metric::Cost => dollars(Some(value)),
        Metric::ErrorRate => format!("{} %", plain(value)),
        Metric::LatencyP95 => millis(Some(value.max(0.0) as u64)),
        Metric::GuardrailCount => count(value.max(0.0) as u64),
        Metric::Score => plain(value),
    }
}

/// The threshold as it was said, which is no sum that needs rounding.
fn threshold(rule: &Rule) -> String {
    match rule.metric {
        Metric::Cost => format!("${}", rule.threshold),
        metric => amount(metric, rule.threshold),
    }
}

/// When it is crossed, in a few words.
pub fn when(rule: &Rule) -> String {
    let threshold = threshold(rule);
    let score = rule.score.as_deref().unwrap_or(UNKNOWN);
    match (rule.metric, rule.direction) {
        (Metric::Cost, _) => format!("cost {threshold} or more"),
        (Metric::ErrorRate, _) => format!("{threshold} or more fail"),
        (Metric::LatencyP95, _) => format!("the slowest 5 % take {threshold} or more"),
        (Metric::GuardrailCount, _) => format!("{threshold} or more are blocked"),
        (Metric::Score, Direction::Below) => format!("the score {score} is below {threshold}"),
        (Metric::Score, Direction::Above) => format!("the score {score} is above {threshold}"),
    }
}

/// Of whose requests, and how long.
pub fn whose(rule: &Rule) -> String {
    let whose = match (rule.metric, rule.per) {
        (Metric::Score, _) => return "of one request".to_owned(),
        (_, Per::Org) => "all requests",
        (_, Per::User) => "each user's requests",
        (_, Per::Model) => "each model's requests",
    };
    let least = match rule.metric {
        Metric::ErrorRate | Metric::LatencyP95 => format!(", once there are {}", count(rule.min_requests)),
        _ => String::new(),
    };
    format!("{whose} of {} in UTC{least}", a(rule.window))
}

fn a(window: Window) -> &'static str {
    match window {
        Window::Hour => "an hour",
        Window::Day => "a day",
        Window::Month => "a month",
    }
}

/// How far the one is that has come furthest.
pub fn furthest(row: &RuleRow) -> Markup {
    let rule = &row.rule;
    match (rule.metric, &row.window_start, row.current.first()) {
        (Metric::Score, ..) => html! { span.muted { "each score as it comes" } },
        (_, None, _) => {
            html! { a href={ (RULES) "/" (rule.id) } { "See" span.visually-hidden { " " (rule.name) } } }
        }
        (_, _, None) => html! { span.muted { "nothing counted yet" } },
        (_, _, Some(first)) => {
            html! { (bar(rule, first)) @if let Some(key) = &first.key { span.under { (key) } } }
        }
    }
}

fn bar(rule: &Rule, current: &CurrentView) -> Markup {
    let threshold = threshold(rule);
    html! {
        @match current.value {
            Some(value) => {
                (gauge(&format!("How far {} is", rule.name), value, rule.threshold))
                span.gauge-text {
                    (amount(rule.metric, value)) " of " (threshold)
                    @if current.crossed { " " (badge(Tone::Warning, "crossed")) }
                }
            },
            None => span.muted { (UNKNOWN) ", only " (count(current.requests)) " requests yet" },
        }
        @if current.unknown_cost_requests > 0 && rule.metric == Metric::Cost {
            span.under { (count(current.unknown_cost_requests)) " requests of unknown cost" }
        }
    }
}

/// The form as it is before anybody types.
pub fn typed(rule: &Rule) -> Form {
    let direction = match rule.direction {
        Direction::Below => "below",
        Direction::Above => "above",
    };
    let mut fields = vec![
        ("name", rule.name.clone()),
        ("metric", rule.metric.name().to_owned()),
        ("threshold", rule.threshold.to_string()),
        ("per", rule.per.name().to_owned()),
        ("window", rule.window.name().to_owned()),
        ("minRequests", rule.min_requests.to_string()),
        ("score", rule.score.clone().unwrap_or_default()),
        ("direction", direction.to_owned()),
    ];
    if rule.budget {
        fields.push(("budget", "on".to_owned()));
    }
    Form::of(fields)
}

/// What the API is asked for: what fits the metric, and null for whatever does not.
pub fn body(typed: &Form) -> Value {
    let fits = Fits::of(typed);
    let text = |name: &str, is_fit: bool| json!(typed.text(name).filter(|_| is_fit));
    json!({
        "name": typed.raw("name").trim(),
        "metric": typed.raw("metric"),
        "threshold": number(typed.text("threshold")),
        "per": text("per", !fits.score),
        "window": text("window", !fits.score),
        "minRequests": number(typed.text("minRequests").filter(|_| fits.rate)),
        "budget": fits.cost && typed.is_on("budget"),
        "score": text("score", fits.score),
        "direction": text("direction", fits.score),
    })
}

/// A number as one; what is none as it was typed, so that the API says what is wrong with it.
pub(super) fn number(text: Option<&str>) -> Value {
    let Some(text) = text else { return Value::Null };
    serde_json::from_str::<serde_json::Number>(text).map_or_else(|_| json!(text), Value::Number)
}

struct Fits {
    cost: bool,
    rate: bool,
    score: bool,
}

impl Fits {
    fn of(typed: &Form) -> Self {
        let metric = typed.raw("metric");
        Self {
            cost: metric.is_empty() || metric == "cost",
            rate: matches!(metric, "error_rate" | "latency_p95"),
            score: metric == "score",
        }
    }
}

/// The fields that depend on the metric.
pub fn fields(typed: &Form, errors: Errors<'_>) -> Markup {
    let fit = Fits::of(typed);
    let (label, hint) = match typed.raw("metric") {
        "error_rate" => {
            ("Threshold, in percent", "From how many of a hundred on: more than 0 and at most 100.")
        }
        "latency_p95" => ("Threshold, in milliseconds", "From how long on."),
        "guardrail_count" => ("Threshold, in requests", "From how many on."),
        "score" => ("Threshold", "In the score's own unit."),
        _ => ("Threshold, in US dollars", "From how much on."),
    };
    let field = |name, label, hint| Field { name, label, hint, error: errors.at(name) };
    let per = [("org", "All requests together"), ("user", "Each user"), ("model", "Each model")];
    let window = [("hour", "An hour"), ("day", "A day"), ("month", "A month")];
    let direction = [("below", "Below the threshold"), ("above", "Above the threshold")];
    let least = "Of rules on rates and latency: with fewer requests a window says nothing. Empty for 20.";
    let budget = "Of rules on cost: raises budget.exceeded in place of cost.threshold_crossed.";
    metric::fields(&html! {
        (fits(fit.score, &field("score", "Score", "Of rules on scores: the name under which it is written.")
            .input("text", typed.raw("score"), false)))
        (field("threshold", label, hint).input("text", typed.raw("threshold"), true))
        (fits(fit.score, &field("direction", "Fails", "").select(&direction, typed.raw("direction"))))
        (fits(!fit.score, &field("per", "Counted for", "Requests without a user or a model are not counted where these are told apart.")
            .select(&per, typed.raw("per"))))
        (fits(!fit.score, &field("window", "Window", "In UTC. One event for each window at most.")
            .select(&window, typed.text("window").unwrap_or("day"))))
        (fits(fit.rate, &field("minRequests", "Requests at least", least).input("text", typed.raw("minRequests"), false)))
        (fits(fit.cost, &field("budget", "This is a budget", budget).tick(typed.is_on("budget"))))
    })
}

fn form(viewer: &Viewer, action: &str, typed: &Form, errors: Errors<'_>, done: &str) -> Markup {
    let name = Field { name: "name", label: "Name", hint: "", error: errors.at("name") };
    let metric = Field { name: "metric", label: "Looks at", hint: "", error: errors.at("metric") };
    html! {
        (errors.above(&FIELDS))
        form.stack method="post" action=(action) {
            (token(viewer))
            (name.input("text", typed.raw("name"), true))
            (metric::select(&metric, &METRICS, typed.raw("metric"), &format!("{RULES}/fields")))
            (fields(typed, errors))
            div.actions { button.primary type="submit" { (done) } a href=(RULES) { "Cancel" } }
        }
    }
}

/// The page for a new one.
pub fn new(viewer: &Viewer, typed: &Form, errors: Errors<'_>) -> Page {
    let content = html! {
        p { "It counts what comes from now on." }
        (form(viewer, &format!("{RULES}/new"), typed, errors, "Add the rule"))
    };
    page(viewer, RULES, "New rule", &content)
}

/// The page of one.
pub fn show(viewer: &Viewer, row: &RuleRow, typed: &Form, errors: Errors<'_>) -> Page {
    let rule = &row.rule;
    let path = format!("{RULES}/{}", rule.id);
    let content = html! {
        div.card {
            dl.facts {
                dt { "When" } dd { (when(rule)) ", " (whose(rule)) }
                dt { "Raises" } dd { code { (row.event_type) } }
                dt { "Id" } dd { code { (rule.id) } }
            }
        }
        @if rule.metric != Metric::Score { (window(row)) }
        @if viewer.changes_webhooks() {
            section aria-labelledby="change" {
                h2 id="change" { "Change it" }
                (form(viewer, &path, typed, errors, "Save"))
            }
            (removal(viewer, &path, "rule"))
        }
    };
    page(viewer, RULES, rule.name.clone(), &content)
}

/// What takes a rule or an alert away.
pub(super) fn removal(viewer: &Viewer, path: &str, what: &str) -> Markup {
    html! {
        details {
            summary { "Delete this " (what) }
            form.stack method="post" action={ (path) "/delete" } {
                (token(viewer))
                p { "It raises no more events, and does not come back." }
                div.actions { button.danger type="submit" { "Delete it" } }
            }
        }
    }
}

fn window(row: &RuleRow) -> Markup {
    let rule = &row.rule;
    html! {
        section aria-labelledby="current" {
            h2 id="current" { "The current window" }
            @if let Some(start) = &row.window_start { p.muted { "Since " (time::at(start)) } }
            @if row.current.is_empty() { p { "Nothing was counted yet." } } @else {
                div.wide tabindex="0" role="region" aria-label="The current window" {
                    table {
                        thead { tr {
                            th scope="col" { (match rule.per { Per::Org => "Org", Per::User => "User", Per::Model => "Model" }) }
                            th scope="col" { "How far" } th.number scope="col" { "Requests" }
                        } }
                        tbody {
                            @for current in &row.current {
                                tr {
                                    th scope="row" { (current.key.as_deref().unwrap_or("all requests")) }
                                    td { (bar(rule, current)) }
                                    td.number { (count(current.requests)) }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}
