//! What the console answers with: pages, parts of pages, and ways to other pages.

use maud::Markup;
use worker::{Headers, Response, ResponseBuilder};

use super::frame::{CONTENT_SECURITY_POLICY, Notice, Page};
use crate::{core::envelope::ApiError, edge::http};

/// What a page's handler comes to.
pub type Outcome = Result<Done, ApiError>;

/// What is answered.
pub enum Done {
    /// A whole page.
    Page(Page),
    /// A part of one, for a script that asked for it.
    Part(Markup),
    /// Something was done, and another page shows what: its path.
    See(String),
    /// The same, with a word about it on that page.
    Told(String, Notice),
    /// An answer as it is: a file, or a connection that stays open.
    Raw(Response),
}

impl Done {
    /// Shows another page that says that it was done.
    pub fn told(path: impl Into<String>, text: impl Into<String>) -> Self {
        Self::Told(path.into(), Notice { is_good: true, text: text.into() })
    }

    /// Shows another page that says why it was not.
    pub fn refused(path: impl Into<String>, error: &ApiError) -> Self {
        Self::Told(path.into(), Notice { is_good: false, text: error.message.clone() })
    }
}

/// HTML, with what keeps it from doing harm.
pub fn page(status: u16, markup: Markup) -> Response {
    let response = http::plain(status, "text/html; charset=utf-8", markup.into_string().into_bytes());
    guard(response.headers());
    response
}

/// Another page, asked for anew.
pub fn redirect(path: &str) -> Response {
    let headers = Headers::new();
    // Fixed names; what can't stand in a header leads to the first page.
    if headers.set("location", path).is_err() {
        let _ = headers.set("location", "/console");
    }
    let _ = headers.set("cache-control", "no-store");
    guard(&headers);
    ResponseBuilder::new().with_status(303).with_headers(headers).fixed(Vec::new())
}

/// A script that asked for a part gets no redirect, which it would follow unseen: it is told to go there.
pub fn send_away(path: &str) -> Response {
    let response = page(200, maud::html! {});
    let _ = response.headers().set("hx-redirect", path);
    response
}

/// Sets a cookie that scripts can't read and other sites can't send; no value removes it. `seconds` is how long it is kept.
pub fn set_cookie(response: &Response, name: &str, value: Option<&str>, seconds: i64) {
    let (value, seconds) = value.map_or(("", 0), |value| (value, seconds));
    let cookie = format!("{name}={value}; Path=/; Max-Age={seconds}; Secure; HttpOnly; SameSite=Strict");
    // Its parts are of our own making.
    let _ = response.headers().append("set-cookie", &cookie);
}

fn guard(headers: &Headers) {
    for (name, value) in [
        ("content-security-policy", CONTENT_SECURITY_POLICY),
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "same-origin"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
        ("permissions-policy", "camera=(), geolocation=(), microphone=()"),
    ] {
        let _ = headers.set(name, value);
    }
}
