//! Token counts.

use serde_json::{Map, Value};

use super::{draft::Draft, names, span::Attributes};
use crate::core::json::whole;

/// The usage that a span tells, under OpenAI's names; `None` where it tells none.
pub(super) fn read(attributes: &Attributes, draft: &mut Draft) -> Option<Value> {
    let mut count = |field: &'static str, names: &[&'static str]| {
        let (name, value) = attributes.first(names)?;
        draft.comes_from(field, name);
        Some(number(value))
    };
    let prompt = count("usage.prompt_tokens", names::PROMPT_TOKENS);
    let completion = count("usage.completion_tokens", names::COMPLETION_TOKENS);
    let total = count("usage.total_tokens", names::TOTAL_TOKENS);
    let detail = |names: &[&'static str]| whole(&number(attributes.first(names)?.1)).map(Value::from);
    let (cache_read, cache_write) = (detail(names::CACHE_READ), detail(names::CACHE_WRITE));
    let prompt = prompt.map(|prompt| with_cached(prompt, &[&cache_read, &cache_write]));
    let prompt_details = members([
        ("cached_tokens", cache_read),
        ("cache_write_tokens", cache_write),
        ("audio_tokens", detail(names::PROMPT_AUDIO)),
    ]);
    let completion_details = members([
        ("reasoning_tokens", detail(names::REASONING)),
        ("audio_tokens", detail(names::COMPLETION_AUDIO)),
    ]);
    members([
        ("prompt_tokens", prompt),
        ("completion_tokens", completion),
        ("total_tokens", total),
        ("prompt_tokens_details", prompt_details),
        ("completion_tokens_details", completion_details),
    ])
}

/// The conventions count cached tokens as a part of the prompt. An instrumentation that passes Anthropic's counts on as they are
/// counts them beside it, which shows where they are more than the whole.
fn with_cached(prompt: Value, cached: &[&Option<Value>]) -> Value {
    let cached = cached.iter().filter_map(|count| count.as_ref()?.as_u64());
    let cached = cached.fold(0, u64::saturating_add);
    match whole(&prompt) {
        Some(prompt) if cached > prompt => prompt.saturating_add(cached).into(),
        _ => prompt,
    }
}

/// A number that came as text, as the number; anything else as it is.
pub(super) fn number(value: &Value) -> Value {
    let parsed = value.as_str().and_then(|text| serde_json::from_str(text.trim()).ok());
    parsed.filter(Value::is_number).unwrap_or_else(|| value.clone())
}

fn members<const N: usize>(all: [(&str, Option<Value>); N]) -> Option<Value> {
    let given = all.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?)));
    let members: Map<String, Value> = given.collect();
    (!members.is_empty()).then(|| members.into())
}
