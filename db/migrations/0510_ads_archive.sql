-- owner: app/operator
-- purpose: what the archive of ads tells about those who sell the same as a brand

-- Words that are searched for. Counters are plain: what each word brought, over all runs.
CREATE TABLE homeostat.keyword (
    -- brand:words
    id         text PRIMARY KEY,
    brand      text NOT NULL,
    words      text NOT NULL CHECK (words = lower(words) AND char_length(words) BETWEEN 1 AND 100),
    -- configured: by the owner. learned: found in ads that win. candidate: found too seldom so far.
    state      text NOT NULL CHECK (state IN ('configured', 'learned', 'candidate', 'retired')),
    -- Complete searches, ads found by them, and those of the ads that were to the point.
    searches   int NOT NULL DEFAULT 0 CHECK (searches >= 0),
    found      bigint NOT NULL DEFAULT 0 CHECK (found >= 0),
    relevant   bigint NOT NULL DEFAULT 0 CHECK (relevant BETWEEN 0 AND found),
    -- Runs in which a winning ad had these words.
    wins       int NOT NULL DEFAULT 0 CHECK (wins >= 0),
    UNIQUE (brand, words)
);

SELECT homeostat.journal('keyword', 'keyword', 'state', '{}');

-- The ads that a run's search has found, until a later run of the brand begins.
CREATE TABLE homeostat.ad_find (
    run_id    bigint NOT NULL,
    library_id text NOT NULL,
    brand     text NOT NULL,
    page_id   text NOT NULL,
    page_name text NOT NULL,
    titles    text[] NOT NULL,
    bodies    text[] NOT NULL,
    -- The searches that brought it.
    keywords  text[] NOT NULL CHECK (cardinality(keywords) > 0),
    PRIMARY KEY (run_id, library_id)
);

CREATE INDEX ad_find_of_brand ON homeostat.ad_find (brand, run_id);

-- Who advertises for the same. Times are the world's.
CREATE TABLE homeostat.competitor (
    -- brand:page_id
    id         text PRIMARY KEY,
    brand      text NOT NULL,
    page_id    text NOT NULL,
    name       text NOT NULL,
    -- A page that no complete search has brought for long is dropped.
    state      text NOT NULL CHECK (state IN ('watched', 'dropped')),
    matched_at timestamptz NOT NULL,
    -- The last complete look at its ads; NULL before the first.
    looked_at  timestamptz,
    UNIQUE (brand, page_id)
);

SELECT homeostat.journal('competitor', 'competitor', 'state', '{matched_at,looked_at}');

-- One ad of a competitor, as last read.
CREATE TABLE homeostat.ad (
    -- brand:library_id
    id           text PRIMARY KEY,
    brand        text NOT NULL,
    library_id   text NOT NULL,
    page_id      text NOT NULL,
    -- running, until the archive names its end or a complete look does not bring it any more.
    state        text NOT NULL CHECK (state IN ('running', 'ended')),
    started_on   date NOT NULL,
    -- The archive's word; NULL while it runs, and where it left without one.
    stopped_on   date,
    platforms    text[] NOT NULL,
    title        text NOT NULL,
    body         text NOT NULL,
    reach        bigint CHECK (reach >= 0),
    -- World times of our own looks, and the run of the last one that brought it.
    first_seen_at timestamptz NOT NULL,
    last_seen_at timestamptz NOT NULL,
    seen_in      bigint NOT NULL,
    UNIQUE (brand, library_id)
);

CREATE INDEX ad_of_page ON homeostat.ad (brand, page_id, state);

SELECT homeostat.journal('ad', 'ad', 'state', '{last_seen_at,seen_in,reach}');

-- What a run came to. Written once.
CREATE TABLE homeostat.ads_report (
    -- The run's id.
    id      bigint PRIMARY KEY,
    brand   text NOT NULL,
    made_at timestamptz NOT NULL,
    report  jsonb NOT NULL
);

CREATE INDEX ads_report_of_brand ON homeostat.ads_report (brand, id DESC);

CREATE TRIGGER ads_report_is_kept BEFORE UPDATE ON homeostat.ads_report
    FOR EACH ROW EXECUTE FUNCTION homeostat.refuse('a report is written once');
