//! A batch's sums, on their way into the stored ones.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use super::{
    Latency, Measure, Measures, Name, Observation, Sample, Settings, Spend, Tally, Tokens, Usage, Window,
    counters, hour_of,
};

const MINUTE_MILLIS: i64 = 60_000;
const MINUTES: i64 = 60;

/// What a row's sums are of.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// A day's requests to a model.
    Model,
    /// A day's requests of a user.
    User,
    /// A month's requests of a user.
    UserMonth,
    /// A day's requests with a value of this property.
    Property(String),
    /// What counts against a budget in its window.
    Budget,
    /// An hour's requests to a model.
    Latency,
    /// An hour's counter.
    Counter,
    /// Signatures refused in a minute of an hour.
    Refused,
}

impl Kind {
    /// From the text that it is stored as.
    pub fn from_key(text: &str) -> Option<Self> {
        Some(match text {
            "model" => Self::Model,
            "user" => Self::User,
            "user_month" => Self::UserMonth,
            "budget" => Self::Budget,
            "latency" => Self::Latency,
            "counter" => Self::Counter,
            "refused" => Self::Refused,
            _ => Self::Property(text.strip_prefix("property:")?.to_owned()),
        })
    }

    /// How many names are kept apart in one window; the others share a row.
    pub fn most(&self) -> usize {
        match self {
            Self::User | Self::UserMonth => 10_000,
            Self::Model | Self::Property(_) => 1000,
            Self::Budget | Self::Latency | Self::Counter | Self::Refused => 200,
        }
    }
}

/// As it is stored.
impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Model => "model",
            Self::User => "user",
            Self::UserMonth => "user_month",
            Self::Property(key) => return write!(f, "property:{key}"),
            Self::Budget => "budget",
            Self::Latency => "latency",
            Self::Counter => "counter",
            Self::Refused => "refused",
        })
    }
}

/// Which row.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key {
    /// What its sums are of.
    pub kind: Kind,
    /// The first hour of its window.
    pub hour: i64,
    /// Whose they are.
    pub name: Name,
}

impl Key {
    /// The row that takes what has no room for one of its own.
    pub fn rest(&self) -> Self {
        Self { name: Name::Rest, ..self.clone() }
    }

    /// The row of signatures that were refused in a minute, counted from 1970.
    pub fn refused(minute: i64) -> Self {
        let of_hour = minute.rem_euclid(MINUTES);
        let name = Name::Known(format!("{of_hour:02}"));
        Self { kind: Kind::Refused, hour: minute.div_euclid(MINUTES), name }
    }
}

/// How many names there are, by kind and window.
pub type Occupied = BTreeMap<(Kind, i64), usize>;

/// What a batch adds.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Book {
    /// By row.
    pub tallies: BTreeMap<Key, Tally>,
    /// By model, in the order in which they came.
    pub samples: BTreeMap<Name, Vec<Sample>>,
    /// The minute of the refused signatures among the counters, counted from 1970.
    pub refused_at: Option<i64>,
}

impl Book {
    /// Counts these measures of a request. One from before what is kept counts nowhere, and one from the future counts now:
    /// `now` is in milliseconds since 1970.
    pub fn add(&mut self, observation: &Observation, measures: Measures, settings: &Settings, now: i64) {
        let hour = hour_of(observation.at.min(now));
        if hour < settings.oldest_hour(now) {
            return;
        }
        let day = Window::Day.of(hour);
        let model = || Name::of(observation.model.as_deref());
        let user = || Name::of(observation.user.as_deref());
        if measures.has(Measure::Spend) {
            let spend = || Tally { spend: Some(Spend::of(observation)), ..Tally::default() };
            self.put(Kind::Model, day, model(), spend());
            self.put(Kind::User, day, user(), spend());
            for key in &settings.properties {
                if let Some(value) = observation.properties.get(key) {
                    self.put(Kind::Property(key.clone()), day, Name::of(Some(value)), spend());
                }
            }
            for budget in settings.budgets.iter().filter(|budget| budget.covers(observation)) {
                self.put(Kind::Budget, budget.window.of(hour), Name::Known(budget.key.clone()), spend());
            }
        }
        if measures.has(Measure::Latency)
            && let Some(latency) = Latency::of(observation)
        {
            let tally = Tally { latency: Some(latency), ..Tally::default() };
            self.put(Kind::Latency, hour, model(), tally);
        }
        if measures.has(Measure::Tokens) {
            let tally = Tally { tokens: Some(Tokens::of(observation)), ..Tally::default() };
            self.put(Kind::Model, day, model(), tally);
            if let Some((prompt, completion)) = observation.tokens() {
                let delivery_id = observation.delivery_id.clone();
                let sample = Sample { delivery_id, hour, prompt, completion };
                self.samples.entry(model()).or_default().push(sample);
            }
        }
        if measures.has(Measure::Usage) {
            let usage = || Tally { usage: Some(Usage::of(observation)), ..Tally::default() };
            self.put(Kind::User, day, user(), usage());
            if settings.users.is_some_and(|limits| limits.window == Window::Month) {
                self.put(Kind::UserMonth, Window::Month.of(hour), user(), usage());
            }
        }
    }

    /// Adds to a counter of this hour.
    pub fn count(&mut self, name: &str, more: u64, now: i64) {
        let tally = || Tally { count: Some(more), ..Tally::default() };
        self.put(Kind::Counter, hour_of(now), Name::of(Some(name)), tally());
        if counters::is_signature(name) {
            let minute = now.div_euclid(MINUTE_MILLIS);
            let Key { kind, hour, name } = Key::refused(minute);
            self.put(kind, hour, name, tally());
            self.refused_at = Some(minute);
        }
    }

    /// The rows that the sums can end up in, and those that have to be known beside them to judge what they come to.
    pub fn keys(&self, settings: &Settings) -> BTreeSet<Key> {
        let own = self.tallies.keys().flat_map(|key| [key.clone(), key.rest()]);
        let minutes = match (self.refused_at, settings.signatures) {
            (Some(minute), Some(alert)) => alert.minutes_until(minute),
            _ => 0..0,
        };
        own.chain(minutes.map(Key::refused)).collect()
    }

    fn put(&mut self, kind: Kind, hour: i64, name: Name, more: Tally) {
        self.tallies.entry(Key { kind, hour, name }).or_default().merge(&more);
    }
}

/// What rows come to with a batch's sums: all rows that changed. A name that is new where there is no room for it any more is
/// counted with the rest; `occupied` says how many there are, and is counted on.
pub fn settle(
    more: BTreeMap<Key, Tally>,
    stored: &BTreeMap<Key, Tally>,
    occupied: &mut Occupied,
) -> BTreeMap<Key, Tally> {
    let mut settled = BTreeMap::<Key, Tally>::new();
    for (key, tally) in more {
        let is_new = key.name.known().is_some() && !stored.contains_key(&key);
        let there = occupied.entry((key.kind.clone(), key.hour)).or_default();
        let place = match is_new {
            true if *there >= key.kind.most() => key.rest(),
            true => {
                *there = there.saturating_add(1);
                key
            }
            false => key,
        };
        let known = || stored.get(&place).cloned().unwrap_or_default();
        settled.entry(place.clone()).or_insert_with(known).merge(&tally);
    }
    settled
}
