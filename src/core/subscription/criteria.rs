//! What decides whether a subscription gets an event: how it is read, and what of it an event does not meet.

use serde_json::{Map, Value};

use super::Settings;
use crate::core::{
    event::{Event, EventTypePattern, REQUEST_COMPLETED},
    field::FieldError,
    filter::{self, ContentFilter, EventView, Mismatch, PropertyFilter, Reason},
    sampling,
};

/// The fields of a subscription that decide; `config` is Helicone's place for two of them.
pub(super) const FIELDS: [&str; 5] = ["eventTypes", "sampleRate", "propertyFilters", "filter", "config"];

pub(super) const MAX_FILTERS: usize = 50;
pub(super) const MAX_FILTER_TEXT: usize = 1024;

/// The part of a subscription's settings that picks events.
#[derive(Clone, Debug, PartialEq)]
pub struct Criteria {
    /// Which types; never empty: nothing asked for means `request.completed`, as Helicone sends.
    pub event_types: Vec<EventTypePattern>,
    /// Percent of the matching events, 0 to 100.
    pub sample_rate: f64,
    /// Conditions on custom properties, all of which must hold.
    pub property_filters: Vec<PropertyFilter>,
    /// A condition on the event's content, which must hold as well.
    pub filter: Option<ContentFilter>,
}

impl Criteria {
    /// Reads the fields that decide, and leaves the others alone.
    pub fn read(fields: &Map<String, Value>) -> Result<Self, FieldError> {
        let nothing = Map::new();
        let config = match fields.get("config") {
            None | Some(Value::Null) => &nothing,
            Some(Value::Object(config)) => config,
            Some(_) => return Err(FieldError::new("config", "must be an object")),
        };
        Ok(Self {
            event_types: event_types(fields.get("eventTypes"))?,
            sample_rate: either(fields, config, "sampleRate", sample_rate)?,
            property_filters: either(fields, config, "propertyFilters", property_filters)?,
            filter: content_filter(fields.get("filter"))?,
        })
    }

    /// Those of a subscription.
    pub fn of(settings: &Settings) -> Self {
        Self {
            event_types: settings.event_types.clone(),
            sample_rate: settings.sample_rate,
            property_filters: settings.property_filters.clone(),
            filter: settings.filter.clone(),
        }
    }

    /// The first thing that an event does not meet, in the order in which they are looked at; `None` when it matches. The
    /// sample is drawn by `id`, a subscription's.
    pub fn mismatch(&self, id: &str, event: &Event, view: &EventView<'_>) -> Option<Mismatch> {
        let at = |path: String, reason: Reason| Some(Mismatch { path, reason });
        if !self.event_types.iter().any(|pattern| pattern.matches(&event.event_type)) {
            return at("eventTypes".to_owned(), Reason::WrongValue);
        }
        if let Some((position, reason)) = filter::first_mismatch(&self.property_filters, &event.properties) {
            return at(format!("propertyFilters[{position}]"), reason);
        }
        if !sampling::is_sampled(self.sample_rate, id, &event.request_id) {
            return at("sampleRate".to_owned(), Reason::NotInSample);
        }
        let filter = self.filter.as_ref().filter(|filter| !filter.matches(view))?;
        filter.explain(view).or_else(|| at("filter".to_owned(), Reason::WrongValue))
    }
}

/// A field of ours stands at the top, Helicone's inside `config`: both must be right, and the top one counts.
fn either<T>(
    fields: &Map<String, Value>,
    config: &Map<String, Value>,
    name: &str,
    read: impl Fn(Option<&Value>) -> Result<T, FieldError>,
) -> Result<T, FieldError> {
    let inside = read(config.get(name)).map_err(|error| error.under(&format!("config.{name}")))?;
    match fields.get(name) {
        None => Ok(inside),
        given => read(given).map_err(|error| error.under(name)),
    }
}

/// Of `request.completed` alone where none is named.
fn event_types(value: Option<&Value>) -> Result<Vec<EventTypePattern>, FieldError> {
    let patterns = EventTypePattern::read_list(value)?;
    match patterns.is_empty() {
        true => Ok(EventTypePattern::parse(REQUEST_COMPLETED).into_iter().collect()),
        false => Ok(patterns),
    }
}

fn sample_rate(value: Option<&Value>) -> Result<f64, FieldError> {
    match value {
        None | Some(Value::Null) => Ok(100.0),
        Some(value) => value
            .as_f64()
            .filter(|rate| (0.0..=100.0).contains(rate))
            // The first sentence is Helicone's own, which its clients may look for.
            .ok_or_else(|| {
                FieldError::new("", "Sample rate must be between 0 and 100 (a number, in percent)")
            }),
    }
}

fn property_filters(value: Option<&Value>) -> Result<Vec<PropertyFilter>, FieldError> {
    let list = match value {
        None | Some(Value::Null) => return Ok(Vec::new()),
        Some(Value::Array(list)) if list.len() <= MAX_FILTERS => list,
        Some(Value::Array(_)) => {
            return Err(FieldError::new("", format!("may hold at most {MAX_FILTERS} filters")));
        }
        Some(_) => return Err(FieldError::new("", "Property filters must be an array")),
    };
    list.iter()
        .enumerate()
        .map(|(at, value)| {
            let text = |name: &str| {
                value.get(name).and_then(Value::as_str).filter(|text| text.len() <= MAX_FILTER_TEXT).map(str::to_owned)
            };
            match (text("key").filter(|key| !key.is_empty()), text("value")) {
                (Some(key), Some(value)) => Ok(PropertyFilter { key, value }),
                _ => Err(FieldError::new(
                    format!("[{at}]"),
                    "Property filters must be an array of objects with key and value properties (strings of at most 1,024 bytes)",
                )),
            }
        })
        .collect()
}

fn content_filter(value: Option<&Value>) -> Result<Option<ContentFilter>, FieldError> {
    match value {
        None | Some(Value::Null) => Ok(None),
        Some(filter @ Value::Object(_)) => ContentFilter::parse(filter).map(Some),
        Some(_) => Err(FieldError::new("filter", "must be an object, such as {\"model\": \"gpt-4o\"}")),
    }
}
