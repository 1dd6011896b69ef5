-- Sums by what they are of, the first hour of their window, and whose they are: one row is written per batch, however many
-- measures it has.
CREATE TABLE tallies (
    kind TEXT NOT NULL,
    hour INTEGER NOT NULL,
    name TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (kind, hour, name)
) STRICT, WITHOUT ROWID;

-- Which measures of which delivery were counted, by the day on which they were: a day is forgotten as a whole, and looking
-- at a few days needs no second index.
CREATE TABLE seen (
    day INTEGER NOT NULL,
    id TEXT NOT NULL,
    measures INTEGER NOT NULL,
    PRIMARY KEY (day, id)
) STRICT, WITHOUT ROWID;

-- Signals that were given, with the first hour of their window.
CREATE TABLE given (id TEXT PRIMARY KEY, hour INTEGER NOT NULL) STRICT, WITHOUT ROWID;

-- Signals that nobody was told yet: they are put on the inbox's queue, and removed when it has taken them.
CREATE TABLE untold (id TEXT PRIMARY KEY, body TEXT NOT NULL) STRICT, WITHOUT ROWID;

-- What ratio of tokens a model usually has, and the hour of its last request.
CREATE TABLE ratios (name TEXT PRIMARY KEY, hour INTEGER NOT NULL, body TEXT NOT NULL) STRICT, WITHOUT ROWID;
