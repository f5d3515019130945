-- owner: runtime/liveness
-- purpose: whoever was taken for dead on a guess is looked at again until it is proven, and that costs nothing when there are none

CREATE INDEX process_guessed ON homeostat.process (id) WHERE ended_by = 'guess';
