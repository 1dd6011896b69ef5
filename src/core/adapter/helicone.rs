//! Helicone's manual logger: `@helicone/helpers`, `helicone-helpers`, and whoever posts the same by hand. A call is one exchange
//! with its times; what else is to be known of it stands in headers, and with older clients in `providerRequest.meta`.

use serde_json::value::RawValue;

use super::object::Object;
use crate::core::{
    event::{
        Event, MAX_TEXT, REQUEST_COMPLETED, REQUEST_FAILED, Trace, Usage, canonical, checked_id, number,
        object, short_text, text,
    },
    field::FieldError,
    ids,
    json::{Canonical, Fields},
    time::Timestamp,
};

/// How the names of headers begin that are meant for Helicone.
pub const HEADER: &str = "helicone-";

const PROPERTY: &str = "helicone-property-";

/// What Helicone makes properties of besides, under these very names.
const BUILT_IN: [&str; 4] =
    ["Helicone-Session-Id", "Helicone-Session-Name", "Helicone-Session-Path", "Helicone-Prompt-Id"];

/// The status that the logger gives to a request that its caller called off.
const CANCELLED: f64 = -3.0;

/// A call, beside its body.
#[derive(Clone, Copy, Debug)]
pub struct Call<'a> {
    /// The path's first segment: `custom`, or the provider's.
    pub route: &'a str,
    /// The headers whose names begin with [`HEADER`], names in lower case.
    pub headers: &'a [(String, String)],
    /// The request's id where the client names none.
    pub fresh_id: &'a str,
    /// What stands in where the client tells no times.
    pub now: Timestamp,
}

/// Whether a path's first segment is one that the loggers post to.
pub fn is_route(segment: &str) -> bool {
    matches!(segment, "custom" | "oai" | "anthropic" | "googleapis")
}

/// Reads the body of a call: `{"providerRequest":…,"providerResponse":…,"timing":…}`.
pub fn read(raw: &RawValue, call: Call<'_>) -> Result<Event, FieldError> {
    let fields = object(raw, "")?;
    let asked = object(required(&fields, "providerRequest")?, "providerRequest")?;
    let answered = object(required(&fields, "providerResponse")?, "providerResponse")?;
    let timing = Timing::read(present(&fields, "timing"))?;
    let told = Told::read(&asked, call.headers)?;
    let status = present(&answered, "status").map(status).transpose()?;
    let event_type = match status {
        Some(status) if !(0.0..400.0).contains(&status) => REQUEST_FAILED,
        _ => REQUEST_COMPLETED,
    };
    let request_id = match told.get("helicone-request-id") {
        Some(id) => checked_id(id.to_owned(), "Helicone-Request-Id")?,
        None => call.fresh_id.to_owned(),
    };
    let properties = told.properties();
    let mut properties_json = Object::new();
    properties.iter().for_each(|(name, value)| properties_json.text(name, value));
    let provider = match present(&fields, "provider") {
        Some(provider) => Some(short_text(provider, "provider")?),
        None => provider_of(call.route).map(str::to_owned),
    };
    Ok(Event {
        id: ids::event_id(event_type, &request_id),
        event_type: event_type.to_owned(),
        request_id,
        created_at: timing.start.unwrap_or(call.now),
        user_id: told.user()?,
        properties_json: match properties.is_empty() {
            true => None,
            false => Some(properties_json.finish("Helicone-Property")?),
        },
        properties,
        model: told.text("Helicone-Model-Override")?,
        provider,
        status: status.map(told_status),
        usage: Usage::default(),
        cost: None,
        priced: None,
        latency_ms: timing.latency_ms,
        trace: Trace::default(),
        request: present(&asked, "json").map(|json| canonical(json, "providerRequest.json")).transpose()?,
        response: response(&answered)?,
        data: None,
        extra: timing.first_token.into_iter().collect(),
    })
}

/// A member that is there and not null.
fn present<'a>(fields: &Fields<'a>, name: &str) -> Option<&'a RawValue> {
    fields.get(name).filter(|value| value.get() != "null")
}

fn required<'a>(fields: &Fields<'a>, name: &str) -> Result<&'a RawValue, FieldError> {
    present(fields, name).ok_or_else(|| FieldError::new(name, "is required: a JSON object"))
}

fn provider_of(route: &str) -> Option<&'static str> {
    match route {
        "oai" => Some("OPENAI"),
        "anthropic" => Some("ANTHROPIC"),
        "googleapis" => Some("GOOGLE"),
        _ => None,
    }
}

fn status(raw: &RawValue) -> Result<f64, FieldError> {
    const PATH: &str = "providerResponse.status";
    let status = number(raw, PATH)?;
    match status.fract() == 0.0 && (-999.0..=999.0).contains(&status) {
        true => Ok(status),
        false => Err(FieldError::new(PATH, "must be an HTTP status code, or the logger's own below 0")),
    }
}

fn told_status(status: f64) -> Canonical {
    let word = match status {
        CANCELLED => "cancelled",
        below if below < 0.0 => "failed",
        // Checked to be whole, so that this is how it was written.
        code => {
            return Canonical::from_text(&code.to_string()).unwrap_or_else(|_| Canonical::from_str_value(""));
        }
    };
    Canonical::from_str_value(word)
}

