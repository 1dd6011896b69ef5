//! How an exchange is answered, shaped or not.

use worker::{Headers, Request, ResponseBody, ResponseBuilder};

use crate::{
    core::{
        byte_range::{Wanted, wanted},
        envelope::ApiError,
    },
    edge::{
        http::{Answer, header, respond},
        log::Line,
    },
};

pub(super) fn answer(status: u16, length: u64, more: &[(&str, &str)], body: ResponseBody) -> Answer {
    let headers = Headers::new();
    let length = length.to_string();
    let always = [
        ("content-type", "application/json"),
        ("cache-control", "private, no-store"),
        ("accept-ranges", "bytes"),
        ("content-length", &length),
    ];
    for (name, value) in always.iter().chain(more) {
        headers.set(name, value).map_err(|_| unwritable())?;
    }
    Ok(ResponseBuilder::new().with_status(status).with_headers(headers).body(body))
}

pub(super) fn unsatisfiable(total: u64) -> Answer {
    let message = format!("range: begins behind the end; the exchange has {total} bytes");
    let response = respond(Err(ApiError::new(416, message)));
    response.headers().set("content-range", &format!("bytes */{total}")).map_err(|_| unwritable())?;
    Ok(response)
}

/// What is asked for. `If-Range` holds for no answer of ours, because none names a version: with it, the whole.
pub(super) fn range(request: &Request, total: u64) -> Wanted {
    match (header(request, "range"), header(request, "if-range")) {
        (Some(range), None) => wanted(&range, total),
        _ => Wanted::Whole,
    }
}

/// A URL that verifies and has nothing behind it: the archive's retention was shorter than the URL's life.
pub(super) fn gone() -> ApiError {
    ApiError::not_found("payload")
}

pub(super) fn unavailable(segment: &str, why: &str) -> ApiError {
    Line::error("payload.unavailable").text("segment", segment).text("why", why).emit();
    ApiError::unavailable("the payload can't be read right now; try again")
}

fn unwritable() -> ApiError {
    ApiError::new(500, "the answer could not be written")
}
