//! What is worth an event: rules on requests, and alerts on deliveries.

use maud::{Markup, html};

use super::{ALERTS, RULES, alert, page, rule};
use crate::console::{
    frame::Page,
    models::{
        rules::{AlertRow, RuleRow},
        webhook::Webhook,
    },
    parts::badge::{Tone, badge},
    viewer::Viewer,
};

/// Both lists. Rows that were not asked for by themselves say where more is.
pub fn render(viewer: &Viewer, rules: &[RuleRow], alerts: &[AlertRow], webhooks: &[Webhook]) -> Page {
    let content = html! {
        section aria-labelledby="rules" {
            (heading(viewer, "rules", "Rules on requests", "New rule", &format!("{RULES}/new")))
            p { "A rule raises one event for each window when requests come to its threshold: what they cost, how many fail, how long they take. Subscriptions that name the event type get it." }
            @if rules.is_empty() { p.muted { "There is no rule yet." } } @else { (rule_table(rules)) }
        }
        section aria-labelledby="alerts" {
            (heading(viewer, "alerts", "Alerts on deliveries", "New alert", &format!("{ALERTS}/new")))
            p { "An alert looks every five minutes at what deliveries come to. It raises " code { "delivery.alert_fired" } " and, once it is over, "
                code { "delivery.alert_resolved" } "; the subscription that it is about does not get them." }
            @if alerts.is_empty() { p.muted { "There is no alert yet." } } @else { (alert_table(alerts, webhooks)) }
        }
    };
    page(viewer, RULES, "Rules and alerts", &content)
}

fn heading(viewer: &Viewer, id: &str, title: &str, action: &str, path: &str) -> Markup {
    html! {
        div.heading {
            h2 id=(id) { (title) }
            @if viewer.changes_webhooks() { a.button href=(path) { (action) } }
        }
    }
}

fn rule_table(rules: &[RuleRow]) -> Markup {
    html! {
        div.wide tabindex="0" role="region" aria-label="Rules" {
            table.roomy {
                thead { tr { th scope="col" { "Rule" } th scope="col" { "When" } th scope="col" { "Raises" } th scope="col" { "This window, furthest" } } }
                tbody {
                    @for row in rules {
                        tr {
                            th scope="row" { a href={ (RULES) "/" (row.rule.id) } { (row.rule.name) } }
                            td { (rule::when(&row.rule)) span.under { (rule::whose(&row.rule)) } }
                            td { code { (row.event_type) } }
                            td { (rule::furthest(row)) }
                        }
                    }
                }
            }
        }
    }
}

fn alert_table(alerts: &[AlertRow], webhooks: &[Webhook]) -> Markup {
    html! {
        div.wide tabindex="0" role="region" aria-label="Alerts" {
            table.roomy {
                thead { tr { th scope="col" { "Alert" } th scope="col" { "Fires when" } th scope="col" { "Looks at" } th scope="col" { "State" } } }
                tbody {
                    @for row in alerts {
                        @let path = format!("{ALERTS}/{}", row.alert.id);
                        tr {
                            th scope="row" { a href=(path) { (row.alert.name) } }
                            td { (alert::when(&row.alert)) span.under { (alert::window(&row.alert)) } }
                            td { (alert::about(&row.alert, webhooks)) }
                            td {
                                @match row.firing.as_deref() {
                                    None => a href=(path) { "See" span.visually-hidden { " " (row.alert.name) } },
                                    Some([]) => (badge(Tone::Quiet, "quiet")),
                                    Some(firing) => {
                                        (badge(Tone::Bad, "firing"))
                                        span.under {
                                            "for " @for (at, one) in firing.iter().take(3).enumerate() {
                                                @if at > 0 { ", " } (alert::name_of(&one.webhook_id, webhooks))
                                            }
                                            @if firing.len() > 3 { " and more" }
                                        }
                                    },
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}
