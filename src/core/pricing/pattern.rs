//! The table's match rules. How they are written is told in docs/PRICES.md.

/// Whether one of the alternatives holds for a text in lower case; of no alternatives none does.
pub(super) fn matches(alternatives: &str, text: &str) -> bool {
    !alternatives.is_empty()
        && alternatives.split('|').any(|tests| tests.split('&').all(|test| holds(test, text)))
}

fn holds(test: &str, text: &str) -> bool {
    if let Some(test) = test.strip_prefix('!') {
        return !holds(test, text);
    }
    let mut rest = test.chars();
    let sign = rest.next();
    let wanted = rest.as_str();
    match sign {
        Some('=') => text == wanted,
        Some('^') => text.starts_with(wanted),
        Some('$') => text.ends_with(wanted),
        Some('*') => text.contains(wanted),
        Some('#') => text.len() == wanted.len() && begins(text, wanted),
        Some('~') => text.len() >= wanted.len() && begins(text, wanted),
        _ => false,
    }
}

/// Byte by byte, with `#` for any digit.
fn begins(text: &str, wanted: &str) -> bool {
    text.bytes().zip(wanted.bytes()).all(|(byte, wanted)| match wanted {
        b'#' => byte.is_ascii_digit(),
        _ => byte == wanted,
    })
}
