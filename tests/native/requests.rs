//! The history of requests: what filters become, in which order rows stand, and how SQLite looks for them.

pub mod database;
mod naive;
mod reading;

use std::collections::BTreeMap;

use database::Day;
use heliograph::core::{
    event::read_event,
    history::{
        Facts, PROPERTIES_BYTES, SegmentIndex, begin_of, number_of,
        query::{
            Asked, Filter, Note, Order, Place, Query, RequestView, RowKey, by_ids, count, find, page,
            read_feedback, read_property, read_query, read_scores, skip,
        },
    },
    time::Timestamp,
};
use serde::Deserialize;
use serde_json::{Map, Value, json, value::to_raw_value};

use crate::support::{now, vectors};

#[derive(Deserialize)]
struct Vectors {
    day: String,
    rows: Vec<Value>,
    scores: BTreeMap<String, Value>,
    filters: Vec<Case>,
    refused: Vec<Refused>,
}

#[derive(Deserialize)]
struct Case {
    name: String,
    filter: Value,
}

#[derive(Deserialize)]
struct Refused {
    filter: Value,
    field: String,
    says: String,
}

fn given() -> (Vectors, Day) {
    let vectors: Vectors = vectors("request_filters.json");
    let mut day = Day::new(number_of(&vectors.day).unwrap());
    vectors.rows.iter().for_each(|row| day.add(row));
    for (id, scores) in &vectors.scores {
        day.note(id, &Note::Scores(scores.as_object().unwrap().clone())).unwrap();
    }
    (vectors, day)
}

fn query(body: Value) -> Result<Query, String> {
    read_query(body.as_object().unwrap()).map_err(|error| error.to_string())
}

fn asked(day: &Day, filter: &Filter, order: Order) -> Vec<String> {
    day.ids(&page(Asked { day: day.number, filter, order, after: None }, 100, 0))
}

fn all_asked(day: &Day, filter: &Filter) -> Vec<String> {
    asked(day, filter, Order::Newest)
}

#[test]
fn a_filter_finds_what_a_second_reading_of_it_finds() {
    let (vectors, day) = given();
    let mut found_some = 0;
    for case in &vectors.filters {
        let filter = Filter::read(&case.filter).unwrap_or_else(|error| panic!("{}: {error}", case.name));
        let mut found = all_asked(&day, &filter);
        found.sort();
        let none = Value::Null;
        let expected: Vec<&str> = vectors
            .rows
            .iter()
            .map(|row| (row, row["request_id"].as_str().unwrap()))
            .filter(|(row, id)| naive::holds(&case.filter, row, vectors.scores.get(*id).unwrap_or(&none)))
            .map(|(_, id)| id)
            .collect();
        assert_eq!(found, expected, "{}", case.name);
        let asked = Asked { day: day.number, filter: &filter, order: Order::Oldest, after: None };
        assert_eq!(day.number(&count(asked)), expected.len() as i64, "{}", case.name);
        found_some += usize::from(!expected.is_empty() && expected.len() < vectors.rows.len());
    }
    assert!(found_some > 60, "only {found_some} of the filters tell rows apart");
}

#[test]
fn a_wrong_filter_is_refused_at_its_place() {
    let (vectors, _) = given();
    for refused in &vectors.refused {
        let error = read_query(json!({"filter": refused.filter}).as_object().unwrap()).unwrap_err();
        assert_eq!(error.path, refused.field, "{}", refused.filter);
        assert!(error.problem.contains(&refused.says), "{}: {}", refused.filter, error.problem);
    }
}

#[test]
fn nothing_that_a_client_sends_becomes_a_statement() {
    let (vectors, _) = given();
    for case in &vectors.filters {
        let filter = Filter::read(&case.filter).unwrap();
        let statement = page(Asked { day: 1, filter: &filter, order: Order::Newest, after: None }, 1, 0);
        assert!(statement.values.len() <= 100, "{}: the platform binds 100 values", case.name);
        let text = &statement.text;
        assert!(text.is_ascii() && !text.contains("--") && !text.contains('"'), "{}: {text}", case.name);
    }
}

