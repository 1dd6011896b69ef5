//! Putting deliveries on the inbox's queue.

use worker::Env;

use crate::{
    core::inbox::{INLINE_LIMIT, InboxMessage, stored_key},
    edge::{queue, random, storage},
};

/// The binding of the queue.
pub const INBOX: &str = "INBOX";

/// A delivery that is too large for a message goes to R2 first; the message then says where.
pub async fn enqueue(message: &InboxMessage, text: String, env: &Env) -> Result<(), String> {
    if text.len() <= INLINE_LIMIT {
        return queue::send_one(env, INBOX, &message.encode(Some(&text))).await;
    }
    let random = random::bytes().map_err(|error| error.message)?;
    let key = stored_key(&message.id, random);
    storage::put_object(env, &key, text.into_bytes(), "application/json").await?;
    let mut message = message.clone();
    message.stored = Some(key);
    queue::send_one(env, INBOX, &message.encode(None)).await
}
