//! What an API key may do.

use serde::{Deserialize, Serialize};

/// One permission.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(utoipa::ToSchema))]
pub enum Scope {
    /// Sending events.
    #[serde(rename = "events:write")]
    EventsWrite,
    /// Reading subscriptions.
    #[serde(rename = "webhooks:read")]
    WebhooksRead,
    /// Changing subscriptions, and reading their secrets.
    #[serde(rename = "webhooks:write")]
    WebhooksWrite,
    /// Reading the history of requests.
    #[serde(rename = "requests:read")]
    RequestsRead,
    /// Writing scores, properties and feedback.
    #[serde(rename = "scores:write")]
    ScoresWrite,
}

impl Scope {
    /// Every scope.
    pub const ALL: [Self; 5] =
        [Self::EventsWrite, Self::WebhooksRead, Self::WebhooksWrite, Self::RequestsRead, Self::ScoresWrite];

    /// As it is written.
    pub fn name(self) -> &'static str {
        match self {
            Self::EventsWrite => "events:write",
            Self::WebhooksRead => "webhooks:read",
            Self::WebhooksWrite => "webhooks:write",
            Self::RequestsRead => "requests:read",
            Self::ScoresWrite => "scores:write",
        }
    }

    /// Reads a scope.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scope| scope.name() == text)
    }
}
