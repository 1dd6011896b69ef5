//! Token counts, under the names that gateways and providers use for them.

use serde_json::value::RawValue;

use super::value::{kind_of, number, object};
use crate::core::{
    field::FieldError,
    json::{Canonical, Fields, write_key, write_number},
};

const PROMPT: [&str; 5] = ["prompt_tokens", "promptTokens", "input_tokens", "inputTokens", "prompt"];
const COMPLETION: [&str; 5] =
    ["completion_tokens", "completionTokens", "output_tokens", "outputTokens", "completion"];
const TOTAL: [&str; 3] = ["total_tokens", "totalTokens", "total"];
const CACHES: [&str; 4] = [
    "cache_read_input_tokens",
    "cache_creation_input_tokens",
    "cacheReadInputTokens",
    "cacheWriteInputTokens",
];

/// The largest count a JavaScript receiver can hold exactly: 2^53 - 1.
const MAX_TOKENS: f64 = 9_007_199_254_740_991.0;

/// Token counts of one request. Absent is unknown, which is not zero.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Usage {
    /// Tokens of the prompt.
    pub prompt: Option<u64>,
    /// Tokens of the completion.
    pub completion: Option<u64>,
    /// The sum of both counts, as Helicone computes it; the total that was given where one of them is unknown.
    pub total: Option<u64>,
    /// The object to pass on: the counts under OpenAI's names, then whatever else was given (details, cache counts). Where cached
    /// tokens stand beside the prompt's, that keeps its own name as well, by which one can tell.
    pub json: Option<Canonical>,
}

impl Usage {
    /// Reads a `usage` object.
    pub(in crate::core) fn read(raw: &RawValue) -> Result<Self, FieldError> {
        let fields = object(raw, "usage")?;
        let prompt = count(&fields, &PROMPT)?;
        let completion = count(&fields, &COMPLETION)?;
        let given_total = count(&fields, &TOTAL)?;
        let total = match (prompt, completion) {
            (Some(prompt), Some(completion)) => Some(prompt.saturating_add(completion)),
            _ => given_total,
        };
        let mut out = vec![b'{'];
        for (name, count) in
            [("prompt_tokens", prompt), ("completion_tokens", completion), ("total_tokens", total)]
        {
            if let Some(count) = count {
                write_key(name, &mut out);
                write_number(count as f64, &mut out);
            }
        }
        // Anthropic and Bedrock count cached tokens beside this one, and only its name tells.
        let is_beside = CACHES.iter().any(|name| fields.get(name).is_some());
        let is_count = |name: &str| {
            let is_kept = is_beside && ["input_tokens", "inputTokens"].contains(&name);
            !is_kept && PROMPT.iter().chain(&COMPLETION).chain(&TOTAL).any(|known| *known == name)
        };
        for (name, value) in fields.iter().filter(|(name, _)| !is_count(name)) {
            write_key(name, &mut out);
            out.extend_from_slice(value.get().as_bytes());
        }
        out.push(b'}');
        let json = Canonical::from_text(&String::from_utf8(out).unwrap_or_default())
            .map_err(|error| FieldError::new("usage", error.to_string()))?;
        Ok(Self { prompt, completion, total, json: Some(json) })
    }
}

fn count(fields: &Fields<'_>, names: &[&str]) -> Result<Option<u64>, FieldError> {
    for name in names {
        let Some(value) = fields.get(name).filter(|value| value.get() != "null") else { continue };
        let path = format!("usage.{name}");
        let number = number(value, &path)?;
        if number.fract() != 0.0 || !(0.0..=MAX_TOKENS).contains(&number) {
            let problem = format!("must be a whole number of tokens, 0 or more, not {}", kind_of(value));
            return Err(FieldError::new(path, problem));
        }
        return Ok(Some(number as u64));
    }
    Ok(None)
}
