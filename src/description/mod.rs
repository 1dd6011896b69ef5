//! The API's description of itself: OpenAPI 3.1, put together natively and checked in as
//! `src/dispatcher/api/openapi.json`, which the Worker serves as it is. Nothing of this module is in the Worker.
//!
//! What answers hold is derived from the types that are answered, what requests may hold is written with the bounds that
//! they are held to, and examples are made by the same code that makes the answers. `cargo run --example openapi` writes
//! the file again; a native test fails when it is not current.

mod adapters;
mod errors;
mod event;
mod examples;
mod filter;
mod history;
mod operation;
mod parameter;
mod parameters;
mod paths;
mod requests;
mod schemas;
mod settings;
mod shaping;

pub use event::ALIASES;

use serde_json::{Value, json};

/// The document.
pub fn document() -> Value {
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Heliograph",
            "version": env!("CARGO_PKG_VERSION"),
            "summary": "Signed LLM webhooks at the edge.",
            "description": ABOUT,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "tags": [
            {"name": "Events", "description": "Events in, and the full exchange behind each delivery."},
            {"name": "Webhooks", "description": "Subscriptions: who gets which events, where, in which shape, signed with what."},
            {"name": "Deliveries", "description": "What was sent, what came of it, and sending it again."},
            {"name": "Metrics", "description": "What deliveries come to: success, duration, retries, dead letters."},
            {"name": "Rules", "description": "What of many requests, or of one score, is worth an event."},
            {"name": "Alerts", "description": "When what deliveries come to is worth an event."},
            {"name": "Requests", "description": "The history of LLM requests: found, scored, exported. The shapes are Helicone's."},
            {"name": "Insights", "description": "What the receiver has counted: cost, duration, tokens and users of LLM requests."},
            {"name": "Keys and orgs", "description": "API keys and tenants, which the root key alone manages."},
            {"name": "Receiver", "description": "The endpoint that verifies webhooks, and what people are to look at of what it gets."},
            {"name": "Deployment", "description": "What answers here."},
        ],
        "paths": paths::all(),
        "components": {
            "schemas": schemas::all(),
            "responses": errors::all(),
            "parameters": parameters::all(),
            "headers": parameters::headers(),
            "securitySchemes": {
                "bearer": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "The root key or an API key: `Authorization: Bearer <key>`.",
                },
                "signedUrl": {
                    "type": "apiKey", "in": "query", "name": "signature",
                    "description": "The URL itself is the credential: every part of it is signed, and it expires.",
                },
                "standardWebhooks": {
                    "type": "apiKey", "in": "header", "name": "webhook-signature",
                    "description": "A Standard Webhooks signature over `webhook-id`, `webhook-timestamp` and the raw body.",
                },
                "helicone": {
                    "type": "apiKey", "in": "header", "name": "helicone-signature",
                    "description": "Helicone's signature: the hex HMAC-SHA256 of the raw body.",
                },
            },
        },
    })
}

/// The document as the file holds it.
pub fn text() -> String {
    // Compact, since the Worker carries it; whoever wants to read it has /docs.
    let mut text = document().to_string();
    text.push('\n');
    text
}

const ABOUT: &str = "\
Takes an LLM gateway's events in, stores the full exchange once, and delivers signed webhooks with retries.

Every answer of the API is one envelope: `{\"data\": …, \"error\": null}`, or `{\"data\": null, \"error\": \"what was wrong and \
where\", \"code\": \"invalid_field\", \"field\": \"destination\"}`. An error never repeats what was sent. Fields may be added to answers; clients ignore those they do not know.

A path that does not exist is 404, a method that a path does not have is 405 with `Allow`. A 503 carries `Retry-After`: nothing \
was changed, and the same request is safe to repeat. Bodies may be gzipped (`Content-Encoding: gzip`), except for `/webhook`. \
A body without a `Content-Type`, or with the one that curl sends by itself, is read as JSON.";
