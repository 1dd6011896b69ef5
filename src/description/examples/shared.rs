//! What the examples have in common.

use serde_json::Value;

use crate::core::payload::Place;

/// 2026-11-21T09:00:00Z, when everything in the examples happens.
pub const NOW: i64 = 1_795_251_600_000;
/// The id of a webhook.
pub const WEBHOOK: &str = "sub_4780bffc40b9943f654998c67b7fda4b";
/// Whose events they are.
pub const PLACE: Place<'static> = Place { org: "default", base_url: "https://hooks.example.com" };
/// The id of a delivery.
pub const DELIVERY: &str = "msg_a167065238948a7d1d65ec0eb4e51f1e";
/// The id of a request.
pub const REQUEST: &str = "0f4d7f3e-6d0c-4c53-9a53-1f6f1d2b7c11";

/// A value as JSON.
pub fn to_value(value: &impl serde::Serialize) -> Value {
    serde_json::to_value(value).unwrap_or_default()
}
