//! The form as it is filled in: what its parts are shown from, and what they have in common.

use maud::{Markup, html};

use super::draft::{Draft, Errors, NAMES};
use crate::{
    console::{
        models::{event_type::EventType, subscription::Previewed},
        parts::fields::Field,
    },
    core::envelope::ApiError,
};

/// How many empty rows a list of rows ends with.
pub const SPARE: usize = 2;

/// The subscription that is changed.
#[derive(Clone, Debug)]
pub struct Before {
    /// Its id.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// Its revision.
    pub tag: String,
    /// The names of its headers.
    pub headers: Vec<String>,
}

/// What the page shows.
pub struct FormPage {
    /// What was typed.
    pub draft: Draft,
    /// What is wrong with it.
    pub errors: Errors,
    /// The catalogue.
    pub types: Vec<EventType>,
    /// The subscription that is changed; none where one is made.
    pub before: Option<Before>,
    /// What a creation is known by, should it come twice.
    pub once: String,
    /// How many empty rows are offered.
    pub spare: usize,
    /// What is wrong with none of the fields.
    pub notice: Option<String>,
    /// Which of the last events would have matched, where that was asked.
    pub preview: Option<Result<Previewed, ApiError>>,
}

impl FormPage {
    /// A form in which nothing is wrong yet.
    pub fn new(draft: Draft, types: Vec<EventType>, before: Option<Before>, once: String) -> Self {
        let errors = Errors::default();
        Self { draft, errors, types, before, once, spare: SPARE, notice: None, preview: None }
    }

    /// A field, with what is wrong with it.
    pub(super) fn field<'a>(&'a self, name: &'a str, hint: &'a str) -> Field<'a> {
        let label = NAMES.into_iter().find(|(known, _)| *known == name).map_or(name, |(_, label)| label);
        Field { name, label, hint, error: self.errors.at(name) }
    }
}

/// As high as its text is long, within bounds.
pub(super) fn lines(text: &str) -> u8 {
    u8::try_from(text.lines().count()).unwrap_or(u8::MAX).clamp(4, 16)
}

/// Rows of a name and a value, with empty ones behind them.
pub(super) fn rows(
    what: (&str, &str),
    names: (&str, &str),
    rows: &[(String, String)],
    spare: usize,
) -> Markup {
    let empty = (String::new(), String::new());
    let all = rows.iter().chain(std::iter::repeat_n(&empty, spare));
    html! {
        div.rows {
            @for (at, (name, value)) in all.enumerate() {
                @let number = at.saturating_add(1);
                div.row {
                    input type="text" name=(names.0) value=(name) placeholder=(what.0) aria-label={ (what.0) " " (number) } autocomplete="off";
                    input type="text" name=(names.1) value=(value) placeholder=(what.1) aria-label={ (what.1) " " (number) } autocomplete="off";
                }
            }
        }
    }
}
