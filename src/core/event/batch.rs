//! One intake body: a single event, a JSON array of them, or NDJSON.

use serde_json::value::RawValue;

use super::{Event, read_event};
use crate::core::{
    json::{Elements, JsonError},
    time::Timestamp,
};

/// How many events one call may carry.
pub const MAX_EVENTS: usize = 1000;

/// How a body is laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BodyFormat {
    /// One JSON value: an event, or an array of events.
    Json,
    /// One event a line.
    Ndjson,
}

impl BodyFormat {
    /// From a `Content-Type`; `None` for a type that is not taken. No header at all means JSON.
    pub fn from_content_type(content_type: Option<&str>) -> Option<Self> {
        let media_type = content_type.unwrap_or_default().split(';').next().unwrap_or_default().trim();
        match media_type.to_ascii_lowercase().as_str() {
            "application/x-ndjson" | "application/ndjson" | "application/jsonl" => Some(Self::Ndjson),
            // What curl sends with --data unless it is told otherwise.
            "" | "application/json" | "text/plain" | "application/x-www-form-urlencoded" => Some(Self::Json),
            other if other.starts_with("application/") && other.ends_with("+json") => Some(Self::Json),
            _ => None,
        }
    }
}

/// Why a body was refused as a whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BatchError {
    /// The body is not what its format says. Holds no part of it.
    Malformed(String),
    /// More than [`MAX_EVENTS`].
    TooMany,
}

/// The events of one body, each still unread: what is wrong with one does not concern the others.
#[derive(Debug)]
pub struct Batch<'a> {
    /// Each event's text, or why it is not JSON (a line of NDJSON; in an array that fails the body).
    pub events: Vec<Result<&'a RawValue, JsonError>>,
    /// Whether the body was one bare event.
    pub single: bool,
}

impl<'a> Batch<'a> {
    /// Takes a body apart.
    pub fn split(body: &'a [u8], format: BodyFormat) -> Result<Self, BatchError> {
        let text = std::str::from_utf8(body)
            .map_err(|error| BatchError::Malformed(format!("not UTF-8 at byte {}", error.valid_up_to())))?;
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        if text.trim_ascii().is_empty() {
            return Err(BatchError::Malformed(
                "empty: send an event, a JSON array of events, or NDJSON".to_owned(),
            ));
        }
        let batch = match format {
            BodyFormat::Ndjson => Self { events: lines(text), single: false },
            BodyFormat::Json if text.trim_ascii_start().starts_with('[') => {
                let Elements::<MAX_EVENTS>(events) = parse(text)?;
                Self { events: events.into_iter().map(Ok).collect(), single: false }
            }
            BodyFormat::Json => Self { events: vec![Ok(parse(text)?)], single: true },
        };
        if batch.events.len() > MAX_EVENTS {
            return Err(BatchError::TooMany);
        }
        Ok(batch)
    }
}

impl Batch<'_> {
    /// Reads the events one by one. `now` stands in for a missing `created_at`.
    pub fn read(self, now: Timestamp) -> impl ExactSizeIterator<Item = Result<Event, String>> {
        self.events.into_iter().map(move |event| match event {
            Ok(raw) => read_event(raw, now).map_err(|error| error.to_string()),
            Err(error) => Err(error.to_string()),
        })
    }
}

fn lines(text: &str) -> Vec<Result<&RawValue, JsonError>> {
    text.lines()
        .filter(|line| !line.trim_ascii().is_empty())
        // One more than allowed is enough to know that there are too many.
        .take(MAX_EVENTS.saturating_add(1))
        .map(|line| serde_json::from_str(line).map_err(JsonError::from))
        .collect()
}

fn parse<'a, T: serde::Deserialize<'a>>(text: &'a str) -> Result<T, BatchError> {
    serde_json::from_str(text).map_err(|error| BatchError::Malformed(JsonError::from(error).to_string()))
}
