-- owner: app/console
-- purpose: who may look at the console and change things from it, and what each of them said

-- What a person or a program proves itself with. The token itself is kept nowhere: 256 random bits need no slow hash.
CREATE TABLE homeostat.token (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name       text NOT NULL CHECK (name ~ '^[a-z][a-z0-9-]{0,39}$'),
    role       text NOT NULL CHECK (role IN ('view', 'operate', 'admin')),
    state      text NOT NULL DEFAULT 'active' CHECK (state IN ('active', 'revoked')),
    hash       bytea NOT NULL UNIQUE CHECK (octet_length(hash) = 32),
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    created_by text NOT NULL,
    revoked_at timestamptz,
    revoked_by text,
    CHECK ((state = 'revoked') = (revoked_at IS NOT NULL)),
    CHECK ((state = 'revoked') = (revoked_by IS NOT NULL))
);

CREATE UNIQUE INDEX token_by_name ON homeostat.token (name) WHERE state = 'active';
SELECT homeostat.journal('token', 'token', 'state', '{hash}');

-- Who has handed a token in at the login page. It ends by its time, or with its token.
CREATE TABLE homeostat.session (
    hash       bytea PRIMARY KEY CHECK (octet_length(hash) = 32),
    token_id   bigint NOT NULL REFERENCES homeostat.token (id),
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    expires_at timestamptz NOT NULL,
    CHECK (expires_at > created_at)
);

CREATE INDEX session_by_end ON homeostat.session (expires_at);

-- What somebody asked for at the console, written before it is done: by whom, why, and what came of it.
CREATE TABLE homeostat.word (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    who        text NOT NULL CHECK (who <> ''),
    role       text NOT NULL CHECK (role IN ('view', 'operate', 'admin')),
    act        text NOT NULL,
    subject    text NOT NULL,
    reason     text NOT NULL CHECK (reason <> ''),
    state      text NOT NULL DEFAULT 'asked' CHECK (state IN ('asked', 'done', 'refused')),
    problem    text,
    said_at    timestamptz NOT NULL DEFAULT clock_timestamp(),
    CHECK ((state = 'refused') = (problem IS NOT NULL))
);

CREATE INDEX word_by_time ON homeostat.word (said_at);
SELECT homeostat.journal('word', 'word', 'state');
