//! Spans: one for each LLM call.

use serde_json::{Value, json};

use super::{Attributes, Call, Resource, names, nanos, scope};

/// `SPAN_KIND_CLIENT`.
const CLIENT: u8 = 3;
/// `STATUS_CODE_ERROR`.
const ERROR: u8 = 2;

/// The body of `POST /v1/traces`: a span for each call.
pub fn traces_request(resource: &Resource, calls: &[Call]) -> String {
    let spans: Vec<Value> = calls.iter().map(span).collect();
    let scoped = json!([{"scope": scope(), "spans": spans}]);
    json!({"resourceSpans": [{"resource": resource.json(), "scopeSpans": scoped}]}).to_string()
}

fn span(call: &Call) -> Value {
    let mut attributes = Attributes::default();
    attributes.text(names::OPERATION, Some(call.operation));
    attributes.text(names::PROVIDER, call.provider.as_deref());
    attributes.text(names::REQUEST_MODEL, call.request_model.as_deref());
    attributes.text(names::RESPONSE_MODEL, call.response_model.as_deref());
    attributes.whole(names::INPUT_TOKENS, call.input_tokens);
    attributes.whole(names::OUTPUT_TOKENS, call.output_tokens);
    attributes.number(names::COST, call.cost);
    attributes.text(names::REQUEST_ID, call.request_id.as_deref());
    attributes.text(names::USER, call.user.as_deref());
    attributes.whole(names::STATUS, call.status.map(u64::from));
    attributes.text(names::ERROR_TYPE, call.error.as_deref());
    let mut span = json!({
        "traceId": call.trace_id,
        "spanId": call.span_id,
        "name": name(call),
        "kind": CLIENT,
        "startTimeUnixNano": nanos(call.began()),
        "endTimeUnixNano": nanos(call.ended),
        "attributes": attributes.0,
    });
    if let Some(members) = span.as_object_mut() {
        if let Some(parent) = &call.parent_id {
            members.insert("parentSpanId".to_owned(), parent.as_str().into());
        }
        if call.error.is_some() {
            members.insert("status".to_owned(), json!({"code": ERROR}));
        }
    }
    span
}

/// `{operation} {model}`, as the conventions want it: by the model that was asked, as far as that is known.
fn name(call: &Call) -> String {
    match call.request_model.as_deref().or(call.response_model.as_deref()) {
        Some(model) => format!("{} {model}", call.operation),
        None => call.operation.to_owned(),
    }
}
