//! The door's rate limits: by where a request comes from, and for all together. A guard against floods, counted by the platform
//! for each location and roughly.

use worker::{Env, Request};

use crate::{
    core::envelope::ApiError,
    edge::{http::header, log::Line},
};

/// The limit for one source, and the one for all; either may be left out of wrangler.toml.
const SOURCE: &str = "DOOR_SOURCE";
const ALL: &str = "DOOR";

/// The period of both limits in wrangler.toml, after which a sender may come again.
const PERIOD_SECONDS: u32 = 10;

/// 429 where there were too many.
pub async fn check(request: &Request, env: &Env) -> Result<(), ApiError> {
    let source = header(request, "cf-connecting-ip").unwrap_or_default();
    for (binding, key) in [(SOURCE, source.as_str()), (ALL, "all")] {
        let Ok(limiter) = env.rate_limiter(binding) else { continue };
        // A limiter that does not answer lets everybody in: the signature is what protects.
        if limiter.limit(key.to_owned()).await.is_ok_and(|outcome| !outcome.success) {
            Line::warn("webhook.limited").text("limit", binding).emit();
            return Err(ApiError::too_many(PERIOD_SECONDS));
        }
    }
    Ok(())
}
