//! A delivery's body from the archive, where it did not come along with its message.

use worker::Env;

use super::attempted::Fault;
use crate::{
    core::{
        delivery::Message,
        shaping::{Reader, render},
        subscription::Subscription,
    },
    dispatcher::archive,
    edge::{settings::DispatcherSettings, storage},
};

/// Why there never will be one.
const ARCHIVE_GONE: &str = "archive_gone";
const ARCHIVE_UNREADABLE: &str = "archive_unreadable";

/// The message as it is sent with its body, and the body; the inner error says why there never will be one.
pub async fn rendered(
    message: &Message,
    subscription: &Subscription,
    settings: &DispatcherSettings,
    env: &Env,
) -> Result<Result<(Message, String), &'static str>, Fault> {
    let bytes = storage::get_bytes(env, &message.segment, Some(message.record)).await?;
    let Some(bytes) = bytes else { return Ok(Err(ARCHIVE_GONE)) };
    let place = message.place();
    let event = match place.find(&bytes, place.offset) {
        Some(stored) => archive::event(stored).await,
        None => None,
    };
    Ok(event.ok_or(ARCHIVE_UNREADABLE).map(|event| {
        let reader = Reader::of(subscription, &message.org, &settings.user_ids);
        let rendered = render(&event, subscription, reader, &message.base_url);
        let mut message = message.clone();
        message.hold_back(subscription.settings.fields.as_ref());
        message.adopt(&rendered);
        (message, rendered.body)
    }))
}
