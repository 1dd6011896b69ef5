//! Looking back at what was archived, newest first and within bounds: which parts of which segments are worth a read.

use std::collections::HashSet;

use super::SegmentIndex;
use crate::core::event::{RecordPlace, Stored};

/// How much of a segment is read at once as it is stored, unless one record is longer.
const SLICE_BYTES: u64 = 1024 * 1024;

/// A record that is longer once it is unpacked is passed over: looking into it takes several times its length in memory.
pub const LARGEST_RECORD: u64 = 4 * 1024 * 1024;

/// How much is read in all, counted unpacked.
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
    /// Where the records in it stand, newest first.
    records: Vec<RecordPlace>,
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
            let place = event.place;
            if place.unpacked_length() > LARGEST_RECORD || self.seen.contains(&event.id) {
                continue;
            }
            // What it adds to a slice that begins with the next record.
            let with_gap = place.length.saturating_add(place.gap());
            let grown = slices.last_mut().filter(|slice| {
                place.offset.saturating_add(with_gap) == slice.offset
                    && slice.length.saturating_add(with_gap) <= SLICE_BYTES
            });
            let gap = if grown.is_some() { place.gap() } else { 0 };
            let cost = place.unpacked_length().saturating_add(gap);
            if cost > self.bytes_left || (grown.is_none() && self.reads_left == 0) {
                self.events_left = 0;
                break;
            }
            self.bytes_left = self.bytes_left.saturating_sub(cost);
            match grown {
                Some(slice) => {
                    slice.offset = place.offset;
                    slice.length = slice.length.saturating_add(with_gap);
                    slice.records.push(place);
                }
                None => {
                    self.reads_left = self.reads_left.saturating_sub(1);
                    slices.push(Slice {
                        key: key.to_owned(),
                        offset: place.offset,
                        length: place.length,
                        records: vec![place],
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
    /// The records in what was read, newest first.
    pub fn records<'a>(&'a self, bytes: &'a [u8]) -> impl Iterator<Item = Stored<'a>> {
        self.records.iter().filter_map(|place| place.find(bytes, self.offset))
    }
}
