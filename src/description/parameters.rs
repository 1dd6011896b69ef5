//! Parameters and headers.

use serde_json::{Map, Value, json};

use super::{
    examples::{DELIVERY, REQUEST},
    history,
    operation::into_map,
    parameter::{parameter, path},
    paths::{alerts, deliveries, event_types, metrics, rules},
    requests::{MOMENT, ORG_ID},
};
use crate::core::{history::query::MAX_EXPORT_BODIES, insights::About, limits};

/// Every parameter, by the name of its component: those of a group of paths stand with the paths, where there are many.
pub fn all() -> Value {
    let groups = [
        general(),
        deliveries::parameters(),
        event_types::parameters(),
        metrics::parameters(),
        rules::parameters(),
        alerts::parameters(),
    ];
    groups.into_iter().filter_map(into_map).flatten().collect::<Map<_, _>>().into()
}

fn general() -> Value {
    let digits = || json!({"type": "string", "pattern": "^[0-9]+$", "maxLength": 20});
    let text = || json!({"type": "string"});
    let mut all = json!({
        "WebhookId": path("id", text(), "sub_4780bffc40b9943f654998c67b7fda4b", "The webhook's id."),
        "Logger": path("logger", json!({"enum": ["custom", "oai", "anthropic", "googleapis"]}), "custom", "The provider that was asked, as the loggers name it."),
        "Limit": parameter("query", "limit", json!({"type": "integer", "minimum": 1, "maximum": limits::MAX_PAGE, "default": limits::PAGE}), Some(50.into()), "How many entries the page has at most."),
        "Since": parameter("query", "since", moment(), None, "Events accepted from here on."),
        "Until": parameter("query", "until", moment(), None, "Events accepted before this."),
        "RangeSince": parameter("query", "since", range(), None, "Requests from here on, to the day or hour that sums are kept by. Some days back where absent."),
        "RangeUntil": parameter("query", "until", range(), None, "Requests before this, which is later than `since`. Now where absent."),
        "Model": parameter("query", "model", text(), Some("gpt-4o".into()), "Requests to this model alone; not with groups of users or of a property's values."),
        "Property": parameter("query", "property", text(), Some("team".into()), "With `groupBy=property`, whose values: one of `SPEND_PROPERTIES`."),
        "SpendGroupBy": group_by(About::Spend),
        "LatencyGroupBy": group_by(About::Latency),
        "TokensGroupBy": group_by(About::Tokens),
        "CountersGroupBy": group_by(About::Counters),
        "InboxState": parameter("query", "state", json!({"enum": ["dead", "open", "done"], "default": "dead"}), None, "Deliveries in this state."),
        "InboxCursor": parameter("query", "cursor", json!({"type": "string", "pattern": "^[0-9]{1,15}\\.[A-Za-z0-9_-]{1,64}$"}), None, "The `next_cursor` of the page before."),
        "BackfillId": path("id", text(), "backfill_0f4d7f3e6d0c4c539a531f6f", "The backfill's id."),
        "UsersCursor": parameter("query", "cursor", json!({"type": "string", "pattern": "^[A-Za-z0-9_-]+$"}), None, "The `next_cursor` of the page before."),
        "ReviewId": path("id", text(), DELIVERY, "The review's id, which is its delivery's."),
        "ReviewState": parameter("query", "state", json!({"enum": ["open", "claimed", "labelled"], "default": "open"}), None, "Reviews in this state."),
        "ReviewCursor": parameter("query", "cursor", json!({"type": "string", "pattern": "^[0-9]{1,15}\\.[A-Za-z0-9_-]{1,64}$"}), None, "Where the page before ended: its `next_cursor`, or an export's `Next-Cursor`."),
        "DiagnosisId": path("id", json!({"type": "string", "pattern": "^[0-9a-f]{32}$"}), "0f4d7f3e6d0c4c539a531f6f1d2b7c11", "The diagnosis's id."),
        "KeyId": path("id", text(), "key_0f4d7f3e6d0c4c539a531f6f", "The key's id."),
        "Org": parameter("query", "org", json!({"type": "string", "pattern": ORG_ID}), Some("default".into()), "Which org's keys; `default` where absent."),
        "IfMatch": parameter(
            "header", "If-Match",
            json!({"type": "string", "pattern": "^(?:|\\*|(?:W/)?\"[0-9]{1,18}\")$"}),
            Some("*".into()),
            "An `ETag`: the call is carried out only at that revision. Without it, or with `*`, at any.",
        ),
        "IdempotencyKey": parameter(
            "header", "Idempotency-Key",
            json!({"type": "string", "pattern": "^[ -~]*[!-~][ -~]*$", "maxLength": limits::IDEMPOTENCY_KEY}),
            None,
            "The same call under the same key within a day creates nothing; it answers the same, unless that would show a secret again.",
        ),
        "Range": parameter("header", "Range", text(), Some("bytes=0-99".into()), "One range of bytes, as `bytes=a-b`, `bytes=a-` or `bytes=-n`. Anything else is answered with the whole."),
        "PayloadOrg": path("org", text(), "default", "Part of the signed URL."),
        "PayloadDate": path("date", text(), "2026-11-21", "Part of the signed URL."),
        "PayloadHour": path("hour", text(), "09", "Part of the signed URL."),
        "PayloadSegment": path("segment", text(), "0193a5c2f1a0-5f2b7c11", "Part of the signed URL."),
        "Offset": parameter("query", "offset", digits(), Some("0".into()), "Part of the signed URL."),
        "Length": parameter("query", "length", digits(), Some("156".into()), "Part of the signed URL."),
        "Unpacked": parameter("query", "unpacked", digits(), None, "Part of the signed URL of an exchange that is stored packed."),
        "Expires": parameter("query", "expires", digits(), Some("1795253400".into()), "Until when the URL is good, in seconds since 1970."),
        "WebhookMessageId": parameter("header", "webhook-id", text(), Some("msg_a167065238948a7d1d65ec0eb4e51f1e".into()), "The delivery's id; the same at each attempt."),
        "WebhookTimestamp": parameter("header", "webhook-timestamp", text(), Some("1795251600".into()), "When it was signed, in seconds since 1970; within five minutes of now."),
        "WebhookEventType": parameter("header", "webhook-event-type", text(), Some("request.completed".into()), "The event's type, for bodies that do not say it."),
        "WebhookRequestOrigin": parameter("header", "webhook-request-origin", text(), Some("gateway.example.com".into()), "Who asks: the name that deliveries will carry."),
    });
    if let (Some(all), Value::Object(more)) = (all.as_object_mut(), of_requests()) {
        all.extend(more);
    }
    all
}

