//! A delivery on its way: the message that waits on the queue, and the request that each attempt sends.

mod attempt;
pub mod headers;
mod message;

pub use attempt::{AttemptRequest, Signer, UrlMint, attempt_request};
pub use headers::CustomHeaders;
pub use message::{INLINE_LIMIT, Message, Origin, dead_letter, label};
