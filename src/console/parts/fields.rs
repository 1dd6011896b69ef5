//! Fields of forms, each with its label, what is allowed, and what was wrong.

use maud::{Markup, html};

/// One field.
#[derive(Clone, Copy, Debug, Default)]
pub struct Field<'a> {
    /// Its name in the form, and the id of its input.
    pub name: &'a str,
    /// For people.
    pub label: &'a str,
    /// What is allowed, in a sentence.
    pub hint: &'a str,
    /// What was wrong with what was typed.
    pub error: Option<&'a str>,
}

impl Field<'_> {
    /// A line of text. `kind` is the input's type: `text`, `url`, `number`, `password`, `search`.
    pub fn input(&self, kind: &str, value: &str, is_required: bool) -> Markup {
        let input = html! {
            input id=(self.name) name=(self.name) type=(kind) value=(value) required[is_required] autocomplete="off"
                step=[(kind == "number").then_some("any")]
                aria-describedby=[self.described()] aria-invalid=[self.error.map(|_| "true")];
        };
        self.around(&input)
    }

    /// Many lines of text.
    pub fn area(&self, value: &str, rows: u8) -> Markup {
        let area = html! {
            textarea id=(self.name) name=(self.name) rows=(rows) spellcheck="false" autocomplete="off"
                aria-describedby=[self.described()] aria-invalid=[self.error.map(|_| "true")] { (value) }
        };
        self.around(&area)
    }

    /// One of some: each with the text that stands for it.
    pub fn select(&self, options: &[(&str, &str)], chosen: &str) -> Markup {
        let select = html! {
            select id=(self.name) name=(self.name) aria-describedby=[self.described()]
                aria-invalid=[self.error.map(|_| "true")] {
                @for (value, text) in options { option value=(value) selected[*value == chosen] { (text) } }
            }
        };
        self.around(&select)
    }

    /// Yes or no.
    pub fn tick(&self, is_on: bool) -> Markup {
        html! {
            div.field.tick {
                input id=(self.name) name=(self.name) type="checkbox" value="on" checked[is_on] aria-describedby=[self.described()];
                label for=(self.name) { (self.label) }
                (self.below())
            }
        }
    }

    fn around(&self, input: &Markup) -> Markup {
        html! { div.field { label for=(self.name) { (self.label) } (input) (self.below()) } }
    }

    fn below(&self) -> Markup {
        html! {
            @if !self.hint.is_empty() { p.hint id={ (self.name) "-hint" } { (self.hint) } }
            (problem(self.name, self.error))
        }
    }

    fn described(&self) -> Option<String> {
        let error = format!("{}-error", self.name);
        Some(if self.hint.is_empty() { error } else { format!("{}-hint {error}", self.name) })
    }
}

/// What was wrong with a field or a group of them. It is there where nothing is, so that a script can fill it.
pub fn problem(name: &str, error: Option<&str>) -> Markup {
    html! { p.error aria-live="polite" id={ (name) "-error" } { (error.unwrap_or_default()) } }
}
