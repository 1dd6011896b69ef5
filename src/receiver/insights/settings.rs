//! What is counted and signalled, read once per isolate.

use std::{cell::RefCell, rc::Rc};

use worker::Env;

use crate::{
    core::{envelope::ApiError, insights::Settings},
    edge::settings::setting,
};

thread_local! {
    static SETTINGS: RefCell<Option<Rc<Settings>>> = const { RefCell::new(None) };
}

/// The settings; an error names the one that is wrong.
pub fn read(env: &Env) -> Result<Rc<Settings>, ApiError> {
    if let Some(settings) = SETTINGS.with(|cell| cell.try_borrow().ok().and_then(|known| known.clone())) {
        return Ok(settings);
    }
    let read = Settings::read(|name| setting(env, name));
    let settings = Rc::new(read.map_err(|error| ApiError::misconfigured(error.to_string()))?);
    SETTINGS.with(|cell| cell.replace(Some(Rc::clone(&settings))));
    Ok(settings)
}
