//! An event as content filters see it.

use std::cell::OnceCell;

use serde_json::{Number, Value};

use crate::core::{event::Event, json::Canonical, time::Timestamp};

/// How much memory the values of one event may come to, by [`weight`]. An isolate has 128 MB for all that it does.
const MAX_WEIGHT: usize = 24 * 1024 * 1024;

/// Texts that together are no longer than this cannot weigh too much, so they are not weighed.
const SURELY_LIGHT: usize = 128 * 1024;

/// What one value takes in memory beside its text: list slot, map entry, allocation.
const VALUE_WEIGHT: usize = 128;

/// The fields of one event, each turned into a JSON value when a filter first asks for it and then kept, so that all
/// subscriptions share the work. Made once per event.
///
/// The names are those that events are sent by: `id`, `type`, `request_id`, `created_at` (RFC 3339 in UTC with
/// milliseconds, whatever form it came in), `user_id`, `model`, `provider`, `status`, `cost`, `cost_status`, `latency_ms`, `trace_id`,
/// `span_id`, `traceparent`, `usage` (counts under OpenAI's names), `properties` as they came, `metadata` and every
/// other field of the gateway's own, `data`, `request` and `response`. A field that the event does not have is an
/// absent key; so is one that came as null, except `data`, `request`, `response` and the gateway's own ones.
///
/// A tree of values takes far more memory than its text. Where the fields up to and including one (in the order above)
/// would take more than about 24 MiB, it cannot be looked into: `{"$exist": true}` holds for it, and no other condition
/// does, negated or not. It takes some 190,000 values to get there.
#[derive(Debug)]
pub struct EventView<'e> {
    fields: Vec<Field<'e>>,
}

#[derive(Debug)]
struct Field<'e> {
    name: &'e str,
    source: Source<'e>,
    /// `None` where it is too heavy.
    value: OnceCell<Option<Value>>,
    weight: OnceCell<usize>,
}

#[derive(Clone, Copy, Debug)]
enum Source<'e> {
    Text(&'e str),
    Number(f64),
    Time(Timestamp),
    Json(&'e str),
}

impl<'e> EventView<'e> {
    /// A view of an event. Parses nothing yet.
    pub fn new(event: &'e Event) -> Self {
        let text = |text: &'e Option<String>| text.as_deref().map(Source::Text);
        let json = |json: &'e Option<Canonical>| json.as_ref().map(|json| Source::Json(json.as_str()));
        let head = [
            ("id", Some(Source::Text(&event.id))),
            ("type", Some(Source::Text(&event.event_type))),
            ("request_id", Some(Source::Text(&event.request_id))),
            ("created_at", Some(Source::Time(event.created_at))),
            ("user_id", text(&event.user_id)),
            ("model", text(&event.model)),
            ("provider", text(&event.provider)),
            ("status", json(&event.status)),
            ("cost", event.cost.map(Source::Number)),
            ("cost_status", event.priced.as_ref().map(|note| Source::Text(note.status.as_str()))),
            ("latency_ms", event.latency_ms.map(Source::Number)),
            ("trace_id", text(&event.trace.trace_id)),
            ("span_id", text(&event.trace.span_id)),
            ("traceparent", text(&event.trace.traceparent)),
            ("usage", json(&event.usage.json)),
            ("properties", json(&event.properties_json)),
        ];
        let own = event.extra.iter().map(|(name, json)| (name.as_str(), Some(Source::Json(json.as_str()))));
        let bodies = [
            ("data", json(&event.data)),
            ("request", json(&event.request)),
            ("response", json(&event.response)),
        ];
        let fields = head.into_iter().chain(own).chain(bodies).filter_map(|(name, source)| {
            Some(Field { name, source: source?, value: OnceCell::new(), weight: OnceCell::new() })
        });
        Self { fields: fields.collect() }
    }

    /// The names of the fields that were turned into values so far: what the filters have cost.
    pub fn parsed(&self) -> impl Iterator<Item = &str> {
        self.fields.iter().filter(|field| matches!(field.value.get(), Some(Some(_)))).map(|field| field.name)
    }

    /// How many fields the event has.
    pub(super) fn len(&self) -> usize {
        self.fields.len()
    }

    /// What is under a name.
    pub(super) fn field(&self, name: &str) -> Found<'_> {
        let Some(at) = self.fields.iter().position(|field| field.name == name) else {
            return Found::Nothing;
        };
        let value = self.fields.get(at).and_then(|field| {
            let value = || if self.is_light(at) { field.source.value() } else { None };
            field.value.get_or_init(value).as_ref()
        });
        value.map_or(Found::TooHeavy, Found::Value)
    }

    /// Whether the fields up to this one stay within the bound. Depends on the event alone, not on what was asked
    /// before, so that a filter answers the same wherever and whenever it is asked.
    fn is_light(&self, at: usize) -> bool {
        let up_to = || self.fields.iter().take(at.saturating_add(1));
        let length = up_to().fold(0_usize, |sum, field| sum.saturating_add(field.source.length()));
        length <= SURELY_LIGHT
            || up_to().fold(0_usize, |sum, field| sum.saturating_add(field.weight())) <= MAX_WEIGHT
    }
}

/// What is under the name of a field.
#[derive(Clone, Copy, Debug)]
pub(super) enum Found<'v> {
    /// This value.
    Value(&'v Value),
    /// Something that is not looked into.
    TooHeavy,
    /// No such field.
    Nothing,
}

impl Field<'_> {
    fn weight(&self) -> usize {
        *self.weight.get_or_init(|| match self.source {
            Source::Json(json) => weight(json),
            other => other.length(),
        })
    }
}

impl Source<'_> {
    fn length(&self) -> usize {
        match self {
            Self::Text(text) | Self::Json(text) => text.len(),
            Self::Number(_) | Self::Time(_) => VALUE_WEIGHT,
        }
    }

    fn value(&self) -> Option<Value> {
        match self {
            Self::Text(text) => Some(Value::from(*text)),
            Self::Number(number) => Number::from_f64(*number).map(Value::Number),
            Self::Time(time) => Some(Value::from(time.to_string())),
            Self::Json(json) => serde_json::from_str(json).ok(),
        }
    }
}

/// What a JSON text takes in memory as a tree: its length, and so much for each value in it.
fn weight(json: &str) -> usize {
    let mut values: usize = 1;
    let mut in_string = false;
    let mut is_escaped = false;
    for byte in json.bytes() {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' => is_escaped = true,
            b'"' => in_string = !in_string,
            // Every list and object is a value, and so is what stands in front of a comma.
            b',' | b'[' | b'{' if !in_string => values = values.saturating_add(1),
            _ => {}
        }
    }
    json.len().saturating_add(values.saturating_mul(VALUE_WEIGHT))
}
