//! The console: the web pages of a deployment, rendered on the server.
//!
//! `pages` turn what the API answers into HTML and are pure, so that they are tested natively; `parts` are what pages are put
//! together from, `frame` is what stands around each of them,
//! `models` is what they need of the API's answers. `routes` answer requests, one file a page: they ask the API as anybody
//! else would, in the name of who is logged in, so that no page can show or do more than the key could. Pages work without
//! JavaScript; with it, parts of them come to life (web/console).

mod assets;
pub mod cookie;
pub mod form;
pub mod frame;
pub mod models;
pub mod pages;
pub mod parts;
pub mod viewer;

#[cfg(target_arch = "wasm32")]
mod answer;
#[cfg(target_arch = "wasm32")]
mod api;
#[cfg(target_arch = "wasm32")]
mod login;
#[cfg(target_arch = "wasm32")]
pub mod routes;
