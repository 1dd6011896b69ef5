//! Which provider's format two bodies are in, told from the bodies alone: a gateway may have put any name on them.

use serde_json::Value;

use super::member::text;

/// The format of an exchange.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Dialect {
    /// OpenAI's chat completions, which most providers and gateways speak.
    OpenAiChat,
    /// OpenAI's responses.
    OpenAiResponses,
    /// Anthropic's messages.
    Anthropic,
    /// Gemini's `generateContent`.
    Gemini,
    /// OpenAI's older completions: a prompt, and a text.
    TextCompletion,
    /// OpenAI's embeddings.
    Embeddings,
    /// None of these, or no body to tell it from.
    Unknown,
}

impl Dialect {
    /// The response decides; where it does not tell (an error, say), the request does.
    pub(super) fn of(request: &Value, response: &Value) -> Self {
        Self::of_response(response).or_else(|| Self::of_request(request)).unwrap_or(Self::Unknown)
    }

    fn of_response(response: &Value) -> Option<Self> {
        let has = |name: &str| response.get(name).is_some();
        let is_list = |name: &str| response.get(name).is_some_and(Value::is_array);
        let object = text(response, "object").unwrap_or_default();
        if is_list("choices") {
            let is_text = object == "text_completion"
                || response.pointer("/choices/0/text").is_some_and(Value::is_string);
            return Some(if is_text { Self::TextCompletion } else { Self::OpenAiChat });
        }
        if object == "response" || is_list("output") {
            return Some(Self::OpenAiResponses);
        }
        if has("candidates") || has("promptFeedback") || has("usageMetadata") {
            return Some(Self::Gemini);
        }
        // An answer of Anthropic's, or one of its errors.
        let is_anthropic = match text(response, "type") {
            Some("message") => is_list("content"),
            Some("error") => response.get("error").is_some_and(Value::is_object),
            Some("completion") => has("completion"),
            _ => is_list("content") && has("stop_reason"),
        };
        if is_anthropic {
            return Some(Self::Anthropic);
        }
        let embeds = response.pointer("/data/0/embedding").is_some();
        embeds.then_some(Self::Embeddings)
    }

    fn of_request(request: &Value) -> Option<Self> {
        let has = |names: &[&str]| names.iter().any(|name| request.get(*name).is_some());
        if has(&["contents"]) {
            return Some(Self::Gemini);
        }
        if has(&["messages"]) {
            let is_anthropic =
                has(&["system", "stop_sequences", "thinking", "anthropic_version", "output_config"])
                    || request.pointer("/tools/0/input_schema").is_some();
            return Some(if is_anthropic { Self::Anthropic } else { Self::OpenAiChat });
        }
        if has(&["input"]) {
            let embeds = has(&["encoding_format", "dimensions"])
                || text(request, "model").is_some_and(|model| model.contains("embed"));
            return Some(if embeds { Self::Embeddings } else { Self::OpenAiResponses });
        }
        has(&["prompt"]).then_some(Self::TextCompletion)
    }

    /// The format of a stream that a piece belongs to; `None` where the piece does not tell, or is of no stream.
    pub(super) fn of_chunk(chunk: &Value) -> Option<Self> {
        if let Some(choices) = chunk.get("choices").and_then(Value::as_array) {
            let object = text(chunk, "object").unwrap_or_default();
            let first = choices.first();
            let holds = |name: &str| first.is_some_and(|choice| choice.get(name).is_some());
            // Older completions are streamed as objects that look like whole ones.
            if object == "text_completion" || holds("text") {
                return Some(Self::TextCompletion);
            }
            let is_chunk = object == "chat.completion.chunk" || first.is_none() || holds("delta");
            return is_chunk.then_some(Self::OpenAiChat);
        }
        let kind = text(chunk, "type").unwrap_or_default();
        if kind.starts_with("response.") {
            return Some(Self::OpenAiResponses);
        }
        if matches!(
            kind,
            "message_start"
                | "content_block_start"
                | "content_block_delta"
                | "content_block_stop"
                | "message_delta"
                | "message_stop"
        ) {
            return Some(Self::Anthropic);
        }
        let is_gemini = ["candidates", "usageMetadata", "promptFeedback"];
        is_gemini.iter().any(|name| chunk.get(*name).is_some()).then_some(Self::Gemini)
    }
}
