//! What an exporter is set up with, in the form that OpenTelemetry's own variables have.

use percent_encoding::percent_decode_str;
use serde_json::{Value, json};

use super::Attributes;

const SERVICE_NAME: &str = "service.name";
const DEFAULT_SERVICE: &str = "heliograph";

/// Headers that the exporter sets itself, or that nobody may.
const RESERVED: [&str; 3] = ["content-type", "content-length", "host"];

/// Who the spans and metrics are from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resource(Vec<(String, String)>);

impl Resource {
    /// From `OTEL_SERVICE_NAME`, which wins, and `OTEL_RESOURCE_ATTRIBUTES`; an error says what is wrong with the latter.
    pub fn read(service: Option<&str>, attributes: Option<&str>) -> Result<Self, &'static str> {
        let mut all = pairs(attributes.unwrap_or_default())?;
        let is_named = all.iter().any(|(name, _)| name == SERVICE_NAME);
        if let Some(service) = service.or((!is_named).then_some(DEFAULT_SERVICE)) {
            all.retain(|(name, _)| name != SERVICE_NAME);
            all.insert(0, (SERVICE_NAME.to_owned(), service.to_owned()));
        }
        Ok(Self(all))
    }

    pub(super) fn json(&self) -> Value {
        let mut attributes = Attributes::default();
        self.0.iter().for_each(|(name, value)| attributes.text(name, Some(value)));
        json!({"attributes": attributes.0})
    }
}

/// Reads `OTEL_EXPORTER_OTLP_HEADERS`. The names come out in lower case; an error never holds a value, which may be a key.
pub fn headers(text: &str) -> Result<Vec<(String, String)>, &'static str> {
    let mut all = pairs(text)?;
    for (name, value) in &mut all {
        name.make_ascii_lowercase();
        let is_token =
            name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte));
        if !is_token || RESERVED.contains(&name.as_str()) {
            return Err("must name headers, and none of content-type, content-length and host");
        }
        if !value.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
            return Err("must hold values of printable ASCII characters");
        }
    }
    Ok(all)
}

/// `name=value,name=value`: W3C Baggage without properties, percent-decoded. What stands in it twice counts as it stands last.
fn pairs(text: &str) -> Result<Vec<(String, String)>, &'static str> {
    const RULE: &str = "must be like name=value,name=value, percent-encoded";
    let mut all: Vec<(String, String)> = Vec::new();
    for pair in text.split(',').map(str::trim).filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').ok_or(RULE)?;
        let decode =
            |part: &str| percent_decode_str(part.trim()).decode_utf8().map(String::from).map_err(|_| RULE);
        let (name, value) = (decode(name)?, decode(value)?);
        if name.is_empty() {
            return Err(RULE);
        }
        all.retain(|(known, _)| *known != name);
        all.push((name, value));
    }
    Ok(all)
}
