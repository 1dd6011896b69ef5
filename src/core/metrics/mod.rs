//! Metrics of deliveries, from the hours that ledgers count: which are asked for, what the hours of any number of ledgers come
//! to, and how that is shown as JSON or told to Prometheus.

pub mod exposition;
mod query;
mod reading;
mod series;
mod view;

pub use query::{About, GroupBy, Query};
pub use reading::{Asked, Now, Reading};
pub use series::Series;
pub use view::{
    BucketView, DurationsView, GroupView, MetricsView, NowView, NumbersView, WebhookNowView, WebhookReading,
};