/// Those of the history of requests.
fn of_requests() -> Value {
    let text = || json!({"type": "string"});
    json!({
        "RequestId": parameter("path", "id", text(), Some(REQUEST.into()), "The gateway's id of the request, percent-encoded."),
        "UserId": parameter("query", "userId", text(), Some("u-1".into()), "Requests of this user alone."),
        "StartDate": parameter("query", "startDate", range(), None, "Requests made from here on."),
        "EndDate": parameter("query", "endDate", range(), None, "Requests made before this; a date includes its day."),
        "RequestCursor": parameter("query", "cursor", json!({"type": "string", "pattern": history::CURSOR}), None, "Behind this place: a row's `cursor`, or the `next_cursor` of the page before."),
        "ExportLimit": parameter("query", "limit", json!({"type": "integer", "minimum": 1, "maximum": MAX_EXPORT_BODIES}), None, "How many requests at most: up to 10,000 (the default) without bodies, up to 400 (the default) with them."),
        "RequestFilter": parameter("query", "filter", text(), None, "A filter as of `POST /v1/request/query`, as JSON."),
        "IncludeBody": parameter("query", "includeBody", json!({"enum": ["true", "false"], "default": "false"}), None, "Whether with what was asked and answered."),
        "Explain": parameter("query", "explain", json!({"enum": ["true", "false"], "default": "false"}), None, "Tells how each day was looked through instead of the rows."),
    })
}

/// A date of this century.
const DATE: &str = "^20[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])$";

fn group_by(about: About) -> Value {
    let names: Vec<&str> = about.groups().iter().map(|group| group.name()).collect();
    let schema = json!({"enum": names, "default": names.first()});
    parameter("query", "groupBy", schema, None, "What sums are told apart by.")
}

fn moment() -> Value {
    json!({"type": "string", "format": "date-time", "pattern": MOMENT})
}

fn range() -> Value {
    json!({"anyOf": [{"type": "string", "format": "date", "pattern": DATE}, moment()]})
}

/// Every header of an answer.
pub fn headers() -> Value {
    let header = |text: &str, schema: Value| json!({"description": text, "required": true, "schema": schema});
    json!({
        "ETag": header("The revision of what is answered, for `If-Match`.", json!({"type": "string", "pattern": "^\"[0-9]+\"$", "examples": ["\"1\""]})),
        "Accept-Ranges": header("That a `Range` of bytes may be asked for.", json!({"type": "string", "const": "bytes"})),
        "Content-Range": header("Which bytes of how many these are; `bytes */156` where there are none.", json!({"type": "string", "pattern": "^bytes (?:[0-9]+-[0-9]+|\\*)/[0-9]+$", "examples": ["bytes 0-99/156"]})),
        "Next-Cursor": header("The `cursor` behind the last line.", json!({"type": "string", "examples": ["1795251600000.msg_a167065238948a7d1d65ec0eb4e51f1e"]})),
        "Retry-After": header("When to come back, in seconds.", json!({"type": "integer", "minimum": 1, "examples": [5]})),
        "WWW-Authenticate": header("The scheme that is expected.", json!({"type": "string", "const": "Bearer"})),
        "Content-Security-Policy": header("What the page may load: nothing but its own files.", json!({"type": "string"})),
    })
}
