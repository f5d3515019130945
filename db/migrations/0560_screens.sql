-- owner: runtime/store
-- purpose: what the first screen counts, by time

-- What the first screen counts: decisions of the last hour, runs of the last day, deaths of the last hour.
CREATE INDEX decision_by_time ON homeostat.decision (brand, created_at);
CREATE INDEX run_by_time ON homeostat.run (created_at);
CREATE INDEX process_died ON homeostat.process (ended_at) WHERE state = 'ended' AND ended_by <> 'planned';