#[test]
fn rows_stand_by_their_creation_within_the_day_of_their_acceptance() {
    let (_, day) = given();
    // r7 is of the day before, r8 of the day after; r4 and r9 are of one moment, and r9 came later.
    let newest = ["r8", "r6", "r5", "r9", "r4", "r3", "r2", "r7", "r1"];
    assert_eq!(all_asked(&day, &Filter::All), newest);
    let mut oldest = newest;
    oldest.reverse();
    assert_eq!(asked(&day, &Filter::All, Order::Oldest), oldest);
}

#[test]
fn a_page_goes_on_where_the_one_before_ended_whatever_came_in_between() {
    for order in [Order::Newest, Order::Oldest] {
        let (_, mut day) = given();
        let (mut after, mut seen) = (None, Vec::new());
        for turn in 0.. {
            let rows = day.rows(&page(Asked { day: day.number, filter: &Filter::All, order, after }, 2, 0));
            let Some(last) = rows.last() else { break };
            after = Some(RowKey(last.key as u64));
            seen.extend(rows.into_iter().map(|row| row.request_id));
            // At every place of the day, and an event about a request that is there.
            for hour in ["00", "06", "12", "23"] {
                day.add(&json!({"request_id": format!("new-{turn}-{hour}"), "created_at": format!("2026-11-21T{hour}:30:00Z")}));
            }
            day.add(&json!({"request_id": "r1", "created_at": "2026-11-21T13:00:00Z"}));
            day.add(&json!({"request_id": "r6", "created_at": "2026-11-21T01:00:00Z"}));
            if turn > 50 {
                break;
            }
        }
        let old: Vec<&String> = seen.iter().filter(|id| !id.starts_with("new")).collect();
        assert_eq!(old.len(), 9, "{old:?}");
        let mut once = seen.clone();
        once.sort();
        once.dedup();
        assert_eq!(once.len(), seen.len(), "none comes twice");
    }
}

#[test]
fn what_is_skipped_is_counted_up_to_a_bound() {
    let (_, day) = given();
    let filter = Filter::read(&json!({"request_response_rmt": {"cost": {"gte": 0}}})).unwrap();
    let asked = Asked { day: day.number, filter: &filter, order: Order::Newest, after: None };
    assert_eq!(day.number(&skip(asked, 3)), 3);
    assert_eq!(day.number(&skip(asked, 100)), 7);
    assert_eq!(day.ids(&page(asked, 2, 5)), ["r7", "r1"]);
}

#[test]
fn a_later_event_of_a_request_changes_its_facts_and_not_its_place() {
    let (_, mut day) = given();
    day.note("r1", &read_property(json!({"key": "team", "value": "a"}).as_object().unwrap()).unwrap())
        .unwrap();
    let before = day.rows(&find("r1")).remove(0);
    day.add(&json!({"request_id": "r1", "type": "request.updated", "created_at": "2026-11-21T20:00:00Z", "cost": 9, "properties": {"environment": "later", "x": "y"}}));
    let after = day.rows(&find("r1")).remove(0);
    assert_eq!((after.key, after.created_at), (before.key, before.created_at));
    assert_eq!((after.cost, after.event_type.as_str()), (Some(9.0), "request.updated"));
    assert_eq!(Value::Object(after.properties()), json!({"environment": "later", "x": "y", "team": "a"}));
    assert_eq!(after.scores, before.scores);
    // One that is older than what the facts are from changes nothing.
    day.add(&json!({"request_id": "r1", "created_at": "2026-11-21T19:00:00Z", "cost": 1}));
    assert_eq!(day.rows(&find("r1")).remove(0), after);
}

