//! What an org's alerts are judged by: its alerts and webhooks as the registry has them, and what the ledgers answer.

use futures_util::{StreamExt, stream};
use worker::Env;

use crate::{
    core::{
        delivery_alerts::{Alert, Judged, Seen, asked, judge},
        envelope::ApiError,
        metrics::Reading,
        subscription::Snapshot,
        time::Timestamp,
    },
    dispatcher::{metrics, subscriptions, thresholds::store::Store},
    edge::{clock, log::Line, settings},
};

/// What is known at one time.
pub struct Known {
    snapshot: Snapshot,
    readings: Vec<(String, Reading)>,
    /// This deployment's address.
    base_url: String,
    now: Timestamp,
}

/// Asks the registry, and the ledgers that some alert is about where they are wanted.
pub async fn look(env: &Env, org: &str, with_readings: bool) -> Result<Known, ApiError> {
    let public_url = settings::dispatcher(env)?.public_url.clone();
    let snapshot = subscriptions::truth(env, org).await?;
    let now = clock::now();
    let readings = match with_readings {
        true => readings(env, org, &snapshot, now).await,
        false => Vec::new(),
    };
    let base_url = public_url.unwrap_or_else(|| snapshot.org.base_url.clone());
    Ok(Known { snapshot, readings, base_url, now })
}

/// What the ledgers answer. One that gives no answer is left out: its alerts stay as they are.
async fn readings(env: &Env, org: &str, snapshot: &Snapshot, now: Timestamp) -> Vec<(String, Reading)> {
    let alerts = &snapshot.org.alerts;
    let asked = &asked(alerts, now);
    let is_watched = |id: &str| alerts.iter().any(|alert: &Alert| alert.is_about(id));
    let watched = snapshot.subscriptions.iter().filter(|subscription| is_watched(&subscription.id));
    let calls = stream::iter(watched).take(metrics::LEDGERS).map(|subscription| async move {
        match metrics::of_webhook(env, org, subscription, asked).await {
            Ok(reading) => Some(reading),
            Err(error) => {
                Line::warn("alerts.unread")
                    .text("subscription", &subscription.id)
                    .text("why", &error.message)
                    .emit();
                None
            }
        }
    });
    calls.buffered(metrics::AT_ONCE).filter_map(|reading| async move { reading }).collect().await
}

impl Known {
    /// Judges all alerts and keeps what comes of it; says how many signals that are. No await in it: all of it commits, or nothing.
    pub fn judge(&self, store: &Store) -> Result<usize, ApiError> {
        if !store.is_newest(self.snapshot.revision)? {
            // Somebody who knew of a later change has judged since.
            return Ok(0);
        }
        let webhooks: Vec<String> = self.snapshot.subscriptions.iter().map(|one| one.id.clone()).collect();
        let alerts = &self.snapshot.org.alerts;
        let seen = Seen { alerts, webhooks: &webhooks, readings: &self.readings, now: self.now };
        let judged: Judged = judge(&seen, store.firing()?);
        store.keep(&judged, &self.base_url)?;
        Ok(judged.signals.len())
    }
}
