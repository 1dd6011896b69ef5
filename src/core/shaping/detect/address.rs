//! IP addresses. A version of four numbers looks like one: what tells them apart is what stands before.

use std::net::Ipv6Addr;

use super::text::{digits, is_digit, is_word, value};

/// Words that a version stands behind.
const VERSION: [&[u8]; 5] = [b"version", b"ver", b"v", b"release", b"build"];
/// The longest IPv6 address, with an IPv4 address at its end.
const V6: usize = 45;

/// Four numbers up to 255, without leading zeros.
pub(super) fn v4(bytes: &[u8], at: usize, floor: usize) -> Option<usize> {
    let seen = bytes.get(floor..at).unwrap_or_default();
    if seen.last() == Some(&b'.') {
        return None;
    }
    let mut place = at;
    for part in 0..4 {
        let count = digits(bytes, place);
        let number = value(bytes, place, count)?;
        if count == 0 || count > 3 || number > 255 || (count > 1 && bytes.get(place) == Some(&b'0')) {
            return None;
        }
        place = place.checked_add(count)?;
        if part < 3 {
            if bytes.get(place) != Some(&b'.') {
                return None;
            }
            place = place.checked_add(1)?;
        }
    }
    (!is_word(bytes, place) && !has_more(bytes, place) && !is_behind_a_name(seen)).then_some(place)
}

/// Whether one more number follows, as in an object identifier.
fn has_more(bytes: &[u8], end: usize) -> bool {
    bytes.get(end) == Some(&b'.') && is_digit(bytes, end.saturating_add(1))
}

/// Whether what comes is a product's version: `Chrome/119.0.0.0`, `version 1.2.3.4`.
fn is_behind_a_name(seen: &[u8]) -> bool {
    if let [.., letter, b'/'] = seen
        && letter.is_ascii_alphabetic()
    {
        return true;
    }
    let end = seen.iter().rposition(|byte| !matches!(byte, b' ' | b'=' | b':' | b'"' | b'.'));
    let words = end.and_then(|end| seen.get(..=end)).unwrap_or_default();
    VERSION.iter().any(|word| {
        let Some((before, last)) =
            words.len().checked_sub(word.len()).and_then(|at| words.split_at_checked(at))
        else {
            return false;
        };
        last.eq_ignore_ascii_case(word) && before.last().is_none_or(|byte| !byte.is_ascii_alphanumeric())
    })
}

/// What the standard library reads as an IPv6 address, unless code is as likely: it needs a digit, and two groups.
pub(super) fn v6(bytes: &[u8], at: usize) -> Option<usize> {
    let rest = bytes.get(at..)?;
    // Most words are none by their first five bytes.
    let colon = rest.iter().take(5).position(|byte| *byte == b':')?;
    let is_part = |byte: &u8| byte.is_ascii_hexdigit() || *byte == b':';
    if !rest.iter().take(colon).all(u8::is_ascii_hexdigit) {
        return None;
    }
    let with_points = |byte: &&u8| is_part(byte) || **byte == b'.';
    let length = rest.iter().take(V6.saturating_add(1)).take_while(with_points).count();
    if length > V6 {
        return None;
    }
    let whole = std::str::from_utf8(rest.get(..length)?).ok()?;
    let text = whole.trim_end_matches('.');
    // A colon at the end belongs to the sentence, two are the address's.
    let text = match text.strip_suffix(':') {
        Some(shorter) if !shorter.ends_with(':') => shorter,
        _ => text,
    };
    text.parse::<Ipv6Addr>().ok()?;
    let groups = text.split([':', '.']).filter(|group| !group.is_empty()).count();
    let end = at.checked_add(text.len())?;
    let is_one = groups >= 2 && text.bytes().any(|byte| byte.is_ascii_digit());
    (is_one && !is_word(bytes, end) && !has_more(bytes, end)).then_some(end)
}
