-- owner: runtime/queue
-- purpose: runs are found by what is asked of them, however many there were

CREATE INDEX run_by_pipeline ON homeostat.run (pipeline, id);
-- Runs in a state that few are in: what is done is nearly all of them, and is found by the key.
CREATE INDEX run_by_state ON homeostat.run (state, id) WHERE state <> 'done';
