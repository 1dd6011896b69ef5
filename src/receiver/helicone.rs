//! Where Helicone's request API is, or another that speaks the same form.

use worker::{Env, Url};

use crate::edge::settings::setting;

const DEFAULT_URL: &str = "https://api.helicone.ai";

/// `HELICONE_API_URL`.
pub fn api_url(env: &Env) -> String {
    setting(env, "HELICONE_API_URL").unwrap_or_else(|| DEFAULT_URL.to_owned())
}

/// `{base}/v1/request/{id}`, or what is below it. `None` where the base is no URL, or the id is none that a path can have.
pub fn request_url(base: &str, request_id: &str, below: Option<&str>) -> Option<Url> {
    if matches!(request_id, "." | "..") {
        return None;
    }
    let mut url = Url::parse(base).ok()?;
    url.path_segments_mut().ok()?.pop_if_empty().extend(["v1", "request", request_id]).extend(below);
    Some(url)
}
