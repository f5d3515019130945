-- owner: runtime/effects
-- purpose: money must not stay unguarded: a schedule that guards it and stops firing sets SAFE in the same transaction

CREATE FUNCTION homeostat.guard_money() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    UPDATE homeostat.mode
    SET state = 'SAFE', cause = 'schedule_disabled', who = 'system', changed_at = clock_timestamp(),
        reason = format('schedule %s guards money and is %s: %s', NEW.name, NEW.state,
                        coalesce(NEW.disabled_reason, 'no reason given'))
    WHERE state = 'NORMAL';
    RETURN NULL;
END $$;

CREATE TRIGGER schedule_guards_money AFTER UPDATE ON homeostat.schedule
    FOR EACH ROW WHEN (OLD.state = 'enabled' AND NEW.state <> 'enabled' AND NEW.guards_money)
    EXECUTE FUNCTION homeostat.guard_money();
