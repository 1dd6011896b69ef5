-- Subscriptions that changed without their ledger knowing yet, with the revision that it has to know.
CREATE TABLE untold (id TEXT PRIMARY KEY, revision INTEGER NOT NULL) STRICT, WITHOUT ROWID;
