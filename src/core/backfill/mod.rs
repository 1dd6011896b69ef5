//! Reading what was missed from a gateway's request API: what is asked for, page by page, and what a row of its answer becomes.
//!
//! The API is Helicone's `POST /v1/request/query-clickhouse`, or any that speaks like it.

mod job;
mod page;
mod spec;
mod view;

pub use self::{
    job::{Job, MAX_RUNNING, Status},
    page::{PAGE, Page, read_page},
    spec::Spec,
    view::BackfillView,
};
