//! LiteLLM's payloads as events. `payloads.json` is what a LiteLLM proxy 1.106.2 posted in one call (with the price tables and
//! tracebacks taken out), `records.json` what is archived of it.

use heliograph::core::{
    adapter::litellm,
    event::{Batch, BodyFormat, Event},
};
use serde_json::{Value, json};

use crate::support::{archived, now, vectors};

fn payloads() -> Vec<Value> {
    let cases: Vec<Value> = vectors("litellm/payloads.json");
    cases.into_iter().map(|mut case| case["payload"].take()).collect()
}

fn payload(name: &str) -> Value {
    let cases: Vec<Value> = vectors("litellm/payloads.json");
    cases.into_iter().find(|case| case["name"] == name).unwrap()["payload"].take()
}

fn read(payloads: &Value) -> Vec<Result<Event, String>> {
    let body = payloads.to_string();
    litellm::events(Batch::split(body.as_bytes(), BodyFormat::Json).unwrap(), now())
}

fn one(payload: Value) -> Event {
    read(&payload).remove(0).unwrap()
}

/// A recorded chat with some of its members changed.
fn changed(patch: Value) -> Value {
    let mut payload = payload("a chat behind the proxy, with user, tags and metadata");
    json_patch::merge(&mut payload, &patch);
    payload
}

#[test]
fn a_recorded_call_becomes_these_records() {
    let events = read(&payloads().into());
    let records: Vec<Value> = events.into_iter().map(|event| archived(&event.unwrap())).collect();
    let expected: Vec<Value> = vectors("litellm/records.json");
    for (at, record) in records.iter().enumerate() {
        assert_eq!(Some(record), expected.get(at), "record {at}");
    }
    assert_eq!(records.len(), expected.len());
}

#[test]
fn lines_and_a_single_payload_read_the_same() {
    let payloads = payloads();
    let whole = read(&payloads.clone().into());
    let lines: Vec<String> = payloads.iter().map(Value::to_string).collect();
    let lines = lines.join("\n");
    let batch = Batch::split(lines.as_bytes(), BodyFormat::Ndjson).unwrap();
    assert_eq!(litellm::events(batch, now()), whole);
    assert_eq!(read(&payloads[0]).as_slice(), &whole[..1]);
}

#[test]
fn zero_is_a_cost_only_where_litellm_knows_it() {
    for (patch, cost) in [
        (json!({"response_cost": 0.0, "hidden_params": {"response_cost": null}}), None),
        (json!({"response_cost": 0.0, "hidden_params": {"response_cost": 0.0}}), Some(0.0)),
        (
            json!({"response_cost": 0.0, "hidden_params": {"response_cost": null}, "cache_hit": true}),
            Some(0.0),
        ),
        (json!({"response_cost": 0.25, "hidden_params": {"response_cost": null}}), Some(0.25)),
        (json!({"response_cost": 0.0, "status": "failure"}), None),
        // A guardrail that is paid for may have stopped the request.
        (json!({"response_cost": 0.5, "status": "failure"}), Some(0.5)),
        (json!({"response_cost": null}), None),
    ] {
        assert_eq!(one(changed(patch.clone())).cost, cost, "{patch}");
    }
}

