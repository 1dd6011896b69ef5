//! `/v1/reviews`.

use serde_json::{Value, json};

use crate::description::{
    examples,
    operation::{Operation, schema_ref},
};

const TAG: &str = "Receiver";

/// All calls about what people look at, the export last.
pub fn paths() -> Value {
    json!({
        "/v1/reviews": {"get": list()},
        "/v1/reviews/{id}": {"get": show()},
        "/v1/reviews/{id}/claim": {"post": claim()},
        "/v1/reviews/{id}/release": {"post": release()},
        "/v1/reviews/{id}/label": {"post": label()},
        "/v1/reviews/export": {"get": export()},
    })
}

fn list() -> Value {
    Operation::new("listReviews", TAG, "List reviews")
        .about("Deliveries that people are to look at, put in this queue by the handler `review`. Oldest first; those with labels in the order in which they got them.")
        .for_scope("requests:read")
        .takes(&["ReviewState", "Limit", "ReviewCursor"])
        .answers(200, "The reviews.", schema_ref("ReviewPage"), examples::review_page())
        .refuses(&[400])
        .done()
}

fn show() -> Value {
    Operation::new("getReview", TAG, "Get a review with its exchange")
        .for_scope("requests:read")
        .takes(&["ReviewId"])
        .answers(200, "The review.", schema_ref("Review"), examples::review(true))
        .refuses(&[404])
        .done()
}

fn claim() -> Value {
    Operation::new("claimReview", TAG, "Claim a review")
        .about("Nobody else gets it until the claim ends, which it does by itself. Who has it may claim it again, and then has it from now on for as long as that says.")
        .for_scope("scores:write")
        .takes(&["ReviewId"])
        .body(
            "ReviewClaim",
            &[("usual", json!({"reviewer": "ada"})), ("long", json!({"reviewer": "ada", "seconds": 3600}))],
        )
        .answers(200, "The review.", schema_ref("Review"), examples::review(false))
        .refuses(&[404, 409])
        .done()
}

fn release() -> Value {
    Operation::new("releaseReview", TAG, "Give a claimed review back")
        .for_scope("scores:write")
        .takes(&["ReviewId"])
        .optional_body("ReviewRelease", &[("own", json!({"reviewer": "ada"})), ("anybodys", json!({}))])
        .answers(200, "The review.", schema_ref("Review"), examples::review(false))
        .refuses(&[404, 409])
        .done()
}

fn label() -> Value {
    Operation::new("labelReview", TAG, "Label a review")
        .about("Ends its claim. Another label takes the place of the first.")
        .for_scope("scores:write")
        .takes(&["ReviewId"])
        .body(
            "ReviewLabel",
            &[(
                "usual",
                json!({"label": "false_positive", "comment": "An example address.", "reviewer": "ada"}),
            )],
        )
        .answers(200, "The review.", schema_ref("Review"), examples::review(false))
        .refuses(&[404, 409])
        .done()
}

fn export() -> Value {
    let response = json!({
        "description": "One review a line, with its exchange.",
        "content": {"application/x-ndjson": {"schema": {"type": "string"}}},
    });
    Operation::new("exportReviews", TAG, "Export reviews that have labels")
        .about(
            "In the order of the labels, a page at a time. A page of fewer lines than `limit` is the last one for now; its `Next-Cursor` \
             goes on with what is labelled after it. What is labelled anew comes again.",
        )
        .for_scope("requests:read")
        .takes(&["Limit", "ReviewCursor"])
        .responds(200, response)
        .sends(200, "Next-Cursor")
        .refuses(&[400])
        .done()
}
