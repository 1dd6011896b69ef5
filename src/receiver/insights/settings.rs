//! What is counted and signalled, read once per isolate.

use std::rc::Rc;

use worker::Env;

use crate::{
    core::{envelope::ApiError, insights::Settings},
    edge::settings::{Memo, setting},
};

thread_local! {
    static SETTINGS: Memo<Settings> = const { Memo::new() };
}

/// The settings; an error names the one that is wrong.
pub fn read(env: &Env) -> Result<Rc<Settings>, ApiError> {
    let wrong = |error: _| ApiError::misconfigured(format!("{error}"));
    SETTINGS.with(|memo| memo.get(|| Settings::read(|name| setting(env, name)).map_err(wrong)))
}
