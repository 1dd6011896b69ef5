//! `GET /payloads/{org}/{date}/{hour}/{segment}?…&signature=…`: the full exchange, to whoever holds the URL.

use worker::{Env, Headers, Method, Request, ResponseBuilder};

use crate::{
    core::{envelope::ApiError, signed_url},
    edge::{clock, http::Answer, log::Line, settings, storage},
};

/// Streams the slice that the URL was signed for. 403 for everything else, without saying whether anything is there.
pub async fn show(request: &Request, path: &str, env: &Env) -> Answer {
    if !matches!(request.method(), Method::Get | Method::Head) {
        return Err(ApiError::method("GET, HEAD"));
    }
    let settings = settings::dispatcher(env)?;
    let url = request.url().map_err(|_| refusal())?;
    let locator = signed_url::open(path, url.query(), clock::now(), &settings.url_key).ok_or_else(refusal)?;
    let body =
        storage::get_stream(env, &locator.key, (locator.offset, locator.length)).await.map_err(|why| {
            Line::error("payload.unavailable").text("segment", &locator.key).text("why", &why).emit();
            ApiError::unavailable("the payload can't be read right now; try again")
        })?;
    // A URL that verifies and has nothing behind it: the archive's retention was shorter than the URL's life.
    let body = body.ok_or_else(|| ApiError::not_found("payload"))?;
    let headers = Headers::new();
    let length = locator.length.to_string();
    for (name, value) in [
        ("content-type", "application/json"),
        ("cache-control", "private, no-store"),
        ("content-length", &length),
    ] {
        headers.set(name, value).map_err(|_| ApiError::new(500, "the answer could not be written"))?;
    }
    Ok(ResponseBuilder::new().with_headers(headers).body(body))
}

fn refusal() -> ApiError {
    ApiError::new(
        403,
        "this URL is not valid, or no longer: signed URLs expire, and every part of them is signed",
    )
}
