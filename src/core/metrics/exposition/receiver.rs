//! What the receiver has counted of its own doings.

use std::collections::BTreeMap;

use super::text::Family;
use crate::core::insights::{
    CountersView,
    counters::{ACCEPTED, Counter, DUPLICATES, parse},
};

/// The families, from the counters of yesterday and today by day; `today` as they label it.
pub fn receiver(view: &CountersView, today: &str) -> Vec<Family> {
    let mut counts = BTreeMap::<&str, u64>::from([(ACCEPTED, 0), (DUPLICATES, 0)]);
    for row in &view.counters {
        let Some(name) = row.name.as_deref() else { continue };
        let count = counts.entry(name).or_default();
        if row.group.as_deref() == Some(today) {
            *count = count.saturating_add(row.count);
        }
    }
    let mut accepted = Family::counter(
        "heliograph_receiver_accepted_total",
        "Deliveries taken in since midnight UTC, each once.",
    );
    let mut duplicates = Family::counter(
        "heliograph_receiver_duplicates_total",
        "Deliveries since midnight UTC that were handled before.",
    );
    let mut refused = Family::counter(
        "heliograph_receiver_refused_total",
        "Deliveries whose signature was refused since midnight UTC.",
    );
    let mut fetches = Family::counter(
        "heliograph_receiver_fetches_total",
        "Full exchanges asked for since midnight UTC, by what came of it.",
    );
    let mut handled = Family::counter(
        "heliograph_receiver_handled_total",
        "Runs of handlers on deliveries since midnight UTC.",
    );
    let mut durations = Family::summary(
        "heliograph_receiver_handler_duration_seconds",
        "How long runs of handlers took, since midnight UTC.",
    );
    let mut runs = BTreeMap::<&str, (u64, u64)>::new();
    for (name, count) in &counts {
        match parse(name) {
            Some(Counter::Accepted) => accepted.add(&[], *count as f64),
            Some(Counter::Duplicates) => duplicates.add(&[], *count as f64),
            Some(Counter::Signature(reason)) => refused.add(&[("reason", reason)], *count as f64),
            Some(Counter::Fetch(outcome)) => fetches.add(&[("outcome", outcome)], *count as f64),
            Some(Counter::Handler(handler, outcome)) => {
                handled.add(&[("handler", handler), ("outcome", outcome)], *count as f64);
                let (_, runs) = runs.entry(handler).or_default();
                *runs = runs.saturating_add(*count);
            }
            Some(Counter::HandlerMillis(handler)) => runs.entry(handler).or_default().0 = *count,
            None => {}
        }
    }
    for (handler, (millis, count)) in runs {
        durations.add_sum(&[("handler", handler)], millis, count);
    }
    vec![accepted, duplicates, refused, fetches, handled, durations]
}
