//! API keys: listed, made and revoked with the root key.

use maud::{Markup, html};

use super::{KEYS, page};
use crate::{
    console::{
        form::{Form, query},
        frame::{Page, token},
        models::settings::{Key, Org},
        parts::{
            badge::{Tone, badge},
            choices::{Choice, Choices},
            code,
            errors::Errors,
            fields::Field,
            list::empty,
            time,
        },
        viewer::Viewer,
    },
    core::auth::{DEFAULT_ORG, Scope},
};

/// The fields of the form.
pub const FIELDS: [&str; 3] = ["name", "org", "scopes"];

/// What scopes allow, as badges.
pub fn scopes<'a>(names: impl Iterator<Item = &'a str>) -> Markup {
    html! { span.badges { @for name in names { (badge(Tone::Quiet, name)) " " } } }
}

/// What somebody sees who has not logged in with the root key.
pub fn without_root(viewer: &Viewer) -> Page {
    let content = html! {
        p { "Keys are made and revoked with the root key, which whoever runs this deployment has. You are logged in with another one." }
        div.card {
            dl.facts {
                dt { "Its org" } dd { (viewer.principal.org) }
                dt { "It may" } dd { (scopes(viewer.principal.scopes.iter().map(|scope| scope.name()))) }
            }
        }
    };
    page(viewer, KEYS, "API keys", &content)
}

/// The keys of an org.
pub fn list(viewer: &Viewer, org: &str, orgs: &[Org], keys: &[Key]) -> Page {
    let content = html! {
        @if orgs.len() > 1 { (switch(org, orgs)) }
        @if keys.is_empty() {
            (empty("No keys yet", &html! {
                p { "A key lets a program send events, or somebody look at deliveries, for one org and with no more than it needs." }
            }))
        } @else { (table(viewer, org, keys)) }
        p.hint {
            "The root key is not among them: it stands in the deployment's settings (" code { "ROOT_KEY" } ") and can't be revoked here."
        }
    };
    let new = format!("{KEYS}/new{}", query(&[("org", Some(org))]));
    Page {
        actions: html! { a.button.primary href=(new) { "New key" } },
        ..page(viewer, KEYS, "API keys", &content)
    }
}

fn switch(org: &str, orgs: &[Org]) -> Markup {
    let options: Vec<(&str, &str)> = orgs.iter().map(|org| (org.id.as_str(), org.name.as_str())).collect();
    html! {
        form.filters method="get" action=(KEYS) {
            (Field { name: "org", label: "Org", ..Field::default() }.select(&options, org))
            button type="submit" { "Show" }
        }
    }
}

fn table(viewer: &Viewer, org: &str, keys: &[Key]) -> Markup {
    html! {
        div.wide tabindex="0" role="region" aria-label="API keys" {
            table {
                thead {
                    tr {
                        th scope="col" { "Key" } th scope="col" { "May" } th scope="col" { "Made" }
                        th scope="col" { "Last used" } th scope="col" { span.visually-hidden { "Actions" } }
                    }
                }
                tbody {
                    @for key in keys {
                        tr {
                            th scope="row" { (key.name) span.under { (key.id) } }
                            td { (scopes(key.scopes.iter().map(String::as_str))) }
                            td { (time::ago(&key.created_at, viewer.now)) }
                            td {
                                @match &key.last_used_at {
                                    Some(at) => (time::ago(at, viewer.now)),
                                    None => span.muted { "never" },
                                }
                            }
                            td { a href=(revocation(org, &key.id)) { "Revoke" span.visually-hidden { " " (key.name) } } }
                        }
                    }
                }
            }
        }
    }
}

fn revocation(org: &str, id: &str) -> String {
    format!("{KEYS}/{id}/revoke{}", query(&[("org", Some(org))]))
}

