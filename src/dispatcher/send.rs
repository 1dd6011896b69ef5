//! One attempt over the network: the same for a delivery from the queue and for a test from the API.

use worker::Method;

use crate::{
    core::{
        delivery::AttemptRequest,
        retry::{Failure, Outcome},
    },
    edge::outbound::{self, Deadlines, Outgoing},
};

/// How much of a reply is read.
const REPLY_CAP: usize = 4096;

/// How an attempt ended, and the beginning of what the endpoint answered.
pub struct Sent {
    /// For the verdict.
    pub outcome: Outcome,
    /// At most 4 KB.
    pub reply: Vec<u8>,
}

/// Sends a request to a URL that was judged; without one it is blocked.
pub async fn send(
    url: Option<&str>,
    request: &AttemptRequest,
    deadline_ms: u32,
    deadlines: &Deadlines,
) -> Sent {
    let Some(url) = url else {
        return Sent { outcome: Outcome::Failed(Failure::Blocked), reply: Vec::new() };
    };
    let outgoing = Outgoing {
        method: Method::Post,
        url,
        headers: &request.headers,
        body: Some(&request.body),
        deadline_ms,
        cap: REPLY_CAP,
    };
    match outbound::send_within(&outgoing, deadlines).await {
        Ok(reply) => Sent {
            outcome: Outcome::Answered {
                status: reply.status,
                retry_after: reply.retry_after,
                directive: reply.directive,
            },
            reply: reply.body,
        },
        Err(failure) => Sent { outcome: Outcome::Failed(failure), reply: Vec::new() },
    }
}
