-- owner: runtime/store
-- purpose: what a person is told of is found without a walk through all that jobs did

-- What a person is told of is one event in ten; the newest of them are found without the jobs between.
CREATE INDEX event_beside_jobs ON homeostat.event (id) WHERE entity <> 'job';