/// The form for a new one. `once` is what a second sending of it is known by.
pub fn new(viewer: &Viewer, orgs: &[Org], typed: &Form, once: &str, errors: Errors<'_>) -> Page {
    let options: Vec<(&str, &str)> = orgs.iter().map(|org| (org.id.as_str(), org.name.as_str())).collect();
    let name = Field {
        name: "name",
        label: "Name",
        hint: "Who or what has it, so that you know later which one to revoke.",
        error: errors.at("name"),
    };
    let org = Field {
        name: "org",
        label: "Org",
        hint: "What the key reads and changes is this org's alone.",
        error: errors.at("org"),
    };
    let may = Choices { name: "scopes", legend: "What it may do", error: errors.at("scopes") };
    let chosen: Vec<&str> = typed.all("scopes").collect();
    let wanted = typed.text("org").unwrap_or(DEFAULT_ORG);
    let content = html! {
        (errors.above(&FIELDS))
        form.stack method="post" action={ (KEYS) "/new" } {
            (token(viewer))
            input type="hidden" name="once" value=(once);
            (name.input("text", typed.raw("name"), true))
            (org.select(&options, wanted))
            (may.any(&Scope::ALL.map(choice), &chosen))
            div.actions {
                button.primary type="submit" { "Make the key" }
                a href={ (KEYS) (query(&[("org", Some(wanted))])) } { "Cancel" }
            }
        }
    };
    page(viewer, KEYS, "New key", &content)
}

fn choice(scope: Scope) -> Choice<'static> {
    let hint = match scope {
        Scope::EventsWrite => "Send events in: what a gateway needs.",
        Scope::WebhooksRead => "See subscriptions, deliveries, metrics, rules and settings.",
        Scope::WebhooksWrite => {
            "Change subscriptions, rules and settings, see signing secrets, and send deliveries again."
        }
        Scope::RequestsRead => "Read the history of requests, with what was asked and answered.",
        Scope::ScoresWrite => "Add scores, properties and feedback to requests.",
    };
    Choice { value: scope.name(), label: scope.name(), hint }
}

/// A key that was just made: the only page that ever shows it.
pub fn made(viewer: &Viewer, key: &Key) -> Page {
    let content = html! {
        p.notice.warning role="status" { "Copy it now: it is shown this once. Whoever loses it needs a new one." }
        (code::block("key", key.key.as_deref().unwrap_or_default()))
        div.card {
            dl.facts {
                dt { "Name" } dd { (key.name) }
                dt { "Org" } dd { (key.org) }
                dt { "May" } dd { (scopes(key.scopes.iter().map(String::as_str))) }
                dt { "Sent as" } dd { code { "Authorization: Bearer …" } }
            }
        }
        p { a.button href={ (KEYS) (query(&[("org", Some(&key.org))])) } { "I have copied it" } }
    };
    page(viewer, KEYS, "The new key", &content)
}

/// Asks whether a key shall be revoked. `error` is what was wrong with the answer.
pub fn revoke(viewer: &Viewer, org: &str, key: &Key, error: Option<&str>) -> Page {
    let hint = format!("Its name, or its id: {}", key.id);
    let confirm = Field { name: "confirm", label: "To confirm, type the key's name", hint: &hint, error };
    let content = html! {
        p { "Whatever uses this key is refused from then on: here at once, everywhere within half a minute. It also ends the sessions of whoever is logged in with it. A revoked key does not come back." }
        div.card {
            dl.facts {
                dt { "Name" } dd { (key.name) }
                dt { "Org" } dd { (org) }
                dt { "May" } dd { (scopes(key.scopes.iter().map(String::as_str))) }
                dt { "Last used" }
                dd { @match &key.last_used_at { Some(at) => (time::ago(at, viewer.now)), None => "never" } }
            }
        }
        form.stack method="post" action=(revocation(org, &key.id)) {
            (token(viewer))
            (confirm.input("text", "", true))
            div.actions {
                button.danger type="submit" { "Revoke the key" }
                a href={ (KEYS) (query(&[("org", Some(org))])) } { "Cancel" }
            }
        }
    };
    page(viewer, KEYS, "Revoke a key", &content)
}

/// Whether what was typed names the key. A name may hold what nobody can type: its id does as well.
pub fn is_confirmed(key: &Key, typed: &str) -> bool {
    let typed = typed.trim();
    !typed.is_empty() && (typed == key.name.trim() || typed == key.id)
}
