//! Places inside a filter, as JSON paths: `filter.usage.$gt`, `filter.$or[1]["a.b"]`.

use crate::core::json::write_string;

/// What stands for the filter as a whole.
pub(super) const ROOT: &str = "filter";

/// A key as a part of a path. One that is not a plain name is quoted, so that a dot in it reads as no step.
pub(super) fn key(name: &str) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'$');
    if !name.is_empty() && name.bytes().all(is_plain) {
        return name.to_owned();
    }
    let mut quoted = vec![b'['];
    write_string(name, &mut quoted);
    quoted.push(b']');
    String::from_utf8(quoted).unwrap_or_default()
}

/// An element as a part of a path.
pub(super) fn element(at: usize) -> String {
    format!("[{at}]")
}

/// The path of a part below `parent`.
pub(super) fn join(parent: &str, part: &str) -> String {
    if part.starts_with('[') { format!("{parent}{part}") } else { format!("{parent}.{part}") }
}
