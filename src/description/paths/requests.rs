//! `/v1/request`.

use serde_json::{Value, json};

use crate::description::{
    examples,
    operation::{Operation, list_of, schema_ref},
};

const TAG: &str = "Requests";

/// All calls about the history of requests, those that take any word for an id last.
pub fn paths() -> Value {
    json!({
        "/v1/request": {"get": list()},
        "/v1/request/query": {"post": query("queryRequests", "Find requests", FIND)},
        "/v1/request/query-clickhouse": {"post": query("queryRequestsInBulk", "Find requests, under Helicone's other path", SAME)},
        "/v1/request/count/query": {"post": count()},
        "/v1/request/query-ids": {"post": by_ids()},
        "/v1/request/export": {"get": export()},
        "/v1/request/{id}": {"get": show()},
        "/v1/request/{id}/webhooks": {"get": webhooks()},
        "/v1/request/{id}/score": {"post": score()},
        "/v1/request/{id}/feedback": {"post": feedback()},
        "/v1/request/{id}/property": {"put": property()},
    })
}

const FIND: &str = "The rows that a filter holds of, as Helicone answers them. Where the page is full, the header `Next-Cursor` holds the `cursor` \
    of the next one, which is stable under whatever comes in between; `offset` is not. With `explain=true` the answer tells how each day \
    was looked through instead.";
const SAME: &str = "The same as `POST /v1/request/query`.";

fn list() -> Value {
    Operation::new("listRequests", TAG, "List requests")
        .about("Newest first. Kept is what the org's settings say (`retain`), for as long as they say.")
        .for_scope("requests:read")
        .takes(&["UserId", "StartDate", "EndDate", "Limit", "RequestCursor"])
        .answers(200, "The requests.", schema_ref("RequestPage"), examples::request_page())
        .refuses(&[400])
        .done()
}

fn query(id: &str, summary: &str, about: &str) -> Value {
    let data = json!({"anyOf": [list_of("LlmRequest"), list_of("DayPlan")]});
    Operation::new(id, TAG, summary)
        .about(about)
        .for_scope("requests:read")
        .takes(&["Explain"])
        .body("RequestQuery", &filters())
        .answers(200, "The rows, or with `explain=true` the plans.", data, json!([examples::request()]))
        .done()
}

fn filters() -> [(&'static str, Value); 4] {
    let main = |column: &str, tests: Value| json!({"request_response_rmt": {column: tests}});
    let branch = json!({
        "left": main("user_id", json!({"equals": "abc@email.com"})),
        "operator": "and",
        "right": main("model", json!({"contains": "gpt-4"})),
    });
    let property = main("properties", json!({"environment": {"equals": "production"}}));
    let time = main("request_created_at", json!({"gte": "2026-11-01T00:00:00Z"}));
    [
        ("everything", json!({"filter": "all", "limit": 10, "offset": 0, "sort": {"created_at": "desc"}})),
        ("of a user and a model", json!({"filter": branch})),
        ("of a property", json!({"filter": property, "limit": 100})),
        ("since a time", json!({"filter": time, "isScored": false})),
    ]
}

fn count() -> Value {
    Operation::new("countRequests", TAG, "Count requests")
        .about("How many a filter holds of. Every day that it can hold of is looked through.")
        .for_scope("requests:read")
        .body("RequestQuery", &[("everything", json!({"filter": "all"}))])
        .answers(200, "The number.", json!({"type": "integer", "minimum": 0}), json!(42))
        .done()
}

fn by_ids() -> Value {
    Operation::new("getRequestsByIds", TAG, "Get requests by their ids")
        .about("In no order, and without those that there are not.")
        .for_scope("requests:read")
        .body("RequestIds", &[("two", json!({"requestIds": [examples::REQUEST, "another"]}))])
        .answers(200, "The rows.", list_of("LlmRequest"), json!([examples::request()]))
        .done()
}

fn export() -> Value {
    let response = json!({
        "description": "One request a line, each an `LlmRequest`.",
        "content": {"application/x-ndjson": {"schema": {"type": "string"}}},
    });
    Operation::new("exportRequests", TAG, "Export requests")
        .about(
            "Newest first, written while it is read. A line's `cursor` leads to what follows it; an export has ended where there is none. \
             An answer that breaks off is taken up again behind its last whole line.",
        )
        .for_scope("requests:read")
        .takes(&["UserId", "StartDate", "EndDate", "ExportLimit", "RequestCursor", "RequestFilter", "IncludeBody"])
        .responds(200, response)
        .refuses(&[400])
        .done()
}

fn show() -> Value {
    Operation::new("getRequest", TAG, "Get a request")
        .about("With `includeBody=true` with what was asked and answered.")
        .for_scope("requests:read")
        .takes(&["RequestId", "IncludeBody"])
        .answers(200, "The request.", schema_ref("LlmRequest"), examples::request())
        .refuses(&[400, 404])
        .done()
}

fn webhooks() -> Value {
    Operation::new("explainRequest", TAG, "See which webhooks get a request")
        .about(
            "Of the request's newest event: which webhooks it matches as they are now, what it fails at first with the others, and the \
             deliveries that were attempted. Needs `webhooks:read` as well. An event over 4 MiB is not looked into.",
        )
        .for_scope("requests:read")
        .takes(&["RequestId"])
        .answers(200, "What each webhook makes of it.", schema_ref("EventVerdicts"), examples::verdicts())
        .refuses(&[400, 404, 413])
        .done()
}

fn score() -> Value {
    Operation::new("scoreRequest", TAG, "Score a request")
        .about(
            "Adds scores; one of the same name takes the place of the first. A boolean is kept as 1 or 0 under its name with \
             `-hcone-bool` behind it.",
        )
        .for_scope("scores:write")
        .takes(&["RequestId"])
        .body("RequestScores", &[("two", json!({"scores": {"accuracy": 95, "polite": true}}))])
        .answers(201, "Noted.", json!({"type": "null"}), Value::Null)
        .refuses(&[404])
        .done()
}

fn feedback() -> Value {
    Operation::new("rateRequest", TAG, "Say whether an answer was liked")
        .about("Kept as the score `helicone-score-feedback`, 1 or 0.")
        .for_scope("scores:write")
        .takes(&["RequestId"])
        .body("RequestFeedback", &[("liked", json!({"rating": true}))])
        .answers(200, "Noted.", json!({"type": "null"}), Value::Null)
        .refuses(&[404])
        .done()
}

fn property() -> Value {
    Operation::new("setRequestProperty", TAG, "Set a property of a request")
        .about("It stays whatever events come later.")
        .for_scope("scores:write")
        .takes(&["RequestId"])
        .body("RequestProperty", &[("team", json!({"key": "team", "value": "blue"}))])
        .answers(200, "Noted.", json!({"type": "null"}), Value::Null)
        .refuses(&[404])
        .done()
}
