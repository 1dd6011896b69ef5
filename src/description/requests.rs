//! The bodies of all calls but those about a webhook's settings and events.

use serde_json::{Value, json};

use super::{
    operation::{members, object, schema_ref},
    settings::{self, SIGNING_SECRET},
};
use crate::core::{
    auth::{MAX_ORG, Scope},
    event::{MAX_EVENT_TYPE, MAX_EVENT_TYPES, REQUEST_COMPLETED},
    limits,
    org::{MAX_DESCRIPTION, MAX_SCHEMA, RETENTION_DAYS},
    replay::What,
    review::{DEFAULT_CLAIM_SECONDS, MAX_CLAIM_SECONDS, MAX_COMMENT, MAX_LABEL},
    subscription::{DEFAULT_LAST, MAX_GIVEN, MAX_LAST},
};

/// An org's id.
pub const ORG_ID: &str = "^(?!root$)[a-z0-9][a-z0-9-]{0,39}$";

/// An event type.
pub const EVENT_TYPE: &str = r"^[A-Za-z0-9_]+(?:\.[A-Za-z0-9_]+)*$";

/// `POST /v1/webhooks/{id}/rotate`.
pub fn rotation() -> Value {
    object(
        "How new keys take over.",
        &[],
        members(json!({
            "overlapSeconds": {
                "type": ["integer", "null"], "minimum": 0, "maximum": limits::MAX_OVERLAP_SECONDS,
                "default": limits::DEFAULT_OVERLAP_SECONDS,
                "description": "How long the old keys go on signing beside the new ones.",
            },
            "signing_secret": {
                "type": ["string", "null"], "pattern": SIGNING_SECRET,
                "description": "A Standard Webhooks secret of your own. Made up where absent.",
            },
        })),
    )
}

/// `POST /v1/diagnosis`.
pub fn diagnosis() -> Value {
    object(
        "How far it goes.",
        &[],
        members(json!({
            "deadLetters": {
                "type": ["boolean", "null"], "default": false,
                "description": "Whether a message of each queue is let fall into its dead letters, through all of its retries.",
            },
        })),
    )
}

/// `POST /v1/webhooks/{id}/test`.
pub fn test() -> Value {
    let event_type = |text: &str| {
        json!({
            "type": ["string", "null"], "pattern": EVENT_TYPE, "maxLength": MAX_EVENT_TYPE,
            "default": REQUEST_COMPLETED, "description": text,
        })
    };
    object(
        "Which example is sent.",
        &[],
        members(json!({
            "eventType": event_type("The type of the example event."),
            "event_type": event_type("The same, as Helicone's clients write it."),
        })),
    )
}

/// `POST /v1/backfill`.
pub fn backfill() -> Value {
    let moment =
        |text: &str| json!({"type": "string", "format": "date-time", "pattern": MOMENT, "description": text});
    let mut until = moment("And before this; now where absent.");
    if let Some(until) = until.as_object_mut() {
        until.insert("type".to_owned(), json!(["string", "null"]));
    }
    object(
        "Which requests are read.",
        &["since"],
        members(json!({
            "since": moment("Requests made at this moment or later."),
            "until": until,
            "filter": {
                "anyOf": [{"type": "object"}, {"const": "all"}, {"type": "null"}],
                "description": "A filter in the request API's own language, at most 16 KB.",
            },
        })),
    )
}

/// `POST /v1/webhooks/preview`.
pub fn preview() -> Value {
    let mut fields = settings::criteria();
    fields.extend(members(json!({
        "last": {
            "type": ["integer", "null"], "minimum": 1, "maximum": MAX_LAST, "default": DEFAULT_LAST,
            "description": "How many of the newest archived events are looked at.",
        },
        "events": {
            "type": ["array", "null"], "minItems": 1, "maxItems": MAX_GIVEN, "items": schema_ref("Event"),
            "description": "Events to look at instead.",
        },
    })));
    let mut preview = object(
        "A webhook's settings as in a creation, as far as they decide which events it gets.",
        &[],
        fields,
    );
    if let Some(members) = preview.as_object_mut() {
        members.insert(
            "not".to_owned(),
            json!({
                "required": ["last", "events"],
                "properties": {"last": {"type": "integer"}, "events": {"type": "array"}},
            }),
        );
    }
    preview
}

/// A date and time of this century with a second or better, in UTC.
pub const MOMENT: &str =
    r"^20[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]Z$";

/// `POST /v1/webhooks/{id}/recover`.
pub fn recovery() -> Value {
    let states: Vec<&str> = What::ALL.into_iter().map(What::name).collect();
    object(
        "Which deliveries are sent again.",
        &["since"],
        members(json!({
            "since": {
                "type": "string", "format": "date-time", "pattern": MOMENT,
                "description": "Events accepted from here on. Any date and time of RFC 3339 is taken; it must be past.",
            },
            "until": {
                "type": ["string", "null"], "format": "date-time", "pattern": MOMENT,
                "description": "Events accepted before this; now where absent. Later than `since`.",
            },
            "states": {
                "type": ["array", "null"], "minItems": 1, "maxItems": states.len(), "items": {"enum": states},
                "default": states,
                "description": "`failed`: given up. `held`: came while the webhook was paused or disabled. `missing`: events that match and were never tried.",
            },
            "eventTypes": {
                "type": ["array", "null"], "maxItems": MAX_EVENT_TYPES, "default": [],
                "items": {"type": "string", "pattern": super::settings::EVENT_TYPE_PATTERN, "maxLength": MAX_EVENT_TYPE},
                "description": "Of these types alone, or of prefixes such as `request.*`; of all where empty.",
            },
        })),
    )
}

