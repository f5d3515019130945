-- owner: app/operator
-- purpose: how often each sensor has seen. A count that grows with every look is no state, so it leaves no event.

UPDATE homeostat.logged_relation SET derived = '{as_of,readings}' WHERE entity = 'sensor';
DROP TRIGGER journal_insert ON homeostat.sensor;
DROP TRIGGER journal_update ON homeostat.sensor;
DROP TRIGGER journal_delete ON homeostat.sensor;

ALTER TABLE homeostat.sensor ADD COLUMN readings bigint NOT NULL DEFAULT 0 CHECK (readings >= 0);

CREATE TRIGGER journal_insert AFTER INSERT ON homeostat.sensor REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION homeostat.log_insert('sensor', 'state', 'as_of', 'readings');
CREATE TRIGGER journal_update AFTER UPDATE ON homeostat.sensor REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION homeostat.log_update('sensor', 'state', 'as_of', 'readings');
CREATE TRIGGER journal_delete AFTER DELETE ON homeostat.sensor REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION homeostat.log_delete('sensor', 'state', 'as_of', 'readings');
