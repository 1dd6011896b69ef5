-- One row per delivery that people are to look at. The columns say how it stands; both are null while nobody has it.
CREATE TABLE reviews (
    id TEXT PRIMARY KEY,
    at INTEGER NOT NULL,
    claimed_until INTEGER,
    labelled_at INTEGER,
    body TEXT NOT NULL
) STRICT, WITHOUT ROWID;
-- Each row is in one of them, so that an item costs two rows however many there are.
CREATE INDEX waiting ON reviews (at, id) WHERE labelled_at IS NULL;
CREATE INDEX labelled ON reviews (labelled_at, id) WHERE labelled_at IS NOT NULL;
