-- owner: runtime/liveness
-- purpose: an incident is found and told again by reads of a few rows, however long ago it was

-- The next life of a role.
CREATE INDEX process_by_kind ON homeostat.process (kind, id);
-- Jobs that left their process without being done: taken from the dead, put off, to be tried again. Few beside those that finish.
CREATE INDEX event_taken_back ON homeostat.event (owner, id)
    WHERE entity = 'job' AND from_state = 'running' AND to_state IN ('ready', 'failed', 'cancelled');
-- Acts whose owner or sender died before their end was known.
CREATE INDEX effect_crashed ON homeostat.effect (created_at) WHERE crashed;
CREATE INDEX incident_by_time ON homeostat.incident (opened_at);
