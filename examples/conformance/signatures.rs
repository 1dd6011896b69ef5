//! Both signature schemes, in both directions.

use std::collections::HashMap;

use heliograph::core::{
    hash::MacKey,
    signature::{
        Refused, Secrets, SignatureHeaders, Signed, StandardKey, Verified, sign_helicone, sign_standard,
        verify,
    },
    time::Timestamp,
};
use serde::{Deserialize, Serialize};

#[derive(Deserialize)]
pub struct ToSign {
    secrets: Vec<String>,
    hmac_key: String,
    id: String,
    seconds: i64,
    body_hex: String,
}

#[derive(Serialize)]
pub struct Headers {
    standard: String,
    helicone: String,
}

/// The signatures of a delivery; `None` where a secret is none.
pub fn sign(asked: ToSign) -> Option<Headers> {
    let keys: Option<Vec<StandardKey>> =
        asked.secrets.iter().map(|secret| StandardKey::parse(secret)).collect();
    let body = hex::decode(&asked.body_hex).ok()?;
    let at = Timestamp::from_millis(asked.seconds.checked_mul(1000)?);
    Some(Headers {
        standard: sign_standard(&keys?, Signed { id: &asked.id, at, body: &body }),
        helicone: sign_helicone(&MacKey::new(asked.hmac_key.as_bytes()), &body),
    })
}

#[derive(Deserialize)]
pub struct ToVerify {
    secrets: Vec<String>,
    headers: HashMap<String, String>,
    now_seconds: i64,
    body_hex: String,
}

/// `accepted`, or why not.
pub fn verified(asked: ToVerify) -> Option<&'static str> {
    let secrets = Secrets::parse(&serde_json::to_string(&asked.secrets).ok()?).ok()?;
    let headers: Vec<(String, String)> = asked.headers.into_iter().collect();
    let body = hex::decode(&asked.body_hex).ok()?;
    let now = Timestamp::from_millis(asked.now_seconds.checked_mul(1000)?);
    Some(match verify(&SignatureHeaders::of(&headers), &body, &secrets, now) {
        Ok(Verified::Standard { .. } | Verified::Helicone) => "accepted",
        Err(refused) => Refused::code(refused),
    })
}
