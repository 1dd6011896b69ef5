//! What the history of requests is asked by.

use serde_json::{Map, Value, json};

use super::{operation::object, requests::MOMENT};
use crate::core::{
    event::MAX_ID,
    history::query::{
        DEFAULT_LIMIT, FEEDBACK, Kind, LEGACY_TABLES, MAIN_TABLE, MAX_DEPTH, MAX_IDS, MAX_LIMIT, MAX_OFFSET,
        MAX_SCORES, MAX_TEXT, MAX_VALUES, columns_of,
    },
};

/// A name in a JSON path.
const NAME: &str = "^[^\"\\\\\\x00-\\x1f\\x7f-\\x9f]{1,256}$";

/// What [`Place`](crate::core::history::query::Place) writes.
pub const CURSOR: &str = "^[0-9]{1,6}\\.[1-8]?[0-9]{1,15}$";

/// A text that SQLite compares as it is.
const TEXT: &str = "^[^\\x00]*$";

/// `POST /v1/request/query`.
pub fn query() -> Value {
    let flag = |text: &str| json!({"type": ["boolean", "null"], "description": text});
    object(
        "What is asked.",
        &[],
        members(json!({
            "filter": {
                "oneOf": [{"$ref": "#/components/schemas/RequestFilter"}, {"type": "null"}],
                "description": "Which requests; all where absent.",
            },
            "offset": {
                "type": ["integer", "null"], "minimum": 0, "maximum": MAX_OFFSET, "default": 0,
                "description": "How many are skipped. Each of them is read: a `cursor` costs nothing.",
            },
            "limit": {
                "type": ["integer", "null"], "minimum": 1, "maximum": MAX_LIMIT, "default": DEFAULT_LIMIT,
                "description": "How many there are at most.",
            },
            "sort": {
                "type": ["object", "null"], "additionalProperties": false,
                "properties": {"created_at": {"enum": ["asc", "desc"]}},
                "description": "Newest first where absent.",
            },
            "cursor": {
                "type": ["string", "null"], "pattern": CURSOR,
                "description": "Behind this place: the `cursor` of a row, or an answer's `Next-Cursor`.",
            },
            "isCached": flag("True: only those that the gateway answered from its cache."),
            "isScored": flag("True: only those with scores; false: only those without."),
            "isPartOfExperiment": flag("True: none, since there are no experiments here."),
            "includeInputs": flag("Taken, and without effect: there are no inputs here."),
        })),
    )
}

/// A filter: everything, a branch, or a leaf.
pub fn filter() -> Value {
    let own = json!({"$ref": "#/components/schemas/RequestFilter"});
    let branch = json!({
        "type": "object",
        "required": ["left", "operator", "right"],
        "additionalProperties": false,
        "properties": {"left": own, "operator": {"enum": ["and", "or"]}, "right": own},
    });
    let mut tables = Map::new();
    for table in [MAIN_TABLE].iter().chain(&LEGACY_TABLES) {
        let mut columns: Map<String, Value> = columns_of(table)
            .iter()
            .map(|(name, column)| ((*name).to_owned(), tests(column.kind())))
            .collect();
        if *table == MAIN_TABLE {
            columns.insert("properties".to_owned(), named(&tests(Kind::Text)));
            columns.insert("scores".to_owned(), named(&tests(Kind::Number)));
            columns.insert(FEEDBACK.to_owned(), tests(Kind::Flag));
        }
        if *table == "feedback" {
            columns.insert("rating".to_owned(), tests(Kind::Flag));
        }
        tables.insert(
            (*table).to_owned(),
            json!({"type": "object", "additionalProperties": false, "properties": columns}),
        );
    }
    tables.insert("properties".to_owned(), named(&tests(Kind::Text)));
    json!({
        "description": format!(
            "Helicone's filter: `\"all\"`, a leaf (all that stands in it has to hold; an empty one holds always), or a branch, at most {MAX_DEPTH} deep. \
             At most {MAX_VALUES} values; a property's or a score's counts twice. What is not there passes no comparison but those that begin with `not-`."
        ),
        "anyOf": [
            {"const": "all"},
            branch,
            {"type": "object", "additionalProperties": false, "properties": tables},
        ],
    })
}

fn named(tests: &Value) -> Value {
    json!({"type": "object", "propertyNames": {"pattern": NAME}, "additionalProperties": tests})
}

/// The operators of a column.
fn tests(kind: Kind) -> Value {
    let (value, operators): (Value, &[&str]) = match kind {
        Kind::Text => (
            json!({"type": "string", "maxLength": MAX_TEXT, "pattern": TEXT}),
            &["equals", "not-equals", "like", "ilike", "contains", "not-contains"],
        ),
        Kind::Number => (json!({"type": "number"}), &["equals", "not-equals", "gt", "gte", "lt", "lte"]),
        Kind::Time => (
            json!({"type": "string", "format": "date-time", "pattern": MOMENT}),
            &["equals", "not-equals", "gt", "gte", "lt", "lte"],
        ),
        Kind::Flag => (json!({"type": "boolean"}), &["equals"]),
    };
    let operators: Map<String, Value> =
        operators.iter().map(|operator| ((*operator).to_owned(), value.clone())).collect();
    json!({"type": "object", "additionalProperties": false, "properties": operators})
}

/// `POST /v1/request/query-ids`.
pub fn ids() -> Value {
    object(
        "Which requests.",
        &["requestIds"],
        members(json!({
            "requestIds": {"type": "array", "maxItems": MAX_IDS, "items": {"type": "string"}, "description": "Their ids."},
        })),
    )
}

/// `POST /v1/request/{id}/score`.
pub fn scores() -> Value {
    object(
        "Scores of a request.",
        &["scores"],
        members(json!({
            "scores": {
                "type": "object", "minProperties": 1, "maxProperties": MAX_SCORES,
                "propertyNames": {"pattern": NAME},
                "additionalProperties": {"type": ["integer", "boolean"], "minimum": -9_007_199_254_740_991_i64, "maximum": 9_007_199_254_740_991_i64},
                "description": "By name: whole numbers or booleans. Of a fraction, send a hundred times as much.",
            },
        })),
    )
}

/// `POST /v1/request/{id}/feedback`.
pub fn feedback() -> Value {
    object(
        "Feedback.",
        &["rating"],
        members(json!({"rating": {"type": "boolean", "description": "Whether the answer was liked."}})),
    )
}

/// `PUT /v1/request/{id}/property`.
pub fn property() -> Value {
    object(
        "A property.",
        &["key", "value"],
        members(json!({
            "key": {"type": "string", "pattern": NAME, "maxLength": MAX_ID, "description": "Its name."},
            "value": {"type": "string", "maxLength": MAX_TEXT, "description": "Its value. With all others it must fit into 4,096 bytes."},
        })),
    )
}

fn members(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(members) => members,
        _ => Map::new(),
    }
}
