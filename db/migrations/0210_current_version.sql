-- owner: runtime/liveness
-- purpose: whether a program is current is asked in each claim, so the plan of the question is kept

-- Major, minor and patch. What is no version counts as the oldest.
CREATE OR REPLACE FUNCTION homeostat.version_parts(version text) RETURNS int[]
LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN coalesce(regexp_match(version, '^([0-9]+)[.]([0-9]+)[.]([0-9]+)')::int[], '{0,0,0}');
END $$;

-- A function in SQL would be planned anew at each call.
CREATE OR REPLACE FUNCTION homeostat.is_current(version text) RETURNS boolean
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN NOT EXISTS (
        SELECT 1 FROM homeostat.min_version m
        WHERE homeostat.version_parts(m.version) > homeostat.version_parts(is_current.version));
END $$;
