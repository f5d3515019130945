//! Running jobs, locked so that their next state can be decided.

use homeostat_liveness::Begun;
use homeostat_model::{Fence, JobId, ProcessId, RuntimeTime};
use homeostat_store::{PgConnection, Stamp, StoreError};

/// How often what happened to a job.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    pub(crate) attempts_used: i16,
    pub(crate) errors: i16,
    pub(crate) crashes: i16,
    pub(crate) timeouts: i16,
    pub(crate) snoozes: i16,
    pub(crate) interruptions: i16,
    /// Crashes of a phase since its last progress.
    pub(crate) resumes: i16,
}

/// The caps of a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Caps {
    pub(crate) attempts_max: i16,
    pub(crate) snoozes_max: i16,
    pub(crate) interruptions_max: i16,
}

/// A running job whose row is locked by this transaction.
#[derive(Debug, Clone)]
pub(crate) struct Held {
    pub(crate) id: JobId,
    pub(crate) fence: Fence,
    pub(crate) counts: Counts,
    pub(crate) caps: Caps,
    /// Whether it is a phase of a run: then crashes spend resumes instead of attempts.
    pub(crate) is_phase: bool,
    pub(crate) cancel_requested: bool,
    pub(crate) claimed_at: RuntimeTime,
    pub(crate) give_up_at: RuntimeTime,
    pub(crate) backoff_ms: i32,
    pub(crate) backoff_ms_max: i32,
    /// The instant of this decision.
    pub(crate) now: RuntimeTime,
}

macro_rules! held {
    ($row:expr) => {{
        let r = $row;
        Held {
            id: JobId(r.id),
            fence: Fence(r.fence),
            counts: Counts {
                attempts_used: r.attempts_used,
                errors: r.errors,
                crashes: r.crashes,
                timeouts: r.timeouts,
                snoozes: r.snoozes,
                interruptions: r.interruptions,
                resumes: r.resumes,
            },
            caps: Caps {
                attempts_max: r.attempts_max,
                snoozes_max: r.snoozes_max,
                interruptions_max: r.interruptions_max,
            },
            is_phase: r.run_id.is_some(),
            cancel_requested: r.cancel_requested,
            claimed_at: r.claimed_at.runtime(),
            give_up_at: r.give_up_at.runtime(),
            backoff_ms: r.backoff_ms,
            backoff_ms_max: r.backoff_ms_max,
            now: r.now.runtime(),
        }
    }};
}

/// Locks the jobs that this owner still holds under these fences. Those that it does not are not
/// in the answer: their results are stale (L1).
pub(crate) async fn hold_own(
    connection: &mut PgConnection,
    owner: ProcessId,
    ids: &[i64],
    fences: &[i64],
    now: Option<RuntimeTime>,
) -> Result<Vec<Held>, StoreError> {
    let rows = sqlx::query!(
        r#"SELECT j.id, j.fence, j.attempts_used, j.errors, j.crashes, j.timeouts, j.snoozes, j.interruptions, j.resumes, j.run_id,
                  j.attempts_max, j.snoozes_max, j.interruptions_max, j.cancel_requested,
                  j.claimed_at AS "claimed_at!: Stamp", j.give_up_at AS "give_up_at: Stamp",
                  coalesce(k.backoff_ms, 1000) AS "backoff_ms!", coalesce(k.backoff_ms_max, 300000) AS "backoff_ms_max!",
                  coalesce($4::timestamptz, clock_timestamp()) AS "now!: Stamp"
           FROM unnest($2::bigint[], $3::bigint[]) ask(id, fence)
           JOIN homeostat.job j ON j.id = ask.id AND j.fence = ask.fence AND j.owner = $1 AND j.state = 'running'
           LEFT JOIN homeostat.job_kind k ON k.name = j.kind
           ORDER BY j.id FOR UPDATE OF j"#,
        owner.0,
        ids,
        fences,
        now.map(Stamp::from) as Option<Stamp>
    )
    .map(|row| held!(row))
    .fetch_all(connection)
    .await?;
    Ok(rows)
}

