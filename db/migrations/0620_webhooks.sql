-- owner: app/operator
-- purpose: what a vendor told us by itself, each once: that it did and whom it may be about, never what it said

-- The body is not kept: it may hold data of persons, and nothing that it claims is believed. Its hash knows it again.
CREATE TABLE homeostat.webhook (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    vendor      text NOT NULL CHECK (vendor ~ '^[a-z][a-z0-9_-]{0,39}$'),
    body_hash   bytea NOT NULL CHECK (octet_length(body_hash) = 32),
    body_bytes  int NOT NULL CHECK (body_bytes BETWEEN 0 AND 65536),
    -- Whose vendor was asked again because of it.
    brands      text[] NOT NULL,
    received_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    UNIQUE (vendor, body_hash)
);

CREATE INDEX webhook_by_time ON homeostat.webhook (received_at);
SELECT homeostat.journal('webhook', 'webhook', NULL);
