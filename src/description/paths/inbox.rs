//! `/v1/inbox` and `/v1/backfill`.

use serde::Serialize;
use serde_json::{Value, json};

use crate::{
    core::{
        answer::Queued,
        backfill::{BackfillView, Job, MAX_RUNNING, Spec},
        inbox::{Asked, Entry, InboxPage, InboxView, Origin, Outcome},
        time::Timestamp,
    },
    description::operation::{Operation, schema_ref},
};

const TAG: &str = "Receiver";

/// 2026-11-21T09:00:00Z.
const NOW: i64 = 1_795_251_600_000;

/// All calls about what the receiver took, and what it missed.
pub fn paths() -> Value {
    json!({
        "/v1/inbox": {"get": list()},
        "/v1/inbox/{id}": {"get": show()},
        "/v1/inbox/{id}/retry": {"post": retry()},
        "/v1/backfill": {"post": backfill()},
        "/v1/backfill/{id}": {"get": progress()},
        "/v1/backfill/{id}/cancel": {"post": cancel()},
    })
}

fn operation(id: &str, summary: &str, about: &str, scope: &str) -> Operation {
    let about =
        format!("{about} Where the role `receiver` is on; for the root key and keys of the default org.");
    Operation::new(id, TAG, summary).about(&about).for_scope(scope)
}

fn list() -> Value {
    let about = "Newest first, as long as the inbox keeps them: those that a handler gave up, unless `state` says otherwise.";
    let entries = [entry()];
    operation("listInbox", "List deliveries that were taken", about, "webhooks:read")
        .takes(&["InboxState", "Limit", "InboxCursor"])
        .answers(200, "The deliveries.", schema_ref("InboxPage"), value(&InboxPage::new(&entries, 50)))
        .refuses(&[400])
        .done()
}

fn show() -> Value {
    operation(
        "getInboxDelivery",
        "Get a delivery that was taken",
        "With how far each handler is.",
        "webhooks:read",
    )
    .takes(&["DeliveryId"])
    .answers(200, "The delivery.", schema_ref("InboxDelivery"), value(&InboxView::new(&entry())))
    .refuses(&[404])
    .done()
}

fn retry() -> Value {
    let about = "By the handlers that gave it up. Only a dead delivery can be.";
    let queued = Queued { id: "msg_a167065238948a7d1d65ec0eb4e51f1e", queued: true };
    operation("retryInboxDelivery", "Handle a delivery again", about, "webhooks:write")
        .takes(&["DeliveryId"])
        .answers(202, "It is queued.", schema_ref("Queued"), value(&queued))
        .refuses(&[404, 409])
        .done()
}

fn backfill() -> Value {
    let about = format!(
        "Reads requests from Helicone's request API, or one that speaks like it, and handles those that came by no delivery. Goes on \
         by itself; the answer's id tells how far it is. At most {MAX_RUNNING} are under way at once."
    );
    let filtered = json!({
        "since": "2026-11-20T00:00:00Z",
        "until": "2026-11-21T00:00:00Z",
        "filter": {"request_response_rmt": {"user_id": {"equals": "u-1"}}},
    });
    operation("startBackfill", "Handle what was missed", &about, "webhooks:write")
        .body("NewBackfill", &[("everything", json!({"since": "2026-11-20T00:00:00Z"})), ("some", filtered)])
        .answers(202, "It has begun.", schema_ref("Backfill"), job())
        .refuses(&[409])
        .done()
}

fn progress() -> Value {
    operation("getBackfill", "Get a backfill", "How far it is.", "webhooks:read")
        .takes(&["BackfillId"])
        .answers(200, "The backfill.", schema_ref("Backfill"), job())
        .refuses(&[404])
        .done()
}

fn cancel() -> Value {
    operation("cancelBackfill", "Cancel a backfill", "What it has queued is handled.", "webhooks:write")
        .takes(&["BackfillId"])
        .answers(200, "The backfill as it is now.", schema_ref("Backfill"), job())
        .refuses(&[404])
        .done()
}

fn entry() -> Entry {
    let mut entry = Entry::new(&Asked {
        request: None,
        id: "msg_a167065238948a7d1d65ec0eb4e51f1e".to_owned(),
        event_type: Some("request.completed".to_owned()),
        origin: Origin::Standard,
        received_at: NOW,
        message: String::new(),
    });
    entry.note("log", Outcome::Done, NOW);
    entry.note(
        "forward",
        Outcome::Never { why: "where deliveries are forwarded to answered 400".to_owned() },
        NOW,
    );
    entry.settle(&["forward".to_owned(), "log".to_owned()]);
    entry
}

fn job() -> Value {
    let spec = Spec { since: NOW.saturating_sub(86_400_000), until: NOW, filter: None };
    let id = "backfill_0f4d7f3e6d0c4c539a531f6f".to_owned();
    value(&BackfillView::new(&Job::new(id, spec, Timestamp::from_millis(NOW))))
}

fn value(view: &impl Serialize) -> Value {
    serde_json::to_value(view).unwrap_or_default()
}
