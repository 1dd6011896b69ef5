//! OpenTelemetry's spans in.

use serde_json::{Value, json};

use crate::{
    core::{
        adapter::otlp::{Encoding, MAX_ENTRIES, exported, refused},
        event::MAX_EVENTS,
        intake::Rejection,
    },
    description::{
        examples,
        operation::{Operation, content},
    },
};

const PROTOBUF: &str = "application/x-protobuf";

/// `/v1/traces`.
pub fn paths() -> Value {
    json!({"/v1/traces": {"post": create()}})
}

fn create() -> Value {
    let about = format!(
        "OTLP/HTTP, as every OpenTelemetry SDK and Collector exports it: protobuf or JSON, at most 20 MiB, {MAX_ENTRIES} resources, \
         scopes and spans, and of them {MAX_EVENTS} LLM calls. Spans that are LLM calls become events, others are left out; \
         which ones and by which names is said in docs/INTAKE.md. Answers are OTLP's, in the encoding that was sent: 200 once the \
         events are stored and queued, with `partialSuccess` where some spans were wrong, and `google.rpc.Status` for everything \
         else. The same export is safe to repeat: an event's id is derived from its span's."
    );
    let body = json!({
        "application/json": content(json!({
            "type": "object",
            "description": "`ExportTraceServiceRequest` in OTLP's JSON.",
            "properties": {"resourceSpans": {"type": "array", "items": {"type": "object"}}},
        }), &[("chat", examples::traces())]),
        PROTOBUF: content(json!({
            "type": "string", "contentMediaType": PROTOBUF, "description": "`ExportTraceServiceRequest`.",
        }), &[("none", json!(""))]),
    });
    let operation = Operation::new("exportTraces", "Events", "Take OpenTelemetry spans in")
        .about(&about)
        .for_scope("events:write")
        .content(body, true)
        .responds(200, exported_response());
    let statuses = [400, 401, 403, 413, 415, 500, 503];
    statuses
        .iter()
        .fold(operation, |operation, status| operation.responds(*status, refused_response(*status)))
        .sends(401, "WWW-Authenticate")
        .sends(503, "Retry-After")
        .done()
}

fn exported_response() -> Value {
    let problem = "resourceSpans[0].scopeSpans[0].spans[3].attributes[\"gen_ai.usage.input_tokens\"]: must be a number, not a string";
    let rejected = [Rejection { index: 3, error: problem.to_owned() }];
    let schema = json!({
        "type": "object",
        "description": "`ExportTraceServiceResponse`.",
        "properties": {"partialSuccess": {
            "type": "object",
            "description": "Absent where all was taken.",
            "required": ["rejectedSpans", "errorMessage"],
            "properties": {
                "rejectedSpans": {"type": "string", "pattern": "^[0-9]+$", "description": "How many spans were not taken."},
                "errorMessage": {"type": "string", "description": "What is wrong with the first of them, and where."},
            },
        }},
    });
    response("Stored and queued, but for what was rejected.", schema, &exported(&rejected, Encoding::Json))
}

fn refused_response(status: u16) -> Value {
    let text = "Nothing was taken: `message` says what is wrong. Only after a 503 does an exporter send the same again.";
    let schema = json!({
        "type": "object",
        "description": "`google.rpc.Status`.",
        "required": ["code", "message"],
        "properties": {"code": {"type": "integer"}, "message": {"type": "string"}},
    });
    response(text, schema, &refused(status, "body: is not protobuf: it is cut short", Encoding::Json))
}

fn response(text: &str, schema: Value, example: &[u8]) -> Value {
    let example: Value = serde_json::from_slice(example).unwrap_or_default();
    json!({
        "description": text,
        "content": {
            "application/json": {"schema": schema, "example": example},
            PROTOBUF: {"schema": {"type": "string", "contentMediaType": PROTOBUF, "description": "The same in protobuf."}},
        },
    })
}
