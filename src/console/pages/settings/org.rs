//! What the deployment is, who looks at it, and what the org decides for all of its subscriptions.

use maud::{Markup, html};

use super::{ORG, page};
use crate::{
    console::{
        form::Form,
        frame::{Page, token},
        models::settings::Settings,
        parts::{
            badge::{Tone, badge},
            choices::{Choice, Choices},
            errors::Errors,
            fields::Field,
        },
        viewer::Viewer,
    },
    core::org::{RETENTION_DAYS, Retain},
};

/// The fields of the form.
pub const FIELDS: [&str; 2] = ["retain", "retentionDays"];

const KEPT: [(Retain, Choice<'static>); 3] = [
    (
        Retain::Matched,
        Choice {
            value: "matched",
            label: "What a subscription matched",
            hint: "Requests that at least one subscription got or would have got. Others are taken, and then forgotten.",
        },
    ),
    (
        Retain::All,
        Choice {
            value: "all",
            label: "Every request",
            hint: "Also what no subscription matched, which is then archived like all others: it takes storage.",
        },
    ),
    (
        Retain::None,
        Choice {
            value: "none",
            label: "No request",
            hint: "Nothing is found, also of what was kept before. Deliveries are as ever.",
        },
    ),
];

/// What the org has decided, and how it is being changed.
#[derive(Debug)]
pub struct History<'a> {
    /// As it is.
    pub settings: &'a Settings,
    /// Its revision: a change is of that one alone.
    pub revision: &'a str,
    /// What was typed.
    pub typed: Form,
    /// Why it was not taken.
    pub errors: Errors<'a>,
}

/// The form as it is before anybody types.
pub fn typed(settings: &Settings) -> Form {
    let days = settings.retention_days.map(|days| days.to_string()).unwrap_or_default();
    Form::of([("retain", kept(settings.retain).value.to_owned()), ("retentionDays", days)])
}

/// The page; without the history where it can't be seen.
pub fn render(viewer: &Viewer, history: Option<&History<'_>>) -> Page {
    let content = html! {
        section aria-labelledby="deployment" {
            h2 id="deployment" { "This deployment" }
            div.card { (facts(viewer)) }
        }
        @if let Some(history) = history {
            section aria-labelledby="history" {
                h2 id="history" { "History of requests" }
                @if viewer.changes_webhooks() { (form(viewer, history)) } @else { (shown(history.settings)) }
            }
        }
    };
    page(viewer, ORG, "Settings", &content)
}

fn facts(viewer: &Viewer) -> Markup {
    html! {
        dl.facts {
            dt { "Org" } dd { (viewer.principal.org) }
            dt { "You are logged in with" }
            dd {
                @if viewer.principal.is_root { "the root key, which may do everything" } @else {
                    "a key that may " (super::keys::scopes(viewer.principal.scopes.iter().map(|scope| scope.name())))
                }
            }
            dt { "Address" } dd { code { (viewer.origin) } }
            dt { "Roles" } dd { @for role in viewer.roles.names() { (badge(Tone::Quiet, role)) " " } }
            dt { "Version" } dd { (env!("CARGO_PKG_VERSION")) }
        }
    }
}

fn shown(settings: &Settings) -> Markup {
    html! {
        div.card {
            dl.facts {
                dt { "Kept" } dd { (kept(settings.retain).label) }
                dt { "For" } dd { (days(settings)) }
            }
            p.hint { "This key may not change it (" code { "webhooks:write" } ")." }
        }
    }
}

fn form(viewer: &Viewer, history: &History<'_>) -> Markup {
    let (typed, errors) = (&history.typed, history.errors);
    let retain = Choices { name: "retain", legend: "Which requests are kept", error: errors.at("retain") };
    let hint = format!(
        "{} to {}; empty for as many as the deployment keeps. With fewer than before, older requests are dropped at once.",
        RETENTION_DAYS.start(),
        RETENTION_DAYS.end()
    );
    let length = Field {
        name: "retentionDays",
        label: "For how many days",
        hint: &hint,
        error: errors.at("retentionDays"),
    };
    html! {
        @if errors.0.is_some_and(|error| error.status == 412) {
            p.notice.warning role="alert" {
                "Somebody else has changed this since you opened the page. By now it is: "
                strong { (kept(history.settings.retain).label) } ", " strong { (days(history.settings)) }
                ". What you typed is still here: save it again to put it in that place."
            }
        } @else { (errors.above(&FIELDS)) }
        form.stack method="post" action=(ORG) {
            (token(viewer))
            input type="hidden" name="revision" value=(history.revision);
            (retain.one(&KEPT.map(|(_, choice)| choice), typed.raw("retain")))
            (length.input("text", typed.raw("retentionDays"), false))
            div.actions { button.primary type="submit" { "Save" } }
        }
    }
}

fn kept(retain: Retain) -> Choice<'static> {
    let found = KEPT.into_iter().find(|(known, _)| *known == retain).map(|(_, choice)| choice);
    found.unwrap_or(Choice { value: "", label: "", hint: "" })
}

fn days(settings: &Settings) -> String {
    match settings.retention_days {
        Some(1) => "1 day".to_owned(),
        Some(days) => format!("{days} days"),
        None => "as long as the deployment keeps requests".to_owned(),
    }
}
