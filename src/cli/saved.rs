//! Requests that were saved to a file: as text of HTTP, or as JSON with `headers` and `body`.

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::Value;

use crate::core::signature::explain::Received;

/// Reads a saved request; `None` where this is none, and so perhaps a body alone.
///
/// As JSON, `headers` is an object of texts or of lists of them, a list of pairs, or a list of objects with `name` and `value`; the
/// body is text in `body`, or base64 in `body_base64`, or in `body` beside `"isBase64Encoded": true`. As HTTP, header lines follow an
/// optional first line and end with an empty one; every byte behind that is the body.
pub fn read(bytes: &[u8]) -> Option<Received> {
    match bytes.trim_ascii_start().first()? {
        b'{' => of_json(&serde_json::from_slice(bytes).ok()?),
        _ => of_http(bytes),
    }
}

fn of_json(value: &Value) -> Option<Received> {
    let headers = headers(value.get("headers")?)?;
    let text = |name: &str| value.get(name).and_then(Value::as_str);
    let is_base64 = value.get("isBase64Encoded").and_then(Value::as_bool).unwrap_or_default();
    let body = match (text("body_base64"), text("body")) {
        (Some(packed), _) => STANDARD.decode(packed).ok()?,
        (None, Some(packed)) if is_base64 => STANDARD.decode(packed).ok()?,
        (None, Some(body)) => body.as_bytes().to_vec(),
        (None, None) => return None,
    };
    Some(Received { headers, body })
}

fn headers(value: &Value) -> Option<Vec<(String, String)>> {
    let mut found = Vec::new();
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                let values = value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice);
                for value in values {
                    found.push((name.clone(), value.as_str()?.to_owned()));
                }
            }
        }
        Value::Array(items) => {
            for item in items {
                let at = |index: usize, name: &str| item.get(index).or_else(|| item.get(name))?.as_str();
                found.push((at(0, "name")?.to_owned(), at(1, "value")?.to_owned()));
            }
        }
        _ => return None,
    }
    Some(found)
}

fn of_http(bytes: &[u8]) -> Option<Received> {
    let mut headers = Vec::new();
    let mut rest = bytes;
    let mut is_first = true;
    loop {
        let end = rest.iter().position(|byte| *byte == b'\n')?;
        let (line, behind) = rest.split_at_checked(end)?;
        rest = behind.strip_prefix(b"\n")?;
        let line = std::str::from_utf8(line.strip_suffix(b"\r").unwrap_or(line)).ok()?;
        if line.is_empty() {
            return (!headers.is_empty()).then(|| Received { headers, body: rest.to_vec() });
        }
        match header(line) {
            Some(header) => headers.push(header),
            None if is_first && line.contains(" HTTP/") => {}
            None => return None,
        }
        is_first = false;
    }
}

/// A line `name: value`; `None` where it is none.
pub fn header(line: &str) -> Option<(String, String)> {
    let (name, value) = line.split_once(':')?;
    let is_token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    (!name.is_empty() && name.bytes().all(is_token)).then(|| (name.to_owned(), value.trim().to_owned()))
}
