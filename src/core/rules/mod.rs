//! Rules of an org: what of many requests, or of one score, is worth an event.
//!
//! Intake sums up what a call's events come to, for each window and key that some rule looks at (`observe`); one object of the
//! org adds that to what was there and asks which rules are crossed now (`crossing`), each of which raises one event a window.
//! Rules on scores look at one score at a time (`score`).

mod crossing;
mod observe;
mod rule;
mod score;
mod sum;
mod view;

pub use crossing::{Crossing, crossings};
pub use observe::{Observer, Share};
pub use rule::{Direction, MAX_RULES, Metric, Per, Rule};
pub use score::failed;
pub use sum::Sum;
pub use view::{Current, CurrentView, Detailed, RuleView};
