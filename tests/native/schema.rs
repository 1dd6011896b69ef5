//! Databases of every earlier version become today's: nothing stored is lost or unreadable after an upgrade.
//!
//! For a new migration add `tests/vectors/schema/<object>/<number>.json`: the migration's SHA-256, and rows of every table as
//! that version writes them (a `body` that is an object is stored as its JSON). For a new object add a test like `registry`.

mod harness;

use harness::{Fixture, Reader, body, check, columns, fixtures};
use heliograph::core::{
    auth::KeyRecord,
    backfill,
    delivery_alerts::Firing,
    health::Health,
    history::SegmentIndex,
    inbox::Entry,
    insights::{Kind, Measures, Name, Ratios, Signal, Tally},
    ledger::{Hour, Row, Standing, State},
    org::{Org, OrgSettings},
    replay::Job,
    review::Item,
    rules::Sum,
    schema::{BACKFILL, HISTORY, INBOX, INSIGHTS, LEDGER, REGISTRY, REVIEWS, Schema, THRESHOLDS},
    subscription::Subscription,
};
use serde_json::json;

const REGISTRY_READERS: [Reader; 6] = [
    ("subscriptions", body::<Subscription>),
    ("idempotency", columns::<(String, String, String, i64)>),
    ("api_keys", body::<KeyRecord>),
    ("orgs", body::<Org>),
    ("untold", columns::<(String, i64)>),
    ("settings", body::<OrgSettings>),
];

#[test]
fn registry() {
    check(REGISTRY, &fixtures("registry"), &REGISTRY_READERS).unwrap();
}

const LEDGER_READERS: [Reader; 7] = [
    ("deliveries", delivery),
    ("log", batch),
    ("open", columns::<(String, i64, i64)>),
    ("hours", body::<Hour>),
    ("notes", note),
    ("jobs", body::<Job>),
    ("volumes", columns::<(i64, i64, i64, i64)>),
];

#[test]
fn ledger() {
    check(LEDGER, &fixtures("ledger"), &LEDGER_READERS).unwrap();
}

#[test]
fn history() {
    let readers = [
        ("segments", body::<SegmentIndex> as _),
        ("doubtful", columns::<(i64, i64, i64)> as _),
        ("requests", request as _),
    ];
    check(HISTORY, &fixtures("history"), &readers).unwrap();
}

/// A request, of which the archive's place and all JSON can be read.
fn request(row: &rusqlite::Row<'_>) -> Result<(), String> {
    let row = crate::requests::database::read(row);
    let is_read = row.place().is_some() && !row.properties().is_empty() && !row.scores().is_empty();
    is_read.then_some(()).ok_or_else(|| format!("{} is no longer read", row.request_id))
}

#[test]
fn backfill() {
    check(BACKFILL, &fixtures("backfill"), &[("jobs", body::<backfill::Job> as _)]).unwrap();
}

#[test]
fn inbox() {
    check(INBOX, &fixtures("inbox"), &[("deliveries", handled as _)]).unwrap();
}

const THRESHOLDS_READERS: [Reader; 5] = [
    ("sums", body::<Sum>),
    ("crossed", crossed),
    ("calls", columns::<(String, i64)>),
    ("firing", firing),
    ("signals", signal),
];

#[test]
fn thresholds() {
    check(THRESHOLDS, &fixtures("thresholds"), &THRESHOLDS_READERS).unwrap();
}

/// A rule that was crossed: with the address and the event until it is raised.
fn crossed(row: &rusqlite::Row<'_>) -> Result<(), String> {
    let (_, _, _, text): (i64, String, String, Option<String>) =
        row.try_into().map_err(|error: rusqlite::Error| error.to_string())?;
    let read = text.map(|text| serde_json::from_str::<(String, serde_json::Value)>(&text));
    read.transpose().map(|_| ()).map_err(|error| error.to_string())
}

/// An alert that fires, whose columns say the same as its body.
fn firing(row: &rusqlite::Row<'_>) -> Result<(), String> {
    body::<Firing>(row)?;
    let (alert, webhook, text): (String, String, String) =
        row.try_into().map_err(|error: rusqlite::Error| error.to_string())?;
    let kept: Firing = serde_json::from_str(&text).map_err(|error| error.to_string())?;
    let is_same = (kept.alert.id, kept.webhook) == (alert, webhook);
    is_same.then_some(()).ok_or_else(|| format!("the columns differ from {text}"))
}

