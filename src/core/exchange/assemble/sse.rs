//! Server-sent events, as text.

use serde_json::{Deserializer, Value};

use crate::core::exchange::body::parse;

/// The JSON values of a stream's `data:` lines, in order. What is not JSON (`[DONE]`, an event that was cut) is passed
/// over, and so is everything but data: in each format the data says what kind of event it is.
///
/// Lines end in CR, LF or both. The data of one event may take several lines; and since some gateways drop the empty
/// lines between events, several events may stand together too.
pub(super) fn pieces(text: &str) -> Vec<Value> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let lines = text.split('\n').flat_map(|line| line.strip_suffix('\r').unwrap_or(line).split('\r'));
    let mut found = Vec::new();
    let mut data = Vec::new();
    for line in lines {
        if line.is_empty() {
            read(&data, &mut found);
            data.clear();
        } else if let Some(text) = line.strip_prefix("data:")
            && text.trim() != "[DONE]"
        {
            data.push(text);
        }
    }
    read(&data, &mut found);
    found
}

/// Reads the lines between two empty ones: as one text if it is JSON, one value or several; else each line by itself.
fn read(data: &[&str], found: &mut Vec<Value>) {
    if data.len() > 1 {
        let text = data.join("\n");
        let values: Result<Vec<Value>, _> = Deserializer::from_str(&text).into_iter().collect();
        if let Ok(values) = values {
            return found.extend(values);
        }
    }
    found.extend(data.iter().filter_map(|line| parse(line).ok()));
}
