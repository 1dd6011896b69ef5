//! `Idempotency-Key`: by which a creation that arrives twice is known.

use serde_json::{Map, Value};
use worker::Request;

use crate::{
    core::{envelope::ApiError, field::FieldError, hash, limits, registry::Idempotency},
    edge::http::header,
};

/// What a call with these fields carries; `None` where it carries no such header.
pub fn read(request: &Request, fields: &Map<String, Value>) -> Result<Option<Idempotency>, ApiError> {
    let Some(key) = header(request, "idempotency-key") else { return Ok(None) };
    if !(1..=limits::IDEMPOTENCY_KEY).contains(&key.len())
        || !key.bytes().all(|byte| (b' '..=b'~').contains(&byte))
    {
        let rule = format!("must be 1 to {} printable ASCII characters", limits::IDEMPOTENCY_KEY);
        return Err(FieldError::new("idempotency-key", rule).into());
    }
    let body = Value::Object(fields.clone()).to_string();
    let fingerprint = hex::encode(hash::digest("heliograph/idempotency", &[&body]));
    Ok(Some(Idempotency { key, fingerprint }))
}
