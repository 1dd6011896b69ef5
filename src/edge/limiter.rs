//! The platform's rate limits, by their bindings.

use worker::Env;

/// Whether there were too many of this key. A limiter that does not answer, or is not there, lets everybody in: it guards against
/// floods, and what has to be kept out is kept out by something else.
pub async fn refuses(binding: &str, key: &str, env: &Env) -> bool {
    match env.rate_limiter(binding) {
        Ok(limiter) => limiter.limit(key.to_owned()).await.is_ok_and(|outcome| !outcome.success),
        Err(_) => false,
    }
}
