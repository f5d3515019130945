-- owner: runtime/effects
-- purpose: money must not stay unguarded: a schedule that guards it and stops firing sets SAFE in the same transaction

-- A SAFE that would clear itself gets the weightier cause too, so that only a person lifts it.
CREATE FUNCTION homeostat.guard_money() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    why constant text := format('schedule %s guards money and is %s: %s', NEW.name, NEW.state,
                                coalesce(NEW.disabled_reason, 'no reason given'));
BEGIN
    UPDATE homeostat.mode
    SET state = 'SAFE', cause = 'schedule_disabled', who = 'system', changed_at = clock_timestamp(), reason = why
    WHERE state = 'NORMAL'
       OR (state = 'SAFE' AND cause IN ('lease_lapsed', 'recovery', 'read_back_missing'));
    INSERT INTO homeostat.incident (brand, kind, entity, entity_id, reason)
    VALUES (NEW.brand, 'schedule_disabled', 'schedule', NEW.id::text, why)
    ON CONFLICT (kind, entity, entity_id) WHERE state = 'open' DO NOTHING;
    RETURN NULL;
END $$;

CREATE TRIGGER schedule_guards_money AFTER UPDATE ON homeostat.schedule
    FOR EACH ROW WHEN (OLD.state = 'enabled' AND NEW.state <> 'enabled' AND NEW.guards_money)
    EXECUTE FUNCTION homeostat.guard_money();
