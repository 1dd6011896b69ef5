//! What the receiver answers, and what a deployment says of itself.

use serde_json::{Value, json};

use super::shared::{DELIVERY, NOW, to_value};
use crate::core::{
    answer::{Health, Received},
    diagnosis::{Arrivals, Check, Diagnosis},
    review::{Claim, Item, Reason, ReviewPage, ReviewView, State},
};

/// A blocked request that somebody is looking at.
fn item() -> Item {
    Item {
        id: DELIVERY.to_owned(),
        at: NOW,
        event_type: "guardrail.blocked".to_owned(),
        reason: Reason::Event,
        data: "inline".to_owned(),
        request_id: Some("5b2f7c11-9a53-4c53-6d0c-0f4d7f3e1f6f".to_owned()),
        user_id: None,
        model: None,
        provider: None,
        claim: Some(Claim { reviewer: "ada".to_owned(), until: NOW.saturating_add(900_000) }),
        label: None,
    }
}

/// A review, with or without its exchange.
pub fn review(with_exchange: bool) -> Value {
    let exchange = json!({
        "event": {"guardrail": "pii", "action": "blocked", "reason": "an e-mail address was found"},
        "request": null,
        "response": null,
    })
    .to_string();
    let item = item();
    let view = ReviewView::new(&item, NOW);
    to_value(&if with_exchange { view.with_exchange(Some(&exchange)) } else { view })
}

/// A page of reviews.
pub fn review_page() -> Value {
    to_value(&ReviewPage::new(&[item()], 50, State::Claimed, NOW))
}

/// A delivery that the receiver has taken.
pub fn received() -> Value {
    to_value(&Received { status: "accepted", id: DELIVERY })
}

/// What a deployment says of itself.
pub fn health() -> Value {
    let version = env!("CARGO_PKG_VERSION");
    to_value(&Health { status: "ok", roles: vec!["dispatcher", "receiver"], version })
}

/// A deployment that lacks a binding.
pub fn diagnosis() -> Value {
    let missing = Err("the object does not answer; is it bound, and its class in [[migrations]]?".to_owned());
    to_value(&Diagnosis {
        id: "0f4d7f3e6d0c4c539a531f6f1d2b7c11".to_owned(),
        now: "2026-11-21T09:00:00.000Z".to_owned(),
        checks: vec![Check::of("binding ARCHIVE", Ok(())), Check::of("binding LEDGER", missing)],
        probes: vec!["express".to_owned(), "slow".to_owned(), "inbox".to_owned()],
        exchange_url: Some("https://hooks.example.com/payloads/…".to_owned()),
    })
}

/// Two of three queues have a consumer.
pub fn arrivals() -> Value {
    to_value(&Arrivals { arrived: vec!["express", "inbox"] })
}
