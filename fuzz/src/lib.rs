//! What the fuzz targets share: the time at which everything happens, edits to break what was whole, and JSON that gets far.

pub mod edit;
pub mod json;

use heliograph::core::{
    event::{Event, read_record, write_record},
    json::Canonical,
    time::Timestamp,
};

/// 2026-11-21T09:00:00Z.
pub fn now() -> Timestamp {
    Timestamp::from_millis(1_795_251_600_000)
}

/// Writes an event as the archive keeps it; what is read back has to be the same.
pub fn archive(event: &Event) {
    let mut segment = Vec::new();
    let place = write_record(event, &mut segment);
    let line = std::str::from_utf8(&segment).expect("a record is text");
    let line = line.strip_suffix('\n').expect("a record ends its line");
    assert!(!line.contains('\n'), "a record is one line");
    assert_eq!(place.length, line.len() as u64);
    assert_eq!(&read_record(line).expect("what was written is read"), event);
    let (_, exchange) = place.parts(&segment).expect("the exchange stands in the segment");
    emitted(std::str::from_utf8(exchange).expect("an exchange is text"));
}

/// JSON that leaves has to be what JavaScript would print of it.
pub fn emitted(text: &str) {
    let canonical = Canonical::from_text(text).expect("what is emitted is JSON");
    assert_eq!(canonical.as_str(), text);
}
