//! The catalogue as it is shown: Heliograph's types and those that an org describes itself, each with its schema and an example
//! of a body, in a version and a format.

use serde::Serialize;
use serde_json::{Value, json, value::RawValue};

use super::{
    api_version::ApiVersion,
    event::{self, catalogue, is_operational, is_request},
    field::FieldError,
    format::{ContentMode, Format, Oversize},
    org::OwnType,
    payload::{InAttempt, Place, Shape, complete, render},
    time::Timestamp,
};

/// In which version and format types are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ShownAs {
    /// The version.
    pub version: ApiVersion,
    /// The format; each type's usual one where absent.
    pub format: Option<Format>,
    /// Where a CloudEvent's attributes stand.
    pub content_mode: ContentMode,
}

/// One event type in an answer.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(not(target_arch = "wasm32"), derive(utoipa::ToSchema), schema(as = EventType))]
pub struct EventTypeView {
    /// Its name.
    pub name: String,
    /// When it is raised.
    #[cfg_attr(not(target_arch = "wasm32"), schema(required))]
    pub description: Option<String>,
    /// Whether the org describes it itself.
    pub custom: bool,
    /// Whether it tells of endpoints and deliveries, and so has to be named by whoever wants it.
    pub operational: bool,
    /// The version that is shown.
    pub api_version: ApiVersion,
    /// All versions that there are.
    pub versions: [ApiVersion; 2],
    /// The format that is shown.
    pub format: Format,
    /// What a delivered body follows: a JSON Schema.
    #[cfg_attr(not(target_arch = "wasm32"), schema(value_type = Object))]
    pub schema: Value,
    /// What the `data` that is sent in has to follow, where the org says so: a JSON Schema.
    #[cfg_attr(not(target_arch = "wasm32"), schema(required, value_type = Option<Object>))]
    pub data_schema: Option<Value>,
    /// An example of a delivered body, without the URL of the exchange.
    #[cfg_attr(not(target_arch = "wasm32"), schema(value_type = Object))]
    pub example: Value,
}

impl ShownAs {
    /// Reads what a call's query says; what it does not say is the newest version and each type's usual format.
    pub fn read(query: impl Fn(&str) -> Option<String>) -> Result<Self, FieldError> {
        let choice = |name: &'static str, allowed: &str| {
            query(name).map(|text| (text, FieldError::new(name, format!("must be one of: {allowed}"))))
        };
        let version = match choice("version", &ApiVersion::names()) {
            None => ApiVersion::NEWEST,
            Some((text, error)) => ApiVersion::parse(&text).ok_or(error)?,
        };
        let format = match choice("format", "helicone, standard, cloudevents") {
            None => None,
            Some((text, error)) => Some(serde_json::from_value(json!(text)).map_err(|_| error)?),
        };
        let content_mode = match choice("contentMode", "structured, binary") {
            None => ContentMode::default(),
            Some((text, error)) => serde_json::from_value(json!(text)).map_err(|_| error)?,
        };
        Ok(Self { version, format, content_mode })
    }

    /// All types: ours, then the org's own.
    pub fn all(&self, own: &[OwnType], place: Place<'_>) -> Vec<EventTypeView> {
        let ours = catalogue::all().map(|spec| self.ours(spec, place));
        ours.chain(own.iter().map(|own| self.own(own, place))).collect()
    }

    /// The type of this name; `None` where nobody describes it.
    pub fn one(&self, name: &str, own: &[OwnType], place: Place<'_>) -> Option<EventTypeView> {
        match catalogue::find(name) {
            Some(spec) => Some(self.ours(spec, place)),
            None => own.iter().find(|own| own.name == name).map(|own| self.own(own, place)),
        }
    }

    fn ours(&self, spec: &catalogue::Spec, place: Place<'_>) -> EventTypeView {
        let data = catalogue::data_schema(Some(spec), None, self.version);
        let view = self.view(spec.name, data, place);
        EventTypeView { description: Some(spec.description.to_owned()), custom: false, ..view }
    }

    fn own(&self, own: &OwnType, place: Place<'_>) -> EventTypeView {
        let data = catalogue::data_schema(None, own.schema.as_ref(), self.version);
        let view = self.view(&own.name, data, place);
        EventTypeView { description: own.description.clone(), data_schema: own.schema.clone(), ..view }
    }

    fn view(&self, name: &str, data: Value, place: Place<'_>) -> EventTypeView {
        let format = match self.format {
            Some(Format::Helicone) | None if is_request(name) => Format::Helicone,
            Some(Format::Helicone) | None => Format::Standard,
            Some(format) => format,
        };
        EventTypeView {
            name: name.to_owned(),
            description: None,
            custom: true,
            operational: is_operational(name),
            api_version: self.version,
            versions: ApiVersion::ALL,
            format,
            schema: catalogue::body_schema(name, data, self.version, format, self.content_mode),
            data_schema: None,
            example: self.example(name, format, place).unwrap_or_default(),
        }
    }

    /// What would be delivered of a type's example.
    fn example(&self, name: &str, format: Format, place: Place<'_>) -> Option<Value> {
        let at = Timestamp::parse("2026-11-21T09:30:00Z")?;
        let text = catalogue::example(name, "0f4d7f3e-6d0c-4c53-9a53-1f6f1d2b7c11").to_string();
        let event = event::read_event(&RawValue::from_string(text).ok()?, at).ok()?;
        let shape = Shape {
            format,
            content_mode: self.content_mode,
            version: self.version,
            include_data: true,
            oversize: Oversize::default(),
            shaped: None,
        };
        let rendered = render(&event, shape, place);
        let attempt = InAttempt { delivery: "msg_a167065238948a7d1d65ec0eb4e51f1e", number: 1, at };
        serde_json::from_slice(&complete(&rendered.body, None, rendered.layout, attempt)).ok()
    }
}
