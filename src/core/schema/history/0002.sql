-- One row per LLM request, made of the segments when somebody asks for requests, and not before. Its key is the moment in the
-- day and a number, so that newest first is a range of it; `latest` is the creation of the event that the facts are from.
CREATE TABLE requests (
    key INTEGER PRIMARY KEY,
    request_id TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    latest INTEGER NOT NULL,
    event_type TEXT NOT NULL,
    user_id TEXT,
    model TEXT,
    provider TEXT,
    status INTEGER,
    cost REAL,
    cost_status TEXT,
    latency_ms REAL,
    first_token_ms REAL,
    cached INTEGER,
    prompt_tokens INTEGER,
    completion_tokens INTEGER,
    total_tokens INTEGER,
    cache_read_tokens INTEGER,
    cache_write_tokens INTEGER,
    reasoning_tokens INTEGER,
    properties TEXT NOT NULL,
    is_cut INTEGER NOT NULL,
    segment TEXT NOT NULL,
    place TEXT NOT NULL,
    added TEXT,
    scores TEXT
) STRICT;

CREATE UNIQUE INDEX requests_by_id ON requests (request_id);
-- The rowid ends every index, so that one user's requests are in order in it.
CREATE INDEX requests_by_user ON requests (user_id) WHERE user_id IS NOT NULL;
