//! The pieces of a stream in a JSON list, which gateways keep in several wrappings.

use serde_json::Value;

use super::sse;
use crate::core::exchange::body::parse;

/// How lines of server-sent events begin. (A comment may begin without a space, as may the rest of a line that was cut at
/// a colon, which is the more likely one.)
const FIELDS: [&str; 5] = ["data:", "event:", "id:", "retry:", ": "];

/// The pieces in a list of which some are wrapped: text (a piece's JSON, or any part of the stream's text), or
/// `{"event":…,"data":…}`. `None` where none is, and the list is the pieces.
pub(super) fn unpacked(list: &[Value]) -> Option<Vec<Value>> {
    if !list.iter().any(|element| element.is_string() || wrapped(element).is_some()) {
        return None;
    }
    // Either each text is a line or more of them, without the break at its end; or the stream was cut just anywhere.
    let texts = || list.iter().filter_map(Value::as_str);
    let were_cut = texts().zip(texts().skip(1)).any(|(before, part)| is_cut_at_colon(before, part));
    let are_lines = !were_cut && texts().all(begins_line);
    let mut found = Vec::with_capacity(list.len());
    let mut text = String::new();
    for element in list {
        match wrapped(element).unwrap_or(element) {
            Value::String(part) => {
                let at_line_start = text.is_empty() || text.ends_with('\n');
                let piece = (at_line_start && part.starts_with('{')).then(|| parse(part).ok()).flatten();
                if let Some(piece) = piece {
                    found.extend(sse::pieces(&std::mem::take(&mut text)));
                    found.push(piece);
                    continue;
                }
                if are_lines && !at_line_start {
                    text.push('\n');
                }
                text.push_str(part);
            }
            piece => {
                found.extend(sse::pieces(&std::mem::take(&mut text)));
                found.push(piece.clone());
            }
        }
    }
    found.extend(sse::pieces(&text));
    Some(found)
}

fn begins_line(text: &str) -> bool {
    text.is_empty() || FIELDS.iter().any(|field| text.starts_with(field))
}

/// Whether a part that looks like a comment goes on with the line before it: where a field's name ended, or JSON that is not
/// at its end.
fn is_cut_at_colon(before: &str, part: &str) -> bool {
    let goes_on = || {
        let line = before.rsplit(['\n', '\r']).next().unwrap_or(before);
        let is_name = FIELDS.iter().any(|field| field.strip_suffix(':') == Some(line));
        is_name || (line.starts_with("data:") && !line.trim_end().ends_with(['}', ']']))
    };
    part.starts_with(':') && goes_on()
}

/// The data of an event that was kept with its name.
fn wrapped(element: &Value) -> Option<&Value> {
    element.get("event").filter(|event| event.is_string() || event.is_null())?;
    element.get("data").filter(|data| data.is_object() || data.is_string())
}
