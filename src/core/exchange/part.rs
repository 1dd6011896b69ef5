//! Content, piece by piece. The formats name their pieces apart, so one reader serves all of them.

use std::borrow::Cow;

use serde_json::Value;

use super::member::{list, text};

/// A piece of a message or an answer.
#[derive(Clone, Debug, PartialEq)]
pub enum Part<'a> {
    /// Text.
    Text(&'a str),
    /// What the model thought, or a summary of it; empty where the provider keeps it to itself.
    Thinking(Cow<'a, str>),
    /// Why the model declined, in its words.
    Refusal(&'a str),
    /// A call of a tool.
    ToolCall(ToolCall<'a>),
    /// What a tool gave: its text, or its JSON where it is not text.
    ToolResult(Cow<'a, str>),
    /// A picture.
    Image,
    /// Sound.
    Audio,
    /// Moving pictures.
    Video,
    /// A document or another file.
    File,
    /// Anything else: the doings of a provider's own tools, tokens in place of text.
    Other,
}

/// A call of a tool that the model asks for.
#[derive(Clone, Debug, PartialEq)]
pub struct ToolCall<'a> {
    /// What the result has to refer to; Gemini may give none.
    pub id: Option<&'a str>,
    /// The tool.
    pub name: &'a str,
    /// JSON text as the model wrote it, which may be invalid; for OpenAI's custom tools any text.
    pub arguments: Cow<'a, str>,
}

impl<'a> Part<'a> {
    /// Reads one piece of content, or one item of OpenAI's responses.
    pub(super) fn read(part: &'a Value) -> Self {
        if let Some(text) = part.as_str() {
            return Self::Text(text);
        }
        let named = |name: &str| text(part, name).unwrap_or_default();
        match named("type") {
            "text" | "input_text" | "output_text" => Self::Text(named("text")),
            "refusal" => Self::Refusal(named("refusal")),
            "thinking" => Self::Thinking(joined(part.get("thinking"))),
            "redacted_thinking" => Self::Thinking(Cow::default()),
            "reasoning" => Self::Thinking(match list(part, "summary") {
                [] => joined(part.get("content")),
                _ => joined(part.get("summary")),
            }),
            "image" | "image_url" | "input_image" | "image_generation_call" => Self::Image,
            "audio" | "input_audio" | "audio_url" => Self::Audio,
            "video" | "video_url" | "input_video" => Self::Video,
            "file" | "input_file" | "document" | "container_upload" => Self::File,
            "tool_use" => Self::call(text(part, "id"), part, "input"),
            "function_call" => Self::call(text(part, "call_id"), part, "arguments"),
            "custom_tool_call" => Self::call(text(part, "call_id"), part, "input"),
            "tool_result" => Self::ToolResult(joined(part.get("content"))),
            "function_call_output" | "custom_tool_call_output" => {
                Self::ToolResult(joined(part.get("output")))
            }
            "" => Self::of_gemini(part),
            _ => Self::Other,
        }
    }

    fn of_gemini(part: &'a Value) -> Self {
        let either = |camel: &str, snake: &str| part.get(camel).or_else(|| part.get(snake));
        if let Some(text) = text(part, "text") {
            let is_thought = part.get("thought") == Some(&Value::Bool(true));
            return if is_thought { Self::Thinking(Cow::Borrowed(text)) } else { Self::Text(text) };
        }
        if let Some(call) = either("functionCall", "function_call") {
            return Self::call(text(call, "id"), call, "args");
        }
        if let Some(result) = either("functionResponse", "function_response") {
            return Self::ToolResult(joined(result.get("response")));
        }
        let data = either("inlineData", "inline_data").or_else(|| either("fileData", "file_data"));
        let mime = data.and_then(|data| text(data, "mimeType").or_else(|| text(data, "mime_type")));
        match mime.and_then(|mime| mime.split('/').next()) {
            Some("image") => Self::Image,
            Some("audio") => Self::Audio,
            Some("video") => Self::Video,
            _ if data.is_some() => Self::File,
            _ => Self::Other,
        }
    }

    /// One of a chat message's `tool_calls`: a function with arguments, or a custom tool with an input.
    pub(super) fn of_chat_call(call: &'a Value) -> Self {
        let id = text(call, "id");
        match (call.get("function"), call.get("custom")) {
            (Some(function), _) => Self::call(id, function, "arguments"),
            (None, Some(custom)) => Self::call(id, custom, "input"),
            (None, None) => Self::Other,
        }
    }

    pub(super) fn call(id: Option<&'a str>, call: &'a Value, arguments: &str) -> Self {
        let Some(name) = text(call, "name") else { return Self::Other };
        let arguments = match call.get(arguments) {
            Some(Value::String(text)) => Cow::Borrowed(text.as_str()),
            // Gemini leaves out arguments that are empty.
            None | Some(Value::Null) => Cow::Borrowed("{}"),
            Some(arguments) => Cow::Owned(arguments.to_string()),
        };
        Self::ToolCall(ToolCall { id, name, arguments })
    }
}

/// The text of a string, or of a list of pieces of text, one a line; of any other value its JSON.
fn joined(value: Option<&Value>) -> Cow<'_, str> {
    match value {
        None | Some(Value::Null) => Cow::default(),
        Some(Value::String(text)) => Cow::Borrowed(text),
        Some(Value::Array(pieces)) => {
            one_text(pieces.iter().filter_map(|piece| piece.as_str().or_else(|| text(piece, "text"))), "\n")
                .unwrap_or_default()
        }
        Some(other) => Cow::Owned(other.to_string()),
    }
}

/// Puts texts together, without a copy where there is but one; `None` where there is none.
pub(super) fn one_text<'a>(mut texts: impl Iterator<Item = &'a str>, between: &str) -> Option<Cow<'a, str>> {
    let mut whole = Cow::Borrowed(texts.next()?);
    for text in texts {
        let whole = whole.to_mut();
        whole.push_str(between);
        whole.push_str(text);
    }
    Some(whole)
}
