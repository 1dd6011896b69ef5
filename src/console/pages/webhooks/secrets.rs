//! New keys, shown once, and the code that verifies with them.

use maud::{Markup, html};

use super::snippets;
use crate::console::{
    frame::{Page, Place},
    models::subscription::{Issued, Subscription},
    parts::{code, time},
};

/// The page after a creation.
pub fn created(issued: &Issued) -> Page {
    let id = &issued.subscription.webhook.id;
    let content = html! {
        p.notice.good role="status" {
            "The subscription is made"
            @if issued.subscription.webhook.status == "paused" { ", paused" }
            ". Copy its secret now: this page shows it once."
        }
        (keys(issued))
        (verify(&issued.subscription, &issued.signing_secret, &issued.hmac_key))
        (onward(id))
    };
    Page::new(Place::Webhooks, format!("{} is ready", issued.subscription.webhook.name()), content)
}

/// The page after a rotation.
pub fn rotated(issued: &Issued) -> Page {
    let old = issued.subscription.keys.get(1).and_then(|key| key.expires_at.as_deref());
    let content = html! {
        p.notice.good role="status" {
            "It has a new secret"
            @match old {
                Some(until) => { ", and the one before signs beside it until " (time::at(until)) },
                None => { ", and the one before signs no more" },
            }
            ". Copy the new one now: this page shows it once."
        }
        @if issued.subscription.signatures.iter().any(|scheme| scheme == "helicone") {
            p.hint { code { "Helicone-Signature" } " has room for one signature, and is made with the new key from now on." }
        }
        (keys(issued))
        (verify(&issued.subscription, &issued.signing_secret, &issued.hmac_key))
        (onward(&issued.subscription.webhook.id))
    };
    Page::new(Place::Webhooks, format!("New secret of {}", issued.subscription.webhook.name()), content)
}

/// The code that verifies deliveries, with these keys or what stands for them.
pub fn verify(subscription: &Subscription, secret: &str, hmac_key: &str) -> Markup {
    let has = |scheme: &str| subscription.signatures.iter().any(|one| one == scheme);
    html! {
        section aria-labelledby="verify" {
            h2 id="verify" { "Verify deliveries" }
            p.hint {
                "Verify the bytes as they came, before anything parses them. "
                "Keep the secret out of your code: in a variable, or where your platform keeps secrets."
            }
            @if has("v1") {
                h3 { "Standard Webhooks" }
                @for snippet in snippets::standard(secret) { (shown("standard", &snippet)) }
            } @else {
                p { "Deliveries are signed with " code { "v1a" } " (Ed25519) over id, time and body, joined by dots. The public key:" }
                @if let Some(key) = subscription.keys.first() { (code::block("public-key", &key.public_key)) }
            }
            @if has("helicone") {
                h3 { "Helicone" }
                p.hint { "Knows nothing of a delivery's age: whoever has seen one can send it again." }
                @for snippet in snippets::helicone(hmac_key) { (shown("helicone", &snippet)) }
            }
        }
    }
}

fn keys(issued: &Issued) -> Markup {
    html! {
        section.card aria-labelledby="keys" {
            h2 id="keys" { "Its keys" }
            dl.facts {
                dt { "Signing secret" }
                dd {
                    (code::inline("signing-secret", &issued.signing_secret))
                    span.under { "For the headers webhook-id, webhook-timestamp and webhook-signature (Standard Webhooks)" }
                }
                dt { "HMAC key" }
                dd { (code::inline("hmac-key", &issued.hmac_key)) span.under { "For the header Helicone-Signature; used as text" } }
            }
            p.hint { "The console does not show them again. An API key that may change subscriptions can ask for them: "
                code { "GET /v1/webhooks/" (issued.subscription.webhook.id) "/secret" } ". If somebody has seen them who should not have, rotate." }
        }
    }
}

fn shown(scheme: &str, snippet: &snippets::Snippet) -> Markup {
    html! {
        details.snippet name={ "snippet-" (scheme) } open[snippet.language == "Node" && scheme == "standard"] {
            summary { (snippet.language) }
            (code::block(&format!("{scheme}-{}", snippet.language.to_lowercase()), &snippet.code))
        }
    }
}

fn onward(id: &str) -> Markup {
    html! {
        div.actions {
            a.button.primary href={ "/console/webhooks/" (id) "#test" } { "Send it a test" }
            a.button href={ "/console/webhooks/" (id) } { "To the subscription" }
        }
    }
}
