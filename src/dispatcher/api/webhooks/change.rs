//! `PATCH /v1/webhooks/{id}`.

use serde_json::Value;
use worker::{Env, Request};

use super::{answer, seal_headers};
use crate::{
    core::{auth::Principal, envelope::ApiError},
    dispatcher::{destinations, intake, subscriptions},
    edge::{clock, etag::if_match, http::Answer, input, settings},
};

/// Fields of a change that are no settings.
const OTHERS: [&str; 1] = ["headers"];

/// Applies a JSON merge patch (RFC 7396). With `If-Match` only to that revision, else to whatever is there.
pub async fn handle(request: &mut Request, id: &str, principal: Principal, env: &Env) -> Answer {
    let settings = settings::dispatcher(env)?;
    let expected = if_match(request, "this webhook")?;
    let patch = input::object(request).await?;
    let asked = if ["destination", "handshake"].iter().any(|name| patch.contains_key(*name)) {
        let before = subscriptions::find(env, &principal.org, id).await?;
        let chosen = before.settings.patched(&patch, &OTHERS, &settings.policy)?;
        let base_url = intake::base_url(&settings, request);
        let permission = destinations::admit(&chosen, before.must_ask(&chosen), &base_url, &settings).await?;
        permission.map(|permission| (chosen.destination, permission))
    } else {
        None
    };
    let changed = subscriptions::change(env, &principal.org, id, expected, |subscription| {
        let chosen = subscription.settings.patched(&patch, &OTHERS, &settings.policy)?;
        let asked = asked.as_ref().map(|(destination, permission)| (destination.as_str(), permission));
        if !subscription.adopt(chosen, asked) {
            let why = "the webhook was changed while its endpoint was asked; send the same request again";
            return Err(ApiError::new(409, why));
        }
        if patch.contains_key("status") {
            // Whoever says how it shall stand knows that it was disabled.
            subscription.disabled = None;
        }
        match patch.get("headers") {
            None => {}
            // Nothing has to be opened for that: it is the way out where they don't open any more.
            Some(Value::Null) => subscription.headers = None,
            Some(change) => {
                let headers = subscription
                    .open_headers(&principal.org, &settings.sealing_key)
                    .ok_or_else(|| {
                        ApiError::new(500, "the headers don't open under SEALING_KEY; was it changed?")
                    })?
                    .patched(Some(change))?;
                subscription.headers = seal_headers(&headers, &principal.org, id, &settings)?;
            }
        }
        subscription.updated_at = clock::now().millis();
        Ok(())
    })
    .await?;
    answer(&changed, &principal, &settings, false)
}