/// A signal with the address and the event, until it is raised.
fn signal(row: &rusqlite::Row<'_>) -> Result<(), String> {
    let (_, _, text): (i64, String, String) =
        row.try_into().map_err(|error: rusqlite::Error| error.to_string())?;
    let read = serde_json::from_str::<(String, serde_json::Value)>(&text);
    read.map(|_| ()).map_err(|error| error.to_string())
}

/// A delivery in the inbox, likewise.
fn handled(row: &rusqlite::Row<'_>) -> Result<(), String> {
    body::<Entry>(row)?;
    let (_, id, at, state, text): (String, String, i64, String, String) =
        row.try_into().map_err(|error: rusqlite::Error| error.to_string())?;
    let kept: Entry = serde_json::from_str(&text).map_err(|error| error.to_string())?;
    let is_same = (kept.id.as_str(), kept.received_at, kept.state.name()) == (&id, at, &state);
    is_same.then_some(()).ok_or_else(|| format!("the columns differ from {text}"))
}

const INSIGHTS_READERS: [Reader; 5] = [
    ("tallies", tally),
    ("seen", seen),
    ("given", columns::<(String, i64)>),
    ("untold", body::<Signal>),
    ("ratios", body::<Ratios>),
];

#[test]
fn insights() {
    check(INSIGHTS, &fixtures("insights"), &INSIGHTS_READERS).unwrap();
}

/// A row of sums, whose kind and name are still known as what they were.
fn tally(row: &rusqlite::Row<'_>) -> Result<(), String> {
    body::<Tally>(row)?;
    let (kind, _, name, _): (String, i64, String, String) =
        row.try_into().map_err(|error: rusqlite::Error| error.to_string())?;
    let is_kind = Kind::from_key(&kind).is_some_and(|known| known.to_string() == kind);
    let is_same = is_kind && Name::from_key(&name).to_string() == name;
    is_same.then_some(()).ok_or_else(|| format!("{kind} {name} is no longer read as such"))
}

/// What was counted of a delivery.
fn seen(row: &rusqlite::Row<'_>) -> Result<(), String> {
    let (_, _, measures): (i64, String, u8) =
        row.try_into().map_err(|error: rusqlite::Error| error.to_string())?;
    (!Measures::from_bits(measures).is_empty()).then_some(()).ok_or_else(|| "no measure".to_owned())
}

#[test]
fn reviews() {
    check(REVIEWS, &fixtures("reviews"), &[("reviews", reviewed as _)]).unwrap();
}

/// A delivery that people are to look at, likewise.
fn reviewed(row: &rusqlite::Row<'_>) -> Result<(), String> {
    body::<Item>(row)?;
    let (id, at, claimed, labelled, text): (String, i64, Option<i64>, Option<i64>, String) =
        row.try_into().map_err(|error: rusqlite::Error| error.to_string())?;
    let kept: Item = serde_json::from_str(&text).map_err(|error| error.to_string())?;
    let (until, said) = (kept.claim.map(|claim| claim.until), kept.label.map(|label| label.at));
    let is_same = (kept.id, kept.at, until, said) == (id, at, claimed, labelled);
    is_same.then_some(()).ok_or_else(|| format!("the columns differ from {text}"))
}

/// A delivery, whose columns say the same as its body.
fn delivery(row: &rusqlite::Row<'_>) -> Result<(), String> {
    body::<Row>(row)?;
    let (id, state, due, resend, made, text): (String, String, Option<i64>, Option<String>, u32, String) =
        row.try_into().map_err(|error: rusqlite::Error| error.to_string())?;
    let kept: Row = serde_json::from_str(&text).map_err(|error| error.to_string())?;
    let state: State = serde_json::from_value(state.into()).map_err(|error| error.to_string())?;
    let is_same =
        (kept.message.id, kept.state, kept.due, kept.resend, kept.made) == (id, state, due, resend, made);
    is_same.then_some(()).ok_or_else(|| format!("the columns differ from {text}"))
}

