//! One response of a stream: what the provider would have answered had it not been asked to stream.
//!
//! Gateways store streams in four forms, which all come down to a list of pieces (`pieces`): a JSON list, the text of the
//! server-sent events (`sse`), lines of JSON (`lines`), or an object with one of these as a member. What the pieces amount to is each format's own affair,
//! one file each. A stream that broke off amounts to as much as came; an error in its middle is the member `error`.
//!
//! Everything moves from the pieces into the response, so the work is linear in their size; and of text only one piece at a time
//! is held.

mod anthropic;
mod gemini;
mod lines;
mod merge;
mod openai_chat;
mod openai_responses;
mod peek;
mod pieces;
mod sse;
mod text_completion;

pub use peek::may_be_stream;

use serde_json::{Map, Value};

use super::{
    body::{Body, parse},
    dialect::Dialect,
};

/// Members in which gateways keep the pieces of a stream, beside or in place of the response. (`body` is where Helicone
/// puts what it could not read.)
pub const HOLDERS: [&str; 5] = ["streamed_data", "streamed_chunks", "stream_data", "chunks", "body"];

/// What a holder may know that the pieces do not.
const BESIDE: [&str; 3] = ["id", "model", "usage"];

/// The response that the pieces of a stream amount to; the pieces themselves where they are no stream of a known format.
pub fn from_pieces(pieces: Vec<Value>) -> Result<Value, Vec<Value>> {
    match pieces.iter().find_map(Dialect::of_chunk) {
        Some(dialect) => Ok(assemble(dialect, &mut pieces.into_iter())),
        // A stream that is nothing but an error is answered by that error alone.
        None if !pieces.is_empty() && pieces.iter().all(is_error) => {
            pieces.into_iter().next().ok_or_else(Vec::new)
        }
        None => Err(pieces),
    }
}

/// The response that the text of a stream amounts to, server-sent events or lines of JSON; `None` where it is no stream of a
/// known format. A last event that was cut is left out. The pieces are never held all at once.
pub fn from_text(text: &str) -> Option<Value> {
    let is_lines = text.trim_start().starts_with('{');
    if is_lines { from_text_by(text, lines::pieces) } else { from_text_by(text, sse::pieces) }
}

fn from_text_by<'a, P: Iterator<Item = Value>>(text: &'a str, pieces: fn(&'a str) -> P) -> Option<Value> {
    if let Some(dialect) = pieces(text).find_map(|piece| Dialect::of_chunk(&piece)) {
        return Some(assemble(dialect, &mut pieces(text)));
    }
    pieces(text).next().filter(|_| pieces(text).all(|piece| is_error(&piece)))
}

// One of each assembler, whatever the pieces come from: the Worker's size counts.
fn assemble(dialect: Dialect, pieces: &mut dyn Iterator<Item = Value>) -> Value {
    match dialect {
        Dialect::OpenAiResponses => openai_responses::assemble(pieces),
        Dialect::Anthropic => anthropic::assemble(pieces),
        Dialect::Gemini => gemini::assemble(pieces),
        Dialect::TextCompletion => text_completion::assemble(pieces),
        // No piece is of the remaining ones.
        Dialect::OpenAiChat | Dialect::Embeddings | Dialect::Unknown => openai_chat::assemble(pieces),
    }
}

/// The response that a stored stream amounts to, in any of its forms, from its JSON text; `None` where it is no stream of a known
/// format.
pub fn from_json(json: &str) -> Option<Value> {
    match whole(Body::from_json(json)) {
        (Body::Json(whole), true) => Some(whole),
        _ => None,
    }
}

/// A response's body, whole, and whether it came as a stream.
pub(super) fn whole(response: Body) -> (Body, bool) {
    let read = match response {
        Body::Json(Value::Array(list)) => from_list(list).map_err(|list| Body::Json(Value::Array(list))),
        Body::Json(Value::Object(holder)) => {
            from_holder(holder).map_err(|holder| Body::Json(Value::Object(holder)))
        }
        Body::Text(text) => from_text(&text).ok_or(Body::Text(text)),
        other => Err(other),
    };
    match read {
        Ok(whole) => (Body::Json(whole), true),
        Err(response) => (response, false),
    }
}

fn from_list(list: Vec<Value>) -> Result<Value, Vec<Value>> {
    match pieces::unpacked(&list) {
        Some(pieces) => from_pieces(pieces).map_err(|_| list),
        None => from_pieces(list),
    }
}

fn from_holder(mut holder: Map<String, Value>) -> Result<Value, Map<String, Value>> {
    for name in HOLDERS {
        let Some(held) = holder.get_mut(name) else { continue };
        let read = match held.take() {
            Value::Array(list) => from_list(list).map_err(Value::Array),
            Value::String(text) => from_stored_text(&text).ok_or(Value::String(text)),
            other => Err(other),
        };
        match read {
            Ok(whole) => return Ok(with_what_stood_beside(whole, holder)),
            Err(other) => *held = other,
        }
    }
    Err(holder)
}

/// The text of a list, or of the events.
fn from_stored_text(text: &str) -> Option<Value> {
    if !text.trim_start().starts_with('[') {
        return from_text(text);
    }
    match parse(text) {
        Ok(Value::Array(list)) => from_list(list).ok(),
        _ => None,
    }
}

fn with_what_stood_beside(mut whole: Value, mut holder: Map<String, Value>) -> Value {
    if let Some(whole) = whole.as_object_mut() {
        for name in BESIDE {
            let known = holder.remove(name).filter(|value| !value.is_null());
            if let Some(known) = known.filter(|_| whole.get(name).is_none_or(Value::is_null)) {
                whole.insert(name.to_owned(), known);
            }
        }
    }
    whole
}

fn is_error(piece: &Value) -> bool {
    piece.get("error").is_some_and(|error| error.is_object() || error.is_string())
        || piece.get("type").and_then(Value::as_str) == Some("error")
}
