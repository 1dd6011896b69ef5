//! Logging in.

use maud::{Markup, html};

use crate::console::{form::TOKEN, frame, parts::fields::Field, viewer::Theme};

/// The form. `next` is the path that it leads to.
pub fn render(theme: Theme, token: &str, next: &str, error: Option<&str>) -> Markup {
    let key = Field {
        name: "key",
        label: "API key",
        hint: "A key of this deployment, or its root key. It stays here: your browser keeps a session instead, for an hour.",
        error,
    };
    let content = html! {
        form.stack method="post" action="/console/login" {
            input type="hidden" name=(TOKEN) value=(token);
            input type="hidden" name="next" value=(next);
            (key.input("password", "", true))
            button.primary type="submit" { "Log in" }
        }
        details {
            summary { "Where do I get a key?" }
            p { "Whoever runs this deployment has the root key, " code { "ROOT_KEY" } ", and makes others with " code { "POST /v1/keys" }
                " or on the page " em { "Settings" } ". Of a local one it stands in " code { ".dev.vars" } "." }
        }
    };
    frame::alone("Log in", theme, &content)
}
