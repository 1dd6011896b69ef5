//! What fires of an org's alerts, and what of it is still to be raised.

use serde::Deserialize;
use serde_json::Value;

use super::Store;
use crate::{
    core::{
        delivery_alerts::{Firing, Judged, Signal},
        envelope::ApiError,
    },
    edge::sql::{read, write},
};

/// The counter that says by which revision of the org's subscriptions and settings alerts were judged last.
const REVISION: &str = "alerts_revision";

#[derive(Deserialize)]
struct Row {
    number: f64,
    webhook: String,
    body: String,
}

/// A signal that is to be raised.
pub struct Unraised {
    /// Where it stands.
    pub number: f64,
    /// The webhook that it is about.
    pub webhook: String,
    /// The deployment's address and the event.
    pub body: (String, Value),
}

impl Store {
    /// Notes the revision that alerts are judged by; says whether none was judged by a newer one before.
    pub fn is_newest(&self, revision: u64) -> Result<bool, ApiError> {
        let last = self.database.counter(REVISION)?;
        if last < revision {
            self.database.set_counter(REVISION, revision)?;
        }
        Ok(last <= revision)
    }

    /// All that fires.
    pub fn firing(&self) -> Result<Vec<Firing>, ApiError> {
        self.database.all("SELECT body FROM firing", vec![])
    }

    /// What fires of an alert.
    pub fn firing_of(&self, alert: &str) -> Result<Vec<Firing>, ApiError> {
        self.database.all("SELECT body FROM firing WHERE alert = ?", vec![alert.into()])
    }

    /// Keeps what came of judging, with the event of each signal.
    pub fn keep(&self, judged: &Judged, base_url: &str) -> Result<(), ApiError> {
        for signal in &judged.signals {
            let firing = signal.firing();
            if let Signal::Resolved { .. } = signal {
                let statement = "DELETE FROM firing WHERE alert = ? AND webhook = ?";
                self.database
                    .run(statement, vec![firing.alert.id.as_str().into(), firing.webhook.as_str().into()])?;
            }
            let values = vec![firing.webhook.as_str().into(), write(&(base_url, signal.event()))?.into()];
            self.database.run("INSERT INTO signals (webhook, body) VALUES (?, ?)", values)?;
        }
        for firing in &judged.firing {
            let statement = "INSERT OR REPLACE INTO firing (alert, webhook, body) VALUES (?, ?, ?)";
            let values =
                vec![firing.alert.id.as_str().into(), firing.webhook.as_str().into(), write(firing)?.into()];
            self.database.run(statement, values)?;
        }
        Ok(())
    }

    /// The signals that are still to be raised, at most so many, in their order.
    pub fn unraised(&self, limit: usize) -> Result<Vec<Unraised>, ApiError> {
        let query = "SELECT number, webhook, body FROM signals ORDER BY number LIMIT ?";
        let rows: Vec<Row> = self.database.rows(query, vec![(limit as f64).into()])?;
        let unraised =
            |row: Row| Ok(Unraised { number: row.number, webhook: row.webhook, body: read(&row.body)? });
        rows.into_iter().map(unraised).collect()
    }

    /// Notes that a signal was raised.
    pub fn set_signal_raised(&self, number: f64) -> Result<(), ApiError> {
        self.database.run("DELETE FROM signals WHERE number = ?", vec![number.into()])
    }
}
