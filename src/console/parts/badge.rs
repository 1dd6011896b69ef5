//! Words in a colour. The word says it all: the colour only finds it faster.

use maud::{Markup, html};

/// How it looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// As it should be.
    Good,
    /// Somebody should look.
    Warning,
    /// It failed.
    Bad,
    /// Nothing to say.
    Quiet,
}

impl Tone {
    /// The class that has its colour.
    pub fn class(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Warning => "warning",
            Self::Bad => "bad",
            Self::Quiet => "quiet",
        }
    }

    /// Of a delivery, an endpoint or a webhook, by the word that the API has for its state.
    pub fn of_state(state: &str) -> Self {
        match state {
            "delivered" | "healthy" | "active" | "completed" | "done" => Self::Good,
            "retrying" | "failing" | "held" | "paused" | "flagged" => Self::Warning,
            "dead" | "disabled" | "failed" | "blocked" => Self::Bad,
            _ => Self::Quiet,
        }
    }

    /// Of an HTTP status.
    pub fn of_status(status: u16) -> Self {
        match status {
            200..=299 => Self::Good,
            300..=399 | 429 => Self::Warning,
            _ => Self::Bad,
        }
    }
}

/// A word in a tone.
pub fn badge(tone: Tone, text: &str) -> Markup {
    html! { span class={ "badge " (tone.class()) } { (text) } }
}

/// A state, by the API's word for it.
pub fn state(state: &str) -> Markup {
    badge(Tone::of_state(state), state)
}

/// What an endpoint answered, or why it did not.
pub fn outcome(status: Option<u16>, failure: Option<&str>) -> Markup {
    match (status, failure) {
        (Some(status), _) => badge(Tone::of_status(status), &status.to_string()),
        (None, Some(failure)) => badge(Tone::Bad, failure),
        (None, None) => html! { span.muted { "–" } },
    }
}
