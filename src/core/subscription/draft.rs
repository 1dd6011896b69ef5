//! What a client asks for when it creates a subscription, checked field by field.

use serde_json::{Map, Value};

use super::{API_VERSION, Format, Oversize};
use crate::core::{
    destination::{self, Policy},
    event::{EventTypePattern, REQUEST_COMPLETED},
    field::FieldError,
    filter::PropertyFilter,
    retry,
};

/// The fields of `POST /v1/webhooks`. `config` is Helicone's place for the two that stand in it.
const FIELDS: [&str; 11] = [
    "destination",
    "config",
    "includeData",
    "eventTypes",
    "sampleRate",
    "propertyFilters",
    "format",
    "oversize",
    "apiVersion",
    "retrySchedule",
    "signing_secret",
];

const MAX_EVENT_TYPES: usize = 100;
const MAX_FILTERS: usize = 50;
const MAX_FILTER_TEXT: usize = 1024;

/// A subscription to be created.
#[derive(Clone, Debug, PartialEq)]
pub struct Draft {
    /// In canonical form.
    pub destination: String,
    /// Never empty: nothing asked for means `request.completed`, as Helicone sends.
    pub event_types: Vec<EventTypePattern>,
    /// Percent, 0 to 100.
    pub sample_rate: f64,
    /// All must hold.
    pub property_filters: Vec<PropertyFilter>,
    /// Default true.
    pub include_data: bool,
    /// Default Helicone's.
    pub format: Format,
    /// Default truncation.
    pub oversize: Oversize,
    /// Default the newest.
    pub api_version: String,
    /// Default the deployment's.
    pub retry_schedule: Option<Vec<u32>>,
    /// The user's own `whsec_…`; checked when the keys are made.
    pub signing_secret: Option<String>,
}

/// Reads the body of `POST /v1/webhooks`.
pub fn read_draft(body: &Value, policy: &Policy) -> Result<Draft, FieldError> {
    let fields = body.as_object().ok_or_else(|| FieldError::new("", "the body must be a JSON object"))?;
    if let Some(unknown) = fields.keys().find(|name| !FIELDS.contains(&name.as_str())) {
        return Err(FieldError::new(unknown, format!("is not a field; allowed: {}", FIELDS.join(", "))));
    }
    let nothing = Map::new();
    let config = match fields.get("config") {
        None | Some(Value::Null) => &nothing,
        Some(Value::Object(config)) => config,
        Some(_) => return Err(FieldError::new("config", "must be an object")),
    };
    // A field of ours stands at the top, Helicone's inside `config`; both are taken, the top one first.
    let either = |name: &str| match fields.get(name) {
        Some(value) => (name.to_owned(), Some(value)),
        None => (format!("config.{name}"), config.get(name)),
    };
    let (rate_path, rate) = either("sampleRate");
    let (filters_path, filters) = either("propertyFilters");

    Ok(Draft {
        destination: destination(fields.get("destination"), policy)?,
        event_types: event_types(fields.get("eventTypes"))?,
        sample_rate: sample_rate(rate).map_err(|error| error.under(&rate_path))?,
        property_filters: property_filters(filters).map_err(|error| error.under(&filters_path))?,
        include_data: match fields.get("includeData") {
            None | Some(Value::Null) => true,
            Some(value) => {
                value.as_bool().ok_or_else(|| FieldError::new("includeData", "must be true or false"))?
            }
        },
        format: choice(fields, "format", &[("helicone", Format::Helicone), ("standard", Format::Standard)])?,
        oversize: choice(
            fields,
            "oversize",
            &[("truncate", Oversize::Truncate), ("marker", Oversize::Marker)],
        )?,
        api_version: match fields.get("apiVersion") {
            None | Some(Value::Null) => API_VERSION.to_owned(),
            Some(Value::String(version)) if version == API_VERSION => version.clone(),
            Some(_) => return Err(FieldError::new("apiVersion", format!("must be \"{API_VERSION}\""))),
        },
        retry_schedule: retry_schedule(fields.get("retrySchedule"))
            .map_err(|problem| FieldError::new("retrySchedule", problem))?,
        signing_secret: match fields.get("signing_secret") {
            None | Some(Value::Null) => None,
            Some(Value::String(secret)) => Some(secret.clone()),
            Some(_) => return Err(FieldError::new("signing_secret", "must be a string")),
        },
    })
}

fn destination(value: Option<&Value>, policy: &Policy) -> Result<String, FieldError> {
    let text = match value {
        Some(Value::String(text)) => text,
        None => return Err(FieldError::new("destination", "is required: the https:// URL of the endpoint")),
        Some(_) => return Err(FieldError::new("destination", "must be a string")),
    };
    destination::check(text, policy)
        .map(String::from)
        .map_err(|refusal| FieldError::new("destination", format!("{refusal} (reason: {})", refusal.code())))
}

fn event_types(value: Option<&Value>) -> Result<Vec<EventTypePattern>, FieldError> {
    let list = match value {
        None | Some(Value::Null) => &Vec::new(),
        Some(Value::Array(list)) if list.len() <= MAX_EVENT_TYPES => list,
        Some(_) => {
            let problem = format!("must be a list of at most {MAX_EVENT_TYPES} event types");
            return Err(FieldError::new("eventTypes", problem));
        }
    };
    if list.is_empty() {
        return Ok(EventTypePattern::parse(REQUEST_COMPLETED).into_iter().collect());
    }
    list.iter()
        .enumerate()
        .map(|(at, value)| {
            value.as_str().and_then(EventTypePattern::parse).ok_or_else(|| {
                FieldError::new(
                    format!("eventTypes[{at}]"),
                    "must be an event type such as request.completed, a prefix such as request.*, or *",
                )
            })
        })
        .collect()
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

fn retry_schedule(value: Option<&Value>) -> Result<Option<Vec<u32>>, String> {
    let list = match value {
        None | Some(Value::Null) => return Ok(None),
        Some(Value::Array(list)) => list,
        Some(_) => return Err("must be a list of delays in seconds".to_owned()),
    };
    let delays: Option<Vec<u32>> =
        list.iter().map(|delay| delay.as_u64().and_then(|delay| u32::try_from(delay).ok())).collect();
    let delays = delays.ok_or("must be a list of whole seconds")?;
    retry::check_schedule(&delays)?;
    Ok(Some(delays))
}

fn choice<T: Copy + Default>(
    fields: &Map<String, Value>,
    name: &str,
    allowed: &[(&str, T)],
) -> Result<T, FieldError> {
    let value = match fields.get(name) {
        None | Some(Value::Null) => return Ok(T::default()),
        Some(value) => value.as_str(),
    };
    allowed.iter().find(|(text, _)| Some(*text) == value).map(|(_, choice)| *choice).ok_or_else(|| {
        let names: Vec<&str> = allowed.iter().map(|(text, _)| *text).collect();
        FieldError::new(name, format!("must be one of: {}", names.join(", ")))
    })
}
