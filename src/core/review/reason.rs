//! Which deliveries people are to look at.

use serde::{Deserialize, Serialize};

use crate::core::{
    event::{EventTypePattern, is_request},
    inbox::Payload,
    json::Fields,
    sampling::is_sampled,
};

/// Picked unless `REVIEW_EVENTS` says otherwise.
const DEFAULT_EVENTS: &str = "guardrail.blocked,eval.failed";

/// The custom properties that ask for a look where they are `true`.
const PROPERTIES: [&str; 2] = ["flagged", "review"];

/// What the sample is drawn under, in the place of a subscription.
const SAMPLE: &str = "heliograph/review";

/// Why a delivery is in the queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Reason {
    /// Its property `flagged` or `review` is true.
    Flagged,
    /// It tells that somebody did not like an answer.
    Feedback,
    /// Its type is one of those that are always looked at.
    Event,
    /// It was drawn.
    Sample,
}

impl Reason {
    /// As it is stored and shown.
    pub fn name(self) -> &'static str {
        match self {
            Self::Flagged => "flagged",
            Self::Feedback => "feedback",
            Self::Event => "event",
            Self::Sample => "sample",
        }
    }
}

/// What is picked.
#[derive(Clone, Debug, PartialEq)]
pub struct Policy {
    events: Vec<EventTypePattern>,
    sample: f64,
}

impl Policy {
    /// Reads `REVIEW_EVENTS` (patterns with commas between, or `none`) and `REVIEW_SAMPLE` (percent); an error names the setting.
    pub fn read(events: Option<&str>, sample: Option<&str>) -> Result<Self, &'static str> {
        const EVENTS: &str =
            "REVIEW_EVENTS: must be event types such as eval.failed, prefixes such as guardrail.*, or none";
        const SAMPLE: &str = "REVIEW_SAMPLE: must be a number from 0 to 100, in percent";
        let names = events.unwrap_or(DEFAULT_EVENTS).split(',').map(str::trim);
        let patterns: Option<Vec<_>> =
            names.filter(|name| !name.is_empty() && *name != "none").map(EventTypePattern::parse).collect();
        let sample: f64 = sample.unwrap_or("0").trim().parse().map_err(|_| SAMPLE)?;
        if !(0.0..=100.0).contains(&sample) {
            return Err(SAMPLE);
        }
        Ok(Self { events: patterns.ok_or(EVENTS)?, sample })
    }

    /// Why a delivery is picked, if it is. The sample is of LLM requests alone, drawn by the request's id, so that all events of
    /// a request are drawn alike.
    pub fn pick(&self, id: &str, event_type: &str, body: &str, payload: &Payload) -> Option<Reason> {
        let properties = &payload.metadata.properties;
        let is_true =
            |name: &&str| properties.get(*name).is_some_and(|value| value.eq_ignore_ascii_case("true"));
        let drawn_by = payload.request_id.as_deref().unwrap_or(id);
        if PROPERTIES.iter().any(is_true) {
            Some(Reason::Flagged)
        } else if is_dislike(event_type, body) {
            Some(Reason::Feedback)
        } else if self.events.iter().any(|pattern| pattern.matches(event_type)) {
            Some(Reason::Event)
        } else if is_request(event_type) && is_sampled(self.sample, SAMPLE, drawn_by) {
            Some(Reason::Sample)
        } else {
            None
        }
    }
}

/// Feedback that says no: of the type `feedback.negative`, or of another type of feedback with a `rating` that is false, or a number
/// of 0 or less.
fn is_dislike(event_type: &str, body: &str) -> bool {
    let Some(rest) = event_type.strip_prefix("feedback") else { return false };
    match rest {
        ".negative" => true,
        "" => is_rated_badly(body),
        _ => rest.starts_with('.') && is_rated_badly(body),
    }
}

fn is_rated_badly(body: &str) -> bool {
    let rating = || -> Option<serde_json::Value> {
        let outer: Fields = serde_json::from_str(body).ok()?;
        let data: Option<Fields> = outer.get("data").and_then(|data| serde_json::from_str(data.get()).ok());
        let rating = data.as_ref().and_then(|data| data.get("rating")).or_else(|| outer.get("rating"))?;
        serde_json::from_str(rating.get()).ok()
    };
    match rating() {
        Some(serde_json::Value::Bool(is_liked)) => !is_liked,
        Some(serde_json::Value::Number(number)) => number.as_f64().is_some_and(|number| number <= 0.0),
        _ => false,
    }
}
