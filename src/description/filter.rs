//! A condition on an event's content: the language that `core::filter` reads, as far as a schema can say it.

use serde_json::{Value, json};

use crate::core::filter::{MAX_BYTES, MAX_DEPTH, MAX_NODES};

const FILTER: &str = "#/components/schemas/Filter";
const CONDITION: &str = "#/components/schemas/FilterCondition";
/// Names of fields; the others are operators.
const FIELD: &str = "^(?:[^$]|$)";

/// `Filter`: a filter as a whole.
pub fn schema() -> Value {
    let filters = json!({"type": "array", "items": {"$ref": CONDITION}});
    let bound = json!({"type": ["number", "string"]});
    let single = json!(["string", "number", "boolean", "null"]);
    let member = json!({"anyOf": [{"type": single}, {"type": "array", "items": {"type": single}}]});
    let text = json!({"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]});
    json!({
        "type": "object",
        "description": format!(
            "Fields of the event, each with what it must be: a value, or an object of operators. Beside fields only `$and`, `$or` \
             and `$not` can stand. At most {MAX_DEPTH} levels, {MAX_NODES} values and {MAX_BYTES} bytes."
        ),
        "anyOf": [
            {
                "title": "Fields",
                "patternProperties": {FIELD: {"$ref": CONDITION}},
                "properties": {"$and": filters, "$or": filters, "$not": {"$ref": CONDITION}},
                "additionalProperties": false,
            },
            {
                "title": "Operators",
                "properties": {
                    "$eq": {"description": "Equal: any JSON."},
                    "$neq": {"description": "Not equal: any JSON."},
                    "$gt": bound, "$gte": bound, "$lt": bound, "$lte": bound,
                    "$in": member, "$nin": member,
                    "$startsWith": text, "$endsWith": text,
                    "$exist": {"type": "boolean"},
                    "$and": filters, "$or": filters, "$not": {"$ref": CONDITION},
                },
                "additionalProperties": false,
            },
        ],
    })
}

/// `FilterCondition`: what a value must be.
pub fn condition() -> Value {
    json!({
        "description": "A value that is equal, a list of conditions that elements meet, or an object of fields or operators.",
        "anyOf": [
            {"$ref": FILTER},
            {"type": "array", "items": {"$ref": CONDITION}},
            {"type": ["string", "number", "boolean", "null"]},
        ],
    })
}
