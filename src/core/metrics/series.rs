//! Numbers by group and time.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::core::{insights::Name, ledger::Hour};

/// So many groups are told apart; what is beyond shares one.
const MAX_GROUPS: usize = 500;

/// What happened, by group (a [`Name`] as it is stored) and by the first hour of the bucket, counted from 1970. A bucket in which
/// nothing happened is not there.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Series(BTreeMap<String, BTreeMap<i64, Hour>>);

impl Series {
    /// Adds numbers to a group's bucket.
    pub fn add(&mut self, group: &Name, bucket: i64, hour: &Hour) {
        let mut key = group.to_string();
        if !self.0.contains_key(&key) && self.0.len() >= MAX_GROUPS {
            key = Name::Rest.to_string();
        }
        self.0.entry(key).or_default().entry(bucket).or_default().merge(hour);
    }

    /// Adds another's numbers.
    pub fn merge(&mut self, other: &Self) {
        for (group, buckets) in other.groups() {
            for (bucket, hour) in buckets {
                self.add(&group, *bucket, hour);
            }
        }
    }

    /// Adds all of another's numbers to one group.
    pub fn merge_as(&mut self, group: &Name, other: &Self) {
        for (bucket, hour) in other.0.values().flatten() {
            self.add(group, *bucket, hour);
        }
    }

    /// What all groups come to from a bucket on, by its first hour.
    pub fn since(&self, bucket: i64) -> Hour {
        total(self.0.values().flat_map(|buckets| buckets.range(bucket..)).map(|(_, hour)| hour))
    }

    /// Its groups.
    pub fn groups(&self) -> impl Iterator<Item = (Name, &BTreeMap<i64, Hour>)> {
        self.0.iter().map(|(group, buckets)| (Name::from_key(group), buckets))
    }

    /// The same with at most so many groups, and what all others come to. Those stay that were tried most by `weight`, a group's
    /// numbers; of two alike the first by name.
    pub fn top(
        &self,
        most: usize,
        weight: impl Fn(&BTreeMap<i64, Hour>) -> u64,
    ) -> Vec<(Name, BTreeMap<i64, Hour>)> {
        let mut groups: Vec<_> = self.groups().collect();
        groups.sort_by_key(|(name, buckets)| (*name == Name::Rest, std::cmp::Reverse(weight(buckets))));
        let kept = groups.iter().filter(|(name, _)| *name != Name::Rest).count().min(most);
        let mut top: Vec<(Name, BTreeMap<i64, Hour>)> = Vec::new();
        let mut rest = BTreeMap::<i64, Hour>::new();
        for (at, (name, buckets)) in groups.into_iter().enumerate() {
            if at < kept {
                top.push((name, buckets.clone()));
                continue;
            }
            for (bucket, hour) in buckets {
                rest.entry(*bucket).or_default().merge(hour);
            }
        }
        if !rest.is_empty() {
            top.push((Name::Rest, rest));
        }
        top
    }
}

/// What buckets come to.
pub(super) fn total<'a>(buckets: impl IntoIterator<Item = &'a Hour>) -> Hour {
    let mut total = Hour::default();
    buckets.into_iter().for_each(|hour| total.merge(hour));
    total
}
