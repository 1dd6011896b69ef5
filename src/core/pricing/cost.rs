//! From rates and counts to an amount.

use super::{
    Amount, Counts, Unit,
    rates::{Rate, Rates},
    unit::PerUnit,
};

/// What the counts come to; `None` where a count that has a price is unknown, or where the parts of something are more than it.
pub(super) fn cost(rates: &Rates, counts: &Counts) -> Option<Amount> {
    if !is_known(rates, counts) {
        return None;
    }
    let mut rests: PerUnit<u64> = PerUnit::default();
    let mut sum = Amount::ZERO;
    // Parts first: what they are priced by is taken off what they are a part of, at whatever depth.
    for unit in Unit::all().rev() {
        let Some(rate) = rates.get(unit) else { continue };
        let mut rest = used(unit, rate, counts);
        for part in Unit::all().filter(|part| part.wholes().contains(&unit)) {
            rest = rest.checked_sub(rests.get(part).unwrap_or(0))?;
        }
        rests.set(unit, Some(rest));
        sum = sum.plus(Amount::of(rest, rate.price, unit.scale())?)?;
    }
    Some(sum)
}

fn used(unit: Unit, rate: Rate, counts: &Counts) -> u64 {
    match (unit, counts.get(unit).unwrap_or(0)) {
        (Unit::Requests, _) => 1,
        (_, 0) => 0,
        (_, count) => count.max(rate.least),
    }
}

/// A price for tokens wants both counts. Where tokens have none, anything that has one will do; where nothing has, nothing is asked.
fn is_known(rates: &Rates, counts: &Counts) -> bool {
    let paid = |unit: &Unit| rates.get(*unit).is_some_and(|rate| rate.price > 0);
    let known = |unit: Unit| counts.get(unit).is_some();
    let mut tokens = [Unit::Input, Unit::Output].into_iter().filter(paid).peekable();
    if tokens.peek().is_some() {
        return tokens.all(known);
    }
    let mut others = Unit::all().filter(paid).peekable();
    others.peek().is_none() || others.any(known)
}
