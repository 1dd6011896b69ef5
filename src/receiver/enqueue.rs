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
    let mut message = message.clone();
    message.stored = Some(store(&message.id, text, env).await?);
    queue::send_one(env, INBOX, &message.encode(None)).await
}

/// Stores a delivery's body. Its key.
pub async fn store(id: &str, text: String, env: &Env) -> Result<String, String> {
    let key = stored_key(id, random::bytes().map_err(|error| error.message)?);
    storage::put_object(env, &key, text.into_bytes(), "application/json").await?;
    Ok(key)
}
