//! Scores: what each scorer says of an exchange, what is scored at all, and schemas that nobody should trust.

mod hostile;
mod properties;

use heliograph::core::{
    exchange::{Body, Exchange},
    inbox::Payload,
    json_schema,
    score::{self, Known},
};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::support::vectors;

/// The body's scores, as they are posted.
fn scores(setting: Option<&str>, request: &Value, response: &Value) -> Value {
    let exchange = Exchange::new(Body::from_value(request.clone()), Body::from_value(response.clone()));
    let known = Known { exchange: &exchange, payload: &Payload::default() };
    let body = score::body(&score::parse_names(setting).unwrap(), &known);
    body.map_or(json!({}), |body| serde_json::from_str::<Value>(&body).unwrap()["scores"].take())
}

fn said(content: &str) -> Value {
    json!({"choices": [{"message": {"content": content}}]})
}

#[test]
fn exchanges_are_scored() {
    #[derive(Deserialize)]
    struct Case {
        name: String,
        request: Value,
        response: Value,
        scores: Value,
    }
    for case in vectors::<Vec<Case>>("score/exchanges.json") {
        assert_eq!(scores(None, &case.request, &case.response), case.scores, "{}", case.name);
        // One scorer's scores are a part of all.
        let alone = [Some("schema"), Some("response")].map(|one| scores(one, &case.request, &case.response));
        let count = |scores: &Value| scores.as_object().unwrap().len();
        assert_eq!(alone.iter().map(count).sum::<usize>(), count(&case.scores), "{}", case.name);
    }
}

#[test]
fn refusals_are_told_by_how_they_begin() {
    #[derive(Deserialize)]
    struct Table {
        refused: Vec<String>,
        answered: Vec<String>,
    }
    let table: Table = vectors("score/refusals.json");
    let refused = |text: &str| scores(None, &Value::Null, &said(text))["refused"].clone();
    for text in table.refused {
        assert_eq!(refused(&text), true, "{text}");
    }
    for text in table.answered {
        assert_eq!(refused(&text), false, "{text}");
    }
}

#[derive(Deserialize)]
struct SchemaCase {
    name: String,
    schema: Value,
    value: Value,
    errors: Option<u64>,
}

#[test]
fn values_are_judged_by_schemas() {
    for case in vectors::<Vec<SchemaCase>>("score/schemas.json") {
        assert_eq!(json_schema::errors(&case.schema, &case.value), case.errors, "{}", case.name);
    }
}

#[test]
fn values_are_judged_by_geminis_schemas() {
    for case in vectors::<Vec<SchemaCase>>("score/open_api.json") {
        let schema = json_schema::to_json_schema(&case.schema);
        assert_eq!(json_schema::errors(&schema, &case.value), case.errors, "{}: {schema}", case.name);
    }
}

#[test]
fn requests_alone_are_scored() {
    let payload = Payload { request_id: Some("r".to_owned()), ..Payload::default() };
    assert_eq!(score::request_of("request.completed", &payload), Some("r"));
    assert_eq!(score::request_of("request.failed", &payload), Some("r"));
    assert_eq!(score::request_of("budget.crossed", &payload), None);
    assert_eq!(score::request_of("requests", &payload), None);
    let mock = "https://s3.us-west-2.amazonaws.com/b/o?X-Amz-Signature=mocksignature123456789".to_owned();
    let test = Payload { request_response_url: Some(mock), ..payload.clone() };
    assert_eq!(score::request_of("request.completed", &test), None);
    let real = Payload { request_response_url: Some("https://example.com/o".to_owned()), ..payload };
    assert_eq!(score::request_of("request.completed", &real), Some("r"));
    for id in [None, Some(String::new())] {
        let payload = Payload { request_id: id, ..Payload::default() };
        assert_eq!(score::request_of("request.completed", &payload), None);
    }
}

#[test]
fn scorers_are_named() {
    assert_eq!(score::parse_names(None).unwrap().len(), 2);
    assert_eq!(score::parse_names(Some(" response , ")).unwrap().len(), 1);
    let refused = |setting| score::parse_names(Some(setting)).map(|_| ()).unwrap_err();
    assert_eq!(refused("schema,length"), "SCORERS: \"length\" is no scorer; allowed: schema, response");
    assert_eq!(refused(" , "), "SCORERS: names no scorer");
}
