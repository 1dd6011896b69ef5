//! The cost of a request whose gateway did not say it.

use std::borrow::Cow;

use serde_json::Value;

use crate::core::{
    event::{Event, is_request},
    json::{Canonical, Fields},
    pricing::{self, Amount, CostNote, Counts, Question, Status},
};

/// Members of an event that say that the gateway answered from its cache.
const CACHED: [&str; 2] = ["cached", "cache_hit"];
/// Headers that say so with `HIT`, which arrive as properties.
const CACHE_PROPERTIES: [&str; 2] = ["helicone-cache", "cf-aig-cache-status"];

/// Fills in the cost, and how it came about. One that was given stands.
pub(super) fn price(event: &mut Event) {
    if event.cost.is_some() || !is_request(&event.event_type) {
        return;
    }
    let (status, cost) = match is_cached(event) {
        true => (Status::CacheHit, Some(Amount::ZERO)),
        false => by_table(event),
    };
    event.cost = cost.map(Amount::dollars);
    let is_by_table = !matches!(status, Status::CacheHit | Status::NoUsage);
    let version = is_by_table.then(|| pricing::version().to_owned());
    event.priced = Some(CostNote { status, version });
}

fn is_cached(event: &Event) -> bool {
    let by_member =
        event.extra.iter().any(|(name, value)| CACHED.contains(&name.as_str()) && value.as_str() == "true");
    let is_hit = |(name, value): &(String, String)| {
        CACHE_PROPERTIES.iter().any(|known| name.eq_ignore_ascii_case(known))
            && value.eq_ignore_ascii_case("hit")
    };
    by_member || event.properties.iter().any(is_hit)
}

fn by_table(event: &Event) -> (Status, Option<Amount>) {
    let given = event.usage.json.as_ref().and_then(|json| serde_json::from_str(json.as_str()).ok());
    let (answered, tier) = event.response.as_ref().map(from_response).unwrap_or_default();
    let Some(usage) = preferred(given, answered) else { return (Status::NoUsage, None) };
    let text = |name: &str| usage.get(name).and_then(Value::as_str);
    let context: Vec<(&str, &str)> = [
        text("service_tier").or(tier.as_deref()).map(|tier| match tier {
            "batch" => ("processing", tier),
            _ => ("service_tier", tier),
        }),
        text("speed").map(|speed| ("speed", speed)),
    ]
    .into_iter()
    .flatten()
    .collect();
    let answer = pricing::price(&Question {
        provider: event.provider.as_deref(),
        model: event.model.as_deref(),
        counts: &Counts::reported(&usage),
        context: &context,
        at: event.created_at,
    });
    (answer.status, answer.cost)
}

/// The counts that tell more. The event's stand where the response's contradict them; where both say the same, the response's have the
/// details that a gateway leaves out.
fn preferred(given: Option<Value>, answered: Option<Value>) -> Option<Value> {
    match (given, answered) {
        (Some(given), Some(answered)) if !Counts::agree(&given, &answered) => Some(given),
        (given, answered) => answered.or(given),
    }
}

/// What a response says of its usage and of how it was served.
fn from_response(response: &Canonical) -> (Option<Value>, Option<String>) {
    let text = match response.string_value() {
        Some(text) => Cow::Owned(text),
        None => Cow::Borrowed(response.as_str()),
    };
    // Most of a body is text of people's, which is not read unless there is something to find.
    if !text.trim_start().starts_with('{') || !(text.contains("\"usage") || text.contains("\"service_tier\""))
    {
        return (None, None);
    }
    let fields: Fields<'_> = serde_json::from_str(&text).unwrap_or_default();
    let usage = ["usage", "usageMetadata", "usage_info"].iter().find_map(|name| {
        serde_json::from_str::<Value>(fields.get(name)?.get()).ok().filter(Value::is_object)
    });
    let tier = fields.get("service_tier").and_then(|raw| serde_json::from_str(raw.get()).ok());
    (usage, tier)
}
