-- owner: runtime/liveness
-- purpose: an unplanned end lasts until another life of its role begins, where somebody sees to it that one does

-- Nobody brings back a worker that a person started, or one that does a single job alone: what they held is given to
-- others, and nobody waits for them. Programs from before say nothing of it; theirs come back as a rule.
ALTER TABLE homeostat.process ADD COLUMN comes_back boolean NOT NULL DEFAULT true;

CREATE VIEW homeostat.unplanned_end AS
SELECT d.id, d.kind, d.host, d.pid, d.version, d.started_at, d.seen_at, d.ended_at, d.end_reason, d.ended_by,
       -- A later namesake of one that nobody brings back has nothing to do with it.
       CASE WHEN d.comes_back THEN n.id END AS next,
       CASE WHEN d.comes_back THEN n.started_at ELSE d.ended_at END AS back_at
FROM homeostat.process d
LEFT JOIN LATERAL (
    SELECT n.id, n.started_at FROM homeostat.process n
    WHERE n.kind = d.kind AND n.id > d.id ORDER BY n.id LIMIT 1) n ON true
WHERE d.state = 'ended' AND d.ended_by <> 'planned';
