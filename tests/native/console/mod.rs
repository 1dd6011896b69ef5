//! The console's pages, without a browser.

mod form;
mod parts;
mod session;
