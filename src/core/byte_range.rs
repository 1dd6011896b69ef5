//! `Range: bytes=…` of RFC 9110, section 14: which part of a body a client asks for.
//!
//! What cannot be read as one range of bytes is no error there: such a header is ignored, and the whole is answered. So are
//! several ranges at once, which a server may ignore.

/// What a request is answered with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// The whole.
    Whole,
    /// A part of it.
    Part(Part),
    /// Nothing: the range begins behind the end.
    Unsatisfiable,
}

/// Some bytes of a whole: one at least, and none beyond its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part {
    first: u64,
    last: u64,
}

impl Part {
    /// The first byte, counted from the start of the whole.
    pub fn first(self) -> u64 {
        self.first
    }

    /// How many bytes they are.
    pub fn length(self) -> u64 {
        self.last.saturating_sub(self.first).saturating_add(1)
    }

    /// The value of `Content-Range`.
    pub fn content_range(self, total: u64) -> String {
        format!("bytes {}-{}/{total}", self.first, self.last)
    }
}

/// Reads a `Range` header for a whole of `total` bytes.
pub fn wanted(header: &str, total: u64) -> Wanted {
    let Some((first, last)) = single(header) else { return Wanted::Whole };
    // There is no way to write down a part of nothing.
    let Some(end) = total.checked_sub(1) else { return Wanted::Whole };
    let part = match (first, last) {
        (Some(first), Some(last)) if first > last => return Wanted::Whole,
        (Some(first), last) if first <= end => Part { first, last: last.unwrap_or(end).min(end) },
        (None, Some(count)) if count > 0 => Part { first: total.saturating_sub(count), last: end },
        (None, None) => return Wanted::Whole,
        _ => return Wanted::Unsatisfiable,
    };
    Wanted::Part(part)
}

/// The only range of a header, as what stands before and behind its hyphen.
fn single(header: &str) -> Option<(Option<u64>, Option<u64>)> {
    let (unit, set) = header.split_once('=')?;
    if !unit.trim().eq_ignore_ascii_case("bytes") {
        return None;
    }
    // Empty elements of a list count for nothing.
    let mut ranges =
        set.split(',').map(|range| range.trim_matches([' ', '\t'])).filter(|range| !range.is_empty());
    let (Some(range), None) = (ranges.next(), ranges.next()) else { return None };
    let (first, last) = range.split_once('-')?;
    Some((number(first)?, number(last)?))
}

/// Digits, as many as there are: what no number holds lies beyond every end anyway. `None` for anything else, and
/// `Some(None)` for nothing at all.
fn number(digits: &str) -> Option<Option<u64>> {
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    Some((!digits.is_empty()).then(|| digits.parse().unwrap_or(u64::MAX)))
}
