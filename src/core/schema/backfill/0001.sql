-- Backfills, each with where it goes on.
CREATE TABLE jobs (id TEXT PRIMARY KEY, body TEXT NOT NULL) STRICT, WITHOUT ROWID;
