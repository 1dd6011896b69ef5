//! Lone surrogates: `"\ud83d"` without its second half is a legal JavaScript string (cutting an emoji in two makes
//! one) and no Unicode text. It cannot be carried in UTF-8, so it is replaced by U+FFFD rather than refused: the rest
//! of the exchange is worth more than half an emoji.

/// Replaces every escaped lone surrogate of a JSON text by `\ufffd`; `None` when there is none.
pub(super) fn repair(text: &str) -> Option<String> {
    let bytes = text.as_bytes();
    let mut out = bytes.to_vec();
    let mut repaired = false;
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let step = match (byte, code_unit(bytes, at)) {
            (b'\\', Some(0xd800..=0xdbff))
                if matches!(code_unit(bytes, at.saturating_add(6)), Some(0xdc00..=0xdfff)) =>
            {
                12
            }
            (b'\\', Some(0xd800..=0xdfff)) => {
                if let Some(escape) = out.get_mut(at..at.saturating_add(6)) {
                    escape.copy_from_slice(b"\\ufffd");
                    repaired = true;
                }
                6
            }
            // Any other escape: step over the escaped character, so that `\\u` is not read as `\u`.
            (b'\\', _) => 2,
            _ => 1,
        };
        at = at.saturating_add(step);
    }
    if repaired { String::from_utf8(out).ok() } else { None }
}

/// The code unit of a `\uXXXX` escape that begins at `at`.
fn code_unit(bytes: &[u8], at: usize) -> Option<u16> {
    let escape = bytes.get(at..at.checked_add(6)?)?;
    let digits = std::str::from_utf8(escape.strip_prefix(b"\\u")?).ok()?;
    if digits.starts_with('+') {
        return None;
    }
    u16::from_str_radix(digits, 16).ok()
}
