//! Events in, in other products' formats.

use serde_json::{Value, json};

use crate::{
    core::event::MAX_EVENTS,
    description::{
        adapters, examples,
        operation::{Operation, content, schema_ref},
    },
};

/// `/v1/intake/litellm` and the paths that Helicone's manual loggers post to.
pub fn paths() -> Value {
    json!({
        "/v1/intake/litellm": {"post": litellm()},
        "/{logger}/v1/log": {"post": helicone()},
    })
}

fn litellm() -> Value {
    let about = format!(
        "What LiteLLM's `generic_api` callback posts: a JSON array of at most {MAX_EVENTS} payloads, one a line, or one by itself; at most \
         20 MiB. Each becomes `request.completed` or `request.failed`; guardrails that intervened and models that stood in for others \
         raise `guardrail.blocked`, `guardrail.flagged` and `model_fallback.triggered` besides, and are counted in `accepted`. \
         Answered as `POST /v1/events` is."
    );
    let one_or_more = json!({
        "anyOf": [
            schema_ref("LiteLlmPayload"),
            {"type": "array", "maxItems": MAX_EVENTS, "items": schema_ref("LiteLlmPayload")},
        ],
    });
    let example = adapters::litellm_example();
    let list = json!([example]);
    Operation::new("createEventsFromLiteLlm", "Events", "Take events in from LiteLLM")
        .about(&about)
        .for_scope("events:write")
        .content(
            json!({"application/json": content(one_or_more, &[("one", example), ("several", list)])}),
            true,
        )
        .answers(202, "Stored and queued.", schema_ref("Accepted"), examples::accepted())
        .done()
}

fn helicone() -> Value {
    Operation::new("createEventFromHeliconeLog", "Events", "Take an event in from Helicone's manual logger")
        .about(
            "What `@helicone/helpers` and `helicone-helpers` post, whose logging endpoint and key are all that has to be changed. \
             `Helicone-User-Id`, `Helicone-Property-…`, `Helicone-Session-Id`, `-Name` and `-Path`, `Helicone-Prompt-Id`, \
             `Helicone-Model-Override` and `Helicone-Request-Id` count as they do there. Only with the last one is the same call \
             safe to repeat: without it each call is a request of its own.",
        )
        .for_scope("events:write")
        .takes(&["Logger"])
        .body("HeliconeLog", &[("chat", adapters::helicone_example())])
        .answers(200, "Stored and queued.", schema_ref("Logged"), examples::logged())
        .refuses(&[404])
        .done()
}
