//! What other gateways send: each call becomes as many events or refusals as it has, and each event can be archived.
#![no_main]

use heliograph::core::{
    adapter::{
        helicone::{self, Call},
        litellm,
    },
    event::{Batch, BodyFormat},
};
use heliograph_fuzz::{archive, now};
use libfuzzer_sys::fuzz_target;
use serde_json::value::RawValue;

fuzz_target!(|text: &str| {
    if let Ok(batch) = Batch::split(text.as_bytes(), BodyFormat::Json) {
        let length = batch.events.len();
        let events = litellm::events(batch, now());
        // A payload is one event, or one and what it tells of besides.
        assert!(events.len() >= length);
        assert!(events.iter().skip(length).all(Result::is_ok));
        events.iter().flatten().for_each(archive);
    }
    let headers = [
        ("helicone-property-tier".to_owned(), "a".to_owned()),
        ("helicone-user-id".to_owned(), "u".to_owned()),
    ];
    for route in ["custom", "oai", "anthropic", "googleapis"] {
        let Ok(raw) = serde_json::from_str::<&RawValue>(text) else { return };
        if let Ok(event) = helicone::read(raw, Call { route, headers: &headers, fresh_id: "r", now: now() }) {
            archive(&event);
        }
    }
});
