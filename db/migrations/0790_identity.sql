-- owner: app/operator
-- purpose: whose digest is whose. Orders, letters, windows and decisions name somebody by a number that says nothing; what leads
--          from a person to it stands here alone. Erasing one person deletes these rows, and the log keeps no digest.

-- One digest of one person or household.
CREATE TABLE homeostat.identity (
    id      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    -- kind:version of the key:hex
    digest  text NOT NULL UNIQUE,
    kind    text NOT NULL CHECK (kind IN ('customer', 'household')),
    -- The first digest of the same person, from under an older key; NULL for the first itself.
    same_as bigint REFERENCES homeostat.identity (id) ON DELETE CASCADE,
    -- World time of the last sight, a day too early at most.
    seen_at timestamptz NOT NULL
);

CREATE INDEX identity_same_as ON homeostat.identity (same_as) WHERE same_as IS NOT NULL;
CREATE INDEX identity_by_age ON homeostat.identity (seen_at);

-- What was written under digests so far. Windows, decisions and the log of then keep theirs.
INSERT INTO homeostat.identity (digest, kind, seen_at)
SELECT digest, kind, max(seen_at) FROM (
    SELECT customer AS digest, 'customer' AS kind, read_at AS seen_at FROM homeostat.shop_order
    UNION ALL SELECT customer, 'customer', read_at FROM homeostat.letter
    UNION ALL SELECT household, 'household', read_at FROM homeostat.shop_order) known
WHERE digest IS NOT NULL GROUP BY digest, kind;

UPDATE homeostat.shop_order o SET customer = 'customer-' || i.id FROM homeostat.identity i WHERE i.digest = o.customer;
UPDATE homeostat.shop_order o SET household = 'household-' || i.id FROM homeostat.identity i WHERE i.digest = o.household;
UPDATE homeostat.letter l SET customer = 'customer-' || i.id FROM homeostat.identity i WHERE i.digest = l.customer;

SELECT homeostat.journal('identity', 'identity', NULL, '{digest,seen_at}');
