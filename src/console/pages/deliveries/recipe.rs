//! How an attempt was signed, step by step, so that whoever verifies it can find the step that differs.

use maud::{Markup, html};

use crate::{
    console::{
        models::delivery::{Attempt, Delivery, Signing},
        parts::code,
    },
    core::time::Timestamp,
};

/// The recipe for the last attempt.
pub fn render(delivery: &Delivery, attempt: &Attempt, signing: &Signing) -> Markup {
    let seconds = Timestamp::parse(&attempt.at).map(|at| at.seconds().to_string()).unwrap_or_default();
    let sent = |name: &str| attempt.signatures.get(name);
    let has = |scheme: &str| {
        let entry = format!("{scheme},");
        sent("webhook-signature").is_some_and(|all| all.split(' ').any(|one| one.starts_with(&entry)))
    };
    html! {
        section aria-labelledby="recipe" {
            h2 id="recipe" { "How attempt " (attempt.number) " was signed" }
            p.muted {
                "With the keys of fingerprint "
                @for (at, key) in signing.keys.iter().enumerate() { @if at > 0 { ", " } code { (key.fingerprint) } }
                ", unless they were rotated since. Nothing may touch the body before it is verified: use its bytes as they came."
            }
            div.columns {
                @if has("v1") || has("v1a") {
                    div.card {
                        h3 { "Standard Webhooks" }
                        ol.steps {
                            li { "Join id, timestamp and body by full stops. The id is the header " code { "webhook-id" } ", the timestamp "
                                code { "webhook-timestamp" } ":" (code::block("signed-content", &format!("{}.{seconds}.<body>", delivery.id))) }
                            @if has("v1") {
                                li { code { "v1" } ": take " code { "signing_secret" } " without " code { "whsec_" }
                                    ", decode it from base64, and make HMAC-SHA256 of step 1 with it. Write it in base64." }
                            }
                            @if has("v1a") {
                                li { code { "v1a" } ": verify with Ed25519 and the public key, " code { "whpk_" } " without its beginning, decoded from base64." }
                            }
                            li { "Compare in constant time with each entry of " code { "webhook-signature" } ", which stands behind its comma:"
                                (code::block("signature-standard", sent("webhook-signature").map_or("", String::as_str))) }
                            li { "Refuse a timestamp that is more than five minutes away from now." }
                        }
                    }
                }
                @if let Some(signature) = sent("helicone-signature") {
                    div.card {
                        h3 { "Helicone" }
                        ol.steps {
                            li { "Make HMAC-SHA256 of the body, with " code { "hmac_key" } " as the text that it is: its 64 characters, and not the bytes that they stand for." }
                            li { "Write it in lower-case hex." }
                            li { "Compare in constant time with " code { "helicone-signature" } ":" (code::block("signature-helicone", signature)) }
                        }
                    }
                }
            }
        }
    }
}
