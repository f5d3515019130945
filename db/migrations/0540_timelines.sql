-- owner: runtime/store
-- purpose: a number that was lost with its commit is given to nobody else (L1, L3)

-- A standby that is promoted without the newest commits does not know which numbers they used up, and whoever got them
-- may still act under them: a worker under its job and fence, a caller under its effect and call. So whoever comes first
-- to a new timeline moves every sequence on, further than any standby lags, before anybody works there.
CREATE TABLE homeostat.timeline (
    -- identity/timeline
    id       text PRIMARY KEY,
    begun_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

SELECT homeostat.journal('timeline', 'timeline', NULL);

CREATE FUNCTION homeostat.begin_timeline(the_id text) RETURNS void
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
    PERFORM setval(format('homeostat.%I', s.sequencename)::regclass, coalesce(s.last_value, 0) + 1048576)
        FROM pg_sequences s WHERE s.schemaname = 'homeostat';
    INSERT INTO homeostat.timeline (id) VALUES (the_id);
END $$;

-- Nothing was lost before the one that this is written on.
INSERT INTO homeostat.timeline (id)
    SELECT system_identifier::text || '/'
        || ('x' || substr(pg_walfile_name(pg_current_wal_insert_lsn()), 1, 8))::bit(32)::bigint
    FROM pg_control_system();
