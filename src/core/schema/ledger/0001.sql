-- One row per delivery, without a secondary index: rows written are what a delivery costs most.
CREATE TABLE deliveries (
    id TEXT PRIMARY KEY,
    state TEXT NOT NULL,
    due INTEGER,
    resend TEXT,
    made INTEGER NOT NULL,
    body TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- The order in which deliveries first appeared: one row per batch, which names them all.
CREATE TABLE log (seq INTEGER PRIMARY KEY, at INTEGER NOT NULL, ids TEXT NOT NULL) STRICT;

-- Deliveries that are due again: those that failed, and so few of all.
CREATE TABLE open (id TEXT PRIMARY KEY, due INTEGER NOT NULL) STRICT, WITHOUT ROWID;

-- Counts by hour, event type, provider and model.
CREATE TABLE hours (key TEXT PRIMARY KEY, body TEXT NOT NULL) STRICT, WITHOUT ROWID;

-- The endpoint's health, and what the registry said last.
CREATE TABLE notes (name TEXT PRIMARY KEY, body TEXT NOT NULL) STRICT, WITHOUT ROWID;

-- Resends of many deliveries.
CREATE TABLE jobs (id TEXT PRIMARY KEY, body TEXT NOT NULL) STRICT, WITHOUT ROWID;
