//! `/v1/webhooks`.

use serde_json::{Value, json};

use crate::{
    core::{history, subscription::Shown},
    description::{
        examples,
        operation::{Operation, list_of, schema_ref},
    },
};

const TAG: &str = "Webhooks";
const MIB: u64 = 1024 * 1024;

/// All calls about webhooks.
pub fn paths() -> Value {
    json!({
        "/v1/webhooks": {"get": list(), "post": create()},
        "/v1/webhooks/preview": {"post": preview()},
        "/v1/webhooks/shape": {"post": shape()},
        "/v1/webhooks/{id}": {"get": show(), "patch": change(), "delete": delete()},
        "/v1/webhooks/{id}/secret": {"get": secret()},
        "/v1/webhooks/{id}/rotate": {"post": rotate()},
        "/v1/webhooks/{id}/test": {"post": test()},
    })
}

fn list() -> Value {
    Operation::new("listWebhooks", TAG, "List webhooks")
        .about("All of the org's, in the order of their creation. `hmac_key` is shown to keys that may change webhooks.")
        .for_scope("webhooks:read")
        .answers(200, "The webhooks.", list_of("Webhook"), json!([examples::webhook(Shown::default())]))
        .done()
}

fn create() -> Value {
    let bodies = [("ours", examples::creation()), ("helicone", examples::helicone_creation())];
    Operation::new("createWebhook", TAG, "Create a webhook")
        .about("The answer alone shows `signing_secret`. What is not given gets its default; a field that is not known is refused.")
        .for_scope("webhooks:write")
        .takes(&["IdempotencyKey"])
        .body("NewWebhook", &bodies)
        .answers(200, "Created, with its secrets.", schema_ref("Webhook"), examples::webhook(Shown::ALL))
        .sends(200, "ETag")
        .refuses(&[409, 422])
        .done()
}

fn preview() -> Value {
    let about = format!(
        "Which events a webhook with these settings would get, and what the others fail at first; nothing is stored. Looks at the \
         newest archived events, or at those in the body. Only events that at least one webhook matched when they came, sending or \
         paused, are archived; to look at them the key needs the scope `requests:read` as well. Of these at most {} MiB are read, a record over {} MiB is passed over, and `considered` says how many were \
         looked at.",
        history::MAX_BYTES / MIB,
        history::LARGEST_RECORD / MIB,
    );
    let (types, filter) = (json!(["request.*"]), json!({"cost": {"$gt": 0.05}}));
    let archived = json!({"eventTypes": types, "filter": filter, "last": 500});
    let given = json!({"eventTypes": types, "filter": filter, "events": [examples::event()]});
    Operation::new("previewWebhook", TAG, "Preview a webhook")
        .about(&about)
        .for_scope("webhooks:read")
        .body("Preview", &[("archived", archived), ("given", given)])
        .answers(200, "What it would get.", schema_ref("Previewed"), examples::previewed())
        .done()
}

fn shape() -> Value {
    let fields = json!({"exclude": ["request_body"], "redact": {"detectors": "all"}, "hashUserId": true});
    let archived = json!({"fields": fields, "format": "standard"});
    let given = json!({"fields": fields, "event": examples::event()});
    Operation::new("shapeWebhook", TAG, "Try out what leaves")
        .about(
            "One event as it would be delivered without `fields` and with them, and what they hold back; nothing is stored. To look at \
             an archived event the key needs the scope `requests:read` as well.",
        )
        .for_scope("webhooks:read")
        .body("Shape", &[("archived", archived), ("given", given)])
        .answers(200, "Before and after.", schema_ref("ShapePreviewed"), examples::shaped())
        .refuses(&[404])
        .done()
}

fn show() -> Value {
    Operation::new("getWebhook", TAG, "Show a webhook")
        .for_scope("webhooks:read")
        .takes(&["WebhookId"])
        .answers(200, "The webhook.", schema_ref("Webhook"), examples::webhook(Shown::default()))
        .sends(200, "ETag")
        .refuses(&[404])
        .done()
}

fn change() -> Value {
    Operation::new("changeWebhook", TAG, "Change a webhook")
        .about("Applies a JSON merge patch. Events that are accepted from then on see the change, everywhere within a minute.")
        .for_scope("webhooks:write")
        .takes(&["WebhookId", "IfMatch"])
        .body(
            "WebhookChange",
            &[
                ("pause", json!({"status": "paused"})),
                ("several", json!({"sampleRate": 50, "metadata": {"team": null, "owner": "ml"}, "timeoutMs": null})),
            ],
        )
        .answers(200, "As it is now.", schema_ref("Webhook"), examples::webhook(Shown::default()))
        .sends(200, "ETag")
        .refuses(&[404, 412])
        .done()
}

fn delete() -> Value {
    Operation::new("deleteWebhook", TAG, "Delete a webhook")
        .about("What is queued for it is dropped when its turn comes.")
        .for_scope("webhooks:write")
        .takes(&["WebhookId", "IfMatch"])
        .answers(200, "Gone.", schema_ref("Deleted"), examples::deleted())
        .refuses(&[404, 412])
        .done()
}

fn secret() -> Value {
    Operation::new("getWebhookSecret", TAG, "Reveal a webhook's keys")
        .about("The newest ones.")
        .for_scope("webhooks:write")
        .takes(&["WebhookId"])
        .answers(200, "The keys.", schema_ref("WebhookSecret"), examples::secret())
        .refuses(&[404])
        .done()
}

fn rotate() -> Value {
    Operation::new("rotateWebhook", TAG, "Rotate a webhook's keys")
        .about(
            "Gives it new keys and shows them. The old ones go on signing beside them for `overlapSeconds`.",
        )
        .for_scope("webhooks:write")
        .takes(&["WebhookId", "IfMatch"])
        .optional_body("Rotation", &[("anHour", json!({"overlapSeconds": 3600})), ("default", json!({}))])
        .answers(200, "Rotated, with the new secrets.", schema_ref("Webhook"), examples::webhook(Shown::ALL))
        .sends(200, "ETag")
        .refuses(&[404, 412])
        .done()
}

fn test() -> Value {
    Operation::new("testWebhook", TAG, "Send a test delivery")
        .about(
            "One real, signed delivery of an example event, whatever the webhook's types, filters and sample, and whether or \
             not it is paused. It is not repeated. 200 also where the endpoint failed: `success` says which.",
        )
        .for_scope("webhooks:write")
        .takes(&["WebhookId"])
        .optional_body("Test", &[("default", json!({})), ("guardrail", json!({"eventType": "guardrail.blocked"}))])
        .answers(200, "What came of it.", schema_ref("Tested"), examples::tested())
        .refuses(&[404])
        .done()
}