#[test]
fn scores_and_properties_are_added_and_bounded() {
    let (_, day) = given();
    let scores = |scores: Value| read_scores(json!({"scores": scores}).as_object().unwrap());
    day.note("r3", &scores(json!({"accuracy": 95, "fine": true, "helicone-score-feedback": false})).unwrap())
        .unwrap();
    day.note("r3", &scores(json!({"accuracy": 96.0, "other": -1})).unwrap()).unwrap();
    let row = day.rows(&find("r3")).remove(0);
    assert_eq!(
        Value::Object(row.scores()),
        json!({"accuracy": 96, "fine-hcone-bool": 1, "helicone-score-feedback": 0, "other": -1})
    );
    let feedback = read_feedback(json!({"rating": true}).as_object().unwrap()).unwrap();
    day.note("r3", &feedback).unwrap();
    let filter = Filter::read(&json!({"feedback": {"rating": {"equals": true}}})).unwrap();
    assert_eq!(all_asked(&day, &filter), ["r4", "r3"]);

    let many: Map<String, Value> = (0..100).map(|at| (format!("s{at}"), json!(1))).collect();
    let error = day.note("r3", &scores(many.into()).unwrap()).unwrap_err();
    assert_eq!(error, "scores: must be at most 100, with those that it has");
    let long = Note::Property { key: "k".to_owned(), value: "v".repeat(PROPERTIES_BYTES) };
    let error = day.note("r3", &long).unwrap_err();
    assert_eq!(error, "value: must fit into 4096 bytes with the other properties");

    for (body, field) in [
        (json!({"a": 0.5}), "scores.a"),
        (json!({"a": "1"}), "scores.a"),
        (json!({"a": null}), "scores.a"),
        (json!({"a": 1e300}), "scores.a"),
        (json!({"a\"": 1}), "scores.a\""),
        (json!({}), "scores"),
        (json!([]), "scores"),
    ] {
        assert_eq!(scores(body).unwrap_err().path, field);
    }
    let wrong = |body: Value, read: fn(&Map<String, Value>) -> _| -> String {
        let error: heliograph::core::field::FieldError =
            Result::<Note, _>::unwrap_err(read(body.as_object().unwrap()));
        error.path
    };
    assert_eq!(wrong(json!({"score": {}}), read_scores), "score");
    assert_eq!(wrong(json!({"key": "a"}), read_property), "value");
    assert_eq!(wrong(json!({"key": "a", "value": "x".repeat(1001)}), read_property), "value");
    assert_eq!(wrong(json!({"key": 1, "value": "b"}), read_property), "key");
    assert_eq!(wrong(json!({"key": "\\", "value": "b"}), read_property), "key");
    assert_eq!(wrong(json!({"rating": 1}), read_feedback), "rating");
}

#[test]
fn what_is_cached_or_scored_can_be_asked_for() {
    let (_, day) = given();
    let ids = |body: Value| all_asked(&day, &query(body).unwrap().filter);
    assert_eq!(ids(json!({"isCached": true})), ["r5"]);
    assert_eq!(ids(json!({"isCached": false})).len(), 9);
    assert_eq!(ids(json!({"isScored": true})), ["r9", "r4", "r2", "r1"]);
    assert_eq!(ids(json!({"isScored": false})), ["r8", "r6", "r5", "r3", "r7"]);
    assert!(ids(json!({"isPartOfExperiment": true})).is_empty());
    let user = json!({"request_response_rmt": {"user_id": {"equals": "bob"}}});
    assert_eq!(ids(json!({"filter": user, "isScored": true})), ["r2"]);
}

