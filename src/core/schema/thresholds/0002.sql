-- Alerts that fire, each for a webhook.
CREATE TABLE firing (
    alert TEXT NOT NULL,
    webhook TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (alert, webhook)
) STRICT, WITHOUT ROWID;

-- What began and what ended of them, until it is raised: the event, and the webhook that it is about.
CREATE TABLE signals (number INTEGER PRIMARY KEY, webhook TEXT NOT NULL, body TEXT NOT NULL) STRICT;
