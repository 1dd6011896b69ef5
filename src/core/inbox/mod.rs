//! The receiver's inbox: what travels on its queue, what a delivery says, what is known of each, and when it is tried again.

mod entry;
mod message;
mod origin;
mod payload;
mod query;
mod retry;
mod row;
mod view;
mod width;

pub use self::{
    entry::{Asked, Entry, Outcome, Progress, State, TAKE_OVER_MILLIS, Verdict, Work, judge},
    message::{INLINE_LIMIT, InboxMessage, exchange_key, legacy_id, request_key, shard_of, stored_key},
    origin::Origin,
    payload::{Metadata, Payload, PayloadHead, URL_LIFE_SECONDS, exchange_of_row},
    query::{Place, Query},
    retry::retry_delay,
    row::{RowHead, write_row},
    view::{HandlerView, InboxPage, InboxView},
    width::Width,
};
