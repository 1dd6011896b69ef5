//! The door's rate limits: by where a request comes from, and for all together. A guard against floods, counted by the platform
//! for each location and roughly. Up to 64 requests of a source in a period are counted there one by one; beyond that each 64th,
//! because a question to the limiter takes longer than all the rest of the door.

use std::cell::RefCell;

use worker::Env;

use crate::{
    core::{
        envelope::ApiError,
        tally::{Tally, Toll},
    },
    edge::{clock, limiter::refuses, log::Line},
};

/// The limit for one source, and the one for all; either may be left out of wrangler.toml.
const SOURCE: &str = "DOOR_SOURCE";
const ALL: &str = "DOOR";

/// The period of both limits in wrangler.toml, after which a sender may come again.
const PERIOD_SECONDS: u32 = 10;

thread_local! {
    static SOURCES: RefCell<Tally> = RefCell::default();
    static TOTAL: RefCell<Tally> = RefCell::default();
}

/// 429 where there were too many from this address.
pub async fn check(source: &str, env: &Env) -> Result<(), ApiError> {
    let period = clock::real().div_euclid(i64::from(PERIOD_SECONDS).saturating_mul(1000));
    for (binding, tally, key) in [(SOURCE, &SOURCES, source), (ALL, &TOTAL, "all")] {
        let counted = tally.with(|tally| tally.try_borrow_mut().ok().map(|mut tally| tally.add(key, period)));
        let is_refused = match counted {
            Some(Toll::Free) | None => false,
            Some(Toll::Refused) => true,
            Some(Toll::Ask) => refuses(binding, key, env).await,
        };
        if is_refused {
            tally.with(|tally| {
                if let Ok(mut tally) = tally.try_borrow_mut() {
                    tally.refuse(key, period);
                }
            });
            Line::warn("webhook.limited").text("limit", binding).emit();
            return Err(ApiError::too_many(PERIOD_SECONDS));
        }
    }
    Ok(())
}
