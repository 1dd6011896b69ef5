//! What the door looks at beside the signature.

pub mod handshake;
pub mod memo;
pub mod rate;
pub mod refusals;
