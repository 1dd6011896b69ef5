//! One call to a model, as types: what was asked and what came back, whatever the provider and the gateway made of it.
//!
//! Bodies arrive in many forms ([`Body`]) and in the formats of several providers ([`Dialect`]), streamed or whole. Here
//! they become one [`Exchange`] with one set of questions to ask it. Nothing in here fails: what can't be read reads as
//! absent, because a delivery whose signature held is worth what can be had of it.
//!
//! - `body` normalises what came; `assemble/` makes one response of a stream.
//! - `dialect` tells the format from the bodies, `provider` reads the name that the gateway gave.
//! - `outline` reads what a body says at its top level, where that is all that is asked.
//! - `part`, `message` and `answer` read content; `tokens`, `schema` and `failure` read the rest; all look through `member`.

mod answer;
pub mod assemble;
mod body;
mod dialect;
mod failure;
mod member;
mod message;
mod outline;
mod part;
mod provider;
mod schema;
mod tokens;

use std::borrow::Cow;

use serde_json::Value;

use super::json::Fields;

pub use answer::Answer;
pub use body::Body;
pub use dialect::Dialect;
pub use failure::{ProviderError, Refusal};
pub use message::{Message, Role};
pub use outline::Outline;
pub use part::{Part, ToolCall};
pub use provider::Provider;
pub use schema::{RequestedSchema, SchemaForm};
pub use tokens::TokenCounts;

/// A request and its response.
#[derive(Clone, Debug, PartialEq)]
pub struct Exchange {
    request: Body,
    response: Body,
    dialect: Dialect,
    came_as_stream: bool,
}

impl Exchange {
    /// Puts two bodies together. A response that is a stream becomes the whole response that it amounts to.
    pub fn new(request: Body, response: Body) -> Self {
        let (response, came_as_stream) = assemble::whole(response);
        let dialect = Dialect::of(request.json(), response.json());
        Self { request, response, dialect, came_as_stream }
    }

    /// Reads what `request_response_url` gives: `{"request":…,"response":…}`, either of which may be missing. Text that
    /// is no such object reads as an exchange without bodies.
    pub fn read(text: &str) -> Self {
        // One level at a time, so that a body that can't be read does not take the other one along.
        let fields: Fields = serde_json::from_str(text).unwrap_or_default();
        let body = |name: &str| fields.get(name).map(|raw| Body::from_json(raw.get())).unwrap_or_default();
        Self::new(body("request"), body("response"))
    }

    /// What was asked.
    pub fn request(&self) -> &Body {
        &self.request
    }

    /// What came back, whole, also where it came as a stream.
    pub fn response(&self) -> &Body {
        &self.response
    }

    /// The format that the bodies are in.
    pub fn dialect(&self) -> Dialect {
        self.dialect
    }

    /// Whether the response was streamed: it came as a stream, or the request asked for one. (Gemini says so in the URL,
    /// which is in neither body.)
    pub fn is_streamed(&self) -> bool {
        self.came_as_stream || self.request.json().get("stream") == Some(&Value::Bool(true))
    }

    /// The model that was asked for.
    pub fn model_asked(&self) -> Option<&str> {
        self.request.json().get("model").and_then(Value::as_str)
    }

    /// The model that answered.
    pub fn model_served(&self) -> Option<&str> {
        let response = self.response.json();
        ["model", "modelVersion"].iter().find_map(|name| response.get(*name)?.as_str())
    }

    /// What was asked, message by message, in order. System prompts and instructions stand first, as messages of
    /// [`Role::System`].
    pub fn messages(&self) -> Vec<Message<'_>> {
        message::asked(self.request.json())
    }

    /// What was answered: one for each choice or candidate, by index.
    pub fn answers(&self) -> Vec<Answer<'_>> {
        answer::given(self.dialect, self.response.json())
    }

    /// The text of the first answer, without thoughts, tool calls and refusals; `None` where it has no text.
    pub fn completion_text(&self) -> Option<Cow<'_, str>> {
        self.answers().first().and_then(Answer::text)
    }

    /// The tools that the model wants called, of all answers. What a provider runs by itself is not among them.
    pub fn tool_calls(&self) -> Vec<ToolCall<'_>> {
        let parts = self.answers().into_iter().flat_map(|answer| answer.parts);
        parts.filter_map(|part| if let Part::ToolCall(call) = part { Some(call) } else { None }).collect()
    }

    /// Why each answer ended, in the provider's words; an answer that did not say is left out.
    pub fn finish_reasons(&self) -> Vec<&str> {
        self.answers().into_iter().filter_map(|answer| answer.finish_reason).collect()
    }

    /// Whether the model, or a filter in front of or behind it, declined.
    pub fn refusal(&self) -> Option<Refusal<'_>> {
        failure::refusal(&self.answers(), self.response.json())
    }

    /// The error that came in place of an answer, or in the middle of one.
    pub fn error(&self) -> Option<ProviderError<'_>> {
        failure::error(self.response.json())
    }

    /// The token counts that the response reports.
    pub fn usage(&self) -> TokenCounts {
        TokenCounts::read(self.dialect, self.response.json())
    }

    /// The schema that the answer was asked to follow.
    pub fn requested_schema(&self) -> Option<RequestedSchema<'_>> {
        schema::requested(self.request.json())
    }
}
