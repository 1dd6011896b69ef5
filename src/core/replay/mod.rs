//! Sending again: what a recovery looks for, how far it has come, and which deliveries it finds.

mod job;
mod spec;
mod want;

pub use job::{Cursor, Job, JobStatus, JobView};
pub use spec::{Spec, What};
pub use want::{Candidate, candidates};