/// Locks what runs in this owner's name, is of these kinds, and is under none of the claims that it knows of.
pub(crate) async fn hold_strays(
    connection: &mut PgConnection,
    owner: ProcessId,
    kinds: &[String],
    known: &[Begun],
    now: Option<RuntimeTime>,
) -> Result<Vec<Held>, StoreError> {
    let ids: Vec<i64> = known.iter().map(|(job, _)| job.0).collect();
    let fences: Vec<i64> = known.iter().map(|(_, fence)| fence.0).collect();
    let rows = sqlx::query!(
        r#"SELECT j.id, j.fence, j.attempts_used, j.errors, j.crashes, j.timeouts, j.snoozes, j.interruptions, j.resumes, j.run_id,
                  j.attempts_max, j.snoozes_max, j.interruptions_max, j.cancel_requested,
                  j.claimed_at AS "claimed_at!: Stamp", j.give_up_at AS "give_up_at: Stamp",
                  coalesce(k.backoff_ms, 1000) AS "backoff_ms!", coalesce(k.backoff_ms_max, 300000) AS "backoff_ms_max!",
                  coalesce($5::timestamptz, clock_timestamp()) AS "now!: Stamp"
           FROM homeostat.job j
           LEFT JOIN homeostat.job_kind k ON k.name = j.kind
           WHERE j.owner = $1 AND j.state = 'running' AND j.kind = ANY ($2)
             AND (j.id, j.fence) NOT IN (SELECT * FROM unnest($3::bigint[], $4::bigint[]))
           ORDER BY j.id FOR UPDATE OF j"#,
        owner.0,
        kinds,
        &ids,
        &fences,
        now.map(Stamp::from) as Option<Stamp>
    )
    .map(|row| held!(row))
    .fetch_all(connection)
    .await?;
    Ok(rows)
}

/// Locks everything a dead owner left running.
pub(crate) async fn hold_of(
    connection: &mut PgConnection,
    owner: ProcessId,
    now: Option<RuntimeTime>,
) -> Result<Vec<Held>, StoreError> {
    let rows = sqlx::query!(
        r#"SELECT j.id, j.fence, j.attempts_used, j.errors, j.crashes, j.timeouts, j.snoozes, j.interruptions, j.resumes, j.run_id,
                  j.attempts_max, j.snoozes_max, j.interruptions_max, j.cancel_requested,
                  j.claimed_at AS "claimed_at!: Stamp", j.give_up_at AS "give_up_at: Stamp",
                  coalesce(k.backoff_ms, 1000) AS "backoff_ms!", coalesce(k.backoff_ms_max, 300000) AS "backoff_ms_max!",
                  coalesce($2::timestamptz, clock_timestamp()) AS "now!: Stamp"
           FROM homeostat.job j
           LEFT JOIN homeostat.job_kind k ON k.name = j.kind
           WHERE j.owner = $1 AND j.state = 'running'
           ORDER BY j.id FOR UPDATE OF j"#,
        owner.0,
        now.map(Stamp::from) as Option<Stamp>
    )
    .map(|row| held!(row))
    .fetch_all(connection)
    .await?;
    Ok(rows)
}

/// Locks up to 200 running jobs whose deadline has passed, whoever owns them.
pub(crate) async fn hold_overdue(
    connection: &mut PgConnection,
    now: Option<RuntimeTime>,
) -> Result<Vec<Held>, StoreError> {
    let rows = sqlx::query!(
        r#"SELECT j.id, j.fence, j.attempts_used, j.errors, j.crashes, j.timeouts, j.snoozes, j.interruptions, j.resumes, j.run_id,
                  j.attempts_max, j.snoozes_max, j.interruptions_max, j.cancel_requested,
                  j.claimed_at AS "claimed_at!: Stamp", j.give_up_at AS "give_up_at: Stamp",
                  coalesce(k.backoff_ms, 1000) AS "backoff_ms!", coalesce(k.backoff_ms_max, 300000) AS "backoff_ms_max!",
                  coalesce($1::timestamptz, clock_timestamp()) AS "now!: Stamp"
           FROM homeostat.job j
           LEFT JOIN homeostat.job_kind k ON k.name = j.kind
           WHERE j.state = 'running' AND j.deadline <= coalesce($1::timestamptz, clock_timestamp())
           ORDER BY j.id LIMIT 200 FOR UPDATE OF j SKIP LOCKED"#,
        now.map(Stamp::from) as Option<Stamp>
    )
    .map(|row| held!(row))
    .fetch_all(connection)
    .await?;
    Ok(rows)
}
