-- owner: runtime/store
-- purpose: an event costs the same however many rows a statement changes, and reads the same in every time zone

-- The rows before and after a statement are joined by their id. What is known about them when the plan
-- is made comes from the first statement of a session, so a plan for one row would compare each row
-- with each other row of a large one.
ALTER FUNCTION homeostat.log_update() SET enable_nestloop = off;

-- JSON writes an instant in the session's time zone, and the fold compares text with text.
ALTER FUNCTION homeostat.log_insert() SET timezone = 'UTC';
ALTER FUNCTION homeostat.log_update() SET timezone = 'UTC';
