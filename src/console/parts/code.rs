//! Code and data: shown as they are, to be copied.

use maud::{Markup, html};
use serde_json::Value;

/// A block of text with a button that copies it. `id` is unique on the page.
pub fn block(id: &str, text: &str) -> Markup {
    html! {
        div.code {
            pre id=(id) tabindex="0" { code { (text) } }
            button.copy.js-only type="button" data-copy=(id) { "Copy" }
        }
    }
}

/// A short text with such a button.
pub fn inline(id: &str, text: &str) -> Markup {
    html! {
        span.inline-code {
            code id=(id) { (text) }
            button.copy.js-only type="button" data-copy=(id) { "Copy" }
        }
    }
}

/// JSON, indented.
pub fn json(id: &str, value: &Value) -> Markup {
    block(id, &serde_json::to_string_pretty(value).unwrap_or_default())
}
