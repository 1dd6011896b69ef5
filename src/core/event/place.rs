//! Where an event stands in the archive: as text, or packed.
//!
//! A packed record is three gzip members: what stands before the exchange, the exchange, and what closes the line. So the
//! exchange can be handed out as it is stored, and the whole segment, unpacked by any tool, is the text that it would have been.

use serde::{Deserialize, Serialize};

/// What stands behind the exchange of every record, `}` and the line break, as a gzip member.
const CLOSING: [u8; 22] = [
    0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x03, 0xab, 0xe5, 0x02, 0x00, 0x5a, 0xfc, 0x9d,
    0x3b, 0x02, 0x00, 0x00, 0x00,
];

/// Where a record and the exchange in it stand, in bytes from the start of the segment as it is stored. As JSON its numbers in a
/// list: four, and six where it is packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Vec<u64>", into = "Vec<u64>")]
pub struct RecordPlace {
    /// The record's first byte.
    pub offset: u64,
    /// The record's length, of one that is not packed without the line break.
    pub length: u64,
    /// The exchange's first byte.
    pub exchange_offset: u64,
    /// The exchange's length.
    pub exchange_length: u64,
    /// What it comes to when it is unpacked; `None` where it is not packed.
    pub unpacked: Option<Unpacked>,
}

/// The lengths of a packed record's parts before they were packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "(u64, u64)", into = "(u64, u64)")]
pub struct Unpacked {
    /// What stands before the exchange, in bytes.
    pub head: u64,
    /// The exchange, in bytes.
    pub exchange: u64,
}

/// A record as it was found in the archive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stored<'a> {
    /// The record.
    Plain(&'a [u8]),
    /// Its two gzip members, and what they have to come to.
    Packed {
        /// What stands before the exchange.
        head: &'a [u8],
        /// The exchange.
        exchange: &'a [u8],
        /// Their lengths unpacked.
        unpacked: Unpacked,
    },
}

impl RecordPlace {
    /// How long the record is once it is unpacked, in bytes.
    pub fn unpacked_length(&self) -> u64 {
        match self.unpacked {
            // The brace that closes it.
            Some(Unpacked { head, exchange }) => head.saturating_add(exchange).saturating_add(1),
            None => self.length,
        }
    }

    /// How many bytes stand between this record and the next one.
    pub fn gap(&self) -> u64 {
        u64::from(self.unpacked.is_none())
    }

    /// The record in a part of the segment that begins at `from`; `None` where it is not in there.
    pub fn find<'a>(&self, bytes: &'a [u8], from: u64) -> Option<Stored<'a>> {
        let slice = |offset: u64, length: u64| {
            let start = usize::try_from(offset.checked_sub(from)?).ok()?;
            bytes.get(start..start.checked_add(usize::try_from(length).ok()?)?)
        };
        Some(match self.unpacked {
            None => Stored::Plain(slice(self.offset, self.length)?),
            Some(unpacked) => Stored::Packed {
                head: slice(self.offset, self.exchange_offset.checked_sub(self.offset)?)?,
                exchange: slice(self.exchange_offset, self.exchange_length)?,
                unpacked,
            },
        })
    }

    /// The parts of a record that is not packed yet, as they are packed: what stands before the exchange, and the exchange.
    pub fn parts<'a>(&self, segment: &'a [u8]) -> Option<(&'a [u8], &'a [u8])> {
        let start = usize::try_from(self.offset).ok()?;
        let exchange = usize::try_from(self.exchange_offset).ok()?;
        let end = exchange.checked_add(usize::try_from(self.exchange_length).ok()?)?;
        Some((segment.get(start..exchange)?, segment.get(exchange..end)?))
    }
}

/// Appends a packed record to a segment: the gzip members of its two parts, and the one that closes it.
pub fn append_packed(head: &[u8], exchange: &[u8], unpacked: Unpacked, segment: &mut Vec<u8>) -> RecordPlace {
    let start = segment.len();
    segment.extend_from_slice(head);
    let exchange_start = segment.len();
    segment.extend_from_slice(exchange);
    let exchange_end = segment.len();
    segment.extend_from_slice(&CLOSING);
    RecordPlace {
        offset: start as u64,
        length: segment.len().saturating_sub(start) as u64,
        exchange_offset: exchange_start as u64,
        exchange_length: exchange_end.saturating_sub(exchange_start) as u64,
        unpacked: Some(unpacked),
    }
}

/// The record of two parts that were unpacked.
pub fn join_unpacked(mut head: Vec<u8>, exchange: &[u8]) -> Vec<u8> {
    head.reserve_exact(exchange.len().saturating_add(1));
    head.extend_from_slice(exchange);
    head.push(b'}');
    head
}

impl TryFrom<Vec<u64>> for RecordPlace {
    type Error = &'static str;

    fn try_from(numbers: Vec<u64>) -> Result<Self, Self::Error> {
        let (&[offset, length, exchange_offset, exchange_length], unpacked) =
            numbers.split_first_chunk().ok_or("fewer than four numbers")?;
        let unpacked = match *unpacked {
            [] => None,
            [head, exchange] => Some(Unpacked { head, exchange }),
            _ => return Err("neither four numbers nor six"),
        };
        Ok(Self { offset, length, exchange_offset, exchange_length, unpacked })
    }
}

impl From<RecordPlace> for Vec<u64> {
    fn from(place: RecordPlace) -> Self {
        let stored = [place.offset, place.length, place.exchange_offset, place.exchange_length];
        let unpacked = place.unpacked.map(|unpacked| [unpacked.head, unpacked.exchange]);
        stored.into_iter().chain(unpacked.into_iter().flatten()).collect()
    }
}

impl From<(u64, u64)> for Unpacked {
    fn from((head, exchange): (u64, u64)) -> Self {
        Self { head, exchange }
    }
}

impl From<Unpacked> for (u64, u64) {
    fn from(unpacked: Unpacked) -> Self {
        (unpacked.head, unpacked.exchange)
    }
}
