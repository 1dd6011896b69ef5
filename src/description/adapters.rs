//! What the adapters take: as much of other products' formats as is read. Their clients put the bodies together, not people.

use serde_json::{Value, json};

use crate::core::event::{MAX_ID, MAX_TEXT};

/// A log of Helicone's manual logger.
pub fn helicone_log() -> Value {
    let moment = |text: &str| {
        let part = || json!({"type": "number", "minimum": 0, "maximum": 253_402_300_799_i64});
        json!({
            "type": ["object", "null"], "required": ["seconds", "milliseconds"], "maxProperties": 1000,
            "properties": {"seconds": part(), "milliseconds": part()},
            "description": text,
        })
    };
    json!({
        "type": "object",
        "description": "One exchange, as Helicone's manual loggers post it.",
        "required": ["providerRequest", "providerResponse"],
        "maxProperties": 1000,
        "properties": {
            "providerRequest": {
                "type": "object", "maxProperties": 1000,
                "properties": {
                    "json": {"description": "The request's body: any JSON."},
                    "meta": {
                        "type": ["object", "null"], "maxProperties": 1000,
                        "additionalProperties": {"type": ["string", "null"], "maxLength": MAX_TEXT},
                        "description": "Helicone's headers, for clients that send them here.",
                    },
                },
                "description": "What was asked.",
            },
            "providerResponse": {
                "type": "object", "maxProperties": 1000,
                "properties": {
                    "status": {
                        "type": ["integer", "null"], "minimum": -999, "maximum": 999,
                        "description": "The HTTP status; below 0 the logger's own, such as -3 for a request that was called off.",
                    },
                    "json": {"description": "The response's body: any JSON."},
                    "textBody": {
                        "type": ["string", "null"],
                        "description": "The response as text, which counts before `json`: JSON, or a stream.",
                    },
                },
                "description": "What was answered.",
            },
            "timing": {
                "type": ["object", "null"], "maxProperties": 1000,
                "properties": {
                    "startTime": moment("When the request began."),
                    "endTime": moment("When it ended."),
                    "timeToFirstToken": {"type": ["number", "null"], "description": "In milliseconds."},
                },
                "description": "When it was.",
            },
            "provider": {"type": ["string", "null"], "maxLength": MAX_TEXT, "description": "Who answered; told by the path where absent."},
        },
    })
}

/// A StandardLoggingPayload.
pub fn litellm_payload() -> Value {
    let short = |text: &str| json!({"type": ["string", "null"], "maxLength": MAX_TEXT, "description": text});
    let seconds = |text: &str| json!({"type": ["number", "null"], "minimum": 0, "maximum": 253_402_300_799_i64, "description": text});
    let id = |text: &str| {
        json!({
            "type": "string", "minLength": 1, "maxLength": MAX_ID, "pattern": r"^[^\u0000-\u001f\u007f-\u009f]+$", "description": text,
        })
    };
    let tokens = || json!({"type": ["integer", "null"], "minimum": 0, "maximum": 9_007_199_254_740_991_u64});
    json!({
        "type": "object",
        "description": "A StandardLoggingPayload of LiteLLM. Members that are not listed are ignored.",
        "required": ["litellm_call_id", "status"],
        "maxProperties": 1000,
        "properties": {
            "litellm_call_id": id("The call's id, which becomes the request's; `id` where an older version has none."),
            "status": {"enum": ["success", "failure"], "description": "Decides between `request.completed` and `request.failed`."},
            "model": short("The model that was asked."),
            "model_group": short("The name that the caller knew it by."),
            "custom_llm_provider": short("The provider."),
            "trace_id": short("The trace's id."),
            "end_user": short("The end user."),
            "startTime": seconds("When it began, in seconds since 1970."),
            "endTime": seconds("When it ended, likewise."),
            "completionStartTime": seconds("When the first piece of a stream came, likewise."),
            "response_cost": {"type": ["number", "null"], "minimum": 0, "description": "In US dollars; 0 counts where LiteLLM knows the price."},
            "prompt_tokens": tokens(),
            "completion_tokens": tokens(),
            "total_tokens": tokens(),
            "messages": {"description": "What was asked: any JSON."},
            "response": {"description": "What was answered: any JSON."},
            "guardrail_information": {"description": "What guardrails made of it: any JSON."},
        },
    })
}

/// A log as `@helicone/helpers` posts it.
pub fn helicone_example() -> Value {
    json!({
        "providerRequest": {
            "url": "custom-model-nopath",
            "json": {"model": "gpt-4o", "messages": [{"role": "user", "content": "Say hello."}]},
            "meta": {},
        },
        "providerResponse": {
            "headers": {},
            "status": 200,
            "json": {
                "model": "gpt-4o-2024-08-06",
                "choices": [{"index": 0, "message": {"role": "assistant", "content": "Hello!"}, "finish_reason": "stop"}],
                "usage": {"prompt_tokens": 13, "completion_tokens": 17, "total_tokens": 30},
            },
        },
        "timing": {
            "startTime": {"seconds": 1_795_251_600, "milliseconds": 0},
            "endTime": {"seconds": 1_795_251_600, "milliseconds": 930},
            "timeToFirstToken": 210,
        },
    })
}

/// The members of a payload that say most.
pub fn litellm_example() -> Value {
    json!({
        "id": "chatcmpl-9f31",
        "litellm_call_id": "0f4d7f3e-6d0c-4c53-9a53-1f6f1d2b7c11",
        "trace_id": "7c2b9f04-2f5e-4c8e-8a67-5b1f0d9e3a42",
        "call_type": "acompletion",
        "status": "success",
        "custom_llm_provider": "openai",
        "model": "openai/gpt-4o",
        "model_group": "chat",
        "startTime": 1_795_251_600.0,
        "endTime": 1_795_251_600.93,
        "response_cost": 0.0002025,
        "prompt_tokens": 13,
        "completion_tokens": 17,
        "total_tokens": 30,
        "end_user": "test-user",
        "messages": [{"role": "user", "content": "Say hello."}],
        "response": {
            "model": "gpt-4o-2024-08-06",
            "choices": [{"index": 0, "message": {"role": "assistant", "content": "Hello!"}, "finish_reason": "stop"}],
        },
        "model_parameters": {"temperature": 0.2},
    })
}
