//! What the ledger of one subscription knows, and how it decides: pure, so that the object around it only stores.
//!
//! One row per delivery holds everything that was ever tried, and enough of the message to send it again. A claim
//! says which deliveries may be sent now; a record says what came of them.

mod answered;
mod claim;
mod heard;
mod hours;
mod kept;
mod place;
mod remembered;
mod resend;
mod row;
mod sought;
mod standing;
mod tokens;
mod untried;
mod view;
mod volume;

pub use super::histogram::Histogram;
pub use answered::Answered;
pub use claim::{Brief, Grant, judge};
pub use heard::Heard;
pub use hours::{Hour, HourKey, Hours, Parts, count, count_given_up, merge};
pub use place::Place;
pub use remembered::Remembered;
pub use resend::begins_round;
pub use row::{Attempt, Lane, Row, State};
pub use sought::sought;
pub use standing::{Sending, Standing};
pub use tokens::Bucket;
pub use untried::{Untried, UntriedPlace, untried};
pub use view::{DeliveryState, DeliveryView};
pub use volume::{Room, Volume};
