//! The console's pages, without a browser.

mod form;
mod overview;
mod parts;
mod session;
mod settings;
mod webhooks;