/// A batch of the log, which names its deliveries.
fn batch(row: &rusqlite::Row<'_>) -> Result<(), String> {
    let (_, _, ids): (i64, i64, String) =
        row.try_into().map_err(|error: rusqlite::Error| error.to_string())?;
    serde_json::from_str::<Vec<String>>(&ids).map(|_| ()).map_err(|error| error.to_string())
}

fn note(row: &rusqlite::Row<'_>) -> Result<(), String> {
    let name: String = row.get("name").map_err(|error| error.to_string())?;
    match name.as_str() {
        "standing" => body::<Standing>(row),
        "health" => body::<Health>(row),
        _ => Err(format!("nothing reads the note {name}")),
    }
}

/// A second version that moves what the first one wrote.
const TWO: Schema = Schema {
    migrations: &[
        "CREATE TABLE orgs (body TEXT NOT NULL) STRICT;",
        "ALTER TABLE orgs ADD COLUMN id TEXT; UPDATE orgs SET id = body ->> 'id';",
    ],
};
/// The same with a second migration that loses rows.
const LOSSY: Schema =
    Schema { migrations: &[TWO.migrations[0], "DELETE FROM orgs; ALTER TABLE orgs ADD COLUMN id TEXT;"] };
const ORGS: [Reader; 1] = [("orgs", body::<Org>)];

fn two() -> Vec<Fixture> {
    let org = json!({"id": "acme", "name": "Acme", "created_at": 1});
    let first = json!({"counters": [{"name": "schema", "value": 1}], "orgs": [{"body": org}]});
    let second = json!({"counters": [{"name": "schema", "value": 2}], "orgs": [{"body": org, "id": "acme"}]});
    [first, second]
        .into_iter()
        .zip(TWO.migrations)
        .map(|(rows, migration)| Fixture { sha256: harness::sha256(migration), rows: harness::rows(rows) })
        .collect()
}

/// What the check says of the two versions, once something is wrong with them.
fn complaint(schema: Schema, readers: &[Reader], damage: impl Fn(&mut Vec<Fixture>)) -> String {
    let mut fixtures = two();
    damage(&mut fixtures);
    check(schema, &fixtures, readers).unwrap_err()
}

#[test]
fn the_check_takes_each_version_to_the_newest() {
    check(TWO, &two(), &ORGS).unwrap();
    assert_eq!(TWO.after(1).collect::<Vec<_>>(), [(2, TWO.migrations[1])]);
    assert_eq!(TWO.after(2).count(), 0);
    let said = complaint(LOSSY, &ORGS, |fixtures| fixtures[1].sha256 = harness::sha256(LOSSY.migrations[1]));
    assert_eq!(said, "version 1: orgs held 1 rows, and 0 after the upgrade");
}

#[test]
fn the_check_sees_what_is_forgotten_or_changed() {
    let missing = complaint(TWO, &ORGS, |fixtures| fixtures.truncate(1));
    assert_eq!(missing, "there are 2 migrations and 1 fixtures");
    let changed = complaint(TWO, &ORGS, |fixtures| fixtures[0].sha256 = "00".repeat(32));
    assert!(changed.starts_with("version 1: the migration's text is not the released one"), "{changed}");
    let unread = complaint(TWO, &[], |_| {});
    assert_eq!(unread, "version 1: nothing reads the table orgs");
    let empty = complaint(TWO, &ORGS, |fixtures| {
        fixtures[1].rows.remove("orgs");
    });
    assert_eq!(empty, "version 2: the fixture has no row of orgs");
    for damaged in [
        json!({"id": "acme", "created_at": 1}),
        json!({"id": "acme", "name": "A", "created_at": 1, "plan": "b"}),
    ] {
        let rows = json!({"counters": [{"name": "schema", "value": 1}], "orgs": [{"body": damaged}]});
        let unreadable = complaint(TWO, &ORGS, |fixtures| fixtures[0].rows = harness::rows(rows.clone()));
        assert!(unreadable.starts_with("version 1: orgs: "), "{unreadable}");
    }
}
