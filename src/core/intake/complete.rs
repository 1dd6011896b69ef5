//! What an event says of itself only between the lines, filled in before anybody looks at it. What was given is never
//! overwritten.

use super::{bodies, price};
use crate::core::event::Event;

/// Fills in what can be known of an event and was not said.
pub fn complete(event: &mut Event) {
    // A price needs the model and the counts, which may stand in the bodies alone.
    bodies::read(event);
    price::price(event);
}
