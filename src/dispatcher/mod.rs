//! The dispatcher: events in, signed webhooks out.
//!
//! `api` answers HTTP, one file a resource; `intake` takes events in; `archive` packs records and reads them; `deliver` consumes
//! the queues; `registry` is the object that owns the subscriptions and `subscriptions` how everyone else reads them; `ledger`
//! is the object that knows of every delivery of one subscription; `history` is the object that knows what was archived on a
//! day, and `lookback` reads its newest; `reconcile` compares the two; `metrics` asks the ledgers for their numbers, which `unsent` adds
//! to, and `alerts` has them judged. The rules they follow are in `core`.

pub mod alerts;
pub mod api;
mod archive;
pub mod deliver;
mod destinations;
pub mod diagnosis;
mod history;
mod intake;
mod lanes;
mod ledger;
mod lookback;
pub mod metrics;
mod operational;
mod orgs;
pub mod reconcile;
mod registry;
mod requests;
mod send;
mod subscriptions;
mod thresholds;
mod unsent;
