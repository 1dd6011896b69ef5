//! The queues that deliveries wait in.

use worker::Env;

use crate::{
    core::{
        delivery::{Message, bundles, chunks},
        envelope::ApiError,
        ledger::Lane,
    },
    edge::{log::Line, queue},
};

/// The binding of the queue of first attempts.
pub const EXPRESS: &str = "EXPRESS";
/// The binding of the queue of endpoints that take their time.
pub const SLOW: &str = "SLOW";

/// The binding of a lane's queue.
pub fn binding(lane: Lane) -> &'static str {
    match lane {
        Lane::Express => EXPRESS,
        Lane::Slow => SLOW,
    }
}

/// Queues deliveries without their bodies, which are rendered from the archive when they are sent. An error says that some
/// may not have been queued.
pub async fn queue_again(env: &Env, binding: &str, messages: &[Message]) -> Result<(), ApiError> {
    let message =
        |message: &Message| ((message.org.clone(), message.subscription.clone()), message.encode_with(None));
    for chunk in chunks(bundles(messages.iter().map(message))) {
        queue::send(env, binding, &chunk).await.map_err(|why| {
            Line::error("queue.unavailable").text("queue", binding).text("why", &why).emit();
            ApiError::unavailable("the queue did not accept the deliveries")
        })?;
    }
    Ok(())
}
