//! Where Helicone's request API is, or another that speaks the same form.

use worker::{Env, Url};

use super::call::Header;
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
    url(base, request_id, below)
}

/// `{base}/v1/request/query-clickhouse`, which answers many. `None` where the base is no URL.
pub fn query_url(base: &str) -> Option<Url> {
    url(base, "query-clickhouse", None)
}

/// What says who asks.
pub fn authorization(key: &str) -> Header {
    ("authorization".into(), format!("Bearer {key}"))
}

fn url(base: &str, name: &str, below: Option<&str>) -> Option<Url> {
    let mut url = Url::parse(base).ok()?;
    url.path_segments_mut().ok()?.pop_if_empty().extend(["v1", "request", name]).extend(below);
    Some(url)
}
