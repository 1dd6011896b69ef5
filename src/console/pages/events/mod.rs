//! The history of requests.
