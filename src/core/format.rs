//! How a delivered body may look: what the owner of a subscription chooses from.

use serde::{Deserialize, Serialize};

/// The shape of a delivered body.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(not(target_arch = "wasm32"), derive(utoipa::ToSchema))]
pub enum Format {
    /// Helicone's flat body for `request.*`; other types have no Helicone shape and are sent as `standard`.
    #[default]
    Helicone,
    /// Standard Webhooks' `{type, timestamp, data}` for every type.
    Standard,
    /// CloudEvents 1.0, for every type.
    CloudEvents,
}

/// Where the attributes of a CloudEvent stand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(not(target_arch = "wasm32"), derive(utoipa::ToSchema))]
pub enum ContentMode {
    /// In the body, as `application/cloudevents+json`.
    #[default]
    Structured,
    /// In `ce-` headers, which no signature covers; the body is the event's data alone.
    Binary,
}

/// What becomes of a body over 10 KB.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(not(target_arch = "wasm32"), derive(utoipa::ToSchema))]
pub enum Oversize {
    /// Its first 10,240 bytes are sent as a string.
    #[default]
    Truncate,
    /// Helicone's marker text stands in its place.
    Marker,
}
