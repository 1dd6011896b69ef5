//! A text as the value of a header.

/// The most characters of a text that a header carries.
const MAX: usize = 512;

/// A text with everything but visible ASCII percent-encoded, as the HTTP binding of CloudEvents has it (space, quotation mark
/// and the percent sign are encoded too); cut after 512 characters.
pub fn header_text(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut buffer = [0; 4];
    for char in text.chars().take(MAX) {
        match char {
            '!' | '#' | '$' | '&'..='~' => out.push(char),
            _ => {
                for byte in char.encode_utf8(&mut buffer).bytes() {
                    out.push('%');
                    out.push_str(&hex::encode_upper([byte]));
                }
            }
        }
    }
    out
}
