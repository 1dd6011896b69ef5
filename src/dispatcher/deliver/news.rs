//! What the org and the registry have to know of an endpoint.

use serde_json::Value;
use worker::Env;

use super::group::Group;
use crate::{
    core::{
        health::{Disabled, Signal},
        ledger::Row,
    },
    dispatcher::{ledger::command::Recorded, operational, subscriptions},
    edge::log::Line,
};

/// Tells those who have to know what changed in an endpoint's health.
pub async fn heed(group: &Group, recorded: &Recorded, dead: &[&Row], env: &Env) {
    for signal in &recorded.signals {
        let line = match signal {
            Signal::Recovered { .. } => Line::info(signal.event_type()),
            _ => Line::warn(signal.event_type()),
        };
        line.text("subscription", group.subscription_id()).emit();
    }
    if let Some(disabled) = recorded.health.disabled {
        disable(group, disabled, env).await;
    }
    let Some(subscriptions) = group.subscriptions() else { return };
    let Some(subscription) = group.find(&subscriptions) else { return };
    let destination = &subscription.settings.destination;
    let signals = recorded
        .signals
        .iter()
        .map(|signal| (signal.event_type(), signal.data(&subscription.id, destination, &recorded.health)));
    let exhausted = dead.iter().filter_map(|row| operational::exhausted(row));
    let events: Vec<(&str, Value)> = signals.chain(exhausted).collect();
    operational::raise(env, group.org(), group.base_url(), &subscription.id, events).await;
}

/// Has the registry hold a subscription's deliveries. Where that fails the ledger holds them, and the next claim comes here
/// again.
pub async fn disable(group: &Group, disabled: Disabled, env: &Env) {
    let is_known = group.subscriptions().is_some_and(|subscriptions| {
        group.find(&subscriptions).is_none_or(|subscription| subscription.disabled.is_some())
    });
    if is_known {
        return;
    }
    if let Err(error) = subscriptions::disable(env, group.org(), group.subscription_id(), disabled).await {
        Line::error("delivery.not_disabled").text("why", &error.message).emit();
    }
}
