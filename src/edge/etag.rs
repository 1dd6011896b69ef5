//! Revisions as `ETag` and `If-Match` (RFC 9110).

use worker::{Request, Response};

use super::http::{Answer, header};
use crate::core::envelope::ApiError;

/// An answer with the revision of what it shows.
pub fn with_etag(response: Response, revision: u64) -> Answer {
    response
        .headers()
        .set("etag", &format!("\"{revision}\""))
        .map_err(|_| ApiError::new(500, "the answer could not be written"))?;
    Ok(response)
}

/// The revision that `If-Match` asks for; `*` and no header ask for any. 412 for what is no `ETag` of `what`.
pub fn if_match(request: &Request, what: &str) -> Result<Option<u64>, ApiError> {
    let Some(header) = header(request, "if-match").filter(|header| header.trim() != "*") else {
        return Ok(None);
    };
    let tag = header.trim();
    let quoted =
        tag.strip_prefix("W/").unwrap_or(tag).strip_prefix('"').and_then(|tag| tag.strip_suffix('"'));
    // What is no whole number is no ETag of ours, whatever `parse` would make of it.
    let revision = quoted.filter(|tag| tag.bytes().all(|byte| byte.is_ascii_digit()));
    revision
        .and_then(|revision| revision.parse().ok())
        .map(Some)
        .ok_or_else(|| ApiError::new(412, format!("if-match: is no ETag of {what}")))
}
