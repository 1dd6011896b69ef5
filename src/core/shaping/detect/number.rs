//! What is made of digits: cards, social security numbers, phone numbers.

use super::text::{digits, goes_on, is_rest, is_word, separator, value};

/// The most digits of a card.
const CARD: usize = 19;

/// A place where a number can begin.
#[derive(Clone, Copy)]
pub(super) struct Start<'a> {
    pub bytes: &'a [u8],
    pub at: usize,
    /// What stands before it is out of sight.
    pub floor: usize,
}

impl Start<'_> {
    /// A card: 13 to 19 digits that a brand gives out, in one piece or in groups of which the first has four, with the right
    /// check digit. Of several ends the last one.
    pub(super) fn card(self) -> Option<usize> {
        let Self { bytes, at, floor } = self;
        let first = digits(bytes, at);
        if !(first == 4 || (13..=CARD).contains(&first)) || is_rest(bytes, at, floor, b".,") {
            return None;
        }
        let in_groups = first == 4;
        if in_groups && is_rest(bytes, at, floor, b"-") {
            return None;
        }
        let mut number: Vec<u8> = Vec::with_capacity(CARD);
        let mut place = at;
        let mut end = None;
        loop {
            let length = digits(bytes, place);
            let fits = number.len().saturating_add(length) <= CARD;
            if !fits || (in_groups && !(3..=7).contains(&length)) {
                break;
            }
            let behind = place.saturating_add(length);
            number.extend(bytes.get(place..behind)?.iter().map(|digit| digit.saturating_sub(b'0')));
            if !is_word(bytes, behind) && is_card(&number) {
                end = Some(behind);
            }
            if !in_groups {
                break;
            }
            let Some(between) = separator(bytes, behind, b" -.") else { break };
            place = behind.saturating_add(between);
        }
        end
    }

    /// `ddd-dd-dddd`, also with spaces, in the ranges that were ever given out.
    pub(super) fn social_security(self) -> Option<usize> {
        let Self { bytes, at, floor } = self;
        if digits(bytes, at) != 3 || is_rest(bytes, at, floor, b".,-") {
            return None;
        }
        let area = value(bytes, at, 3)?;
        let first = at.checked_add(3)?;
        let between = separator(bytes, first, b"- ")?;
        let second = first.checked_add(between)?;
        let group = value(bytes, second, 2).filter(|_| digits(bytes, second) == 2)?;
        let again = second.checked_add(2)?;
        if bytes.get(first..second) != bytes.get(again..again.checked_add(between)?) {
            return None;
        }
        let third = again.checked_add(between)?;
        let serial = value(bytes, third, 4).filter(|_| digits(bytes, third) == 4)?;
        let end = third.checked_add(4)?;
        let is_given_out = area != 0 && area != 666 && area < 900 && group != 0 && serial != 0;
        (is_given_out && !goes_on(bytes, end)).then_some(end)
    }

    /// A phone number: `+` and a country's code, `00` and one where the digits are grouped, or North America's ten digits in groups.
    pub(super) fn phone(self) -> Option<usize> {
        let Self { bytes, at, floor } = self;
        match bytes.get(at)? {
            b'+' => self.international(1, 9),
            b'(' => self.north_american(),
            _ if is_rest(bytes, at, floor, b".,-") => None,
            b'0' if bytes.get(at.saturating_add(1)) == Some(&b'0') => {
                // Behind another group of digits it is one more of them.
                if is_rest(bytes, at, floor, b" ") { None } else { self.international(2, usize::MAX) }
            }
            _ => self.north_american(),
        }
    }

    /// Behind a prefix of so many bytes: 8 to 15 digits of which the first is not 0, in groups or, where there are `in_one_piece`,
    /// without. Where more follow, up to the last group that fits.
    fn international(self, prefix: usize, in_one_piece: usize) -> Option<usize> {
        const LEAST: usize = 8;
        const MOST: usize = 15;
        let Self { bytes, at, .. } = self;
        let mut place = at.checked_add(prefix)?;
        place = place.saturating_add(usize::from(matches!(bytes.get(place), Some(b'(' | b' '))));
        if !matches!(bytes.get(place), Some(b'1'..=b'9')) {
            return None;
        }
        let (mut count, mut groups, mut end, mut only_points) = (0_usize, 0_usize, None, true);
        loop {
            let length = digits(bytes, place);
            count = count.saturating_add(length);
            if length == 0 || count > MOST {
                break;
            }
            groups = groups.saturating_add(1);
            place = place.saturating_add(length);
            let enough = if groups == 1 { in_one_piece.max(LEAST) } else { LEAST };
            let is_decimal = groups == 2 && only_points;
            if count >= enough && !is_decimal && !is_word(bytes, place) {
                end = Some(place);
            }
            // `) ` and ` (` are two.
            let mut between = 0_u8;
            while between < 2 {
                let Some(one) = separator(bytes, place, b" -.()/") else { break };
                only_points &= bytes.get(place) == Some(&b'.');
                place = place.saturating_add(one);
                between = between.saturating_add(1);
            }
            if between == 0 {
                break;
            }
        }
        end
    }

    /// `(415) 555-2671`, `415-555-2671` and the like, with or without `1` before it.
    fn north_american(self) -> Option<usize> {
        const BETWEEN: &[u8] = b"- .";
        let Self { bytes, at, .. } = self;
        let mut place = at;
        if bytes.get(at) == Some(&b'1') && digits(bytes, at) == 1 {
            let behind = at.checked_add(1)?;
            place = behind.checked_add(separator(bytes, behind, BETWEEN)?)?;
        }
        let in_brackets = bytes.get(place) == Some(&b'(');
        place = place.saturating_add(usize::from(in_brackets));
        area_or_exchange(bytes, place)?;
        place = place.checked_add(3)?;
        if in_brackets {
            if bytes.get(place) != Some(&b')') {
                return None;
            }
            place = place.checked_add(1)?;
            place = place.saturating_add(separator(bytes, place, BETWEEN).unwrap_or(0));
        } else {
            place = place.checked_add(separator(bytes, place, BETWEEN)?)?;
        }
        area_or_exchange(bytes, place)?;
        place = place.checked_add(3)?;
        place = place.checked_add(separator(bytes, place, BETWEEN)?)?;
        let end = place.checked_add(4)?;
        (digits(bytes, place) == 4 && !goes_on(bytes, end)).then_some(end)
    }
}

