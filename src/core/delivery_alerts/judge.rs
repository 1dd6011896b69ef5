//! Which alerts fire and which are over, by what was firing before.

use serde::{Deserialize, Serialize};

use super::{Alert, Over, Sight, Signal};
use crate::core::{metrics::Reading, time::Timestamp};

/// An alert that fires for a webhook.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Firing {
    /// The alert, as it was when it was last looked at.
    pub alert: Alert,
    /// The webhook's id.
    pub webhook: String,
    /// When it began to fire, in milliseconds since 1970.
    pub since: i64,
    /// What was seen last, in the metric's unit.
    pub value: f64,
    /// When that was, in milliseconds since 1970.
    pub seen_at: i64,
}

/// What is known at one time.
#[derive(Clone, Copy, Debug)]
pub struct Seen<'a> {
    /// The org's alerts.
    pub alerts: &'a [Alert],
    /// The ids of its webhooks.
    pub webhooks: &'a [String],
    /// What the ledgers of webhooks have answered to what was [`asked`](super::asked): of one that gave no answer nothing is
    /// known, and nothing changes.
    pub readings: &'a [(String, Reading)],
    /// When they did.
    pub now: Timestamp,
}

/// What comes of judging.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Judged {
    /// What fires from now on, in no order.
    pub firing: Vec<Firing>,
    /// What began and what ended.
    pub signals: Vec<Signal>,
}

/// Judges all alerts. An alert that fires goes on until it is seen on the good side, or until there is nothing left to see; where
/// there is too little to say something it stays as it is, whether it fires or not.
pub fn judge(seen: &Seen<'_>, before: Vec<Firing>) -> Judged {
    let mut judged = Judged::default();
    let begun = begun(seen, &before);
    for firing in before {
        match seen.fate(&firing) {
            Fate::Stays(firing) => judged.firing.push(firing),
            Fate::Ends(why, value) => {
                judged.signals.push(Signal::Resolved { firing, why, value, at: seen.now.millis() })
            }
        }
    }
    judged.signals.extend(begun.iter().cloned().map(Signal::Fired));
    judged.firing.extend(begun);
    judged
}

/// What begins to fire. What was firing before begins at the next time at the earliest, also where it has just ended.
fn begun(seen: &Seen<'_>, before: &[Firing]) -> Vec<Firing> {
    let mut begun = Vec::new();
    for alert in seen.alerts {
        for (webhook, reading) in seen.readings.iter().filter(|(webhook, _)| alert.is_about(webhook)) {
            if before.iter().any(|firing| firing.alert.id == alert.id && firing.webhook == *webhook) {
                continue;
            }
            let now = seen.now.millis();
            match alert.sees(reading, seen.now) {
                Sight::Value(value) if alert.is_crossed_by(value) => begun.push(Firing {
                    alert: alert.clone(),
                    webhook: webhook.clone(),
                    since: now,
                    value,
                    seen_at: now,
                }),
                _ => {}
            }
        }
    }
    begun
}

/// What becomes of an alert that fires.
enum Fate {
    Stays(Firing),
    /// Why, and what was seen, where something was.
    Ends(Over, Option<f64>),
}

impl Seen<'_> {
    fn fate(&self, firing: &Firing) -> Fate {
        if !self.webhooks.contains(&firing.webhook) {
            return Fate::Ends(Over::WebhookDeleted, None);
        }
        let Some(alert) = self.alerts.iter().find(|alert| alert.id == firing.alert.id) else {
            return Fate::Ends(Over::AlertDeleted, None);
        };
        if alert.metric != firing.alert.metric || !alert.is_about(&firing.webhook) {
            return Fate::Ends(Over::AlertChanged, None);
        }
        let stays = Firing { alert: alert.clone(), ..firing.clone() };
        let reading = self.readings.iter().find(|(webhook, _)| *webhook == firing.webhook);
        match reading.map(|(_, reading)| alert.sees(reading, self.now)) {
            None | Some(Sight::TooLittle) => Fate::Stays(stays),
            Some(Sight::Empty) => Fate::Ends(Over::NoData, None),
            Some(Sight::Value(value)) if alert.is_crossed_by(value) => {
                Fate::Stays(Firing { value, seen_at: self.now.millis(), ..stays })
            }
            Some(Sight::Value(value)) => Fate::Ends(Over::Recovered, Some(value)),
        }
    }
}
