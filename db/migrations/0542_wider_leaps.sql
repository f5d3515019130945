-- owner: runtime/store
-- purpose: a new timeline's numbers begin further on than an hour of the fastest load has written

CREATE OR REPLACE FUNCTION homeostat.begin_timeline(the_id text) RETURNS void
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM homeostat.timeline t WHERE t.id = the_id) THEN
        RETURN;
    END IF;
    -- Who comes second waits until the first one has committed.
    LOCK TABLE homeostat.timeline IN SHARE ROW EXCLUSIVE MODE;
    IF EXISTS (SELECT FROM homeostat.timeline t WHERE t.id = the_id) THEN
        RETURN;
    END IF;
    PERFORM setval(format('homeostat.%I', s.sequencename)::regclass, coalesce(s.last_value, 0) + 4294967296)
        FROM pg_sequences s WHERE s.schemaname = 'homeostat';
    INSERT INTO homeostat.timeline (id) VALUES (the_id);
END $$;
