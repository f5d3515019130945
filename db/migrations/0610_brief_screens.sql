-- owner: runtime/effects
-- purpose: what a day came to is found by the rows of that day alone, however long ago it was

-- Decisions by the brand's day, which is the world's; and the moment at which that day began here.
CREATE INDEX decision_by_day ON homeostat.decision (brand, decided_at);
-- Acts by when they were closed.
CREATE INDEX effect_by_end ON homeostat.effect (brand, finished_at) WHERE finished_at IS NOT NULL;
