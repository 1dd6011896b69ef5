//! Shaping: what of an event leaves for one subscription, by its setting `fields`.
//!
//! The event itself is shaped, before anything is made of it, so that the body that is sent, what of it is cut, and the exchange
//! behind the signed URL cannot differ in what they hold back. Filters look at the event as it came. What can't be looked into
//! where rules ask for it is held back as a whole.
//!
//! - `rules` reads and compiles the setting, `path` leads into JSON.
//! - `detect/` finds personal data and secrets in text; `text` replaces them.
//! - `walk` takes JSON apart, by its `guide`, and texts with JSON in them; `event` an event; `render` puts together what leaves, `report` says what did not.
//! - `preview` shows all of it before it is set.

mod detect;
mod event;
mod guide;
mod path;
mod preview;
mod render;
mod report;
mod rules;
mod text;
mod user_id;
mod walk;

pub use detect::{Detector, Detectors, Finding, findings};
pub use path::{MAX_PATH, MAX_PATHS, MAX_STEPS};
pub use preview::{Rendering, SETTINGS, ShapeEvent, ShapePreview, ShapeRequest};
pub use render::{Look, Reader, exchange, render, render_by};
pub use report::{Redacted, Report};
pub use rules::{Bodies, EDGES, FieldRules, MAX_REPLACEMENT};
pub use text::in_header;
pub use user_id::UserIdKey;

/// The largest event that is shaped for a signed URL, in bytes as it was archived, unpacked: beyond it nothing is handed out.
pub const LARGEST: u64 = 25 * 1024 * 1024;
