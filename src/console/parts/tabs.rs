//! The pages of one place, side by side.

use maud::{Markup, html};

/// A row of links, each a path and a text; `current` is the path of the one that is shown.
pub fn tabs(label: &str, links: &[(&str, &str)], current: &str) -> Markup {
    html! {
        nav.tabs aria-label=(label) {
            ul {
                @for (path, text) in links {
                    li { a href=(path) aria-current=[(*path == current).then_some("page")] { (text) } }
                }
            }
        }
    }
}
