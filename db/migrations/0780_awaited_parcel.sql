-- owner: app/operator
-- purpose: what a letter waits for, so that one look brings it for all that wait.

-- The parcel, in capitals, whose first word the decision waits for; NULL while it waits for none.
ALTER TABLE homeostat.letter ADD COLUMN awaits text;

CREATE INDEX letter_awaiting ON homeostat.letter (brand, awaits) WHERE state = 'read' AND awaits IS NOT NULL;
