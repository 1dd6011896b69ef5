//! Lists, what stands below them, and what stands in their place where they are empty.

use maud::{Markup, html};

/// A figure with its name: `label`, and what it is now.
pub fn stat(label: &str, value: &str, note: &Markup) -> Markup {
    html! { div.stat { dt { (label) } dd { strong { (value) } " " span.muted { (note) } } } }
}

/// The way to the next page; nothing at the end.
pub fn pager(next: Option<&str>) -> Markup {
    html! { @if let Some(next) = next { nav.pager aria-label="Pages" { a.button href=(next) rel="next" { "Older" } } } }
}

/// What a page without data says instead, and what to do about it.
pub fn empty(title: &str, content: &Markup) -> Markup {
    html! { section.empty { h2 { (title) } (content) } }
}
