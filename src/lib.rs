//! Heliograph: signed LLM webhooks at the edge.
//!
//! One crate, one Worker, two roles: the *dispatcher* takes LLM-gateway events in and delivers signed webhooks until each is
//! acknowledged or given up; the *receiver* is the endpoint that a team forks. The rules live in [`core`] and build natively;
//! everything else runs on the platform and builds for WebAssembly only. docs/ARCHITECTURE.md is the map.

#[cfg(not(target_arch = "wasm32"))]
pub mod cli;
pub mod console;
pub mod core;

#[cfg(not(target_arch = "wasm32"))]
pub mod description;
#[cfg(target_arch = "wasm32")]
mod diagnosis;
#[cfg(target_arch = "wasm32")]
mod dispatcher;
#[cfg(target_arch = "wasm32")]
mod edge;
#[cfg(target_arch = "wasm32")]
mod entry;
#[cfg(target_arch = "wasm32")]
mod receiver;
#[cfg(target_arch = "wasm32")]
mod scrape;
