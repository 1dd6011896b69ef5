//! Why signatures do not hold: requests that are broken in one way each, signed independently.

use std::collections::BTreeMap;

use crate::support::vectors;
use base64::{Engine, engine::general_purpose::STANDARD};
use heliograph::core::{
    signature::{
        Secrets,
        explain::{Against, JsonStyle, Mistake, Received, explain},
    },
    time::Timestamp,
};
use serde::Deserialize;
use serde_json::Value;

#[derive(Deserialize)]
struct Case {
    name: String,
    mistakes: Vec<String>,
    certain: bool,
    secrets: Vec<Value>,
    others: Vec<Value>,
    requires_timestamp: bool,
    now: i64,
    headers: BTreeMap<String, String>,
    body_base64: String,
}

#[test]
fn each_broken_request_is_explained_by_what_broke_it() {
    let entries = |list: &[Value]| match list {
        [] => Vec::new(),
        list => Secrets::entries(&serde_json::to_string(list).unwrap()).unwrap(),
    };
    let (mut seen, mut wrong) = (Vec::new(), Vec::new());
    for case in vectors::<Vec<Case>>("signature_explain.json") {
        let received = Received {
            headers: case.headers.into_iter().collect(),
            body: STANDARD.decode(&case.body_base64).unwrap(),
        };
        let (secrets, others) = (entries(&case.secrets), entries(&case.others));
        let explanation = explain(
            &received,
            &Against {
                secrets: &secrets,
                others: &others,
                requires_timestamp: case.requires_timestamp,
                now: Timestamp::from_millis(case.now * 1000),
            },
        );
        let codes: Vec<&str> = explanation.mistakes.iter().map(|mistake| mistake.code()).collect();
        let is_right = codes == case.mistakes
            && explanation.outcome.is_ok() == codes.is_empty()
            && explanation.is_certain == case.certain;
        if !is_right {
            wrong.push(format!("{}: {codes:?}, {explanation:?}", case.name));
        }
        for mistake in explanation.mistakes {
            // Said in full, and without any part of a secret.
            let said = format!("{mistake} {}", mistake.remedy());
            assert!(said.len() > 40, "{said}");
            assert!(!said.contains("AAECAwQ") && !said.contains("000102"), "{said}");
            seen.push(mistake);
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(seen.len() > 50);
    assert!(seen.contains(&Mistake::Reserialised(JsonStyle::PythonSorted)));
    assert!(seen.contains(&Mistake::Stale { seconds: 3600 }));
}
