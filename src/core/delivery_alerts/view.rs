//! An alert as the API shows it, and for what it fires.

use serde::Serialize;

use super::{Alert, Firing};
use crate::core::time::Timestamp;

/// An alert with what it fires for now.
#[derive(Debug, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(utoipa::ToSchema), schema(as = AlertWithFiring))]
pub struct Detailed<'a> {
    /// The alert.
    #[serde(flatten)]
    pub alert: &'a Alert,
    /// The webhooks that it fires for, those for the longest time first.
    pub firing: Vec<FiringView<'a>>,
}

/// A webhook that an alert fires for.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(not(target_arch = "wasm32"), derive(utoipa::ToSchema), schema(as = AlertFiring))]
pub struct FiringView<'a> {
    /// The webhook's id.
    pub webhook_id: &'a str,
    /// When it began.
    #[cfg_attr(not(target_arch = "wasm32"), schema(format = DateTime))]
    pub since: String,
    /// What was seen last, in the metric's unit.
    pub value: f64,
    /// When that was.
    #[cfg_attr(not(target_arch = "wasm32"), schema(format = DateTime))]
    pub seen_at: String,
}

impl<'a> Detailed<'a> {
    /// With what fires of this alert.
    pub fn new(alert: &'a Alert, firing: &'a [Firing]) -> Self {
        let mut firing: Vec<&Firing> = firing.iter().collect();
        firing.sort_by_key(|firing| firing.since);
        Self { alert, firing: firing.into_iter().map(FiringView::from).collect() }
    }
}

impl<'a> From<&'a Firing> for FiringView<'a> {
    fn from(firing: &'a Firing) -> Self {
        let time = |at: i64| Timestamp::from_millis(at).to_string();
        Self {
            webhook_id: &firing.webhook,
            since: time(firing.since),
            value: firing.value,
            seen_at: time(firing.seen_at),
        }
    }
}
