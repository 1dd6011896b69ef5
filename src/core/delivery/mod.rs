//! A delivery on its way: the message that waits on the queue, and the request that each attempt sends.

mod attempt;
mod bundle;
mod chunks;
pub mod headers;
mod kept;
mod message;
mod shown;
mod turns;

pub use attempt::{AttemptRequest, Draft, Signer, UrlMint, attempt_request};
pub use bundle::{bundles, unbundle};
pub use chunks::chunks;
pub use headers::CustomHeaders;
pub use kept::{KeptMessage, Whose};
pub use message::{INLINE_LIMIT, Message, Origin, label};
pub use shown::RequestView;
pub use turns::Turns;
