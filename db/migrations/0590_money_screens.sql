-- owner: runtime/effects
-- purpose: what the money page reads, without a walk through all that ever was

-- The latest postings of a brand, page by page.
CREATE INDEX posting_by_brand ON homeostat.posting (brand, id);
-- Windows that cover now are the last ones to end; each act that rests its target leaves another window behind.
CREATE INDEX budget_window_by_end ON homeostat.budget_window (brand, ends_at);
-- The calls of one act.
CREATE INDEX api_usage_of_effect ON homeostat.api_usage (effect_id, id) WHERE effect_id IS NOT NULL;
-- Acts and decisions in a state that few are in. What is settled or permitted is nearly all of them, and is found by the key.
CREATE INDEX effect_by_state ON homeostat.effect (state, id) WHERE state <> 'settled';
CREATE INDEX decision_by_state ON homeostat.decision (state, id) WHERE state <> 'permitted';

-- Calls are added up day by day. Ranges of pages know nothing of what came since the last vacuum: all of that was read for
-- each day.
DROP INDEX homeostat.api_usage_by_time;
CREATE INDEX api_usage_by_time ON homeostat.api_usage (at);