/// `POST /v1/keys`.
pub fn key() -> Value {
    let scopes: Vec<&str> = Scope::ALL.into_iter().map(Scope::name).collect();
    object(
        "A new API key.",
        &["name", "scopes"],
        members(json!({
            "name": {"type": "string", "minLength": 1, "maxLength": limits::NAME, "description": "For people."},
            "scopes": {
                "type": "array", "minItems": 1, "maxItems": scopes.len(), "items": {"type": "string", "enum": scopes},
                "description": "What the key may do.",
            },
            "org": {
                "type": ["string", "null"], "pattern": ORG_ID, "default": "default",
                "description": "The org that it acts for.",
            },
        })),
    )
}

/// `PUT /v1/event-types/{name}`.
pub fn event_type() -> Value {
    object(
        "A description of an event type.",
        &[],
        members(json!({
            "description": {
                "type": ["string", "null"], "maxLength": MAX_DESCRIPTION, "description": "When it is raised, for people.",
            },
            "schema": {
                "type": ["object", "null"],
                "description": format!("A JSON Schema that the `data` of its events has to follow: at most {MAX_SCHEMA} bytes, without references out of it."),
            },
        })),
    )
}

/// `PATCH /v1/settings`.
pub fn settings() -> Value {
    object(
        "A JSON merge patch (RFC 7396): null restores the default.",
        &[],
        members(json!({
            "retain": {
                "enum": ["none", "matched", "all", null], "default": "matched",
                "description": "Which requests the history keeps: none, those that some webhook matched, or all.",
            },
            "retentionDays": {
                "type": ["integer", "null"], "minimum": RETENTION_DAYS.start(), "maximum": RETENTION_DAYS.end(),
                "description": "For how many days; as many as the deployment keeps where null.",
            },
        })),
    )
}

/// `POST /v1/orgs`.
pub fn org() -> Value {
    object(
        "A new org.",
        &["id"],
        members(json!({
            "id": {
                "type": "string", "pattern": ORG_ID, "minLength": 1, "maxLength": MAX_ORG,
                "description": "Lower-case letters, digits and hyphens, not beginning with a hyphen, and not `root`.",
            },
            "name": {
                "type": ["string", "null"], "minLength": 1, "maxLength": limits::NAME,
                "description": "For people; the id where absent.",
            },
        })),
    )
}

/// `POST /v1/reviews/{id}/claim`.
pub fn review_claim() -> Value {
    object(
        "Somebody wants a review.",
        &["reviewer"],
        members(json!({
            "reviewer": reviewer(json!("string"), "Who wants it."),
            "seconds": {
                "type": ["integer", "null"], "minimum": 1, "maximum": MAX_CLAIM_SECONDS, "default": DEFAULT_CLAIM_SECONDS,
                "description": "For how long.",
            },
        })),
    )
}

/// `POST /v1/reviews/{id}/release`.
pub fn review_release() -> Value {
    let text = "Who gives it back: refused where somebody else has it. From whoever has it where absent.";
    let reviewer = reviewer(json!(["string", "null"]), text);
    object("A review is given back.", &[], members(json!({"reviewer": reviewer})))
}

/// `POST /v1/reviews/{id}/label`.
pub fn review_label() -> Value {
    object(
        "What a review comes to.",
        &["label"],
        members(json!({
            "label": {"type": "string", "pattern": format!("^[a-z0-9_-]{{1,{MAX_LABEL}}}$"), "description": "In a word of your own."},
            "comment": {
                "type": ["string", "null"], "minLength": 1, "maxLength": MAX_COMMENT,
                "pattern": r"^[^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]+$",
                "description": "In more words; tabs and line ends are taken, other control characters are not.",
            },
            "reviewer": reviewer(
                json!(["string", "null"]),
                "Who says so: refused where somebody else has it. Who has it where absent.",
            ),
        })),
    )
}

fn reviewer(kind: Value, text: &str) -> Value {
    json!({
        "type": kind, "minLength": 1, "maxLength": limits::NAME,
        "pattern": r"^[^\u0000-\u001f\u007f-\u009f]+$", "description": text,
    })
}

/// `POST /webhook`.
pub fn delivery() -> Value {
    json!({
        "type": "object",
        "description": "A webhook's body, in Helicone's flat shape or the Standard Webhooks one. Unknown fields are ignored.",
        "properties": {
            "type": {"description": "The event's type, in the Standard Webhooks shape."},
            "data": {"description": "The event, in the Standard Webhooks shape."},
            "request_id": {"description": "The gateway's id of the LLM request."},
            "request_response_url": {"description": "Where the full exchange is fetched from."},
        },
    })
}

/// `GET /payloads/…`.
pub fn exchange() -> Value {
    json!({
        "type": "object",
        "description": "The full exchange as the gateway sent it; either may be absent.",
        "properties": {
            "request": {"description": "The request's body: any JSON."},
            "response": {"description": "The response's body: any JSON."},
        },
    })
}
