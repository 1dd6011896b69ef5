//! `/v1/inbox`: what was taken, how far each handler is with it, and handling again what was given up.

use worker::{Env, Request};

use crate::{
    core::{
        answer::Queued,
        envelope::ApiError,
        inbox::{InboxMessage, InboxPage, InboxView, Query, State},
    },
    edge::{
        http::{Answer, ok},
        input, queue,
    },
    receiver::{enqueue::INBOX, inbox::client::Inbox, settings},
};

/// Lists deliveries, newest first.
pub async fn list(request: &Request, env: &Env) -> Answer {
    let url = input::url(request)?;
    let query = Query::read(url.query_pairs())?;
    let entries = inbox(env)?.list(&query).await?;
    ok(200, &InboxPage::new(&entries, query.limit))
}

/// Shows one delivery.
pub async fn show(id: &str, env: &Env) -> Answer {
    let entry = inbox(env)?.find(id).await?.ok_or_else(|| ApiError::not_found("delivery"))?;
    ok(200, &InboxView::new(&entry))
}

/// Handles a delivery again that was given up, by the handlers that gave it up.
pub async fn retry(id: &str, env: &Env) -> Answer {
    let entry = inbox(env)?.find(id).await?.ok_or_else(|| ApiError::not_found("delivery"))?;
    if entry.state != State::Dead {
        return Err(ApiError::new(409, "only a dead delivery can be handled again"));
    }
    let gone = || ApiError::new(409, "the delivery's body is not kept any more");
    let message = InboxMessage::again(&entry).ok_or_else(gone)?;
    // A message of its own, which the inbox takes for somebody sending it again.
    queue::send_one(env, INBOX, &message.encode(None))
        .await
        .map_err(|_| ApiError::unavailable("the queue did not take it; send the same request again"))?;
    ok(202, &Queued { id, queued: true })
}

fn inbox(env: &Env) -> Result<Inbox<'_>, ApiError> {
    Ok(Inbox { env, shards: settings::read(env)?.inbox_shards })
}
