//! Texts in log lines, which may come from anybody: an event's model, a sender's ids.

use std::{borrow::Cow, fmt::Write};

/// The most characters of a text that a line shows. What is longer is no id, no name and no reason, and the platform keeps
/// only so much of the lines of one request.
pub const MAX: usize = 1000;

/// A text as a line shows it: its first [`MAX`] characters, and an ellipsis where there were more.
pub fn cut(text: &str) -> Cow<'_, str> {
    match text.char_indices().nth(MAX) {
        Some((end, _)) => Cow::Owned(format!("{}…", text.get(..end).unwrap_or_default())),
        None => Cow::Borrowed(text),
    }
}

/// A line of JSON in which no character does anything to whoever looks at it. JSON escapes the controls of ASCII, and neither
/// those of Unicode, which some terminals obey, nor what ends a line or turns its direction round for some viewers.
pub fn inert(json: String) -> String {
    if !json.chars().any(acts) {
        return json;
    }
    let mut out = String::with_capacity(json.len().saturating_add(64));
    for character in json.chars() {
        if acts(character) {
            // All of them have four hexadecimal digits, and stand in strings: there is nowhere else in JSON for them.
            let _ = write!(out, "\\u{:04x}", u32::from(character));
        } else {
            out.push(character);
        }
    }
    out
}

fn acts(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}
