//! Token counts, as the response reports them.
//!
//! Providers disagree on what a count includes. Here cached tokens are a part of the prompt and reasoning is a part of the
//! completion, as in OpenTelemetry; whoever reports them beside is added up.

use serde_json::Value;

use super::dialect::Dialect;
use crate::core::json::whole;

/// The counts of one exchange, in tokens. Absent is unknown, which is not zero.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TokenCounts {
    /// The prompt, cached tokens included.
    pub prompt: Option<u64>,
    /// The completion, reasoning included.
    pub completion: Option<u64>,
    /// The sum of both; the total that was given where one of them is unknown.
    pub total: Option<u64>,
    /// Of the prompt: read from a cache.
    pub cache_read: Option<u64>,
    /// Of the prompt: written to a cache.
    pub cache_write: Option<u64>,
    /// Of the completion: thoughts.
    pub reasoning: Option<u64>,
}

impl TokenCounts {
    pub(super) fn read(dialect: Dialect, response: &Value) -> Self {
        let usage = ["usage", "usageMetadata"].iter().find_map(|name| {
            let usage = response.get(*name)?;
            usage.is_object().then_some(Counts(usage))
        });
        let Some(usage) = usage else { return Self::default() };
        let counts = match dialect {
            Dialect::Gemini => of_gemini(usage),
            Dialect::Anthropic => of_anthropic(usage),
            // Anthropic's names for what went through the cache, on an answer that does not look like one of its.
            Dialect::Unknown if usage.first(&CACHE_READS).or(usage.first(&CACHE_WRITES)).is_some() => {
                of_anthropic(usage)
            }
            _ => of_openai(usage),
        };
        let sum = counts
            .prompt
            .zip(counts.completion)
            .map(|(prompt, completion)| prompt.saturating_add(completion));
        Self { total: sum.or(counts.total), ..counts }
    }

    /// Reads a usage object by itself, of whose format its names have to tell. Cached tokens stand beside `input_tokens` where
    /// they are named as Anthropic and Bedrock do, and within `prompt_tokens` however they are named.
    pub fn of_usage(usage: &Value) -> Self {
        let counts = Counts(usage);
        if counts.first(&["/promptTokenCount", "/candidatesTokenCount"]).is_some() {
            return of_gemini(counts);
        }
        let is_beside = counts.first(&["/input_tokens", "/inputTokens"]).is_some()
            && counts.first(&CACHE_READS).or(counts.first(&CACHE_WRITES)).is_some();
        if is_beside { of_anthropic(counts) } else { of_openai(counts) }
    }
}

/// What was read from a cache, as Anthropic and Bedrock name it.
const CACHE_READS: [&str; 2] = ["/cache_read_input_tokens", "/cacheReadInputTokens"];
/// What was written to one, likewise.
const CACHE_WRITES: [&str; 2] = ["/cache_creation_input_tokens", "/cacheWriteInputTokens"];

#[derive(Clone, Copy)]
struct Counts<'a>(&'a Value);

impl Counts<'_> {
    /// The first of these that is a count.
    fn first(self, pointers: &[&str]) -> Option<u64> {
        pointers.iter().find_map(|pointer| whole(self.0.pointer(pointer)?))
    }
}

/// Chat completions, older completions, embeddings, responses, and whoever follows them.
fn of_openai(usage: Counts<'_>) -> TokenCounts {
    let prompt = usage.first(&["/prompt_tokens", "/input_tokens"]);
    let completion = usage.first(&["/completion_tokens", "/output_tokens"]);
    let total = usage.first(&["/total_tokens"]);
    let reasoning = usage.first(&[
        "/completion_tokens_details/reasoning_tokens",
        "/output_tokens_details/reasoning_tokens",
        "/reasoning_tokens",
        "/reasoningTokens",
    ]);
    TokenCounts {
        prompt,
        // xAI reports reasoning beside the completion. Only the total tells.
        completion: match (prompt, completion, reasoning) {
            (Some(prompt), Some(completion), Some(reasoning))
                if reasoning > 0
                    && total == Some(prompt.saturating_add(completion).saturating_add(reasoning)) =>
            {
                Some(completion.saturating_add(reasoning))
            }
            _ => completion,
        },
        total,
        cache_read: usage.first(&[
            "/prompt_tokens_details/cached_tokens",
            "/input_tokens_details/cached_tokens",
            // DeepSeek.
            "/prompt_cache_hit_tokens",
            // Gateways that translate Anthropic's answers.
            "/cache_read_input_tokens",
            // Vercel's AI SDK, Moonshot, xAI.
            "/cachedInputTokens",
            "/cached_tokens",
            "/cached_prompt_text_tokens",
            "/input_token_details/cached_tokens",
        ]),
        cache_write: usage.first(&[
            "/prompt_tokens_details/cache_write_tokens",
            "/input_tokens_details/cache_write_tokens",
            "/cache_creation_input_tokens",
        ]),
        reasoning,
    }
}

/// Anthropic counts what went through the cache beside the rest of the prompt.
fn of_anthropic(usage: Counts<'_>) -> TokenCounts {
    let cache_read = usage.first(&CACHE_READS);
    let cache_write = usage.first(&CACHE_WRITES);
    let cached = cache_read.unwrap_or(0).saturating_add(cache_write.unwrap_or(0));
    TokenCounts {
        prompt: usage
            .first(&["/input_tokens", "/inputTokens"])
            .map(|uncached| uncached.saturating_add(cached)),
        completion: usage.first(&["/output_tokens", "/outputTokens", "/completion_tokens"]),
        total: None,
        cache_read,
        cache_write,
        reasoning: usage.first(&["/output_tokens_details/thinking_tokens"]),
    }
}

/// Gemini counts thoughts beside the candidates and what its tools put in beside the prompt, and leaves out zeros.
fn of_gemini(usage: Counts<'_>) -> TokenCounts {
    let total = usage.first(&["/totalTokenCount"]);
    let reasoning = usage.first(&["/thoughtsTokenCount"]);
    let by_tools = usage.first(&["/toolUsePromptTokenCount"]).unwrap_or(0);
    let prompt = usage.first(&["/promptTokenCount"]).map(|prompt| prompt.saturating_add(by_tools));
    let rest = prompt.zip(total).and_then(|(prompt, total)| total.checked_sub(prompt));
    let completion = match usage.first(&["/candidatesTokenCount"]) {
        // Where the total leaves no room for them, the thoughts are in it already.
        Some(candidates) if rest == Some(candidates) => Some(candidates),
        Some(candidates) => Some(candidates.saturating_add(reasoning.unwrap_or(0))),
        None => rest,
    };
    TokenCounts {
        prompt,
        completion,
        total,
        cache_read: usage.first(&["/cachedContentTokenCount"]),
        cache_write: None,
        reasoning,
    }
}