#[test]
fn counts_are_taken_where_they_are_and_zeros_of_nothing_are_not() {
    let none = json!({"metadata": {"usage_object": null}, "prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0});
    assert_eq!(one(changed(none)).usage, Default::default());
    let usage = one(changed(json!({"metadata": {"usage_object": {"total_tokens": null, "prompt_tokens": null, "completion_tokens": null}}}))).usage;
    assert_eq!((usage.prompt, usage.completion, usage.total), (Some(18), Some(7), Some(25)));
}

#[test]
fn the_user_the_model_and_the_id_are_found() {
    let event = one(changed(json!({
        "end_user": null, "metadata": {"user_api_key_end_user_id": null}, "model_parameters": {"user": "by-parameter"},
        "litellm_call_id": null, "model_group": "", "response": {"model": "gpt-4o-2024-08-06"},
    })));
    assert_eq!(event.user_id.as_deref(), Some("by-parameter"));
    assert_eq!(event.model.as_deref(), Some("gpt-4o-2024-08-06"));
    assert_eq!(event.request_id, "chatcmpl-up1");
    let event = one(changed(json!({"model": "bedrock/us.a/b", "custom_llm_provider": "bedrock"})));
    assert_eq!(event.model.as_deref(), Some("us.a/b"));
}

#[test]
fn what_was_asked_stands_under_its_own_name() {
    let asked = |patch: Value| archived(&one(changed(patch)))["exchange"]["request"].clone();
    let no_parameters = json!({"temperature": null, "stream": null, "user": null});
    for (call_type, messages, expected) in [
        (
            "text_completion",
            json!([{"role": "user", "content": "Say"}]),
            json!({"model": "backup", "prompt": "Say"}),
        ),
        (
            "aembedding",
            json!([{"role": "user", "content": ["a", "b"]}]),
            json!({"model": "backup", "input": ["a", "b"]}),
        ),
        ("aembedding", json!("plain"), json!({"model": "backup", "input": "plain"})),
        ("aresponses", json!("plain"), json!({"model": "backup", "input": "plain"})),
        (
            "anthropic_messages",
            json!("redacted-by-litellm"),
            json!({"model": "backup", "messages": "redacted-by-litellm"}),
        ),
    ] {
        let patch = json!({"call_type": call_type, "messages": messages, "model_parameters": no_parameters});
        assert_eq!(asked(patch), expected, "{call_type}");
    }
    assert_eq!(asked(json!({"messages": null, "model_parameters": no_parameters})), Value::Null);
}

#[test]
fn properties_are_bounded_and_leave_out_whom_they_do_not_concern() {
    let mut own = json!({"long": "x".repeat(1200), "list": [1], "count": 3, "flag": false, "empty": "", "headers": {"a": 1}});
    (0..100).for_each(|at| own[format!("p{at:02}")] = at.into());
    let event = one(changed(json!({
        "metadata": {
            "requester_metadata": own, "user_api_key_user_email": "a@example.com", "user_api_key_spend": 12.5,
            "requester_ip_address": "192.0.2.1",
        },
        "request_tags": ["User-Agent: curl"],
    })));
    let get =
        |name: &str| event.properties.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str());
    assert_eq!((get("count"), get("flag")), (Some("3"), Some("false")));
    for absent in [
        "long",
        "list",
        "empty",
        "headers",
        "tags",
        "user_api_key_user_email",
        "user_api_key_spend",
        "requester_ip_address",
        "p99",
    ] {
        assert_eq!(get(absent), None, "{absent}");
    }
    assert_eq!(event.properties.len(), 64);
}

#[test]
fn guardrails_raise_events_that_quote_nothing() {
    let guardrail = |status: &str| {
        json!({
            "guardrail_name": "pii", "guardrail_status": status, "guardrail_response": "CANARY", "guardrail_request": "CANARY",
            "match_details": [{"snippet": "CANARY"}], "classification": "CANARY", "violation_categories": ["EMAIL"],
        })
    };
    for (status, outcome, expected) in [
        ("guardrail_intervened", "failure", Some(("guardrail.blocked", "blocked"))),
        ("guardrail_intervened", "success", Some(("guardrail.flagged", "intervened"))),
        ("guardrail_flagged", "success", Some(("guardrail.flagged", "flagged"))),
        ("guardrail_failed_to_respond", "failure", None),
        ("success", "success", None),
    ] {
        // Older versions wrote one object.
        for information in [json!([guardrail(status)]), guardrail(status)] {
            let events = read(&changed(json!({"status": outcome, "guardrail_information": information})));
            assert_eq!(events.len(), 1 + usize::from(expected.is_some()), "{status}, {outcome}");
            let Some((event_type, action)) = expected else { continue };
            let record = archived(events[1].as_ref().unwrap());
            assert_eq!(record["event"]["type"], event_type);
            assert_eq!(
                record["event"]["data"],
                json!({"guardrail": "pii", "action": action, "reason": "EMAIL", "categories": ["EMAIL"]})
            );
            assert!(!record.to_string().contains("CANARY"));
        }
    }
}

#[test]
fn a_fallback_names_what_failed_where_the_same_call_tells() {
    let completed = |patch: Value| {
        let mut payload = payload("the model that stood in for it");
        json_patch::merge(&mut payload, &patch);
        payload
    };
    let failed = payload("an attempt that the provider refused");
    let data = |payloads: Value| {
        archived(read(&payloads).last().unwrap().as_ref().unwrap())["event"]["data"].clone()
    };
    let known =
        json!({"from": "primary", "to": "backup", "reason": "the provider answered 429", "attempts": 1});
    // A router by itself gives each attempt an id of its own, and the trace is the same.
    assert_eq!(data(json!([failed, completed(json!({"litellm_call_id": "another"}))])), known);
    let unknown = json!({"to": "backup", "attempts": 1});
    assert_eq!(data(json!([completed(json!({}))])), unknown);
    assert_eq!(
        data(json!([failed, completed(json!({"litellm_call_id": "another", "trace_id": "another"}))])),
        unknown
    );
}

#[test]
fn attempts_that_failed_are_told_apart() {
    let first = payload("an attempt that the provider refused");
    let mut second = first.clone();
    second["startTime"] = json!(1795297310.5);
    let ids = |payloads: &Value| -> Vec<String> {
        read(payloads).into_iter().map(|event| event.unwrap().id).collect()
    };
    let all = ids(&json!([first, second, first]));
    assert!(all[0] != all[1] && all[0] == all[2], "{all:?}");
}

#[test]
fn what_is_wrong_is_named_as_litellm_names_it() {
    for (patch, error) in [
        (
            json!({"status": null}),
            "status: must be success or failure, as in LiteLLM's StandardLoggingPayload (generic_api_use_v1 has none)",
        ),
        (
            json!({"status": "ok"}),
            "status: must be success or failure, as in LiteLLM's StandardLoggingPayload (generic_api_use_v1 has none)",
        ),
        (json!({"litellm_call_id": null, "id": null}), "litellm_call_id: is required where there is no id"),
        (json!({"litellm_call_id": 5}), "litellm_call_id: must be a string, not that number"),
        (json!({"startTime": "2026-11-21"}), "startTime: must be a number, not a string"),
        (json!({"startTime": -1}), "startTime: must be seconds since 1970"),
        (json!({"response_cost": -0.5}), "response_cost: must be a number of US dollars, 0 or more"),
        (json!({"response_cost": "0.1"}), "response_cost: must be a number, not a string"),
        (json!({"model": "m".repeat(1025)}), "model: must be at most 1024 characters long"),
        (json!({"metadata": [1]}), "metadata: must be a JSON object, not an array"),
        (
            json!({"metadata": {"usage_object": {"prompt_tokens": -1}}}),
            "metadata.usage_object.prompt_tokens: must be a whole number of tokens, 0 or more, not that number",
        ),
        (
            json!({"metadata": {"usage_object": null}, "prompt_tokens": 1.5}),
            "prompt_tokens: must be a whole number of tokens, 0 or more, not that number",
        ),
        (
            json!({"metadata": {"requester_metadata": "x"}}),
            "metadata.requester_metadata: must be a JSON object, not a string",
        ),
    ] {
        let events = read(&json!([payload("a stream"), changed(patch.clone())]));
        assert!(events[0].is_ok(), "what is wrong with one does not concern the others");
        assert_eq!(events[1].as_ref().unwrap_err(), error, "{patch}");
    }
    // What LiteLLM queues where it could put no payload together.
    assert_eq!(read(&json!([null]))[0].as_ref().unwrap_err(), "must be a JSON object, not null");
}
