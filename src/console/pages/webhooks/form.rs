//! The form of a subscription, new or not: where to, which events, and what else can be said, which is folded away.

use maud::{Markup, html};

use super::{
    check,
    draft::{Draft, Errors, NAMES},
    events, sending,
};
use crate::{
    console::{
        frame::{Page, Place, token},
        models::subscription::{EventType, Previewed},
        parts::fields::Field,
        viewer::Viewer,
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

/// The page.
pub fn render(viewer: &Viewer, page: &FormPage) -> Page {
    let before = page.before.as_ref();
    let title =
        before.map_or_else(|| "New subscription".to_owned(), |before| format!("Edit {}", before.name));
    let path = before.map_or_else(
        || "/console/webhooks/new".to_owned(),
        |before| format!("/console/webhooks/{}/edit", before.id),
    );
    let back = before.map_or_else(
        || Place::Webhooks.path().to_owned(),
        |before| format!("/console/webhooks/{}", before.id),
    );
    let content = html! {
        @if let Some(notice) = &page.notice { p.notice.bad role="alert" { (notice) } }
        form.stack.subscription id="subscription" method="post" action=(path) novalidate {
            (token(viewer))
            // Enter in a field takes the first button that there is.
            button.visually-hidden type="submit" name="do" value="save" tabindex="-1" aria-hidden="true" { "Save" }
            @match before {
                Some(before) => { input type="hidden" name="tag" value=(before.tag); }
                None => { input type="hidden" name="once" value=(page.once); }
            }
            (summary(&page.errors))
            (whereto(page))
            (events::criteria(viewer, page))
            (sending::content(page))
            (sending::sending(page))
            div.actions.save {
                button.primary type="submit" name="do" value="save" { @if before.is_some() { "Save" } @else { "Create" } }
                a href=(back) { "Cancel" }
                span.hint.live id="checked" aria-live="polite" hx-post="/console/webhooks/check" hx-trigger="input from:#subscription delay:500ms"
                    hx-include="#subscription" hx-target="this" hx-swap="innerHTML" hx-sync="replace" {}
            }
        }
    };
    Page::new(Place::Webhooks, title, content)
}

/// The fields that are wrong, with the way to each.
fn summary(errors: &Errors) -> Markup {
    html! {
        @if !errors.is_empty() {
            div.notice.bad role="alert" {
                p { strong { "Nothing was saved yet. " } (check::fields_are_wrong(errors)) }
                ul { @for (name, label, error) in errors.iter() { li { a href={ "#" (name) } { (label) } ": " (error) } } }
            }
        }
    }
}

fn whereto(page: &FormPage) -> Markup {
    let draft = &page.draft;
    html! {
        fieldset {
            legend { "Where to" }
            (page.field("destination", "The https:// URL of the endpoint that gets the events.").input("url", &draft.destination, true))
            (page.field("description", "What you call it. For people only.").input("text", &draft.description, false))
            @if page.before.is_none() {
                (Field { name: "paused", label: "Begin paused", hint: "Events are held until you resume it: time to set the endpoint up and to send it tests.", error: None }
                    .tick(draft.is_paused))
            }
        }
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
