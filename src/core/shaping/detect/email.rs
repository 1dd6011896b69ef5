//! E-mail addresses: `local@domain`, also with the `@` of a URL, `%40`.

/// Names of files such as `icon@2x.png`.
const IMAGES: [&str; 6] = ["png", "jpg", "jpeg", "gif", "svg", "webp"];

/// Finds addresses by the run of bytes that a local part is made of, which is looked through once.
#[derive(Default)]
pub(super) struct Locals {
    /// Where the run that was met last ends.
    run_end: usize,
    /// No address begins before this place.
    looked_until: usize,
}

impl Locals {
    /// The address whose local part begins with the run at `at`, as its first byte and the one behind its last.
    pub(super) fn find(&mut self, text: &str, at: usize) -> Option<(usize, usize)> {
        let bytes = text.as_bytes();
        if at < self.looked_until || !text.is_char_boundary(at) || !is_local(*bytes.get(at)?) {
            return None;
        }
        if at >= self.run_end {
            let rest = bytes.get(at..)?;
            let length = rest.iter().position(|byte| !is_local(*byte)).unwrap_or(rest.len());
            self.run_end = at.saturating_add(length);
        }
        let found = address(text, at, self.run_end);
        // Behind an address in the run there may be another one.
        self.looked_until = found.map_or(self.run_end, |(_, end)| end);
        found
    }
}

/// The first address that begins in a run.
fn address(text: &str, at: usize, run_end: usize) -> Option<(usize, usize)> {
    let run = text.get(at..run_end)?;
    let start = at.checked_add(run.find(|char: char| char.is_alphanumeric() || char == '_')?)?;
    // A run may hold `%40` several times over; each is an `@` of its own.
    for (place, escaped) in run.match_indices("%40") {
        let place = at.checked_add(place)?;
        if place > start
            && let Some(end) = domain(text, place.checked_add(escaped.len())?)
        {
            return Some((start, end));
        }
    }
    let is_at = text.as_bytes().get(run_end) == Some(&b'@');
    let end = domain(text, run_end.checked_add(1).filter(|_| is_at)?)?;
    Some((start, end))
}

/// ASCII as far as people use it, and the letters of Latin, Greek and Cyrillic: text in those has spaces between words.
fn is_local(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
        || matches!(byte, b'.' | b'_' | b'%' | b'+' | b'-' | b'\'')
        || is_letter_byte(byte)
}

/// The bytes of the letters from U+00C0 to U+04FF.
fn is_letter_byte(byte: u8) -> bool {
    matches!(byte, 0xc3..=0xd3 | 0x80..=0xbf)
}

/// Where a domain ends that begins at `at`: behind the last label that can be a top-level one.
fn domain(text: &str, at: usize) -> Option<usize> {
    let rest = text.get(at..)?;
    let is_domain =
        |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-') || is_letter_byte(byte);
    let length = rest.bytes().position(|byte| !is_domain(byte)).unwrap_or(rest.len());
    let name = rest.get(..length)?;
    let mut end = 0_usize;
    let mut found = None;
    let first = name.split('.').next()?;
    for (index, label) in name.split('.').enumerate() {
        if label.is_empty() || label.starts_with('-') {
            break;
        }
        let trimmed = label.trim_end_matches('-');
        if index > 0 && is_top_level(trimmed) {
            found = Some(at.saturating_add(end).saturating_add(trimmed.len()));
        }
        if trimmed.len() != label.len() {
            break;
        }
        end = end.saturating_add(label.len()).saturating_add(1);
    }
    let is_image = || {
        let scale =
            first.strip_suffix('x').is_some_and(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()));
        scale && IMAGES.iter().any(|kind| name.get(first.len().saturating_add(1)..) == Some(*kind))
    };
    found.filter(|_| !is_image())
}

fn is_top_level(label: &str) -> bool {
    label.starts_with("xn--") || (label.chars().count() >= 2 && label.chars().all(char::is_alphabetic))
}
