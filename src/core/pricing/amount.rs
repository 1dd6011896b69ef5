//! Money without rounding.

use std::fmt;

/// The parts that a dollar has here. Prices have up to 18 decimal places and are per a million tokens, a thousand of something or an
/// hour: 10^-24 covers the first two, and its ninth the seconds of an hour.
const DOLLAR: u128 = 9_000_000_000_000_000_000_000_000;

/// The most decimal places that are written: a ninth has no end.
const PLACES: usize = 40;

/// An amount of US dollars, in ninths of 10^-24 of one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Amount(u128);

impl Amount {
    /// Nothing.
    pub const ZERO: Self = Self(0);

    /// A count of something at a price in 10^-18 dollars per as much as `scale` says ([`Unit`](super::Unit)); `None` past
    /// 10^13 dollars.
    pub(super) fn of(count: u64, price: u128, scale: u128) -> Option<Self> {
        u128::from(count).checked_mul(price)?.checked_mul(scale).map(Self)
    }

    /// The sum; `None` past 10^13 dollars.
    pub(super) fn plus(self, other: Self) -> Option<Self> {
        self.0.checked_add(other.0).map(Self)
    }

    /// As the nearest double.
    pub fn dollars(self) -> f64 {
        // By way of the decimal digits, because a quotient of two doubles is not always the nearest one.
        self.to_string().parse().unwrap_or_default()
    }
}

/// In dollars, as plain decimal digits without trailing zeros; what does not end is cut after 40 places.
impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let split = |amount: u128| (amount.checked_div(DOLLAR), amount.checked_rem(DOLLAR));
        let (Some(whole), Some(mut rest)) = split(self.0) else { return Ok(()) };
        write!(f, "{whole}")?;
        for place in 0..PLACES {
            if rest == 0 {
                break;
            }
            let (Some(digit), Some(left)) = split(rest.saturating_mul(10)) else { break };
            write!(f, "{}{digit}", if place == 0 { "." } else { "" })?;
            rest = left;
        }
        Ok(())
    }
}
