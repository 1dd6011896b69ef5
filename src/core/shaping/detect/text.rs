//! What the detectors ask of bytes.

/// The most digits that are looked at in one go.
const DIGITS: usize = 20;

/// Letters, digits and the underscore: what a word is made of. Letters beyond ASCII are none, because many languages put no
/// space between words.
pub(super) fn is_word(bytes: &[u8], at: usize) -> bool {
    bytes.get(at).is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
}

/// Whether a digit stands there.
pub(super) fn is_digit(bytes: &[u8], at: usize) -> bool {
    bytes.get(at).is_some_and(u8::is_ascii_digit)
}

/// How many digits stand there, counted up to 20.
pub(super) fn digits(bytes: &[u8], at: usize) -> usize {
    let rest = bytes.get(at..).unwrap_or_default();
    rest.iter().take(DIGITS).take_while(|byte| byte.is_ascii_digit()).count()
}

/// The value of up to so many digits, `None` where one of them is missing.
pub(super) fn value(bytes: &[u8], at: usize, count: usize) -> Option<u32> {
    let digits = bytes.get(at..at.checked_add(count)?)?;
    std::str::from_utf8(digits).ok()?.parse().ok().filter(|_| digits.iter().all(u8::is_ascii_digit))
}

/// How long the separator is that stands there: one of these bytes, or the no-break space or hyphen of the same kind.
pub(super) fn separator(bytes: &[u8], at: usize, allowed: &[u8]) -> Option<usize> {
    const SPACES: [&[u8]; 2] = [b"\xc2\xa0", b"\xe2\x80\xaf"];
    const HYPHENS: [&[u8]; 3] = [b"\xe2\x80\x90", b"\xe2\x80\x91", b"\xe2\x80\x93"];
    let rest = bytes.get(at..)?;
    let first = rest.first()?;
    if allowed.contains(first) {
        return Some(1);
    }
    if !matches!(first, 0xc2 | 0xe2) {
        return None;
    }
    let spaces = SPACES.iter().filter(|_| allowed.contains(&b' '));
    let hyphens = HYPHENS.iter().filter(|_| allowed.contains(&b'-'));
    spaces.chain(hyphens).find(|wide| rest.starts_with(wide)).map(|wide| wide.len())
}

/// Whether a number that ends before `at` goes on behind it: with a letter or digit, or with a point or hyphen and a digit.
pub(super) fn goes_on(bytes: &[u8], at: usize) -> bool {
    is_word(bytes, at)
        || (matches!(bytes.get(at), Some(b'.' | b'-')) && is_digit(bytes, at.saturating_add(1)))
}

/// Whether a number that begins at `at` is the rest of one: behind a digit and one of these bytes.
pub(super) fn is_rest(bytes: &[u8], at: usize, floor: usize, between: &[u8]) -> bool {
    let behind = |back: usize| at.checked_sub(back).filter(|place| *place >= floor);
    behind(1).and_then(|place| bytes.get(place)).is_some_and(|byte| between.contains(byte))
        && behind(2).is_some_and(|place| is_digit(bytes, place))
}
