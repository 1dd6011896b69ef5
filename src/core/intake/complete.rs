//! What an event says of itself only between the lines, filled in before anybody looks at it. What was given is never
//! overwritten.

use super::price;
use crate::core::event::Event;

/// Fills in what can be known of an event and was not said.
pub fn complete(event: &mut Event) {
    price::price(event);
}
