//! The queue of exchanges that people look at: what is put there, who has an item, and what they say of it.

mod exchange;
mod item;
mod query;
mod reason;
mod request;
mod view;

pub use self::{
    exchange::{exchange, exchange_key},
    item::{Claim, Item, Label, Refused, State},
    query::{FIRST, Query},
    reason::{Policy, Reason},
    request::{
        CLAIM_FIELDS, ClaimRequest, DEFAULT_CLAIM_SECONDS, LABEL_FIELDS, LabelRequest, MAX_CLAIM_SECONDS,
        MAX_COMMENT, MAX_LABEL, RELEASE_FIELDS, reviewer,
    },
    view::{LabelView, ReviewPage, ReviewView},
};
