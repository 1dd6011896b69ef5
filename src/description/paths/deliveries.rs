//! `/v1/webhooks/{id}/deliveries`, `/v1/webhooks/{id}/recover`, `/v1/deliveries` and `/v1/jobs`.

use serde_json::{Value, json};

use crate::description::{
    examples,
    operation::{Operation, schema_ref},
};

const TAG: &str = "Deliveries";

/// All calls about what was sent.
pub fn paths() -> Value {
    json!({
        "/v1/webhooks/{id}/deliveries": {"get": list()},
        "/v1/webhooks/{id}/recover": {"post": recover()},
        "/v1/deliveries/{id}": {"get": show()},
        "/v1/deliveries/{id}/retry": {"post": retry()},
        "/v1/jobs/{id}": {"get": job()},
        "/v1/jobs/{id}/cancel": {"post": cancel()},
    })
}

fn list() -> Value {
    Operation::new("listDeliveries", TAG, "List a webhook's deliveries")
        .about("Those that were tried, newest first, for as long as they are kept; with `state=held` or `state=waiting` those that were not. A page may hold fewer than were asked for and still not be the last one.")
        .for_scope("webhooks:read")
        .takes(&["WebhookId", "Limit", "Cursor", "State", "EventType", "Since", "Until"])
        .answers(200, "The deliveries.", schema_ref("DeliveryPage"), examples::delivery_page())
        .refuses(&[400, 404])
        .done()
}

fn show() -> Value {
    Operation::new("getDelivery", TAG, "Get a delivery with its attempts")
        .for_scope("webhooks:read")
        .takes(&["DeliveryId"])
        .answers(200, "The delivery.", schema_ref("DeliveryLog"), examples::delivery())
        .refuses(&[404])
        .done()
}

fn retry() -> Value {
    Operation::new("retryDelivery", TAG, "Send a delivery again")
        .about("However it stands, with the same `webhook-id`, and with the whole retry schedule before it.")
        .for_scope("webhooks:write")
        .takes(&["DeliveryId"])
        .answers(202, "It is queued.", schema_ref("Queued"), examples::queued())
        .refuses(&[404, 409])
        .done()
}

fn recover() -> Value {
    Operation::new("recoverWebhook", TAG, "Send again what was not delivered")
        .about(
            "Looks through the ledger and the archive for what failed, was held while the webhook was paused or disabled, or is \
             missing, and queues it. Goes on by itself; the answer's id tells how far it is.",
        )
        .for_scope("webhooks:write")
        .takes(&["WebhookId"])
        .body(
            "Recovery",
            &[
                ("everything", json!({"since": "2026-11-20T00:00:00Z"})),
                ("failed", json!({"since": "2026-11-20T00:00:00Z", "states": ["failed"], "eventTypes": ["request.*"]})),
            ],
        )
        .answers(202, "It has begun.", schema_ref("Job"), examples::job())
        .refuses(&[404, 409])
        .done()
}

fn job() -> Value {
    Operation::new("getJob", TAG, "Get a recovery")
        .for_scope("webhooks:read")
        .takes(&["JobId"])
        .answers(200, "The recovery.", schema_ref("Job"), examples::job())
        .refuses(&[404])
        .done()
}

fn cancel() -> Value {
    Operation::new("cancelJob", TAG, "Cancel a recovery")
        .about("What it has queued is delivered. It stays to be looked at.")
        .for_scope("webhooks:write")
        .takes(&["JobId"])
        .answers(200, "The recovery as it is now.", schema_ref("Job"), examples::job())
        .refuses(&[404])
        .done()
}
