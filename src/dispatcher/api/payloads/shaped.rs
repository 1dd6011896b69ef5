//! A shaped exchange: made of the archived record at each request, by what its subscription is set to now. Whatever is missing
//! for that, nothing is handed out.

use worker::{Env, Method, Request, ResponseBody};

use super::answer::{answer, gone, range, unavailable, unsatisfiable};
use crate::{
    core::{
        byte_range::Wanted,
        envelope::ApiError,
        shaping::{LARGEST, Reader, exchange},
        signed_url::ShapedLocator,
    },
    dispatcher::{archive, subscriptions},
    edge::{http::Answer, log::Line, settings::DispatcherSettings, storage},
};

/// Answers the exchange as the subscription gets it, or the part of it that is asked for; never packed.
pub async fn show(
    request: &Request,
    locator: &ShapedLocator,
    settings: &DispatcherSettings,
    env: &Env,
) -> Answer {
    let text = shaped(locator, settings, env).await?;
    let total = text.len() as u64;
    if request.method() == Method::Head {
        return answer(200, total, &[], ResponseBody::Empty);
    }
    match range(request, total) {
        Wanted::Whole => answer(200, total, &[], ResponseBody::Body(text)),
        Wanted::Part(part) => {
            let first = usize::try_from(part.first()).unwrap_or(usize::MAX);
            let length = usize::try_from(part.length()).unwrap_or(usize::MAX);
            let bytes = text.get(first..first.saturating_add(length)).unwrap_or_default().to_vec();
            let content_range = part.content_range(total);
            answer(206, bytes.len() as u64, &[("content-range", &content_range)], ResponseBody::Body(bytes))
        }
        Wanted::Unsatisfiable => unsatisfiable(total),
    }
}

async fn shaped(
    locator: &ShapedLocator,
    settings: &DispatcherSettings,
    env: &Env,
) -> Result<Vec<u8>, ApiError> {
    let ShapedLocator { key, place, subscription: id } = locator;
    let org = locator.org().ok_or_else(gone)?;
    if place.unpacked_length() > LARGEST {
        let message = format!("the exchange is too large to be shaped: at most {LARGEST} bytes are");
        return Err(ApiError::new(413, message));
    }
    let mut subscriptions = subscriptions::current(env, org).await?;
    if subscriptions.snapshot.find(id).is_none() {
        // Created a moment ago, or deleted.
        subscriptions = subscriptions::refresh(env, org).await?;
    }
    let subscription = subscriptions.snapshot.find(id).ok_or_else(gone)?;
    let bytes = storage::get_bytes(env, key, Some((place.offset, place.length))).await;
    let bytes = bytes.map_err(|why| unavailable(key, &why))?.ok_or_else(gone)?;
    let event = match place.find(&bytes, place.offset) {
        Some(stored) => archive::event(stored).await,
        None => None,
    };
    let Some(event) = event else {
        Line::error("payload.unreadable").text("segment", key).emit();
        return Err(gone());
    };
    let reader = Reader::of(subscription, org, &settings.user_ids);
    let text = exchange(&event, subscription.settings.fields.as_ref(), reader);
    text.map(String::into_bytes).ok_or_else(gone)
}
