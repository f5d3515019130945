-- owner: app/operator
-- purpose: how fast the archive's public page is visited, by the way out to it

CREATE TABLE homeostat.browser_pace (
    -- The way out: direct, datacentre, residential.
    id          text PRIMARY KEY,
    -- The share of visits that were blocked, in millionths, and the wait that follows from it, seconds of world time.
    blocked_ppm int NOT NULL CHECK (blocked_ppm BETWEEN 0 AND 1000000),
    wait_s      int NOT NULL CHECK (wait_s > 0),
    -- World time before which nobody visits.
    next_at     timestamptz NOT NULL
);

SELECT homeostat.journal('browser_pace', 'browser_pace', NULL, '{next_at}');
