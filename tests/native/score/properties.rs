//! Requests, responses and schemas that nobody foresaw.

use heliograph::core::json_schema::{errors, to_json_schema};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::{said, scores};

/// Names that mean something in a schema or in what it judges.
const NAMES: [&str; 48] = [
    "$ref",
    "$defs",
    "definitions",
    "$id",
    "$schema",
    "$anchor",
    "$dynamicRef",
    "$recursiveRef",
    "type",
    "enum",
    "const",
    "not",
    "allOf",
    "anyOf",
    "oneOf",
    "if",
    "then",
    "else",
    "properties",
    "patternProperties",
    "additionalProperties",
    "unevaluatedProperties",
    "propertyNames",
    "required",
    "dependencies",
    "dependentSchemas",
    "dependentRequired",
    "minProperties",
    "items",
    "prefixItems",
    "additionalItems",
    "unevaluatedItems",
    "contains",
    "minContains",
    "maxItems",
    "uniqueItems",
    "minLength",
    "pattern",
    "format",
    "minimum",
    "multipleOf",
    "contentEncoding",
    "contentMediaType",
    "nullable",
    "a",
    "b",
    "0",
    "",
];

const TEXTS: [&str; 30] = [
    "#",
    "#/",
    "#/$defs/a",
    "#/definitions/b",
    "#/properties/a",
    "#/allOf/0",
    "#/%zz",
    "#/~2",
    "#a",
    "a",
    "https://json-schema.org/draft/2020-12/schema",
    "http://json-schema.org/draft-07/schema#",
    "http://json-schema.org/draft-06/schema#",
    "https://json-schema.org/draft/2019-09/schema",
    "string",
    "object",
    "array",
    "integer",
    "null",
    "OBJECT",
    "^a+$",
    "[",
    "\\p{L}{2,3}",
    "(a*)*\\cA\\d",
    "idn-email",
    "uri-template",
    "duration",
    "relative-json-pointer",
    "base64",
    "application/json",
];

fn json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        1 => Just(Value::Null),
        1 => any::<bool>().prop_map(Value::from),
        1 => (-3_i64..9).prop_map(Value::from),
        1 => any::<f64>().prop_filter("finite", |number| number.is_finite()).prop_map(Value::from),
        1 => ".{0,6}".prop_map(Value::from),
        4 => prop::sample::select(&TEXTS[..]).prop_map(Value::from),
    ];
    leaf.prop_recursive(6, 64, 6, |inner| {
        let key = prop_oneof![12 => prop::sample::select(&NAMES[..]).prop_map(str::to_owned), 1 => ".{0,3}"];
        prop_oneof![
            1 => prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            3 => prop::collection::vec((key, inner), 0..6)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

/// A schema that is one, made of keywords with values of the right kind, so that judging gets further than the door.
fn schema() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        any::<bool>().prop_map(Value::from),
        prop::sample::select(vec!["string", "object", "array", "integer", "null"])
            .prop_map(|name| json!({"type": name})),
        prop::sample::select(vec!["#", "#/$defs/a", "#/$defs/b"]).prop_map(|to| json!({"$ref": to})),
        prop::sample::select(vec!["^a", "\\d+", "[^b]{2}"]).prop_map(|pattern| json!({"pattern": pattern})),
        json().prop_map(|value| json!({"const": value})),
        (0_u8..4).prop_map(|least| json!({"minLength": least, "minItems": least, "minProperties": least})),
        Just(json!({"uniqueItems": true, "multipleOf": 0.5, "required": ["a"]})),
    ];
    leaf.prop_recursive(5, 48, 4, |inner| {
        let one = prop::sample::select(vec![
            "not",
            "if",
            "then",
            "else",
            "additionalProperties",
            "unevaluatedProperties",
            "propertyNames",
            "items",
            "unevaluatedItems",
            "contains",
        ]);
        let list = prop::sample::select(vec!["allOf", "anyOf", "oneOf", "prefixItems"]);
        let map = prop::sample::select(vec!["properties", "patternProperties", "dependentSchemas", "$defs"]);
        let part = prop_oneof![
            (one, inner.clone()).prop_map(|(name, schema)| (name, schema)),
            (list, prop::collection::vec(inner.clone(), 1..4)).prop_map(|(name, list)| (name, list.into())),
            (map, inner.clone(), inner).prop_map(|(name, a, b)| (name, json!({"a": a, "b": b}))),
        ];
        prop::collection::vec(part, 1..5).prop_map(|parts| {
            Value::Object(parts.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
        })
    })
}

proptest! {
    #[test]
    fn no_schema_makes_it_panic(schema in json(), value in json()) {
        errors(&schema, &value);
        errors(&to_json_schema(&schema), &value);
    }

    #[test]
    fn no_valid_schema_makes_it_panic(schema in schema(), value in json()) {
        errors(&schema, &value);
    }

    #[test]
    fn what_follows_a_part_follows_it_behind_a_reference(schema in schema(), value in json()) {
        if !schema.to_string().contains("$ref")
            && let Some(alone) = errors(&schema, &value)
            && let Some(behind) = errors(&json!({"$defs": {"x": schema}, "$ref": "#/$defs/x"}), &value)
        {
            prop_assert_eq!(alone, behind);
        }
    }

    #[test]
    fn no_exchange_makes_it_panic(request in json(), response in json(), text in ".{0,40}") {
        for request in [
            request.clone(),
            json!({"response_format": {"json_schema": {"schema": request.clone()}}}),
            json!({"generationConfig": {"responseSchema": request.clone()}}),
            json!({"tool_choice": {"name": "a"}, "tools": [{"name": "a", "input_schema": request}]}),
        ] {
            scores(None, &request, &response);
            scores(None, &request, &said(&text));
            let all = scores(None, &request, &said(&response.to_string()));
            prop_assert!(all.as_object().unwrap().values().all(|score| score.is_boolean() || score.is_i64()));
        }
    }
}