/// Three digits alone, the first 2 to 9, and not `911` and its like.
fn area_or_exchange(bytes: &[u8], at: usize) -> Option<u32> {
    value(bytes, at, 3).filter(|number| {
        digits(bytes, at) == 3 && (200..=999).contains(number) && number.checked_rem(100) != Some(11)
    })
}

/// Whether a brand gives out such a number, and its check digit is right.
fn is_card(number: &[u8]) -> bool {
    let lead = number
        .iter()
        .take(4)
        .fold(0_u32, |sum, digit| sum.saturating_mul(10).saturating_add((*digit).into()));
    let length = number.len();
    let brand = match lead {
        // Visa.
        4000..=4999 => matches!(length, 13 | 16 | 19),
        // American Express.
        3400..=3499 | 3700..=3799 => length == 15,
        // Diners Club.
        3000..=3059 | 3095 | 3600..=3699 | 3800..=3999 => (14..=19).contains(&length),
        // JCB.
        3528..=3589 => (16..=19).contains(&length),
        // Mastercard, and Mir before it.
        5100..=5599 | 2221..=2720 => length == 16,
        2200..=2204 => (16..=19).contains(&length),
        // Discover, UnionPay, RuPay, Maestro.
        5000..=5099 | 5600..=5899 | 6000..=6999 | 8100..=8299 => (16..=CARD).contains(&length),
        _ => false,
    };
    brand && is_luhn(number)
}

/// The check digit that ISO/IEC 7812 asks for.
fn is_luhn(number: &[u8]) -> bool {
    let sum = number.iter().rev().enumerate().fold(0_u32, |sum, (place, digit)| {
        let digit = u32::from(*digit);
        let doubled = digit.saturating_mul(2);
        let weighed = match place & 1 {
            0 => digit,
            _ if doubled > 9 => doubled.saturating_sub(9),
            _ => doubled,
        };
        sum.saturating_add(weighed)
    });
    sum.checked_rem(10) == Some(0)
}
