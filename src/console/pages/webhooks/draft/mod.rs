//! What somebody typed about a subscription, as they typed it: read from a form or from a subscription, and turned into the
//! API's settings. What is wrong is said at its field, and what was typed is kept.

mod errors;
mod settings;

pub use errors::{Errors, NAMES};

use crate::{
    console::{form::Form, models::subscription::Subscription},
    core::{api_version::ApiVersion, event::REQUEST_COMPLETED},
};

/// The fields of the form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// The endpoint's URL.
    pub destination: String,
    /// For people.
    pub description: String,
    /// Whether it begins paused; of new ones alone.
    pub is_paused: bool,
    /// The types that are ticked.
    pub types: Vec<String>,
    /// Others, and patterns, separated by commas or spaces.
    pub patterns: String,
    /// Percent.
    pub sample_rate: String,
    /// Names and values of properties.
    pub property_filters: Vec<(String, String)>,
    /// A content filter, as JSON.
    pub filter: String,
    /// Whether the URL of the full exchange is sent along.
    pub include_data: bool,
    /// See the API.
    pub format: String,
    /// See the API.
    pub content_mode: String,
    /// See the API.
    pub oversize: String,
    /// What of an event leaves, as JSON.
    pub fields: String,
    /// See the API.
    pub api_version: String,
    /// The schemes that are ticked.
    pub signatures: Vec<String>,
    /// Names and values of headers to be set.
    pub headers: Vec<(String, String)>,
    /// Names of headers to be removed.
    pub removed_headers: Vec<String>,
    /// Milliseconds.
    pub timeout_ms: String,
    /// Attempts in a second.
    pub rate_limit: String,
    /// Whether the endpoint has to allow deliveries.
    pub handshake: bool,
    /// Seconds, separated by commas; `none` for no retries.
    pub retry_schedule: String,
}

/// What stands for a schedule without retries, which is another thing than no schedule of one's own.
pub const NO_RETRIES: &str = "none";

impl Default for Draft {
    /// The form of a new subscription.
    fn default() -> Self {
        Self {
            destination: String::new(),
            description: String::new(),
            is_paused: false,
            types: vec![REQUEST_COMPLETED.to_owned()],
            patterns: String::new(),
            sample_rate: "100".to_owned(),
            property_filters: Vec::new(),
            filter: String::new(),
            include_data: true,
            format: "helicone".to_owned(),
            content_mode: "structured".to_owned(),
            oversize: "truncate".to_owned(),
            fields: String::new(),
            api_version: ApiVersion::NEWEST.name().to_owned(),
            signatures: vec!["helicone".to_owned(), "v1".to_owned()],
            headers: Vec::new(),
            removed_headers: Vec::new(),
            timeout_ms: String::new(),
            rate_limit: String::new(),
            handshake: false,
            retry_schedule: String::new(),
        }
    }
}

impl Draft {
    /// The form of a subscription as it is.
    pub fn of(subscription: &Subscription) -> Self {
        let number = |number: Option<u32>| number.map(|number| number.to_string()).unwrap_or_default();
        let json = |value: &Option<serde_json::Value>| {
            value.as_ref().and_then(|value| serde_json::to_string_pretty(value).ok()).unwrap_or_default()
        };
        Self {
            destination: subscription.webhook.destination.clone(),
            description: subscription.webhook.description.clone().unwrap_or_default(),
            is_paused: false,
            types: subscription.webhook.event_types.clone(),
            patterns: String::new(),
            sample_rate: subscription.webhook.sample_rate.to_string(),
            property_filters: subscription
                .property_filters
                .iter()
                .map(|filter| (filter.key.clone(), filter.value.clone()))
                .collect(),
            filter: json(&subscription.filter),
            include_data: subscription.include_data,
            format: subscription.format.clone(),
            content_mode: subscription.content_mode.clone(),
            oversize: subscription.oversize.clone(),
            fields: json(&subscription.fields),
            api_version: subscription.api_version.clone(),
            signatures: subscription.signatures.clone(),
            headers: Vec::new(),
            removed_headers: Vec::new(),
            timeout_ms: number(subscription.timeout_ms),
            rate_limit: number(subscription.rate_limit),
            handshake: subscription.handshake,
            retry_schedule: match &subscription.retry_schedule {
                None => String::new(),
                Some(delays) if delays.is_empty() => NO_RETRIES.to_owned(),
                Some(delays) => delays.iter().map(u32::to_string).collect::<Vec<_>>().join(", "),
            },
        }
    }

    /// What a form holds.
    pub fn read(form: &Form) -> Self {
        let text = |name: &str| form.raw(name).trim().to_owned();
        let all = |name: &str| form.all(name).map(str::to_owned).collect();
        Self {
            destination: text("destination"),
            description: text("description"),
            is_paused: form.is_on("paused"),
            types: all("type"),
            patterns: text("patterns"),
            sample_rate: text("sampleRate"),
            property_filters: pairs(form, "filterKey", "filterValue"),
            // Lines that end as this system's do, else an unchanged text would look changed.
            filter: text("filter").replace("\r\n", "\n"),
            include_data: form.is_on("includeData"),
            format: text("format"),
            content_mode: text("contentMode"),
            oversize: text("oversize"),
            fields: text("fields").replace("\r\n", "\n"),
            api_version: text("apiVersion"),
            signatures: all("signature"),
            headers: pairs(form, "headerName", "headerValue"),
            removed_headers: all("removeHeader"),
            timeout_ms: text("timeoutMs"),
            rate_limit: text("rateLimit"),
            handshake: form.is_on("handshake"),
            retry_schedule: text("retrySchedule"),
        }
    }
}

/// Rows of two fields, without those that are empty.
fn pairs(form: &Form, first: &str, second: &str) -> Vec<(String, String)> {
    form.all(first)
        .zip(form.all(second))
        .map(|(name, value)| (name.trim().to_owned(), value.to_owned()))
        .filter(|(name, value)| !name.is_empty() || !value.is_empty())
        .collect()
}
