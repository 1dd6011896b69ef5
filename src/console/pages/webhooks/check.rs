//! What is said while somebody types: what is wrong, and what would match.

use maud::{Markup, html};

use super::draft::{Errors, NAMES};
use crate::{
    console::{models::subscription::Previewed, parts::number::count},
    core::envelope::ApiError,
};

/// How many events of each kind are listed.
const LISTED: usize = 5;

/// What is wrong, for the line beside the button, and for each field.
pub fn checked(errors: &Errors) -> Markup {
    html! {
        span { @if errors.is_empty() { "Nothing is wrong with it." } @else { (fields_are_wrong(errors)) } }
        @for (name, _) in NAMES {
            p hx-swap-oob={ "innerHTML:#" (name) "-error" } { (errors.at(name).unwrap_or_default()) }
        }
    }
}

/// How many fields are.
pub fn fields_are_wrong(errors: &Errors) -> String {
    match errors.iter().count() {
        1 => "One field needs another look.".to_owned(),
        many => format!("{many} fields need another look."),
    }
}

/// While there is nothing that could match.
pub fn nothing_to_preview() -> Markup {
    html! { p.hint { "Shown as soon as nothing is wrong with what picks the events." } }
}

/// Which of the last events would have matched.
pub fn previewed(preview: &Result<Previewed, ApiError>) -> Markup {
    match preview {
        Err(error) => html! { p.error { (error.message) } },
        Ok(preview) if preview.considered == 0 => html! {
            p { "There are no events yet to try it on." }
            p.hint { "Events are kept where at least one subscription matches them." }
        },
        Ok(preview) => found(preview),
    }
}

fn found(preview: &Previewed) -> Markup {
    html! {
        p { strong { "Would have matched " (count(preview.matched)) " of the last " (count(preview.considered)) "." } }
        div.columns {
            @if !preview.matches.is_empty() {
                div {
                    p.under { "Matched" }
                    ul.plain { @for id in preview.matches.iter().take(LISTED) { li { code { (id) } } } }
                }
            }
            @if !preview.unmatched.is_empty() {
                div {
                    p.under { "Not matched, and why" }
                    ul.plain {
                        @for one in preview.unmatched.iter().take(LISTED) {
                            li { code { (one.event) } span.under { code { (one.why.path) } " " (because(&one.why.reason)) } }
                        }
                    }
                }
            }
        }
        p.hint { (preview.note) }
    }
}

/// The API's word for a reason, as a sentence goes on.
fn because(reason: &str) -> &str {
    match reason {
        "absent" => "is not there",
        "present" => "is there",
        "too_large" => "is too large to be looked into",
        "wrong_type" => "is of another type",
        "wrong_value" => "does not hold",
        "no_element" => "fits no element",
        "no_alternative" => "has no alternative that fits",
        "negated" => "fits what is excluded",
        "not_in_sample" => "leaves it out of the sample",
        other => other,
    }
}
