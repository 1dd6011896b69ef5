//! `/v1/webhooks/{id}/deliveries`, `/v1/webhooks/{id}/recover`, `/v1/deliveries` and `/v1/jobs`.

use serde_json::{Value, json};

use crate::{
    core::retry::Failure,
    description::{
        examples::{self, DELIVERY, JOB},
        operation::{Operation, schema_ref},
        parameter::{parameter, path},
    },
};

const TAG: &str = "Deliveries";

/// All calls about what was sent.
pub fn paths() -> Value {
    json!({
        "/v1/webhooks/{id}/deliveries": {"get": list()},
        "/v1/webhooks/{id}/recover": {"post": recover()},
        "/v1/deliveries": {"get": list_all()},
        "/v1/deliveries/{id}": {"get": show()},
        "/v1/deliveries/{id}/request": {"get": request()},
        "/v1/deliveries/{id}/retry": {"post": retry()},
        "/v1/jobs/{id}": {"get": job()},
        "/v1/jobs/{id}/cancel": {"post": cancel()},
    })
}

fn list() -> Value {
    Operation::new("listDeliveries", TAG, "List a webhook's deliveries")
        .about("Those that were tried, newest first, for as long as they are kept; with `state=held` or `state=waiting` those that were not. A page may hold fewer than were asked for and still not be the last one.")
        .for_scope("webhooks:read")
        .takes(&["WebhookId", "Limit", "Cursor", "State", "EventType", "AnsweredStatus", "Since", "Until", "OfRequest", "OfUser"])
        .answers(200, "The deliveries.", schema_ref("DeliveryPage"), examples::delivery_page())
        .refuses(&[400, 404])
        .done()
}

fn list_all() -> Value {
    Operation::new("listAllDeliveries", TAG, "List the newest deliveries of all webhooks")
        .about("Those that were tried, by when their events were accepted, newest first. There is one page: the list of a webhook goes on.")
        .for_scope("webhooks:read")
        .takes(&["Limit", "TriedState", "EventType", "AnsweredStatus", "Since", "Until", "OfRequest"])
        .answers(200, "The deliveries.", schema_ref("DeliveryPage"), examples::delivery_page())
        .refuses(&[400])
        .done()
}

fn request() -> Value {
    Operation::new("getDeliveryRequest", TAG, "Get what an attempt sent")
        .about(
            "Headers and body, byte for byte, made again from the archive by the code that made them, with the signatures that were sent. \
             `is_exact` says whether they fit, and so whether these are the bytes that were sent. The URL in the body is good for as long as it was. \
             Needs the scope `requests:read` as well, since the body may hold what was asked and answered.",
        )
        .for_scope("webhooks:read")
        .takes(&["DeliveryId", "AttemptNumber"])
        .answers(200, "The request.", schema_ref("AttemptRequest"), examples::attempt_request())
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

/// Their parameters.
pub fn parameters() -> Value {
    let text = || json!({"type": "string"});
    let id = || json!({"type": "string", "minLength": 1});
    json!({
        "DeliveryId": path("id", text(), DELIVERY, "The delivery's id, which is its `webhook-id`."),
        "JobId": path("id", text(), JOB, "The recovery's id."),
        "Cursor": parameter("query", "cursor", json!({"type": "string", "pattern": "^[0-9]{1,15}\\.[0-9]{1,9}$"}), None, "The `next_cursor` of the page before, of the same list."),
        "State": parameter("query", "state", json!({"enum": ["retrying", "delivered", "dead", "held", "waiting"]}), None, "Deliveries in this state alone. `retrying`, `delivered` and `dead` may be given several times; `held` and `waiting`, which were never tried, each alone."),
        "TriedState": parameter("query", "state", json!({"enum": ["retrying", "delivered", "dead"]}), None, "Deliveries in this state alone; may be given several times."),
        "AnsweredStatus": parameter("query", "status", json!({"type": "string", "pattern": answered()}), None, "Deliveries whose last attempt came to this alone: a status (`503`), a class of them (`5xx`), or why there was no answer (`timeout`). May be given several times."),
        "OfRequest": parameter("query", "requestId", id(), None, "Deliveries of this request's events alone, or of the event of this id. Events with an id of their own are found by that, and others of a request by the types that are known."),
        "OfUser": parameter("query", "userId", id(), None, "Deliveries of this user's newest requests alone, 200 at most, as far as the history keeps them. Needs the scope `requests:read` as well."),
        "AttemptNumber": parameter("query", "attempt", json!({"type": "integer", "minimum": 1, "maximum": u32::MAX}), None, "Which attempt; the last one where absent. Only those that are kept can be shown."),
        "EventType": parameter("query", "eventType", text(), None, "Deliveries of this event type alone; may be given several times."),
    })
}

/// What [`Answered::parse`] takes.
fn answered() -> String {
    let failures: Vec<&str> = Failure::ALL.into_iter().map(Failure::code).collect();
    format!("^(?:[0-9]{{3}}|[1-9]xx|{})$", failures.join("|"))
}
