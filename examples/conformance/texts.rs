//! URLs, JSON, numbers and dates.

use heliograph::core::{
    destination::{self, Policy},
    json::{Canonical, JsonError, parse_bounded, write_number},
    retry,
    time::Timestamp,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use url::Url;

/// What a text is as a URL: the parser's word, then the guard's, in production and with the development flag.
#[derive(Serialize)]
pub struct Destination {
    parsed: Option<String>,
    production: Result<String, &'static str>,
    development: Result<String, &'static str>,
}

pub fn destination(text: String) -> Destination {
    let judged = |allow_insecure| {
        let policy = Policy { allow_insecure, own_hosts: Vec::new() };
        destination::check(&text, &policy).map(String::from).map_err(|refusal| refusal.code())
    };
    Destination {
        parsed: Url::parse(&text).ok().map(String::from),
        production: judged(false),
        development: judged(true),
    }
}

/// What a text is as JSON: written anew, and by way of the two kinds of tree that there are of it.
#[derive(Serialize)]
pub struct Json {
    canonical: Result<String, &'static str>,
    bounded: Option<String>,
    tree: Option<String>,
}

pub fn json(text: String) -> Json {
    let of_tree =
        |tree: Value| Canonical::from_text(&tree.to_string()).ok().map(|text| text.as_str().to_owned());
    Json {
        canonical: Canonical::from_text(&text).map(|text| text.as_str().to_owned()).map_err(|error| {
            match error {
                JsonError::Syntax(_) => "syntax",
                JsonError::TooDeep => "deep",
                JsonError::TooWide => "wide",
                JsonError::TooMany => "many",
            }
        }),
        bounded: parse_bounded(&text, &mut usize::MAX.clone()).ok().and_then(of_tree),
        tree: serde_json::from_str(&text).ok().and_then(of_tree),
    }
}

/// A double of these bits, in hexadecimal, as it is printed.
pub fn number(bits: String) -> Option<String> {
    let mut out = Vec::new();
    write_number(f64::from_bits(u64::from_str_radix(&bits, 16).ok()?), &mut out);
    String::from_utf8(out).ok()
}

/// The bits of the double that a text is read as.
pub fn reading(text: String) -> Option<String> {
    serde_json::from_str::<f64>(&text).ok().map(|number| format!("{:016x}", number.to_bits()))
}

#[derive(Deserialize)]
pub struct RetryAfter {
    header: String,
    now_millis: i64,
}

pub fn retry_after(asked: RetryAfter) -> Option<u32> {
    retry::retry_after_seconds(&asked.header, Timestamp::from_millis(asked.now_millis))
}
