//! What became of an LLM request. Helicone's webhooks know the first of these alone, under no name.

use super::Spec;
use crate::core::event::{REQUEST_COMPLETED, REQUEST_FAILED};

const EXCHANGE: &str = r#"{
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
}"#;

const FAILURE: &str = r#"{
    "user_id": "test-user",
    "properties": {"environment": "test"},
    "model": "gpt-4o-2024-08-06",
    "provider": "OPENAI",
    "status": 502,
    "latency_ms": 930,
    "request": {"model": "gpt-4o", "messages": [{"role": "user", "content": "Say hello."}]},
    "response": {"error": {"message": "upstream connect error"}}
}"#;

pub(super) const TYPES: [Spec; 2] = [
    Spec {
        name: REQUEST_COMPLETED,
        description: "An LLM request was answered.",
        own: "{}",
        example: EXCHANGE,
    },
    Spec {
        name: REQUEST_FAILED,
        description: "An LLM request ended in an error: the provider's, the gateway's, or a time-out.",
        own: "{}",
        example: FAILURE,
    },
];
