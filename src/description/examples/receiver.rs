//! What the receiver answers, and what a deployment says of itself.

use serde_json::{Value, json};

use super::shared::{DELIVERY, NOW, to_value};
use crate::core::{
    answer::{Health, Received},
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
