//! Handing deliveries on.

use std::time::Duration;

use crate::{
    cli::client::{Reply, send},
    core::signature::explain::Received,
};

/// As long as a deployment waits for an endpoint at most.
const TIMEOUT: Duration = Duration::from_secs(120);

/// Headers of the connection that it came by.
const OF_CONNECTION: [&str; 9] = [
    "host",
    "connection",
    "content-length",
    "transfer-encoding",
    "keep-alive",
    "te",
    "trailer",
    "upgrade",
    "expect",
];

/// Where deliveries are handed on to.
pub struct Forward {
    url: String,
}

impl Forward {
    pub fn new(url: String) -> Self {
        Self { url }
    }

    /// Sends the same bytes with the same headers. Blocks until there is an answer, or why there is none.
    pub fn send(&self, received: &Received) -> Result<Reply, String> {
        let is_ours = |name: &str| !OF_CONNECTION.iter().any(|other| name.eq_ignore_ascii_case(other));
        let headers: Vec<(String, String)> =
            received.headers.iter().filter(|(name, _)| is_ours(name)).cloned().collect();
        send(&self.url, &headers, &received.body, TIMEOUT)
    }
}
