//! Alerts of an org: when what its deliveries come to is worth an event, and when it is over.
//!
//! An alert looks at what a webhook's ledger answers (`sight`). Every few minutes all of them are judged by what was firing before
//! (`judge`): what begins and what ends is a signal each, and so an event (`signal`).

mod alert;
mod judge;
mod sight;
mod signal;
mod view;

pub use alert::{Alert, MAX_ALERTS, Metric};
pub use judge::{Firing, Judged, Seen, judge};
pub use sight::{Sight, asked};
pub use signal::{Over, Signal};
pub use view::{Detailed, FiringView};
