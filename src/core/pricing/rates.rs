//! A model's prices, as they stand at one moment for one request.

use super::unit::{PerUnit, Unit};
use crate::core::time::Timestamp;

/// How many decimal places a price has.
const PLACES: usize = 18;

/// A price.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Rate {
    /// In 10^-18 dollars.
    pub price: u128,
    /// The least that is counted where there is any.
    pub least: u64,
}

pub(super) type Rates = PerUnit<Rate>;

/// Reads a model's prices in the table: the first standard ones whose time it is, and over them those of the context, of which the
/// first counts. `None` where the table is not as it should be. `input` is the whole prompt, by which tiers are told.
pub(super) fn read(text: &str, context: &[(&str, &str)], at: Timestamp, input: u64) -> Option<Rates> {
    let at = at.to_string();
    let mut standard = None;
    let mut special = Rates::default();
    for block in text.split(';') {
        let (conditions, items): (Vec<&str>, Vec<&str>) = block
            .split(' ')
            .filter(|word| !word.is_empty())
            .partition(|word| word.starts_with(['?', '@', '~']));
        let is_special = conditions.iter().any(|condition| condition.starts_with('?'));
        if (!is_special && standard.is_some()) || !conditions.iter().all(|one| holds(one, context, &at)) {
            continue;
        }
        let mut rates = if is_special { special } else { Rates::default() };
        for item in items {
            let (unit, rate) = rate(item, input)?;
            if rates.get(unit).is_none() {
                rates.set(unit, Some(rate));
            }
        }
        if is_special {
            special = rates;
        } else {
            standard = Some(rates);
        }
    }
    let mut rates = standard?;
    for unit in Unit::all() {
        if let Some(rate) = special.get(unit) {
            rates.set(unit, Some(rate));
        }
    }
    Some(rates)
}

/// Whether a condition holds: `@` a first day, `~` a time of day, `?` something of the request.
fn holds(condition: &str, context: &[(&str, &str)], at: &str) -> bool {
    let day = at.get(..10).unwrap_or_default();
    let time = at.get(11..19).unwrap_or_default();
    if let Some(first) = condition.strip_prefix('@') {
        return day >= first;
    }
    if let Some((from, until)) = condition.strip_prefix('~').and_then(|span| span.split_once('-')) {
        return if until < from { time >= from || time < until } else { from <= time && time < until };
    }
    let wanted = condition.strip_prefix('?').and_then(|pair| pair.split_once('='));
    wanted.is_some_and(|wanted| context.contains(&wanted))
}

/// Such as `cr.5>200000:1`: what, for how much, and for how much in prompts of more tokens; `_10` at the end is the least that counts.
fn rate(item: &str, input: u64) -> Option<(Unit, Rate)> {
    let (item, least) = item.split_once('_').unwrap_or((item, "0"));
    let (code, prices) = item.split_at_checked(item.find(|c: char| !c.is_ascii_alphabetic())?)?;
    let mut tiers = prices.split('>');
    let mut price = tiers.next()?;
    for tier in tiers {
        let (above, higher) = tier.split_once(':')?;
        if input > above.parse().ok()? {
            price = higher;
        }
    }
    Some((Unit::of_code(code)?, Rate { price: decimal(price)?, least: least.parse().ok()? }))
}

/// Plain decimal digits, such as `12`, `.5` and `3.75`, in 10^-18.
fn decimal(text: &str) -> Option<u128> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let missing = PLACES.checked_sub(fraction.len())?;
    let digits = [whole, fraction].concat();
    digits.parse::<u128>().ok()?.checked_mul(10_u128.checked_pow(u32::try_from(missing).ok()?)?)
}
