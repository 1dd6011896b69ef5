//! The Analytics Engine, where one is bound as `ANALYTICS`.

use worker::{AnalyticsEngineDataPointBuilder, Env};

use super::log::Line;
use crate::core::analytics::Point;

/// The binding.
const BINDING: &str = "ANALYTICS";

/// Whether there is one.
pub fn is_bound(env: &Env) -> bool {
    env.analytics_engine(BINDING).is_ok()
}

/// Writes points, where it is bound. The platform takes them without an answer; what it refuses at once is logged and lost.
pub fn write(env: &Env, points: &[Point]) {
    let Ok(dataset) = env.analytics_engine(BINDING) else { return };
    let write = |point: &Point| {
        AnalyticsEngineDataPointBuilder::new()
            .indexes([point.index.as_str()])
            .blobs(point.blobs.iter().map(String::as_str))
            .doubles(point.doubles.iter().copied())
            .write_to(&dataset)
    };
    let lost = points.iter().filter(|point| write(point).is_err()).count();
    if lost > 0 {
        Line::warn("analytics.lost").size("points", lost).emit();
    }
}
