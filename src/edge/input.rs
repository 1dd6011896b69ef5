//! Bodies of API calls: JSON objects whose fields are known.

use serde_json::{Map, Value};
use worker::{Request, Url};

use super::{body, http::header};
use crate::core::{envelope::ApiError, event::BodyFormat, field::FieldError, json::JsonError, limits};

/// The body as a JSON object.
pub async fn object(request: &mut Request) -> Result<Map<String, Value>, ApiError> {
    check_type(request)?;
    parse(&body::read(request, limits::CALL_BODY).await?)
}

/// The body as a JSON object; nothing at all counts as an empty one.
pub async fn optional_object(request: &mut Request) -> Result<Map<String, Value>, ApiError> {
    let body = body::read(request, limits::CALL_BODY).await?;
    if body.is_empty() {
        // Nothing is of no type.
        return Ok(Map::new());
    }
    check_type(request)?;
    parse(&body)
}

/// The body of a call that is read otherwise, as long as it is within a limit of its own.
pub async fn raw(request: &mut Request, limit: usize) -> Result<Vec<u8>, ApiError> {
    check_type(request)?;
    body::read(request, limit).await
}

/// Refuses what says of itself that it is no JSON; a body that says nothing is read as JSON, as events are.
fn check_type(request: &Request) -> Result<(), ApiError> {
    match BodyFormat::from_content_type(header(request, "content-type").as_deref()) {
        Some(BodyFormat::Json) => Ok(()),
        _ => Err(ApiError::new(415, "content-type: must be application/json")),
    }
}

fn parse(body: &[u8]) -> Result<Map<String, Value>, ApiError> {
    let value: Value = serde_json::from_slice(body)
        .map_err(|error| ApiError::bad_request(format!("body: {}", JsonError::from(error))))?;
    match value {
        Value::Object(fields) => Ok(fields),
        _ => Err(ApiError::bad_request("body: must be a JSON object")),
    }
}

/// A text field; absent and null are the same.
pub fn text<'a>(fields: &'a Map<String, Value>, name: &str) -> Result<Option<&'a str>, FieldError> {
    match fields.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => Err(FieldError::new(name, "must be a string")),
    }
}

/// A field that is true or false; absent and null are the same.
pub fn flag(fields: &Map<String, Value>, name: &str) -> Result<Option<bool>, FieldError> {
    match fields.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::Bool(flag)) => Ok(Some(*flag)),
        Some(_) => Err(FieldError::new(name, "must be true or false")),
    }
}

/// The URL that was asked for.
pub fn url(request: &Request) -> Result<Url, ApiError> {
    request.url().map_err(|_| ApiError::bad_request("the URL can't be read"))
}

/// A name for people: 1 to 100 characters.
pub fn name(fields: &Map<String, Value>) -> Result<Option<&str>, FieldError> {
    let name = text(fields, "name")?;
    if name.is_some_and(|name| name.is_empty() || name.chars().count() > limits::NAME) {
        return Err(FieldError::new("name", format!("must be a string of 1 to {} characters", limits::NAME)));
    }
    Ok(name)
}
