//! `/v1/event-types` and the schemas that CloudEvents point to.

use serde_json::{Value, json};

use crate::{
    core::{api_version::ApiVersion, event::MAX_EVENT_TYPE},
    description::{
        examples,
        operation::{Operation, list_of, schema_ref},
        parameter::{parameter, path},
        requests::EVENT_TYPE,
    },
};

const TAG: &str = "Events";

/// The catalogue.
pub fn paths() -> Value {
    json!({
        "/v1/event-types": {"get": list()},
        "/v1/event-types/{name}": {"get": show(), "put": describe(), "delete": forget()},
        "/schemas/{version}/{file}": {"get": schema()},
    })
}

/// Their parameters.
pub fn parameters() -> Value {
    json!({
        "EventTypeName": path("name", json!({"type": "string", "pattern": EVENT_TYPE, "maxLength": MAX_EVENT_TYPE}), "refund.proposed", "The type's name."),
        "ShownVersion": parameter("query", "version", json!({"enum": ApiVersion::ALL, "default": ApiVersion::NEWEST}), None, "The version of what is delivered."),
        "ShownFormat": parameter("query", "format", json!({"enum": ["helicone", "standard", "cloudevents"]}), None, "The format; each type's usual one where absent."),
        "ShownMode": parameter("query", "contentMode", json!({"enum": ["structured", "binary"], "default": "structured"}), None, "Where the attributes of a CloudEvent stand."),
        "SchemaVersion": path("version", json!({"enum": ApiVersion::ALL}), ApiVersion::NEWEST.name(), "The version of what is delivered."),
        "SchemaFile": path("file", json!({"type": "string"}), "request.completed.json", "The type's name and `.json`."),
    })
}

fn list() -> Value {
    Operation::new("listEventTypes", TAG, "List event types")
        .about("Heliograph's own, then those that the org describes, each with its schema and an example. Events of any other type are taken all the same.")
        .for_scope("webhooks:read")
        .takes(&["ShownVersion", "ShownFormat", "ShownMode"])
        .answers(200, "The types.", list_of("EventType"), json!([examples::event_type()]))
        .refuses(&[400])
        .done()
}

fn show() -> Value {
    Operation::new("getEventType", TAG, "Show an event type")
        .for_scope("webhooks:read")
        .takes(&["EventTypeName", "ShownVersion", "ShownFormat", "ShownMode"])
        .answers(200, "The type.", schema_ref("EventType"), examples::event_type())
        .refuses(&[400, 404])
        .done()
}

fn describe() -> Value {
    let body = json!({
        "description": "A refund was proposed.",
        "schema": {"type": "object", "required": ["amount"], "properties": {"amount": {"type": "number", "minimum": 0}}},
    });
    Operation::new("describeEventType", TAG, "Describe an event type of your own")
        .about("Or describe it anew. Where there is a schema, events of the type whose `data` departs from it are refused at intake, with the path of what does. An org has at most 100 of these types.")
        .for_scope("webhooks:write")
        .takes(&["EventTypeName", "ShownVersion", "ShownFormat", "ShownMode", "IfMatch"])
        .optional_body("EventTypeDescription", &[("refund", body)])
        .answers(200, "The type as it is described now.", schema_ref("EventType"), examples::event_type())
        .refuses(&[409, 412])
        .done()
}

fn forget() -> Value {
    Operation::new("forgetEventType", TAG, "Forget an event type of your own")
        .about("Events of it are taken all the same.")
        .for_scope("webhooks:write")
        .takes(&["EventTypeName"])
        .answers(200, "Forgotten.", schema_ref("Deleted"), json!({"id": "refund.proposed", "deleted": true}))
        .refuses(&[404])
        .done()
}

fn schema() -> Value {
    let response = json!({
        "description": "A JSON Schema, not in the envelope.",
        "content": {"application/schema+json": {"schema": {"type": "object", "required": ["properties"]}}},
    });
    Operation::new("getSchema", TAG, "The schema of a type's data")
        .about("What the `dataschema` of a CloudEvent leads to. Of the types that an org describes itself there is none here.")
        .secured_by(&[])
        .takes(&["SchemaVersion", "SchemaFile"])
        .responds(200, response)
        .refuses(&[404])
        .done()
}
