//! Server-sent events, as text.

use std::iter;

use serde_json::{Deserializer, Value};

use crate::core::exchange::body::parse;

/// How many lines one event may take. Where more stand together the empty lines between events were dropped.
const MAX_LINES: usize = 4096;

/// The JSON values of a stream's `data:` lines, in order. What is not JSON (`[DONE]`, an event that was cut) is passed
/// over, and so is everything but data: in each format the data says what kind of event it is.
///
/// Lines end in CR, LF or both. The data of one event may take several lines; and since some gateways drop the empty
/// lines between events, several events may stand together too. They are read as they are asked for, since the pieces of a long
/// stream take many times as much memory as their text.
pub(super) fn pieces(text: &str) -> impl Iterator<Item = Value> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut lines = text.split('\n').flat_map(|line| line.strip_suffix('\r').unwrap_or(line).split('\r'));
    let mut is_over = false;
    let events = iter::from_fn(move || {
        let mut data = Vec::new();
        while !is_over {
            match lines.next() {
                None => is_over = true,
                Some("") if !data.is_empty() => return Some(data),
                Some(line) => {
                    data.extend(line.strip_prefix("data:").filter(|text| text.trim() != "[DONE]"));
                }
            }
        }
        (!data.is_empty()).then_some(data)
    });
    events.flat_map(read)
}

/// Reads the lines between two empty ones: as one text if it is JSON, one value or several; else each line by itself.
fn read(data: Vec<&str>) -> impl Iterator<Item = Value> {
    let joined = (2..=MAX_LINES).contains(&data.len()).then(|| data.join("\n"));
    let values: Option<Vec<Value>> =
        joined.and_then(|text| Deserializer::from_str(&text).into_iter().collect::<Result<_, _>>().ok());
    let lines = if values.is_some() { Vec::new() } else { data };
    values.into_iter().flatten().chain(lines.into_iter().filter_map(|line| parse(line).ok()))
}
