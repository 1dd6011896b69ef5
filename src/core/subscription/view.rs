//! A subscription as the API shows it: Helicone's columns first, so that its clients find what they know, then ours.

use serde::Serialize;

use super::{Format, Oversize, Subscription};
use crate::core::{event::EventTypePattern, filter::PropertyFilter, signature::SigningKeys, time::Timestamp};

/// What Helicone's API calls the version of each webhook.
const HELICONE_VERSION: &str = "2024-10-22";

/// One subscription in an answer.
#[derive(Debug, Serialize)]
pub struct View<'a> {
    id: &'a str,
    created_at: String,
    destination: &'a str,
    version: &'static str,
    config: Config<'a>,
    /// Helicone's signing key. Its list returns it every time, and its clients read it from there.
    #[serde(skip_serializing_if = "Option::is_none")]
    hmac_key: Option<&'a str>,
    /// The Standard Webhooks secret, shown once, at creation.
    #[serde(skip_serializing_if = "Option::is_none")]
    signing_secret: Option<&'a str>,
    #[serde(rename = "eventTypes")]
    event_types: &'a [EventTypePattern],
    #[serde(rename = "sampleRate")]
    sample_rate: f64,
    #[serde(rename = "propertyFilters")]
    property_filters: &'a [PropertyFilter],
    #[serde(rename = "includeData")]
    include_data: bool,
    format: Format,
    oversize: Oversize,
    #[serde(rename = "apiVersion")]
    api_version: &'a str,
    #[serde(rename = "retrySchedule")]
    retry_schedule: Option<&'a [u32]>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Config<'a> {
    sample_rate: f64,
    property_filters: &'a [PropertyFilter],
    include_data: bool,
}

/// Shows a subscription with its newest keys; the Standard Webhooks secret only where `show_secret` says so.
pub fn view<'a>(
    subscription: &'a Subscription,
    keys: Option<&'a SigningKeys>,
    show_secret: bool,
) -> View<'a> {
    View {
        id: &subscription.id,
        created_at: Timestamp::from_millis(subscription.created_at).to_string(),
        destination: &subscription.destination,
        version: HELICONE_VERSION,
        config: Config {
            sample_rate: subscription.sample_rate,
            property_filters: &subscription.property_filters,
            include_data: subscription.include_data,
        },
        hmac_key: keys.map(|keys| keys.hmac_key.as_str()),
        signing_secret: keys.filter(|_| show_secret).map(|keys| keys.signing_secret.as_str()),
        event_types: &subscription.event_types,
        sample_rate: subscription.sample_rate,
        property_filters: &subscription.property_filters,
        include_data: subscription.include_data,
        format: subscription.format,
        oversize: subscription.oversize,
        api_version: &subscription.api_version,
        retry_schedule: subscription.retry_schedule.as_deref(),
    }
}
