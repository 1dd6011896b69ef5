-- One row per delivery, filed under its request and without a secondary index: rows written are what a delivery costs most.
CREATE TABLE deliveries (
    key TEXT NOT NULL,
    id TEXT NOT NULL,
    at INTEGER NOT NULL,
    state TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (key, id)
) STRICT, WITHOUT ROWID;
