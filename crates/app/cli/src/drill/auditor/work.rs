//! Work: nobody's jobs, phases that ran twice, wishes that were decided twice.

use super::{Field, Question};

/// Where work may fail for good, it fails for what befell it, and not for what nobody did to it.
pub(super) const FAILED_UNEXPLAINED: Question = Question {
    field: Field::WorkStuck,
    sql: "SELECT 1 AS n, format('job %s (%s) has failed for no cause that was given: %s', id, kind, last_error) AS what
          FROM homeostat.job
          WHERE state = 'failed' AND (
              last_cause NOT IN ('crash', 'error', 'interruptions', 'resumes', 'timeout')
              OR (last_cause = 'error' AND kind = 'drill.load' AND NOT coalesce((args ->> 'fails')::int, 0) > 0))",
};

/// Nothing fails for good on a bad day.
pub(super) const FAILED: Question = Question {
    field: Field::WorkStuck,
    sql: "SELECT 1 AS n, format('job %s (%s) has failed: %s', id, kind, last_error) AS what
          FROM homeostat.job WHERE state = 'failed'",
};

pub(super) const QUESTIONS: [Question; 5] = [
    // A running job has an owner that lives, and a deadline that somebody minds.
    Question {
        field: Field::WorkStuck,
        sql: "SELECT 1 AS n, format('job %s (%s) runs in the hands of epoch %s, which is %s', j.id, j.kind, j.owner,
                                    coalesce(p.state, 'unknown')) AS what
              FROM homeostat.job j LEFT JOIN homeostat.process p ON p.id = j.owner
              WHERE j.state = 'running'
                AND (p.state IS DISTINCT FROM 'live' OR j.deadline < clock_timestamp() - interval '15 s')",
    },
    // A run that goes on has somebody to go on with it.
    Question {
        field: Field::WorkStuck,
        sql: "SELECT 1 AS n, format('run %s is running and has no job', r.id) AS what
              FROM homeostat.run r
              WHERE r.state = 'running' AND NOT EXISTS (SELECT FROM homeostat.job j WHERE j.run_id = r.id AND j.state <> 'failed')",
    },
    // One checkpoint for each phase of a run.
    Question {
        field: Field::CompletedPhasesRerun,
        sql: "SELECT count(*) - 1 AS n, format('run %s has %s checkpoints of phase %s', data ->> 'run_id', count(*),
                                               data ->> 'no') AS what
              FROM homeostat.event WHERE entity = 'phase' AND from_state IS NULL
              GROUP BY data ->> 'run_id', data ->> 'no' HAVING count(*) > 1",
    },
    // No second job for a phase.
    Question {
        field: Field::CompletedPhasesRerun,
        sql: "SELECT count(*) - 1 AS n, format('run %s had %s jobs for phase %s', data ->> 'run_id', count(*),
                                               data ->> 'phase') AS what
              FROM homeostat.event
              WHERE entity = 'job' AND from_state IS NULL AND data ->> 'run_id' IS NOT NULL
              GROUP BY data ->> 'run_id', data ->> 'phase' HAVING count(*) > 1",
    },
    // A wish of the drills is named in what its decision looked at.
    Question {
        field: Field::DecidedAnew,
        sql: "SELECT count(*) - 1 AS n, format('the wish %s was decided %s times', wish, count(*)) AS what
              FROM (SELECT substring(inputs FROM 'drill wish [0-9a-z-]+') AS wish FROM homeostat.decision) decided
              WHERE wish IS NOT NULL GROUP BY wish HAVING count(*) > 1",
    },
];
