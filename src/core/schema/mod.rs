//! The tables of the Durable Objects' databases, as migrations that only go forward.
//!
//! A released migration is never changed: a new one is added behind it, and only adds (tables, and columns that may be left out), for the
//! version before it may be deployed again. For each there is a file in `tests/vectors/schema/`
//! with the migration's hash and with rows as that version wrote them; `tests/native/schema.rs` takes them to the newest
//! version and has today's types read them.

/// Counters of the object itself. The table exists before any migration, since it says how many have run.
pub const COUNTERS: &str =
    "CREATE TABLE IF NOT EXISTS counters (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT;";

/// The counter that says how many migrations have run.
pub const VERSION: &str = "schema";

/// What `Registry` keeps.
pub const REGISTRY: Schema = Schema {
    migrations: &[
        include_str!("registry/0001.sql"),
        include_str!("registry/0002.sql"),
        include_str!("registry/0003.sql"),
    ],
};

/// What `Ledger` keeps.
pub const LEDGER: Schema = Schema {
    migrations: &[
        include_str!("ledger/0001.sql"),
        include_str!("ledger/0002.sql"),
        include_str!("ledger/0003.sql"),
    ],
};

/// What `History` keeps.
pub const HISTORY: Schema =
    Schema { migrations: &[include_str!("history/0001.sql"), include_str!("history/0002.sql")] };

/// What `Inbox` keeps.
pub const INBOX: Schema = Schema { migrations: &[include_str!("inbox/0001.sql")] };

/// What `Backfill` keeps.
pub const BACKFILL: Schema = Schema { migrations: &[include_str!("backfill/0001.sql")] };

/// What `Insights` keeps.
pub const INSIGHTS: Schema = Schema { migrations: &[include_str!("insights/0001.sql")] };

/// What `Reviews` keeps.
pub const REVIEWS: Schema = Schema { migrations: &[include_str!("reviews/0001.sql")] };

/// What `Thresholds` keeps.
pub const THRESHOLDS: Schema =
    Schema { migrations: &[include_str!("thresholds/0001.sql"), include_str!("thresholds/0002.sql")] };

/// The tables of one kind of object.
#[derive(Clone, Copy, Debug)]
pub struct Schema {
    /// In the order in which they run, once each; the first one makes version 1.
    pub migrations: &'static [&'static str],
}

impl Schema {
    /// What takes a database from a version to the newest: each migration, and the version that it makes.
    pub fn after(self, version: u64) -> impl Iterator<Item = (u64, &'static str)> {
        (1_u64..).zip(self.migrations.iter().copied()).filter(move |(number, _)| *number > version)
    }
}
