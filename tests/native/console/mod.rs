//! The console's pages, without a browser.

mod cookie;
mod deliveries;
mod events;
mod form;
mod overview;
mod parts;
mod receiver;
mod session;
mod settings;
mod webhooks;
