//! Which deliveries somebody wants to see, as it stands in the form and in the page's address.

use maud::{Markup, html};

use super::options;
use crate::{
    console::{
        form::{Form, query},
        models::webhook::Webhook,
        parts::fields::Field,
        viewer::Viewer,
    },
    core::envelope::ApiError,
};

const STATES: [(&str, &str); 6] = [
    ("", "any"),
    ("delivered", "delivered"),
    ("retrying", "retrying"),
    ("dead", "dead"),
    ("held", "held"),
    ("waiting", "waiting"),
];

/// The filters, as they were typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filters {
    /// The webhook's id.
    pub webhook: Option<String>,
    state: Option<String>,
    event_type: Option<String>,
    status: Option<String>,
    request: Option<String>,
    user: Option<String>,
    since: Option<String>,
    until: Option<String>,
    cursor: Option<String>,
}

impl Filters {
    /// From the page's address.
    pub fn read(asked: &Form) -> Self {
        let text = |name: &str| asked.text(name).map(str::to_owned);
        Self {
            webhook: text("webhook"),
            state: text("state"),
            event_type: text("type"),
            status: text("status"),
            request: text("request"),
            user: text("user"),
            since: text("since"),
            until: text("until"),
            cursor: text("cursor"),
        }
    }

    /// The same in the words of the API, with the question mark.
    pub fn for_api(&self) -> String {
        let (since, until) = (self.since.as_deref().map(moment), self.until.as_deref().map(moment));
        query(&[
            ("state", self.state.as_deref()),
            ("eventType", self.event_type.as_deref()),
            ("status", self.status.as_deref()),
            ("requestId", self.request.as_deref()),
            ("userId", self.user.as_deref()),
            ("since", since.as_deref()),
            ("until", until.as_deref()),
            ("cursor", self.cursor.as_deref()),
        ])
    }

    /// The address of the page behind this one.
    pub fn next(&self, cursor: &str) -> String {
        let query = query(&[
            ("webhook", self.webhook.as_deref()),
            ("state", self.state.as_deref()),
            ("type", self.event_type.as_deref()),
            ("status", self.status.as_deref()),
            ("request", self.request.as_deref()),
            ("user", self.user.as_deref()),
            ("since", self.since.as_deref()),
            ("until", self.until.as_deref()),
            ("cursor", Some(cursor)),
        ]);
        format!("/console/deliveries{query}")
    }

    /// Whether some deliveries are left out.
    pub fn is_any(&self) -> bool {
        *self != Self { webhook: self.webhook.clone(), ..Self::default() }
    }

    /// The form. `error` is what the API has against it.
    pub fn form(&self, viewer: &Viewer, webhooks: &[Webhook], error: Option<&ApiError>) -> Markup {
        let field = |name: &'static str, label: &'static str, of_api: &str| Field {
            name,
            label,
            hint: "",
            error: error.filter(|error| error.field.as_deref() == Some(of_api)).map(ApiError::rule),
        };
        let typed = |text: &Option<String>| text.clone().unwrap_or_default();
        html! {
            form.filters.many method="get" action="/console/deliveries" {
                (field("webhook", "Subscription", "webhook").select(&options(webhooks, Some("all")), &typed(&self.webhook)))
                (field("state", "State", "state").select(&STATES, &typed(&self.state)))
                (field("type", "Event type", "eventType").input("text", &typed(&self.event_type), false))
                (field("status", "Answer (such as 5xx)", "status").input("text", &typed(&self.status), false))
                (field("request", "Request or event id", "requestId").input("text", &typed(&self.request), false))
                @if viewer.sees_requests() {
                    (field("user", "User id", "userId").input("text", &typed(&self.user), false))
                }
                (field("since", "Since (UTC)", "since").input("datetime-local", &typed(&self.since), false))
                (field("until", "Until (UTC)", "until").input("datetime-local", &typed(&self.until), false))
                div.actions {
                    button type="submit" { "Show" }
                    @if self.is_any() || self.webhook.is_some() { a href="/console/deliveries" { "Show all" } }
                }
            }
        }
    }
}

/// A moment as browsers write it, in UTC, as the API takes it; anything else as it is.
pub fn moment(typed: &str) -> String {
    let is_plain =
        typed.len() >= 16 && typed.bytes().all(|byte| byte.is_ascii_digit() || b"-:T.".contains(&byte));
    match typed.len() {
        16 if is_plain => format!("{typed}:00Z"),
        _ if is_plain => format!("{typed}Z"),
        _ => typed.to_owned(),
    }
}
