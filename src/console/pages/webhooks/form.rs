//! The form of a subscription, new or not: where to, which events, and what else can be said, which is folded away.

use maud::{Markup, html};

use super::{check, draft::Errors, events, filled::FormPage, sending};
use crate::console::{
    frame::{Page, Place, token},
    parts::fields::Field,
    viewer::Viewer,
};

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
