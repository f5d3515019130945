-- owner: runtime/queue
-- purpose: signs of life of jobs whose work is done by a process of their own

-- Written again and again while such a job runs, so it is no part of the job's row, which stays small, nor
-- of the journal. It decides nothing: the row of the job says whose it is.
CREATE TABLE homeostat.job_beat (
    job         bigint PRIMARY KEY,
    -- The claim that it tells of; about another claim it says nothing.
    fence       bigint NOT NULL,
    owner       bigint NOT NULL,
    beat_at     timestamptz NOT NULL,
    -- The last progress; before there was any, the beginning.
    progress_at timestamptz NOT NULL
);
