//! Looking back at what was archived, newest first and within bounds: which parts of which segments are worth a read.

use std::collections::HashSet;

use super::SegmentIndex;

/// How much of a segment is read at once, unless one record is longer.
const SLICE_BYTES: u64 = 1024 * 1024;

/// A longer record is passed over: looking into it takes several times its length in memory.
pub const LARGEST_RECORD: u64 = 4 * 1024 * 1024;

/// How much is read in all.
pub const MAX_BYTES: u64 = 32 * 1024 * 1024;

/// How many reads there are. A Worker's invocation has 1,000 calls to the platform, and the history's days take some.
const MAX_READS: usize = 900;

/// What is still to be read of what was asked for.
#[derive(Debug)]
pub struct Lookback {
    events_left: usize,
    bytes_left: u64,
    reads_left: usize,
    /// An event that a client sent twice stands in the archive twice, and is looked at once.
    seen: HashSet<String>,
}

/// A part of a segment to read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slice {
    /// The segment's key.
    pub key: String,
    /// Where the part begins.
    pub offset: u64,
    /// How long it is.
    pub length: u64,
    /// Where the records in it begin and how long they are, newest first.
    records: Vec<(u64, u64)>,
}

impl Lookback {
    /// For the newest events, so many of them.
    pub fn new(events: usize) -> Self {
        Self { events_left: events, bytes_left: MAX_BYTES, reads_left: MAX_READS, seen: HashSet::new() }
    }

    /// How many more events are asked for; 0 where a bound is reached.
    pub fn events_left(&self) -> usize {
        self.events_left
    }

    /// What to read of a segment; its last event is its newest.
    pub fn plan(&mut self, key: &str, index: &SegmentIndex) -> Vec<Slice> {
        let mut slices: Vec<Slice> = Vec::new();
        for event in index.events.iter().rev() {
            if self.events_left == 0 {
                break;
            }
            let (offset, length) = (event.place.offset, event.place.length);
            if length > LARGEST_RECORD || self.seen.contains(&event.id) {
                continue;
            }
            // A line break stands between two records.
            let after = offset.saturating_add(length).saturating_add(1);
            let grown = slices.last_mut().filter(|slice| {
                after == slice.offset && slice.length.saturating_add(length).saturating_add(1) <= SLICE_BYTES
            });
            let cost = length.saturating_add(u64::from(grown.is_some()));
            if cost > self.bytes_left || (grown.is_none() && self.reads_left == 0) {
                self.events_left = 0;
                break;
            }
            self.bytes_left = self.bytes_left.saturating_sub(cost);
            match grown {
                Some(slice) => {
                    slice.offset = offset;
                    slice.length = slice.length.saturating_add(cost);
                    slice.records.push((offset, length));
                }
                None => {
                    self.reads_left = self.reads_left.saturating_sub(1);
                    slices.push(Slice {
                        key: key.to_owned(),
                        offset,
                        length,
                        records: vec![(offset, length)],
                    });
                }
            }
            self.events_left = self.events_left.saturating_sub(1);
            self.seen.insert(event.id.clone());
        }
        slices
    }
}

impl Slice {
    /// The records in the text that was read, newest first.
    pub fn records<'a>(&'a self, text: &'a str) -> impl Iterator<Item = &'a str> {
        self.records.iter().filter_map(|&(offset, length)| {
            let start = usize::try_from(offset.checked_sub(self.offset)?).ok()?;
            text.get(start..start.checked_add(usize::try_from(length).ok()?)?)
        })
    }
}
