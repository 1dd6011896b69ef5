//! Deleting a subscription, which is done to what was typed and to nothing by accident.

use maud::html;

use crate::console::{
    frame::{Page, Place, token},
    models::webhook::Webhook,
    parts::fields::Field,
    viewer::Viewer,
};

/// Whether what was typed names the webhook: its host, or its id.
pub fn is_confirmed(webhook: &Webhook, typed: &str) -> bool {
    !typed.is_empty() && (typed == webhook.id || typed.eq_ignore_ascii_case(webhook.domain()))
}

/// The page that asks. `typed` is what was typed and is not right.
pub fn render(viewer: &Viewer, webhook: &Webhook, typed: Option<&str>) -> Page {
    let page = format!("/console/webhooks/{}", webhook.id);
    let label = format!("Type {} to confirm", webhook.domain());
    let error = typed.map(|_| "is neither its host nor its id: nothing was deleted");
    let field = Field { name: "confirm", label: &label, hint: "Or the subscription's id.", error };
    let content = html! {
        p { "Its deliveries stop at once, and what waits for a retry is dropped. Its secret is gone for good; its deliveries are listed no more. "
            "To stop it for a while, " a href=(page) { "pause it" } "." }
        dl.facts { dt { "Destination" } dd { code { (webhook.destination) } } dt { "Id" } dd { code { (webhook.id) } } }
        form.stack method="post" action={ (page) "/delete" } {
            (token(viewer))
            (field.input("text", typed.unwrap_or_default(), true))
            div.actions { button.danger type="submit" { "Delete it" } a href=(page) { "Cancel" } }
        }
    };
    Page::new(Place::Webhooks, format!("Delete {}", webhook.name()), content)
}
