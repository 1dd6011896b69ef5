//! A body of events taken apart: none is lost, none is made up, and there are never too many.
#![no_main]

use heliograph::core::event::{Batch, BatchError, BodyFormat, MAX_EVENTS};
use heliograph_fuzz::now;
use serde_json::value::RawValue;

libfuzzer_sys::fuzz_target!(|input: (bool, &[u8])| {
    let (is_lines, body) = input;
    let format = if is_lines { BodyFormat::Ndjson } else { BodyFormat::Json };
    let text = std::str::from_utf8(body).ok().map(|text| text.strip_prefix('\u{feff}').unwrap_or(text));
    let batch = match Batch::split(body, format) {
        Ok(batch) => batch,
        Err(BatchError::TooMany) => return assert!(body.len() > MAX_EVENTS),
        Err(BatchError::Malformed(why)) => return assert!(!why.is_empty()),
    };
    let text = text.expect("what is taken apart is text");
    assert!(batch.events.len() <= MAX_EVENTS);
    let expected = match (is_lines, serde_json::from_str::<Vec<&RawValue>>(text)) {
        (true, _) => text.lines().filter(|line| !line.trim_ascii().is_empty()).count(),
        (false, Ok(list)) => list.len(),
        (false, Err(_)) => 1,
    };
    assert_eq!(batch.events.len(), expected);
    assert!(!batch.single || (expected == 1 && !is_lines));
    for event in batch.events.iter().flatten() {
        // Each is a piece of the body, and JSON by itself.
        assert!(text.contains(event.get()));
        assert!(serde_json::from_str::<&RawValue>(event.get()).is_ok());
    }
    let length = batch.events.len();
    assert_eq!(batch.read(now()).count(), length);
});
