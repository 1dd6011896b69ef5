//! A few choices, each with what it means.

use maud::{Markup, html};

/// One of them.
#[derive(Clone, Copy, Debug)]
pub struct Choice<'a> {
    /// What the form sends.
    pub value: &'a str,
    /// For people.
    pub label: &'a str,
    /// What it means, in a sentence.
    pub hint: &'a str,
}

/// All of them.
#[derive(Clone, Copy, Debug)]
pub struct Choices<'a> {
    /// The field's name in the form.
    pub name: &'a str,
    /// What is chosen.
    pub legend: &'a str,
    /// What was wrong with what was chosen.
    pub error: Option<&'a str>,
}

impl Choices<'_> {
    /// One of some.
    pub fn one(&self, choices: &[Choice<'_>], chosen: &str) -> Markup {
        self.around("radio", choices, |value| value == chosen)
    }

    /// Any of some.
    pub fn any(&self, choices: &[Choice<'_>], chosen: &[&str]) -> Markup {
        self.around("checkbox", choices, |value| chosen.contains(&value))
    }

    fn around(&self, kind: &str, choices: &[Choice<'_>], is_chosen: impl Fn(&str) -> bool) -> Markup {
        let error = self.error.map(|_| format!("{}-error", self.name));
        html! {
            fieldset aria-describedby=[error.as_deref()] {
                legend { (self.legend) }
                @for choice in choices {
                    @let id = format!("{}-{}", self.name, choice.value);
                    div.field.tick {
                        input id=(id) name=(self.name) type=(kind) value=(choice.value) checked[is_chosen(choice.value)]
                            aria-describedby={ (id) "-hint" } aria-invalid=[self.error.map(|_| "true")];
                        label for=(id) { (choice.label) }
                        p.hint id={ (id) "-hint" } { (choice.hint) }
                    }
                }
                @if let Some(text) = self.error { p.error id=[error.as_deref()] { (text) } }
            }
        }
    }
}
