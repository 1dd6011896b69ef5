//! What the receiver has seen.
