//! The receiver's door, and what a deployment says of itself.

use serde_json::{Value, json};

use crate::description::{
    examples,
    operation::{Operation, schema_ref},
};

const TAG: &str = "Deployment";

/// `/webhook`, `/healthz`, `/v1/diagnosis`, `/openapi.json`, `/docs`.
pub fn paths() -> Value {
    json!({
        "/webhook": {"post": receive(), "options": asked()},
        "/healthz": {"get": health()},
        "/v1/diagnosis": {"post": diagnose()},
        "/v1/diagnosis/{id}": {"get": arrivals()},
        "/openapi.json": {"get": description()},
        "/docs": {"get": docs()},
    })
}

fn receive() -> Value {
    let body = json!({
        "request_id": "0f4d7f3e-6d0c-4c53-9a53-1f6f1d2b7c11",
        "user_id": "u-1",
        "request_body": "{\"model\":\"gpt-4o\"}",
        "response_body": "{\"choices\":[]}",
    });
    Operation::new("receiveWebhook", "Receiver", "Take a delivery")
        .about(
            "Verifies the raw bytes by Standard Webhooks' headers, or by Helicone's signature where there are none; queues the \
             delivery for the handlers; and only then says 200. At most 1 MiB, as `application/json`, without a \
             `Content-Encoding`. A deployment without the role `receiver` has no such path.",
        )
        .secured_by(&["standardWebhooks", "helicone"])
        .takes(&["WebhookMessageId", "WebhookTimestamp", "WebhookEventType"])
        .body("Delivery", &[("helicone", body)])
        .answers(200, "Verified and queued.", schema_ref("Received"), examples::received())
        .refuses(&[401, 408, 429, 500, 503])
        .done()
}

fn asked() -> Value {
    let header = |text: &str| json!({"description": text, "schema": {"type": "string"}});
    let response = json!({
        "description": "It may, as the headers say.",
        "headers": {
            "WebHook-Allowed-Origin": header("Who may: the name that asked."),
            "WebHook-Allowed-Rate": header("How many requests a minute, or `*`."),
        },
    });
    Operation::new("askReceiver", "Receiver", "Ask whether deliveries may be sent")
        .about(
            "CloudEvents' web-hook handshake. Those may send whom `WEBHOOK_ORIGINS` lists; without it this method is not allowed. Permission is \
             given in the answer alone: a `WebHook-Request-Callback` is never called.",
        )
        .secured_by(&[])
        .takes(&["WebhookRequestOrigin"])
        .responds(200, response)
        .refuses(&[403, 405, 429, 500])
        .done()
}

fn health() -> Value {
    let response = json!({
        "description": "It does. Not in the envelope.",
        "content": {"application/json": {"schema": schema_ref("Health"), "example": examples::health()}},
    });
    Operation::new("getHealth", TAG, "Whether it answers, and as what")
        .secured_by(&[])
        .responds(200, response)
        .refuses(&[500])
        .done()
}

fn diagnose() -> Value {
    let body = json!({"deadLetters": false});
    Operation::new("createDiagnosis", TAG, "Look whether everything is there and works")
        .about(
            "Tries every binding and reads every setting; sends a message through each queue, which its consumer notes; and archives an example, whose \
             signed URL the answer has. Stored for that are a few empty objects below `probes/` and one event in the archive, of no webhook's.",
        )
        .for_scope("root")
        .optional_body("NewDiagnosis", &[("usual", body)])
        .answers(200, "What was found.", schema_ref("Diagnosis"), examples::diagnosis())
        .done()
}

fn arrivals() -> Value {
    Operation::new("getDiagnosis", TAG, "Which queues have a consumer")
        .about("A diagnosis that was never made has no arrivals.")
        .for_scope("root")
        .takes(&["DiagnosisId"])
        .answers(200, "The messages that have arrived.", schema_ref("Arrivals"), examples::arrivals())
        .refuses(&[404])
        .done()
}

fn description() -> Value {
    let response = json!({
        "description": "OpenAPI 3.1.",
        "content": {"application/json": {"schema": {"type": "object", "required": ["openapi", "paths"]}}},
    });
    Operation::new("getDescription", TAG, "This description").secured_by(&[]).responds(200, response).done()
}

fn docs() -> Value {
    let response = json!({
        "description": "A page that loads nothing from elsewhere.",
        "content": {"text/html": {"schema": {"type": "string"}}},
    });
    Operation::new("getDocs", TAG, "This description as a page")
        .secured_by(&[])
        .responds(200, response)
        .sends(200, "Content-Security-Policy")
        .refuses(&[503])
        .done()
}
