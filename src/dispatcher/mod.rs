//! The dispatcher: events in, signed webhooks out.
//!
//! `api` answers HTTP, one file a resource; `intake` takes events in; `deliver` consumes the queue; `registry` is the object
//! that owns the subscriptions and `subscriptions` how everyone else reads them; `history` is the object that knows what was
//! archived on a day. The rules they follow are in `core`.

pub mod api;
mod attempt;
mod auth;
pub mod deliver;
mod destinations;
mod history;
mod intake;
mod orgs;
mod registry;
mod subscriptions;
