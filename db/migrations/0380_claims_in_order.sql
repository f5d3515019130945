-- owner: runtime/queue
-- purpose: a claim can only be planned along the index that has its order

-- Hardly a job is ready most of the time, and that is what the statistics say. A plan that believes them on
-- the day on which the queue is full reads all ready jobs off another index and sorts them, for each claim.
-- What this index asks for holds of every job, but a query has to say it; the claim does not.
DROP INDEX homeostat.job_giving_up;
CREATE INDEX job_giving_up ON homeostat.job (give_up_at) WHERE state = 'ready' AND give_up_at < 'infinity';
