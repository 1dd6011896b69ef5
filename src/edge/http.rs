//! Requests in, answers out.

use worker::{Headers, Method, Request, RequestInit, Response, ResponseBuilder, js_sys::Reflect};

use crate::core::envelope::{ApiError, success};

/// What a route comes to.
pub type Answer = Result<Response, ApiError>;

const JSON: &str = "application/json";

/// A success in the envelope.
pub fn ok<T: serde::Serialize>(status: u16, data: &T) -> Answer {
    Ok(plain(status, JSON, success(data)))
}

/// Turns a refusal into its response.
pub fn respond(answer: Answer) -> Response {
    let error = match answer {
        Ok(response) => return response,
        Err(error) => error,
    };
    refusal(&error, JSON, error.body())
}

/// A refusal with a body of another form than the envelope.
pub fn refusal(error: &ApiError, content_type: &str, body: Vec<u8>) -> Response {
    let response = plain(error.status, content_type, body);
    let headers = response.headers();
    // Fixed names and plain values: setting them has no way to fail.
    if let Some(seconds) = error.retry_after {
        let _ = headers.set("retry-after", &seconds.to_string());
    }
    if let Some(allow) = error.allow {
        let _ = headers.set("allow", allow);
    }
    if error.status == 401 {
        let _ = headers.set("www-authenticate", "Bearer");
    }
    response
}

/// JSON that is no answer of the API: not in the envelope, and the same for everybody for a while.
pub fn public_json(content_type: &str, body: &serde_json::Value) -> Answer {
    Ok(bytes(200, content_type, "public, max-age=3600", body.to_string().into_bytes()))
}

/// An answer without the envelope.
pub fn plain(status: u16, content_type: &str, body: Vec<u8>) -> Response {
    // An answer may hold a key or a signed URL's content, and none is worth caching.
    bytes(status, content_type, "no-store", body)
}

fn bytes(status: u16, content_type: &str, cache_control: &str, body: Vec<u8>) -> Response {
    let headers = Headers::new();
    // Fixed names and plain values: setting them has no way to fail.
    let _ = headers.set("content-type", content_type);
    let _ = headers.set("cache-control", cache_control);
    ResponseBuilder::new().with_status(status).with_headers(headers).fixed(body)
}

/// Lets no method pass for `GET`. The platform crate takes one that it does not know, such as `QUERY`, for that; here it
/// becomes one that no path has, so that its answer is 405.
pub fn tell_methods_apart(request: &mut Request) {
    if request.method().as_ref() == request.inner().method() {
        return;
    }
    let mut init = RequestInit::new();
    init.with_method(Method::Options);
    if let Ok(url) = request.url()
        && let Ok(other) = Request::new_with_init(url.as_str(), &init)
    {
        *request = other;
    }
}

/// A request header.
pub fn header(request: &Request, name: &str) -> Option<String> {
    request.headers().get(name).ok().flatten()
}

/// Whether a request wants to become a WebSocket.
pub fn wants_socket(request: &Request) -> bool {
    header(request, "upgrade").is_some_and(|wanted| wanted.eq_ignore_ascii_case("websocket"))
}

/// The `Accept-Encoding` that the client itself sent. The platform sets the header to what it can undo on the way out, and keeps
/// the client's own beside it.
pub fn accept_encoding(request: &Request) -> Option<String> {
    let own = Reflect::get(request.inner(), &"cf".into())
        .and_then(|cf| Reflect::get(&cf, &"clientAcceptEncoding".into()))
        .ok()
        .and_then(|own| own.as_string());
    own.or_else(|| header(request, "accept-encoding"))
}
