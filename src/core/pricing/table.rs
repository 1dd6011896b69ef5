//! The table, as text in three files. Two of them are sorted by bytes and searched by halves.

use std::cmp::Ordering;

const PROVIDERS: &str = include_str!("table/providers.tsv");
const MODELS: &str = include_str!("table/models.tsv");
const PATTERNS: &str = include_str!("table/patterns.tsv");

/// A provider of the table.
#[derive(Clone, Copy, Debug)]
pub(super) struct Provider {
    /// Its id.
    pub id: &'static str,
    /// Which other names it goes by.
    pub names: &'static str,
    /// Which models are told to be its.
    pub models: &'static str,
    /// The ids of those whose models it sells too.
    pub fallbacks: &'static str,
}

/// A model's place among its provider's, and its prices.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Model {
    /// The first that matches counts.
    pub order: u16,
    /// As [`rates`](super::rates) reads them.
    pub prices: &'static str,
}

/// The version of genai-prices that the table is of, such as `0.2.3`.
pub fn version() -> &'static str {
    PROVIDERS.split(' ').nth(2).unwrap_or_default()
}

/// The providers, in the order in which they are asked.
pub(super) fn providers() -> impl Iterator<Item = Provider> {
    PROVIDERS.lines().skip(1).filter_map(|line| {
        let mut fields = line.split('\t');
        let mut next = || fields.next();
        Some(Provider { id: next()?, names: next()?, models: next()?, fallbacks: next()? })
    })
}

/// The model of exactly this name.
pub(super) fn named(provider: &str, name: &str) -> Option<Model> {
    let line = from(MODELS, |line| {
        let mut fields = line.split('\t');
        fields.next().cmp(&Some(provider)).then_with(|| fields.next().cmp(&Some(name)))
    })
    .lines()
    .next()?;
    let mut fields = line.split('\t');
    let is_it = fields.next() == Some(provider) && fields.next() == Some(name);
    if !is_it {
        return None;
    }
    Some(Model { order: fields.next()?.parse().ok()?, prices: fields.next()? })
}

/// The rules by which a provider's other models are told, and the model of each, in order.
pub(super) fn rules(provider: &str) -> impl Iterator<Item = (&'static str, Model)> {
    from(PATTERNS, |line| line.split('\t').next().cmp(&Some(provider)))
        .lines()
        .map(|line| line.split('\t'))
        .take_while(move |fields| fields.clone().next() == Some(provider))
        .filter_map(|mut fields| {
            let order = fields.nth(1)?.parse().ok()?;
            Some((fields.next()?, Model { order, prices: fields.next()? }))
        })
}

/// A sorted text from the first line on that is not less than what is looked for.
fn from(text: &'static str, compare: impl Fn(&str) -> Ordering) -> &'static str {
    let (mut low, mut high) = (0, text.len());
    while low < high {
        let middle = low.midpoint(high);
        // The line that the middle lies in.
        let before = text.as_bytes().get(low..middle).unwrap_or_default();
        let start = match before.iter().rposition(|&byte| byte == b'\n') {
            Some(at) => low.saturating_add(at).saturating_add(1),
            None => low,
        };
        let line = text.get(start..).and_then(|rest| rest.lines().next()).unwrap_or_default();
        if compare(line) == Ordering::Less {
            low = start.saturating_add(line.len()).saturating_add(1);
        } else {
            high = start;
        }
    }
    text.get(low..).unwrap_or_default()
}
