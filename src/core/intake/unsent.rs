//! Events of a call that a subscription's ledger will hear nothing of: held, or passed over by the sample or a filter.

use std::collections::BTreeMap;

use crate::core::{
    event::Event,
    ledger::{Hour, HourKey, Hours},
    subscription::{Choice, Snapshot},
    time::Timestamp,
};

/// Why nothing is sent.
#[derive(Clone, Copy, Debug)]
pub(super) enum Why {
    Held,
    SampledOut,
    FilteredOut,
}

impl Why {
    /// What is counted of a choice. Other types than the wanted ones are nobody's loss.
    pub(super) fn of(choice: Choice) -> Option<Self> {
        match choice {
            Choice::Taken | Choice::OtherType => None,
            Choice::FilteredOut => Some(Self::FilteredOut),
            Choice::SampledOut => Some(Self::SampledOut),
        }
    }
}

/// Counts by hour, type, provider and model, and among them one for each subscription of the snapshot: so an event is one look
/// up, however many pass it over.
#[derive(Clone, Debug, Default)]
pub struct Unsent(BTreeMap<HourKey, Vec<Counts>>);

#[derive(Clone, Copy, Debug, Default)]
struct Counts {
    held: u64,
    sampled_out: u64,
    filtered_out: u64,
}

impl Unsent {
    /// Counts an event: for which subscriptions, by their positions, it is not sent, and why.
    pub(super) fn add(&mut self, event: &Event, whom: &[(usize, Why)], subscriptions: usize, now: Timestamp) {
        if whom.is_empty() {
            return;
        }
        let key = HourKey::of_event(event, now.millis());
        let counts = self.0.entry(key).or_insert_with(|| vec![Counts::default(); subscriptions]);
        for (at, why) in whom {
            let Some(counts) = counts.get_mut(*at) else { continue };
            let count = match why {
                Why::Held => &mut counts.held,
                Why::SampledOut => &mut counts.sampled_out,
                Why::FilteredOut => &mut counts.filtered_out,
            };
            *count = count.saturating_add(1);
        }
    }

    /// The counts of each subscription that has any, with its id.
    pub fn by_subscription<'a>(&self, snapshot: &'a Snapshot) -> Vec<(&'a str, Hours)> {
        let hours = |at: usize| -> Hours {
            let each = self.0.iter().filter_map(|(key, counts)| Some((key, counts.get(at)?)));
            each.filter_map(|(key, counts)| Some((key.clone(), counts.hour()?))).collect()
        };
        let all = snapshot.subscriptions.iter().enumerate().map(|(at, one)| (one.id.as_str(), hours(at)));
        match self.0.is_empty() {
            true => Vec::new(),
            false => all.filter(|(_, hours)| !hours.is_empty()).collect(),
        }
    }
}

impl Counts {
    fn hour(self) -> Option<Hour> {
        let Self { held, sampled_out, filtered_out } = self;
        let is_any = held > 0 || sampled_out > 0 || filtered_out > 0;
        is_any.then(|| Hour { held, sampled_out, filtered_out, ..Hour::default() })
    }
}
