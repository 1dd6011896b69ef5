//! Reporting a panic: the message and a stack trace on the console, then what the platform crate does about it.

use std::panic;

/// Adds the report in front of the hook that is there, which must go on running: it is what marks the instance as broken,
/// so that the next request gets a fresh one.
pub fn report() {
    let platform = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        console_error_panic_hook::hook(info);
        platform(info);
    }));
}
