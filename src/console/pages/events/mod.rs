//! The history of requests: found again, and looked at one by one.

pub mod conversation;
mod list;
mod one;
pub mod search;
mod why;

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

pub use self::{
    list::{Listed, list},
    one::{Said, Shown, exchange, show},
};

/// The path of a request's page. A gateway's id may hold anything.
pub fn path(request_id: &str) -> String {
    format!("/console/events/{}", utf8_percent_encode(request_id, NON_ALPHANUMERIC))
}
