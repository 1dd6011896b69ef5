//! Runs a set of migrations in real SQLite from every version to the newest.

use std::{collections::BTreeMap, path::Path};

use heliograph::core::schema::{COUNTERS, Schema, VERSION};
use rusqlite::{Connection, ToSql, params_from_iter};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use crate::support::vectors;

pub type Rows = BTreeMap<String, Vec<Map<String, Value>>>;

/// One version: the hash of the migration that made it, and rows as it wrote them. Each table has to be there, with a row.
#[derive(Deserialize)]
pub struct Fixture {
    pub sha256: String,
    pub rows: Rows,
}

/// A table, and how today's code reads one row of it.
pub type Reader = (&'static str, fn(&rusqlite::Row<'_>) -> Result<(), String>);

/// The fixtures of one object, by version.
pub fn fixtures(object: &str) -> Vec<Fixture> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors/schema").join(object);
    let count = std::fs::read_dir(&folder).unwrap().count();
    (1..=count).map(|number| vectors(&format!("schema/{object}/{number:04}.json"))).collect()
}

pub fn rows(value: Value) -> Rows {
    serde_json::from_value(value).unwrap()
}

pub fn sha256(text: &str) -> String {
    hex::encode(Sha256::digest(text))
}

/// Reads the column `body` as JSON of a type, and sees that the type keeps all that stands in it.
pub fn body<T: DeserializeOwned + Serialize>(row: &rusqlite::Row<'_>) -> Result<(), String> {
    let text: String = row.get("body").map_err(|error| error.to_string())?;
    let read: T = serde_json::from_str(&text).map_err(|error| error.to_string())?;
    let kept = serde_json::to_value(&read).unwrap();
    match lost(&serde_json::from_str(&text).unwrap(), &kept) {
        Some(path) => Err(format!("{path} is lost by reading and writing")),
        None => Ok(()),
    }
}

/// Reads the columns in their order.
pub fn columns<T: for<'a> TryFrom<&'a rusqlite::Row<'a>, Error = rusqlite::Error>>(
    row: &rusqlite::Row<'_>,
) -> Result<(), String> {
    T::try_from(row).map(|_| ()).map_err(|error| error.to_string())
}

/// Where `kept` lacks something that `stored` has.
fn lost(stored: &Value, kept: &Value) -> Option<String> {
    match (stored, kept) {
        (Value::Object(stored), Value::Object(kept)) => stored.iter().find_map(|(name, value)| {
            let below = kept.get(name).map_or(Some(String::new()), |kept| lost(value, kept))?;
            Some(format!(".{name}{below}"))
        }),
        _ => (stored != kept).then(String::new),
    }
}

/// Takes a database of each version to the newest and reads it; says what is wrong first.
pub fn check(schema: Schema, fixtures: &[Fixture], readers: &[Reader]) -> Result<(), String> {
    let (migrations, known) = (schema.migrations.len(), fixtures.len());
    if migrations != known {
        return Err(format!("there are {migrations} migrations and {known} fixtures"));
    }
    for ((version, migration), fixture) in (1_u64..).zip(schema.migrations).zip(fixtures) {
        let hash = sha256(migration);
        if hash != fixture.sha256 {
            return Err(format!(
                "version {version}: the migration's text is not the released one: its hash is {hash}"
            ));
        }
        upgrade(schema, version, &fixture.rows, readers)
            .map_err(|why| format!("version {version}: {why}"))?;
    }
    Ok(())
}

fn upgrade(schema: Schema, version: u64, rows: &Rows, readers: &[Reader]) -> Result<(), String> {
    let database = Connection::open_in_memory().unwrap();
    database.execute_batch(COUNTERS).unwrap();
    for (_, migration) in schema.after(0).take_while(|(number, _)| *number <= version) {
        database.execute_batch(migration).map_err(|error| error.to_string())?;
    }
    for table in tables(&database) {
        let rows = rows.get(&table).filter(|rows| !rows.is_empty());
        let rows = rows.ok_or_else(|| format!("the fixture has no row of {table}"))?;
        for row in rows {
            insert(&database, &table, row).map_err(|error| format!("{table}: {error}"))?;
        }
    }
    let stood: u64 = counter(&database);
    if stood != version {
        return Err(format!("the fixture's counters say version {stood}"));
    }
    // As the object does when it opens its database.
    for (_, migration) in schema.after(stood) {
        database.execute_batch(migration).map_err(|error| error.to_string())?;
    }
    for table in tables(&database).into_iter().filter(|table| table != "counters") {
        let (_, read) = readers
            .iter()
            .find(|(name, _)| *name == table)
            .ok_or_else(|| format!("nothing reads the table {table}"))?;
        let mut statement = database.prepare(&format!("SELECT * FROM {table}")).unwrap();
        let mut found = statement.query([]).unwrap();
        let mut count = 0;
        while let Some(row) = found.next().unwrap() {
            read(row).map_err(|why| format!("{table}: {why}"))?;
            count += 1;
        }
        let before = rows.get(&table).map_or(0, Vec::len);
        if count < before {
            return Err(format!("{table} held {before} rows, and {count} after the upgrade"));
        }
    }
    Ok(())
}

fn tables(database: &Connection) -> Vec<String> {
    let query =
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name";
    let mut statement = database.prepare(query).unwrap();
    let names = statement.query_map([], |row| row.get(0)).unwrap();
    names.map(Result::unwrap).collect()
}

fn counter(database: &Connection) -> u64 {
    let query = "SELECT value FROM counters WHERE name = ?";
    database.query_row(query, [VERSION], |row| row.get::<_, i64>(0)).map_or(0, i64::unsigned_abs)
}

fn insert(database: &Connection, table: &str, row: &Map<String, Value>) -> rusqlite::Result<usize> {
    let names: Vec<&str> = row.keys().map(String::as_str).collect();
    let places = vec!["?"; names.len()].join(", ");
    let statement = format!("INSERT INTO {table} ({}) VALUES ({places})", names.join(", "));
    let values = row.values().map(|value| -> Box<dyn ToSql> {
        match value {
            Value::Null => Box::new(rusqlite::types::Null),
            Value::Bool(flag) => Box::new(*flag),
            Value::Number(number) => match number.as_i64() {
                Some(whole) => Box::new(whole),
                None => Box::new(number.as_f64()),
            },
            Value::String(text) => Box::new(text.clone()),
            nested => Box::new(nested.to_string()),
        }
    });
    database.execute(&statement, params_from_iter(values))
}
