//! Deliveries: listed, looked at, watched as they come, and sent again.

pub mod filters;
pub mod list;
pub mod live;
pub mod one;
mod recipe;
pub mod recover;
pub mod request;

use super::super::models::webhook::Webhook;

/// The webhooks as the options of a select.
fn options<'a>(webhooks: &'a [Webhook], none: Option<&'a str>) -> Vec<(&'a str, &'a str)> {
    let all = webhooks.iter().map(|webhook| (webhook.id.as_str(), webhook.name()));
    none.map(|text| ("", text)).into_iter().chain(all).collect()
}

/// What people call the webhook of this id.
fn name_of<'a>(webhooks: &'a [Webhook], id: &'a str) -> &'a str {
    webhooks.iter().find(|webhook| webhook.id == id).map_or(id, Webhook::name)
}
