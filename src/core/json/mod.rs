//! JSON as JavaScript writes it.
//!
//! Receivers follow Helicone's documentation and verify over `JSON.stringify(JSON.parse(body))`, so every byte that
//! is sent must already be what that round trip would print. This folder holds the three parts of that: numbers,
//! text written canonically, and objects taken apart without being parsed deeper than needed; and, for whoever has to look
//! into a text, a tree of it within bounds.

mod bounded;
mod canonical;
mod elements;
mod error;
mod fields;
mod number;
mod repeated;
mod surrogates;

pub use bounded::parse_bounded;
pub use canonical::Canonical;
pub(in crate::core) use canonical::array_index;
pub use elements::Elements;
pub use error::JsonError;
pub use fields::Fields;
pub use number::{plain, whole, write_number};

/// Appends `text` as a JSON string, quotes included, escaped the way `JSON.stringify` does.
pub fn write_string(text: &str, out: &mut Vec<u8>) {
    // Writing a &str to a Vec has no way to fail: the writer is memory and a str is always valid UTF-8.
    let _ = serde_json::to_writer(out, text);
}

/// Appends `,"name":` (or `"name":` right after an opening brace), for writing an object member by member.
pub fn write_key(name: &str, out: &mut Vec<u8>) {
    if out.last() != Some(&b'{') {
        out.push(b',');
    }
    write_string(name, out);
    out.push(b':');
}