/// The response: the text that came where there is one, as the JSON that it holds if it is JSON, else the JSON.
fn response(answered: &Fields<'_>) -> Result<Option<Canonical>, FieldError> {
    const TEXT: &str = "providerResponse.textBody";
    let json = present(answered, "json");
    if let Some(raw) = present(answered, "textBody") {
        let text = text(raw, TEXT)?;
        if !text.is_empty() {
            let is_json = text.trim_start().starts_with(['{', '[']);
            let read = is_json.then(|| Canonical::from_text(&text).ok()).flatten();
            return Ok(Some(read.unwrap_or_else(|| Canonical::from_str_value(&text))));
        }
        // A stream of which nothing came: the client writes an empty object beside the empty text.
        if json.is_none_or(|json| json.get().trim_ascii() == "{}") {
            return Ok(None);
        }
    }
    json.map(without_kind).transpose()
}

/// The response without what the Python client adds to each that is of no kind: `"_type":"unknown","toolName":"unknown"`.
fn without_kind(raw: &RawValue) -> Result<Canonical, FieldError> {
    const PATH: &str = "providerResponse.json";
    let is_added =
        |name: &str, value: &RawValue| matches!(name, "_type" | "toolName") && value.get() == r#""unknown""#;
    if !raw.get().contains(r#""_type""#) || !raw.get().starts_with('{') {
        return canonical(raw, PATH);
    }
    let fields = object(raw, PATH)?;
    let mut rest = Object::new();
    for (name, value) in fields.iter().filter(|(name, value)| !is_added(name, value)) {
        rest.json(name, value.get());
    }
    rest.finish(PATH)
}

#[derive(Default)]
struct Timing {
    start: Option<Timestamp>,
    latency_ms: Option<f64>,
    first_token: Option<(String, Canonical)>,
}

impl Timing {
    fn read(raw: Option<&RawValue>) -> Result<Self, FieldError> {
        let Some(raw) = raw else { return Ok(Self::default()) };
        let fields = object(raw, "timing")?;
        let start = present(&fields, "startTime").map(|raw| millis(raw, "timing.startTime")).transpose()?;
        let end = present(&fields, "endTime").map(|raw| millis(raw, "timing.endTime")).transpose()?;
        let latency = start.zip(end).map(|(start, end)| end - start);
        let first = present(&fields, "timeToFirstToken")
            .map(|raw| {
                let path = "timing.timeToFirstToken";
                // The client's clock may have been set back meanwhile.
                Ok((number(raw, path)? >= 0.0).then_some(canonical(raw, path)?))
            })
            .transpose()?;
        Ok(Self {
            start: start.map(|millis| Timestamp::from_millis(millis as i64)),
            latency_ms: latency.filter(|latency| latency.is_finite() && *latency >= 0.0),
            first_token: first.flatten().map(|millis| ("time_to_first_token_ms".to_owned(), millis)),
        })
    }
}

/// A moment in milliseconds since 1970: `{"seconds":…,"milliseconds":…}`, the latter within the second.
fn millis(raw: &RawValue, path: &str) -> Result<f64, FieldError> {
    let fields = object(raw, path)?;
    let part = |name: &str| {
        let path = format!("{path}.{name}");
        let raw = present(&fields, name).ok_or_else(|| FieldError::new(&path, "is required: a number"))?;
        match number(raw, &path)? {
            number if number >= 0.0 => Ok(number),
            _ => Err(FieldError::new(&path, "must be 0 or more")),
        }
    };
    Ok((part("seconds")? * 1000.0 + part("milliseconds")?).round())
}

/// What headers say, and `meta` where no header says otherwise; names in lower case, in the order they came.
struct Told(Vec<(String, String)>);

impl Told {
    fn read(asked: &Fields<'_>, headers: &[(String, String)]) -> Result<Self, FieldError> {
        let mut told = Self(Vec::new());
        if let Some(meta) = present(asked, "meta") {
            for (name, raw) in object(meta, "providerRequest.meta")?.iter() {
                let lower = name.to_ascii_lowercase();
                if lower.starts_with(HEADER) && raw.get() != "null" {
                    told.set(lower, text(raw, &format!("providerRequest.meta.{name}"))?);
                }
            }
        }
        headers.iter().for_each(|(name, value)| told.set(name.clone(), value.clone()));
        Ok(told)
    }

    fn set(&mut self, name: String, value: String) {
        match self.0.iter_mut().find(|(known, _)| *known == name) {
            Some((_, known)) => *known = value,
            None => self.0.push((name, value)),
        }
    }

    fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// A header's text, which has to be short.
    fn text(&self, name: &str) -> Result<Option<String>, FieldError> {
        match self.get(&name.to_ascii_lowercase()).filter(|value| !value.is_empty()) {
            Some(value) if value.chars().count() > MAX_TEXT => {
                Err(FieldError::new(name, format!("must be at most {MAX_TEXT} characters long")))
            }
            value => Ok(value.map(str::to_owned)),
        }
    }

    fn user(&self) -> Result<Option<String>, FieldError> {
        let user = self.text("Helicone-User-Id")?;
        Ok(user.or(self.text("Helicone-Property-UserId")?))
    }

    fn properties(&self) -> Vec<(String, String)> {
        let property = |(name, value): &(String, String)| {
            let own = name.strip_prefix(PROPERTY).filter(|own| !own.is_empty()).map(str::to_owned);
            let built_in = || BUILT_IN.into_iter().find(|known| known.eq_ignore_ascii_case(name));
            Some((own.or_else(|| built_in().map(str::to_owned))?, value.clone()))
        };
        self.0.iter().filter_map(property).collect()
    }
}
