//! Bank accounts: ISO 13616, by each country's length and the check digits.

use super::text::{is_word, separator};

/// The longest there is.
const LONGEST: usize = 34;

/// How long an account of each country is.
const COUNTRIES: [(&[u8; 2], usize); 89] = [
    (b"AD", 24),
    (b"AE", 23),
    (b"AL", 28),
    (b"AT", 20),
    (b"AZ", 28),
    (b"BA", 20),
    (b"BE", 16),
    (b"BG", 22),
    (b"BH", 22),
    (b"BI", 27),
    (b"BR", 29),
    (b"BY", 28),
    (b"CH", 21),
    (b"CR", 22),
    (b"CY", 28),
    (b"CZ", 24),
    (b"DE", 22),
    (b"DJ", 27),
    (b"DK", 18),
    (b"DO", 28),
    (b"EE", 20),
    (b"EG", 29),
    (b"ES", 24),
    (b"FI", 18),
    (b"FK", 18),
    (b"FO", 18),
    (b"FR", 27),
    (b"GB", 22),
    (b"GE", 22),
    (b"GI", 23),
    (b"GL", 18),
    (b"GR", 27),
    (b"GT", 28),
    (b"HN", 28),
    (b"HR", 21),
    (b"HU", 28),
    (b"IE", 22),
    (b"IL", 23),
    (b"IQ", 23),
    (b"IS", 26),
    (b"IT", 27),
    (b"JO", 30),
    (b"KW", 30),
    (b"KZ", 20),
    (b"LB", 28),
    (b"LC", 32),
    (b"LI", 21),
    (b"LT", 20),
    (b"LU", 20),
    (b"LV", 21),
    (b"LY", 25),
    (b"MC", 27),
    (b"MD", 24),
    (b"ME", 22),
    (b"MK", 19),
    (b"MN", 20),
    (b"MR", 27),
    (b"MT", 31),
    (b"MU", 30),
    (b"NI", 28),
    (b"NL", 18),
    (b"NO", 15),
    (b"OM", 23),
    (b"PK", 24),
    (b"PL", 28),
    (b"PS", 29),
    (b"PT", 25),
    (b"QA", 29),
    (b"RO", 24),
    (b"RS", 22),
    (b"RU", 33),
    (b"SA", 24),
    (b"SC", 31),
    (b"SD", 18),
    (b"SE", 24),
    (b"SI", 19),
    (b"SK", 24),
    (b"SM", 27),
    (b"SO", 23),
    (b"ST", 25),
    (b"SV", 28),
    (b"TL", 23),
    (b"TN", 24),
    (b"TR", 26),
    (b"UA", 29),
    (b"VA", 22),
    (b"VG", 24),
    (b"XK", 20),
    (b"YE", 30),
];

/// Where an account ends that begins at `at`: in one piece, or in groups of four.
pub(super) fn account(bytes: &[u8], at: usize) -> Option<usize> {
    let head = bytes.get(at..at.checked_add(4)?)?;
    let (country, check) = head.split_first_chunk::<2>()?;
    if !check.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let upper = country.map(|byte| byte.to_ascii_uppercase());
    let length = COUNTRIES.iter().find(|(code, _)| **code == upper).map(|(_, length)| *length)?;
    let mut account = Vec::with_capacity(LONGEST);
    let mut place = at;
    while account.len() < length {
        let is_between = !account.is_empty() && account.len().checked_rem(4) == Some(0);
        if is_between && let Some(between) = separator(bytes, place, b" -") {
            place = place.checked_add(between)?;
        }
        let byte = bytes.get(place).filter(|byte| byte.is_ascii_alphanumeric())?;
        account.push(byte.to_ascii_uppercase());
        place = place.checked_add(1)?;
    }
    (!is_word(bytes, place) && has_right_check(&account)).then_some(place)
}

/// ISO 7064's MOD 97-10 over the account with its first four characters moved to the end, letters as 10 to 35.
fn has_right_check(account: &[u8]) -> bool {
    let Some((head, rest)) = account.split_first_chunk::<4>() else { return false };
    let remainder = rest.iter().chain(head).fold(0_u32, |sum, byte| {
        let (value, shift) = match byte {
            b'0'..=b'9' => (byte.saturating_sub(b'0'), 10),
            _ => (byte.saturating_sub(b'A').saturating_add(10), 100),
        };
        sum.saturating_mul(shift).saturating_add(value.into()).checked_rem(97).unwrap_or(0)
    });
    remainder == 1
}
