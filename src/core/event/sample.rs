//! Example events, one per type: what a test delivery carries.

use serde_json::{Value, json};

/// An example of a type, with this request id, as a gateway would send it. A type that nobody defined gets a minimal one.
pub fn sample(event_type: &str, request_id: &str) -> Value {
    let mut event = json!({"type": event_type, "request_id": request_id});
    let more = match event_type {
        "request.completed" => completed(),
        "request.failed" => {
            let mut failed = completed();
            json_patch::merge(
                &mut failed,
                &json!({"status": 502, "response": {"error": {"message": "upstream connect error"}}}),
            );
            failed
        }
        "guardrail.blocked" => {
            json!({"data": {"guardrail": "pii", "action": "blocked", "reason": "an e-mail address was found"}})
        }
        "model_fallback.triggered" => {
            json!({"data": {"from": "gpt-4o", "to": "claude-sonnet-4-5", "reason": "the provider answered 529"}})
        }
        "eval.failed" => json!({"data": {"eval": "faithfulness", "score": 0.41, "threshold": 0.7}}),
        "cost.threshold_crossed" => {
            json!({"data": {"threshold": 50, "spent": 50.37, "currency": "USD", "window": "day"}})
        }
        "budget.exceeded" => {
            json!({"data": {"budget": 100, "spent": 100.02, "currency": "USD", "window": "month"}})
        }
        _ => json!({"data": {"message": "a test delivery"}}),
    };
    json_patch::merge(&mut event, &more);
    event
}

fn completed() -> Value {
    json!({
        "user_id": "test-user",
        "properties": {"environment": "test"},
        "model": "gpt-4o-2024-08-06",
        "provider": "OPENAI",
        "status": 200,
        "usage": {"prompt_tokens": 13, "completion_tokens": 17},
        "cost": 0.0002025,
        "latency_ms": 930,
        "request": {"model": "gpt-4o", "messages": [{"role": "user", "content": "Say hello."}]},
        "response": {
            "model": "gpt-4o-2024-08-06",
            "choices": [{"index": 0, "message": {"role": "assistant", "content": "Hello!"}, "finish_reason": "stop"}],
            "usage": {"prompt_tokens": 13, "completion_tokens": 17, "total_tokens": 30}
        }
    })
}
