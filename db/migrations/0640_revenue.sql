-- owner: app/operator
-- purpose: revenue as the ads report it, and what the readings of an hour added, found by their time

-- Cumulative for the day like spend, in the row's currency. Null: not read, or sales were told without their worth.
ALTER TABLE homeostat.observation ADD COLUMN value_micros bigint;

CREATE INDEX observation_by_reading ON homeostat.observation (brand, read_at);
