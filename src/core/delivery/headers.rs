//! Headers of the owner's own, sent with each delivery: for an endpoint that wants to see an API key.
//!
//! Whatever frames the message, tells where it comes from, or is ours to say, cannot be set.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::core::field::FieldError;

/// How many headers an owner may add.
pub const MAX_HEADERS: usize = 20;
/// The longest name.
pub const MAX_NAME: usize = 64;
/// The longest value.
pub const MAX_VALUE: usize = 4096;
/// The most that names and values may come to.
pub const MAX_BYTES: usize = 8 * 1024;

/// Names that cannot be set.
const DENIED: [&str; 31] = [
    "host",
    "content-length",
    "content-type",
    "content-encoding",
    "transfer-encoding",
    "te",
    "trailer",
    "expect",
    "connection",
    "keep-alive",
    "upgrade",
    "http2-settings",
    "proxy-connection",
    "via",
    "forwarded",
    "x-forwarded",
    "x-real-ip",
    "true-client-ip",
    "cdn-loop",
    "user-agent",
    "traceparent",
    "tracestate",
    "baggage",
    "cookie",
    "set-cookie",
    "origin",
    "referer",
    "range",
    "accept-encoding",
    "date",
    "x-helicone-signature",
];

/// Names that cannot be set, by their beginnings.
const DENIED_PREFIXES: [&str; 10] = [
    "proxy-",
    "x-forwarded-",
    "cf-",
    "webhook-",
    "svix-",
    "helicone-",
    "x-heliograph-",
    "sec-",
    "if-",
    "ce-",
];

/// Names and values, checked. Values are secrets: stored sealed, and never shown.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CustomHeaders(Vec<(String, String)>);

impl CustomHeaders {
    /// The headers of a new subscription. There is none that a null could remove, so none is taken.
    pub fn read(headers: Option<&Value>) -> Result<Self, FieldError> {
        for (name, value) in headers.and_then(Value::as_object).into_iter().flatten() {
            header_value(name, value)?;
        }
        Self::default().patched(headers)
    }

    /// These headers with a change applied: an object of names and values, in which null removes a name. Names compare
    /// without regard to case.
    pub fn patched(&self, patch: Option<&Value>) -> Result<Self, FieldError> {
        let patch = match patch {
            None => return Ok(self.clone()),
            Some(Value::Null) => return Ok(Self::default()),
            Some(Value::Object(patch)) => patch,
            Some(_) => return Err(FieldError::new("headers", "must be an object of names and values")),
        };
        refuse_twins(patch)?;
        let mut headers = self.0.clone();
        for (name, value) in patch {
            headers.retain(|(other, _)| !other.eq_ignore_ascii_case(name));
            if !value.is_null() {
                headers.push((name.clone(), header_value(name, value)?));
            }
        }
        let bytes = headers
            .iter()
            .fold(0_usize, |sum, (name, value)| sum.saturating_add(name.len()).saturating_add(value.len()));
        if headers.len() > MAX_HEADERS || bytes > MAX_BYTES {
            let rule = format!("may hold at most {MAX_HEADERS} headers of {MAX_BYTES} bytes in all");
            return Err(FieldError::new("headers", rule));
        }
        Ok(Self(headers))
    }

    /// These and one that no owner may choose.
    pub fn and(mut self, name: &str, value: &str) -> Self {
        self.0.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Name and value of each.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

fn refuse_twins(patch: &Map<String, Value>) -> Result<(), FieldError> {
    let mut names: Vec<String> = patch.keys().map(|name| name.to_ascii_lowercase()).collect();
    names.sort_unstable();
    match names.windows(2).find(|pair| pair.first() == pair.last()) {
        Some(_) => Err(FieldError::new("headers", "must not name a header twice, in whatever case")),
        None => Ok(()),
    }
}

/// A name as CGI, WSGI and their likes make one of it: whatever is neither letter nor digit is the same character, so that
/// `Webhook_Id` would stand where `webhook-id` is looked for.
fn as_gateways_spell(name: &str) -> String {
    let one = |char: char| if char.is_ascii_alphanumeric() { char.to_ascii_lowercase() } else { '-' };
    name.chars().map(one).collect()
}

fn header_value(name: &str, value: &Value) -> Result<String, FieldError> {
    let path = || format!("headers.{}", name.chars().take(MAX_NAME).collect::<String>());
    let is_token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    if name.is_empty() || name.len() > MAX_NAME || !name.bytes().all(is_token) {
        let rule = format!("a header's name must be 1 to {MAX_NAME} letters, digits or hyphens");
        return Err(FieldError::new(path(), rule));
    }
    let spelt = as_gateways_spell(name);
    if DENIED.contains(&spelt.as_str()) || DENIED_PREFIXES.iter().any(|prefix| spelt.starts_with(prefix)) {
        return Err(FieldError::new(
            path(),
            "can't be set: this header is not the endpoint owner's to choose",
        ));
    }
    let value = value.as_str().map(|value| value.trim_matches(' ')).unwrap_or_default();
    let is_visible = |byte: u8| byte == b' ' || byte.is_ascii_graphic();
    if value.is_empty() || value.len() > MAX_VALUE || !value.bytes().all(is_visible) {
        let rule = format!("must be a string of 1 to {MAX_VALUE} visible ASCII characters");
        return Err(FieldError::new(path(), rule));
    }
    Ok(value.to_owned())
}
