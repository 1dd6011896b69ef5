//! What an event's bodies say of it: one response where they hold the pieces of a stream, then the model and the token counts
//! where the event itself says nothing of them.

use serde_json::json;

use crate::core::{
    event::{Event, MAX_TEXT, Usage},
    exchange::{Outline, TokenCounts, assemble},
    json::Canonical,
};

/// The largest stream that is put together, as JSON text in bytes. A larger one stays as it came, and is put together by whoever
/// reads it.
const MAX_STREAM: usize = 16 * 1024 * 1024;

/// How many values a list of pieces may hold, told by its commas. A list is read as a whole, at up to a hundred bytes a value, and
/// the isolate's memory is shared; of text one piece at a time is held.
const MAX_VALUES: usize = 400_000;

/// Puts a stream together, and fills in what the bodies say and the event does not.
pub(super) fn read(event: &mut Event) {
    if let Some(whole) = event.response.as_ref().and_then(whole) {
        event.response = Some(whole);
    }
    let lacks_usage = event.usage.json.is_none();
    if event.model.is_some() && !lacks_usage {
        return;
    }
    let outline = |body: &Option<Canonical>| body.as_ref().map(|body| Outline::read(body.as_str()));
    let answered = outline(&event.response).unwrap_or_default();
    if event.model.is_none() {
        let model = answered.model.or_else(|| outline(&event.request)?.model);
        event.model = model.filter(|model| model.chars().count() <= MAX_TEXT);
    }
    if lacks_usage && answered.usage != TokenCounts::default() {
        event.usage = usage(answered.usage);
    }
}

fn whole(response: &Canonical) -> Option<Canonical> {
    let text = response.as_str();
    if text.len() > MAX_STREAM || !assemble::may_be_stream(text) || is_too_many(text) {
        return None;
    }
    Canonical::from_text(&assemble::from_json(text)?.to_string()).ok()
}

fn is_too_many(json: &str) -> bool {
    !json.starts_with('"') && json.bytes().filter(|byte| *byte == b',').count() > MAX_VALUES
}

/// The counts as a gateway would have given them, details under OpenAI's names.
fn usage(counts: TokenCounts) -> Usage {
    let mut json = serde_json::Map::new();
    let totals = [
        ("prompt_tokens", counts.prompt),
        ("completion_tokens", counts.completion),
        ("total_tokens", counts.total),
    ];
    json.extend(totals.into_iter().filter_map(|(name, count)| Some((name.to_owned(), json!(count?)))));
    let mut details = |name: &str, parts: &[(&str, Option<u64>)]| {
        let known: serde_json::Map<_, _> =
            parts.iter().filter_map(|(name, count)| Some(((*name).to_owned(), json!((*count)?)))).collect();
        if !known.is_empty() {
            json.insert(name.to_owned(), known.into());
        }
    };
    details(
        "prompt_tokens_details",
        &[("cached_tokens", counts.cache_read), ("cache_write_tokens", counts.cache_write)],
    );
    details("completion_tokens_details", &[("reasoning_tokens", counts.reasoning)]);
    Usage {
        prompt: counts.prompt,
        completion: counts.completion,
        total: counts.total,
        json: Canonical::from_text(&serde_json::Value::Object(json).to_string()).ok(),
    }
}
