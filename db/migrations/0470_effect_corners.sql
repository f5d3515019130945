-- owner: runtime/effects
-- purpose: which call was the last one sent, and which server answers, so that a failover is noticed (L3)

-- Old rows get a number that no call has any more: nothing is concluded from it. The update is logged.
ALTER TABLE homeostat.effect ADD COLUMN sent_call int;
UPDATE homeostat.effect SET sent_call = calls;
ALTER TABLE homeostat.effect
    ALTER COLUMN sent_call SET DEFAULT 1,
    ALTER COLUMN sent_call SET NOT NULL,
    ADD CONSTRAINT effect_sent_call_check CHECK (sent_call >= 1);

-- The server that answered last. Another identity or timeline: a standby was promoted, or a backup restored, and what
-- was committed last may be gone.
CREATE TABLE homeostat.server (
    id             text PRIMARY KEY DEFAULT 'server' CHECK (id = 'server'),
    identity       text NOT NULL,
    timeline       bigint NOT NULL,
    -- When the last change was noticed; absent: never.
    failed_over_at timestamptz
);

SELECT homeostat.journal('server', 'server', NULL);