/// How SQLite looks: never through the whole table, and without sorting.
#[test]
fn no_page_is_found_by_a_scan() {
    let (_, day) = given();
    let main = |column: &str, tests: Value| json!({"request_response_rmt": {column: tests}});
    let seek = |filter: Value, after, order| {
        let filter = Filter::read(&filter).unwrap();
        let plan = day.plan(&page(Asked { day: day.number, filter: &filter, order, after }, 10, 0));
        let plan = plan.join("; ");
        assert!(!plan.contains("SCAN") && !plan.contains("TEMP"), "{plan}");
        plan
    };
    let key = "SEARCH requests USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)";
    for order in [Order::Newest, Order::Oldest] {
        assert_eq!(seek(json!({}), None, order), key);
        assert_eq!(seek(json!({}), Some(RowKey(9)), order), key);
        assert_eq!(
            seek(main("request_created_at", json!({"gte": "2026-11-21T09:00:00Z"})), None, order),
            key
        );
        assert_eq!(seek(main("model", json!({"contains": "gpt"})), None, order), key);
        let user = seek(main("user_id", json!({"equals": "bob"})), Some(RowKey(9)), order);
        assert_eq!(user, "SEARCH requests USING INDEX requests_by_user (user_id=? AND rowid>? AND rowid<?)");
        let id = seek(main("request_id", json!({"equals": "r1"})), None, order);
        assert!(id.starts_with("SEARCH requests USING INDEX requests_by_id (request_id=?"), "{id}");
    }
    assert_eq!(day.plan(&find("r1")), ["SEARCH requests USING INDEX requests_by_id (request_id=?)"]);
    let plan = day.plan(&by_ids("[]")).join("; ");
    assert!(plan.contains("requests_by_id (request_id=?)"), "{plan}");
    let mut ids = day.ids(&by_ids(r#"["r1","r5","x"]"#));
    ids.sort();
    assert_eq!(ids, ["r1", "r5"]);
}

#[test]
fn facts_are_bounded_and_only_of_requests() {
    let facts = |event: Value| Facts::of(&read_event(&to_raw_value(&event).unwrap(), now()).unwrap());
    assert_eq!(facts(json!({"request_id": "r", "type": "eval.failed"})), None);
    let bare = facts(json!({"request_id": "r"})).unwrap();
    assert_eq!(serde_json::to_value(&bare).unwrap(), json!({"created_at": now().millis()}));
    let long =
        json!({"request_id": "r", "properties": {"a": "1", "b": "x".repeat(PROPERTIES_BYTES), "c": "3"}});
    let long = facts(long).unwrap();
    assert!(long.is_cut);
    assert_eq!(Value::Object(long.properties), json!({"a": "1", "c": "3"}));
    // What was noted before there were facts is still read.
    let old = r#"{"at":1,"base_url":"","subscriptions":[],"events":[{"id":"e","type":"request.completed","request":"r","place":[0,1,0,1]}]}"#;
    assert_eq!(SegmentIndex::decode(old).unwrap().events[0].facts, None);
}

#[test]
fn a_row_is_shown_under_helicones_names() {
    let (_, day) = given();
    let row = day.rows(&find("r1")).remove(0);
    let view = RequestView::new(day.number, &row, "https://hooks.example.com/payloads/x".to_owned());
    let view = serde_json::to_value(&view).unwrap();
    assert_eq!(view["request_created_at"], "2026-11-21T00:00:00.000Z");
    assert_eq!(view["response_status"], 200);
    assert_eq!(view["prompt_tokens"], 100);
    assert_eq!(view["total_tokens"], 120);
    assert_eq!(view["reasoning_tokens"], Value::Null);
    assert_eq!((&view["cost"], &view["costUSD"]), (&json!(0.0125), &json!(0.0125)));
    assert_eq!(view["scores"], json!({"accuracy": 95, "polite-hcone-bool": 1}));
    assert_eq!(view["request_properties"]["Helicone-Session-Id"], "s-1");
    let cursor = Place::parse(view["cursor"].as_str().unwrap()).unwrap();
    assert_eq!((cursor.day, cursor.key.0 as f64), (day.number, row.key));
    assert_eq!(Timestamp::from_millis(row.created_at as i64), begin_of(day.number));
}
