-- What the requests of a window come to, for the org, a user or a model. Read and written by key alone.
CREATE TABLE sums (
    begin INTEGER NOT NULL,
    window TEXT NOT NULL,
    per TEXT NOT NULL,
    key TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (begin, window, per, key)
) STRICT, WITHOUT ROWID;

-- Rules that a window has crossed: one row each, with the event until it is raised.
CREATE TABLE crossed (
    begin INTEGER NOT NULL,
    rule TEXT NOT NULL,
    key TEXT NOT NULL,
    body TEXT,
    PRIMARY KEY (begin, rule, key)
) STRICT, WITHOUT ROWID;

-- Calls that were counted: a client that repeats one has its events counted once.
CREATE TABLE calls (mark TEXT PRIMARY KEY, at INTEGER NOT NULL) STRICT, WITHOUT ROWID;
