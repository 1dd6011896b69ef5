-- One row per call. What a row costs is what intake costs, so its key is the rowid, and there is no second index.
CREATE TABLE segments (
    seq INTEGER PRIMARY KEY,
    key TEXT NOT NULL,
    at INTEGER NOT NULL,
    events INTEGER NOT NULL,
    body TEXT NOT NULL
) STRICT;

-- Rows of which something was queued again, and when they are compared once more: `wait` doubles each time.
CREATE TABLE doubtful (seq INTEGER PRIMARY KEY, due INTEGER NOT NULL, wait INTEGER NOT NULL) STRICT;
