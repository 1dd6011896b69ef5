//! A day's table of requests in real SQLite.

use heliograph::core::{
    event::{RecordPlace, read_event},
    history::{
        Facts, IndexedEvent,
        query::{Bound, Row, Statement, find, note, upsert},
    },
    schema::HISTORY,
    time::Timestamp,
};
use rusqlite::{Connection, ToSql, params_from_iter};
use serde_json::{Value, value::to_raw_value};

pub const SEGMENT: &str = "archive/default/2026-11-21/09/1795251600000-0000000000000000";

pub struct Day {
    pub sqlite: Connection,
    pub number: i64,
    rows: u64,
}

impl Day {
    pub fn new(number: i64) -> Self {
        Self::on(Connection::open_in_memory().unwrap(), number)
    }

    pub fn on(sqlite: Connection, number: i64) -> Self {
        for (_, migration) in HISTORY.after(0) {
            sqlite.execute_batch(migration).unwrap();
        }
        Self { sqlite, number, rows: 0 }
    }

    /// Adds an event as the object does with what stands in a segment.
    pub fn add(&mut self, event: &Value) {
        let event = read_event(&to_raw_value(event).unwrap(), Timestamp::default()).unwrap();
        let place = RecordPlace::try_from(vec![self.rows, 1, self.rows, 1]).unwrap();
        let indexed = IndexedEvent::new(&event, place);
        let facts = Facts::of(&event).unwrap();
        self.rows += 1;
        self.run(&upsert(self.number, SEGMENT, &indexed, &facts, self.rows));
    }

    pub fn run(&self, statement: &Statement) -> usize {
        self.sqlite.execute(&statement.text, params_from_iter(bound(statement))).unwrap()
    }

    pub fn rows(&self, statement: &Statement) -> Vec<Row> {
        let mut prepared = self.sqlite.prepare(&statement.text).unwrap();
        let rows = prepared.query_map(params_from_iter(bound(statement)), |row| Ok(read(row))).unwrap();
        rows.map(Result::unwrap).collect()
    }

    pub fn ids(&self, statement: &Statement) -> Vec<String> {
        self.rows(statement).into_iter().map(|row| row.request_id).collect()
    }

    pub fn number(&self, statement: &Statement) -> i64 {
        let mut prepared = self.sqlite.prepare(&statement.text).unwrap();
        prepared.query_row(params_from_iter(bound(statement)), |row| row.get("value")).unwrap()
    }

    /// What SQLite says of how it will look.
    pub fn plan(&self, statement: &Statement) -> Vec<String> {
        let mut prepared = self.sqlite.prepare(&format!("EXPLAIN QUERY PLAN {}", statement.text)).unwrap();
        let rows = prepared.query_map(params_from_iter(bound(statement)), |row| row.get("detail")).unwrap();
        rows.map(Result::unwrap).collect()
    }

    pub fn note(&self, id: &str, said: &heliograph::core::history::query::Note) -> Result<(), String> {
        let mut row = self.rows(&find(id)).remove(0);
        row.take(said).map_err(|error| error.to_string())?;
        assert_eq!(self.run(&note(&row)), 1);
        Ok(())
    }
}

fn bound(statement: &Statement) -> impl Iterator<Item = Box<dyn ToSql>> {
    statement.values.iter().map(|value| -> Box<dyn ToSql> {
        match value {
            Bound::Null => Box::new(rusqlite::types::Null),
            // As the platform binds JavaScript's numbers.
            Bound::Number(number) => Box::new(*number),
            Bound::Text(text) => Box::new(text.clone()),
        }
    })
}

/// Reads a row by its columns, numbers as JavaScript has them.
pub fn read(row: &rusqlite::Row<'_>) -> Row {
    let names: Vec<String> = row.as_ref().column_names().map(str::to_owned).collect();
    let value = |name: &String| match row.get_ref(name.as_str()).unwrap() {
        rusqlite::types::ValueRef::Null => Value::Null,
        rusqlite::types::ValueRef::Integer(whole) => Value::from(whole as f64),
        rusqlite::types::ValueRef::Real(number) => Value::from(number),
        rusqlite::types::ValueRef::Text(text) => Value::from(std::str::from_utf8(text).unwrap()),
        rusqlite::types::ValueRef::Blob(_) => panic!("{name} is no text"),
    };
    let object = names.iter().map(|name| (name.clone(), value(name))).collect();
    serde_json::from_value(Value::Object(object)).unwrap()
}
