//! `GET /openapi.json`: the API's description of itself, as `description` put it together.

use worker::{Headers, Method, Request, ResponseBuilder};

use crate::{core::envelope::ApiError, edge::http::Answer};

static DOCUMENT: &[u8] = include_bytes!("openapi.json");

/// Says what this API takes and answers.
pub fn show(request: &Request) -> Answer {
    if !matches!(request.method(), Method::Get | Method::Head) {
        return Err(ApiError::method("GET, HEAD"));
    }
    let headers = Headers::new();
    for (name, value) in [("content-type", "application/json"), ("cache-control", "public, max-age=300")] {
        headers.set(name, value).map_err(|_| ApiError::new(500, "the answer could not be written"))?;
    }
    Ok(ResponseBuilder::new().with_headers(headers).fixed(DOCUMENT.to_vec()))
}
