//! What a handler gets.

use std::cell::OnceCell;

use crate::core::{
    exchange::{Body, Exchange},
    inbox::{Origin, Payload},
    json::Canonical,
    time::Timestamp,
};

/// A verified delivery, with the full exchange where it could be had.
pub struct Delivery {
    /// The idempotency key: the same at every retry of one event.
    pub id: String,
    /// Such as `request.completed`.
    pub event_type: String,
    /// How it came.
    pub origin: Origin,
    /// When the door took it.
    pub received_at: Timestamp,
    /// The body as it was delivered, byte for byte.
    pub body: String,
    /// The same, read; its request and response are the full ones where `data` says so.
    pub payload: Payload,
    /// Where request and response come from.
    pub data: DataSource,
    pub(super) exchange: OnceCell<Exchange>,
}

impl Delivery {
    /// The request and the response as types, whatever the provider: taken apart when the first handler asks.
    pub fn exchange(&self) -> &Exchange {
        self.exchange.get_or_init(|| {
            let body = |body: &Option<Canonical>| {
                body.as_ref().map(|body| Body::from_json(body.as_str())).unwrap_or_default()
            };
            Exchange::new(body(&self.payload.request), body(&self.payload.response))
        })
    }
}

/// Where a delivery's request and response come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DataSource {
    /// The full exchange, fetched by its signed URL.
    Full,
    /// The full exchange, read from the request API because its URL was no longer good.
    Api,
    /// The delivery itself, which names no URL; bodies over 10 KB are cut.
    Inline,
    /// The delivery itself, because its URL was no longer good.
    Expired,
    /// The delivery itself, because its URL leads where nothing is fetched from.
    Refused,
    /// The delivery itself, because the exchange is larger than what is taken.
    Oversized,
    /// The delivery itself, because what its URL gave is no exchange.
    Unreadable,
}

impl DataSource {
    /// For logs.
    pub fn name(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::Api => "api",
            Self::Inline => "inline",
            Self::Expired => "expired",
            Self::Refused => "refused",
            Self::Oversized => "oversized",
            Self::Unreadable => "unreadable",
        }
    }
}
