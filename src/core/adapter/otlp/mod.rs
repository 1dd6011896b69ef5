//! OpenTelemetry traces (OTLP/HTTP): of the spans that an instrumented application exports, those that are LLM calls become events.
//!
//! - `export` tells where the spans of a call stand; `protobuf` (by `wire`) and `json` read them, into one form (`span`).
//! - `event` makes an event of a span (by `draft`): `names` says under which names a fact may stand, `usage` counts tokens, `exchange` puts
//!   the bodies together by what `genai`, `openinference` and `ai_sdk` find (`chat`, `flattened`).
//! - `answer` writes what the exporter is told.
//!
//! A body may be 20 MiB, and two bytes of it may claim to be a message. So spans are read one at a time, each within bounds
//! ([`MAX_VALUES`], [`MAX_DEPTH`]), and their number is bounded before that ([`MAX_ENTRIES`]).

mod ai_sdk;
mod answer;
mod chat;
mod draft;
mod event;
mod exchange;
mod export;
mod flattened;
mod genai;
mod json;
mod names;
mod openinference;
mod protobuf;
mod span;
mod usage;
mod wire;

pub use self::{
    answer::{exported, refused},
    export::{Encoding, MAX_ENTRIES, Refusal},
    span::{MAX_DEPTH, MAX_VALUES},
};

use serde_json::Value;

use self::export::{Export, Located, Raw};
use crate::core::{
    event::{Event, MAX_EVENTS},
    field::FieldError,
    time::Timestamp,
};

/// What an event takes from the resource of its span.
type Resource = Result<Vec<(String, Value)>, FieldError>;

/// The events of one call, each read when it is asked for: of every span that is an LLM call its event, or what is wrong with it
/// and where. Of more than [`MAX_EVENTS`] the rest are refused.
#[derive(Debug)]
pub struct Events<'a> {
    spans: std::vec::IntoIter<Located<'a>>,
    resources: Vec<Option<Raw<'a>>>,
    /// The resource that was read last, and its place.
    resource: Option<(usize, Resource)>,
    now: Timestamp,
    taken: usize,
    ignored: usize,
}

impl<'a> Events<'a> {
    /// Takes a body apart. `now` stands in for the start of a span that has none.
    pub fn new(body: &'a [u8], encoding: Encoding, now: Timestamp) -> Result<Self, Refusal> {
        let Export { resources, spans, .. } = match encoding {
            Encoding::Json => json::take_apart(body),
            Encoding::Protobuf => protobuf::take_apart(body),
        }?;
        Ok(Self { spans: spans.into_iter(), resources, resource: None, now, taken: 0, ignored: 0 })
    }

    /// How many spans so far were no LLM calls.
    pub fn ignored(&self) -> usize {
        self.ignored
    }

    fn read(&mut self, located: &Located<'_>) -> Result<Option<Event>, FieldError> {
        let path = located.path();
        let span = match located.raw {
            Raw::Json(text) => json::span(text),
            Raw::Protobuf(bytes) => protobuf::span(bytes),
        };
        let span = span.map_err(|error| error.under(&path))?;
        let [of, ..] = located.place;
        if self.resource.as_ref().is_none_or(|(last, _)| *last != of) {
            self.resource = Some((of, resource(self.resources.get(of).copied().flatten())));
        }
        let unread: Resource = Ok(Vec::new());
        let resource = self.resource.as_ref().map_or(&unread, |(_, resource)| resource);
        let properties = resource.as_ref().map(Vec::as_slice).unwrap_or_default();
        let Some(event) = event::of_span(&span, properties, self.now).map_err(|error| error.under(&path))?
        else {
            return Ok(None);
        };
        match resource {
            Ok(_) => Ok(Some(event)),
            Err(error) => Err(error.clone().under(&format!("resourceSpans[{of}].resource"))),
        }
    }
}

impl Iterator for Events<'_> {
    type Item = Result<Event, String>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let located = self.spans.next()?;
            match self.read(&located) {
                Ok(None) => self.ignored = self.ignored.saturating_add(1),
                Ok(Some(_)) if self.taken >= MAX_EVENTS => {
                    let path = located.path();
                    return Some(Err(format!(
                        "{path}: is one too many: at most {MAX_EVENTS} LLM calls are taken at a time"
                    )));
                }
                Ok(Some(event)) => {
                    self.taken = self.taken.saturating_add(1);
                    return Some(Ok(event));
                }
                Err(error) => return Some(Err(error.to_string())),
            }
        }
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (0, Some(self.spans.len()))
    }
}

fn resource(raw: Option<Raw<'_>>) -> Resource {
    let attributes = match raw {
        None | Some(Raw::Json("null")) => return Ok(Vec::new()),
        Some(Raw::Json(text)) => json::resource(text),
        Some(Raw::Protobuf(bytes)) => protobuf::resource(bytes),
    };
    event::resource_properties(&attributes?)
}
