//! How long the history of requests takes to find: `cargo bench --bench requests`. A million requests over thirty days, each day an
//! SQLite file as its object has it. Prints one line of JSON a question: milliseconds over all the days that it takes, as the Worker
//! goes through them, without the calls between.

// Not part of the Worker: what goes wrong here may stop it.
#![allow(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::unwrap_used
)]

use std::time::Instant;

use heliograph::core::{
    event::RecordPlace,
    history::{
        Facts, IndexedEvent, Tokens, begin_of, number_of,
        query::{Asked, Bound, Filter, Order, Statement, by_ids, count, page, upsert},
    },
    schema::HISTORY,
};
use rusqlite::{Connection, ToSql, params_from_iter};
use serde_json::{Value, json};

const DAYS: i64 = 30;
const PER_DAY: i64 = 1_000_000 / DAYS + 1;
const PAGE: usize = 50;
const ROUNDS: usize = 20;
const MODELS: [&str; 4] = ["gpt-4o", "gpt-4o-mini", "claude-sonnet-4", "gemini-2.5-pro"];

fn main() {
    let folder = std::env::temp_dir().join(format!("heliograph-requests-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let last = number_of("2026-11-21").unwrap();
    let begin = Instant::now();
    // Newest first, as they are asked.
    let days: Vec<(i64, Connection)> = (0..DAYS)
        .map(|ago| {
            let day = last - ago;
            let mut sqlite = Connection::open(folder.join(format!("{day}.sqlite"))).unwrap();
            fill(&mut sqlite, day);
            (day, sqlite)
        })
        .collect();
    let rows = DAYS * PER_DAY;
    let seconds = begin.elapsed().as_secs_f64();
    println!("{}", json!({"filled": rows, "seconds": seconds, "us_per_row": seconds * 1e6 / rows as f64}));

    let main = |column: &str, tests: Value| json!({"request_response_rmt": {column: tests}});
    let oldest = begin_of(last - DAYS + 1);
    let questions = [
        ("newest", json!("all")),
        ("of a user with many", main("user_id", json!({"equals": "user-7"}))),
        ("of a user who is on the oldest day alone", main("user_id", json!({"equals": "rare"}))),
        (
            "of an hour of the oldest day",
            main("request_created_at", json!({"lt": oldest.plus_seconds(3600).to_string()})),
        ),
        ("of a model", main("model", json!({"contains": "CLAUDE"}))),
        (
            "of a property that one in a thousand has",
            main("properties", json!({"feature": {"equals": "f-7"}})),
        ),
        ("of nobody, by a property", main("properties", json!({"feature": {"equals": "none"}}))),
    ];
    for (name, filter) in questions {
        let filter = Filter::read(&filter).unwrap();
        let (found, looked, best) = time(|| first_page(&days, &filter));
        println!("{}", json!({"page": name, "rows": found, "days": looked, "ms": best}));
    }
    let id = format!("r-{}-0", last - DAYS + 1);
    let (found, looked, best) = time(|| {
        let statement = by_ids(&json!([id]).to_string());
        let found = days.iter().position(|(_, sqlite)| read(sqlite, &statement) > 0);
        (1, found.unwrap() + 1)
    });
    println!("{}", json!({"page": "by an id of the oldest day", "rows": found, "days": looked, "ms": best}));
    let all = Filter::All;
    let (found, looked, best) = time(|| (days.iter().map(|day| number(day, &all)).sum(), days.len()));
    println!("{}", json!({"count": "all", "rows": found, "days": looked, "ms": best}));
    drop(days);
    std::fs::remove_dir_all(&folder).unwrap();
}

/// A day's rows, written as its object writes them.
fn fill(sqlite: &mut Connection, day: i64) {
    for (_, migration) in HISTORY.after(0) {
        sqlite.execute_batch(migration).unwrap();
    }
    let transaction = sqlite.transaction().unwrap();
    let mut prepared = None;
    for at in 0..PER_DAY {
        let created_at = begin_of(day).millis() + at * 86_400_000 / PER_DAY;
        let user = match at {
            0 if day == number_of("2026-11-21").unwrap() - DAYS + 1 => "rare".to_owned(),
            at => format!("user-{}", at * 7919 % 1000),
        };
        let event = IndexedEvent {
            id: String::new(),
            event_type: "request.completed".to_owned(),
            request_id: format!("r-{day}-{at}"),
            user_id: Some(user),
            model: Some(MODELS[(at % 4) as usize].to_owned()),
            provider: Some("OPENAI".to_owned()),
            traceparent: None,
            trace_id: None,
            route_id: None,
            cost_status: None,
            place: RecordPlace::try_from(vec![at as u64 * 2000, 2000, at as u64 * 2000 + 300, 1700]).unwrap(),
            queued: vec![],
            held: vec![],
            facts: None,
        };
        let properties = json!({"environment": "production", "feature": format!("f-{}", at % 1000)});
        let facts = Facts {
            created_at,
            status: Some(200),
            cost: Some(at as f64 / 1e6),
            latency_ms: Some((at % 3000) as f64),
            tokens: Tokens { prompt: Some(100), completion: Some(20), total: Some(120), ..Tokens::default() },
            properties: properties.as_object().unwrap().clone(),
            ..Facts::default()
        };
        let segment = format!("archive/default/2026-11-21/09/{at:013}-0000000000000000");
        let statement = upsert(day, &segment, &event, &facts, at as u64);
        let prepared = prepared.get_or_insert_with(|| transaction.prepare(&statement.text).unwrap());
        prepared.execute(params_from_iter(bound(&statement))).unwrap();
    }
    drop(prepared);
    transaction.commit().unwrap();
}

/// Goes through the days until a page is full: how many rows there were, and how many days it took.
fn first_page(days: &[(i64, Connection)], filter: &Filter) -> (usize, usize) {
    let (mut found, mut looked) = (0, 0);
    for (day, sqlite) in days {
        let asked = Asked { day: *day, filter, order: Order::Newest, after: None };
        found += read(sqlite, &page(asked, PAGE - found, 0));
        looked += 1;
        if found >= PAGE {
            break;
        }
    }
    (found, looked)
}

fn read(sqlite: &Connection, statement: &Statement) -> usize {
    let mut prepared = sqlite.prepare(&statement.text).unwrap();
    let mut rows = prepared.query(params_from_iter(bound(statement))).unwrap();
    let mut count = 0;
    while let Some(row) = rows.next().unwrap() {
        let id: String = row.get("request_id").unwrap();
        count += usize::from(!id.is_empty());
    }
    count
}

fn number((day, sqlite): &(i64, Connection), filter: &Filter) -> usize {
    let statement = count(Asked { day: *day, filter, order: Order::Newest, after: None });
    let mut prepared = sqlite.prepare(&statement.text).unwrap();
    let number: i64 = prepared.query_row(params_from_iter(bound(&statement)), |row| row.get(0)).unwrap();
    number as usize
}

fn bound(statement: &Statement) -> impl Iterator<Item = Box<dyn ToSql>> {
    statement.values.iter().map(|value| -> Box<dyn ToSql> {
        match value {
            Bound::Null => Box::new(rusqlite::types::Null),
            Bound::Number(number) => Box::new(*number),
            Bound::Text(text) => Box::new(text.clone()),
        }
    })
}

/// What it came to, and the median of its milliseconds.
fn time(ask: impl Fn() -> (usize, usize)) -> (usize, usize, f64) {
    let (found, looked) = ask();
    let mut taken: Vec<f64> = (0..ROUNDS)
        .map(|_| {
            let begin = Instant::now();
            ask();
            begin.elapsed().as_secs_f64() * 1e3
        })
        .collect();
    taken.sort_by(f64::total_cmp);
    (found, looked, taken[ROUNDS / 2])
}
