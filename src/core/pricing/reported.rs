//! From a usage object, as a provider or a gateway writes it, to counts in which every part is a part of its whole.

use serde_json::Value;

use super::{Counts, Unit};
use crate::core::{exchange::TokenCounts, json::whole};

/// Where OpenAI and those who follow it put the parts of the prompt.
const INPUT_DETAILS: [&str; 3] = ["prompt_tokens_details", "input_tokens_details", "input_token_details"];
/// Where they put those of the completion.
const OUTPUT_DETAILS: [&str; 3] =
    ["completion_tokens_details", "output_tokens_details", "output_token_details"];

/// The kinds of content, by OpenAI's names and Gemini's, which counts a document as its images.
const KINDS: [(&str, &[&str], Unit, Unit); 3] = [
    ("audio_tokens", &["AUDIO"], Unit::InputAudio, Unit::OutputAudio),
    ("image_tokens", &["IMAGE", "DOCUMENT"], Unit::InputImage, Unit::OutputImage),
    ("video_tokens", &["VIDEO"], Unit::InputVideo, Unit::OutputVideo),
];

/// Counts that stand under one name or another.
const OTHERS: [(Unit, &[&str]); 7] = [
    (
        Unit::CacheWriteHour,
        &[
            "/cache_creation/ephemeral_1h_input_tokens",
            "/prompt_tokens_details/cache_creation_token_details/ephemeral_1h_input_tokens",
        ],
    ),
    (Unit::WebSearches, &["/server_tool_use/web_search_requests", "/num_search_queries"]),
    (Unit::AudioSeconds, &["/seconds", "/audio_seconds", "/prompt_audio_seconds", "/billable_audio_seconds"]),
    (Unit::Pages, &["/pages_processed"]),
    (Unit::Characters, &["/input_characters"]),
    (Unit::Messages, &["/input_text_messages"]),
    (Unit::Citation, &["/citation_tokens"]),
];

impl Counts {
    /// Reads a usage object, of whatever format.
    pub fn reported(usage: &Value) -> Self {
        // Cohere says what it billed beside what it counted.
        let usage = usage.get("billed_units").filter(|billed| billed.is_object()).unwrap_or(usage);
        let tokens = TokenCounts::of_usage(usage);
        let rest = || tokens.total?.checked_sub(tokens.prompt?);
        let mut counts = Self::default();
        counts.set(Unit::Input, tokens.prompt);
        counts.set(Unit::Output, tokens.completion.or_else(rest));
        counts.set(Unit::CacheRead, tokens.cache_read);
        counts.set(Unit::CacheWrite, tokens.cache_write);
        counts.set(Unit::Reasoning, tokens.reasoning);
        for (unit, pointers) in OTHERS {
            counts.set(unit, first(usage, pointers));
        }
        // What is transcribed was sent; nobody reports the seconds of an answer.
        counts.set(Unit::InputAudioSeconds, counts.get(Unit::AudioSeconds));
        for (name, modalities, input, output) in KINDS {
            let of_prompt = ["promptTokensDetails", "toolUsePromptTokensDetails"];
            counts.set(input, kind(usage, &INPUT_DETAILS, name, &of_prompt, modalities));
            counts.set(output, kind(usage, &OUTPUT_DETAILS, name, &["candidatesTokensDetails"], modalities));
        }
        let cached = |name: &str, modalities: &[&str]| {
            let details = INPUT_DETAILS.map(|details| format!("{details}/cached_tokens_details"));
            let details = details.each_ref().map(String::as_str);
            kind(usage, &details, name, &["cacheTokensDetails"], modalities)
        };
        counts.set(Unit::CacheReadAudio, cached("audio_tokens", &["AUDIO"]));
        counts.set(Unit::CacheReadImage, cached("image_tokens", &["IMAGE", "DOCUMENT"]));
        counts.add_beside();
        counts
    }

    /// Whether two usage objects tell of the same: totals alike, with what stands beside them or without.
    pub fn agree(one: &Value, other: &Value) -> bool {
        let read = |usage: &Value| {
            let counts = TokenCounts::of_usage(usage);
            (counts.prompt, counts.completion)
        };
        bare(one) == bare(other) || read(one) == read(other)
    }

    /// Perplexity counts citations and reasoning beside the completion, and nobody else has the first; of others, more reasoning than
    /// there is completion cannot be in it.
    fn add_beside(&mut self) {
        let reasoning = self.get(Unit::Reasoning).unwrap_or(0);
        let citations = self.get(Unit::Citation);
        if let Some(output) = self.get(Unit::Output)
            && (citations.is_some() || reasoning > output)
        {
            let beside = reasoning.saturating_add(citations.unwrap_or(0));
            self.set(Unit::Output, Some(output.saturating_add(beside)));
        }
    }
}

/// The totals by whatever name, as they stand there.
fn bare(usage: &Value) -> (Option<u64>, Option<u64>) {
    (
        first(usage, &["/prompt_tokens", "/input_tokens", "/inputTokens", "/promptTokenCount"]),
        first(usage, &["/completion_tokens", "/output_tokens", "/outputTokens", "/candidatesTokenCount"]),
    )
}

fn first(usage: &Value, pointers: &[&str]) -> Option<u64> {
    pointers.iter().find_map(|pointer| whole(usage.pointer(pointer)?))
}

/// Tokens of one kind of content: a member of one of OpenAI's details, or the elements of Gemini's lists.
fn kind(usage: &Value, details: &[&str], name: &str, lists: &[&str], modalities: &[&str]) -> Option<u64> {
    let by_name = details.iter().find_map(|details| whole(usage.pointer(&format!("/{details}/{name}"))?));
    by_name.or_else(|| {
        let elements = lists.iter().filter_map(|list| usage.get(*list)?.as_array()).flatten();
        let counts = elements.filter_map(|element| {
            let modality = element.get("modality")?.as_str()?;
            modalities.contains(&modality).then(|| whole(element.get("tokenCount")?)).flatten()
        });
        counts.reduce(u64::saturating_add)
    })
}
