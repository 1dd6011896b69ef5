//! Webhooks.

use serde::Deserialize;

/// A webhook, as far as lists show it.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Webhook {
    /// `sub_…`.
    pub id: String,
    /// Where it is sent.
    pub destination: String,
    /// For people.
    pub description: Option<String>,
    /// `active`, `paused` or `disabled`.
    pub status: String,
    /// Why its endpoint was given up.
    pub disabled_reason: Option<String>,
    /// When.
    pub disabled_at: Option<String>,
    /// Which events it gets.
    pub event_types: Vec<String>,
    /// Percent of the matching events.
    pub sample_rate: f64,
}

impl Webhook {
    /// What people call it: its description, else the host that it is sent to.
    pub fn name(&self) -> &str {
        match self.description.as_deref() {
            Some(description) if !description.trim().is_empty() => description,
            _ => self.host(),
        }
    }

    /// The host and path that it is sent to, without what goes without saying.
    pub fn host(&self) -> &str {
        let rest = self.destination.split_once("://").map_or(self.destination.as_str(), |(_, rest)| rest);
        rest.split_once('?').map_or(rest, |(path, _)| path).trim_end_matches('/')
    }

    /// The host that it is sent to, with its port where it has one.
    pub fn domain(&self) -> &str {
        let host = self.host();
        host.split_once('/').map_or(host, |(domain, _)| domain)
    }
}
