//! The history: what was accepted, matched and archived, found again by time.
//!
//! One index per archived segment, kept in one `History` object per org and day. The index says of each event what it
//! takes to find it, to list it and to queue its deliveries again; everything else stands in the archive.

mod facts;
mod index;
mod lookback;
pub mod query;
mod shard;

pub use facts::{Facts, PROPERTIES_BYTES, Tokens};
pub use index::{IndexRow, IndexedEvent, ROW_LIMIT, SegmentIndex};
pub use lookback::{LARGEST_RECORD, Lookback, MAX_BYTES, Slice};
pub use shard::{begin_of, day, day_number, days_back, expires_at, number_of, numbered_day, object_name};
