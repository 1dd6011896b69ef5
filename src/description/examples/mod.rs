//! Examples. Those of answers are made by the code that makes the answers.

mod deliveries;
mod events;
mod orgs;
mod receiver;
mod requests;
mod shared;
mod webhooks;

pub use deliveries::{JOB, attempt_request, delivery, delivery_page, job, queued};
pub use events::{accepted, event, event_type, events, exchange, logged, ndjson, traces};
pub use orgs::{alert, alert_firing, default_org, key, org, rule, rule_window, settings};
pub use receiver::{arrivals, diagnosis, health, received, review, review_page};
pub use requests::{request, request_page, verdicts};
pub use shared::{DELIVERY, REQUEST};
pub use webhooks::{creation, deleted, helicone_creation, previewed, secret, shaped, tested, webhook};
