-- What the org decides for all of its subscriptions: one row, number 1.
CREATE TABLE settings (id INTEGER PRIMARY KEY, body TEXT NOT NULL) STRICT;
