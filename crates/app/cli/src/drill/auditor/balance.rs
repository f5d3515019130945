//! Books balanced, the instant at which a recovery ends: every open effect has a live owner or a
//! scheduled probe with its hold intact; postings are windows; every act in the vendor's books is
//! settled, or held and listed; and no work is left in dead hands.

use serde::Deserialize;

use super::books::Act;
use crate::drill::witness::{NoAnswer, Witness};

/// What is still open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Imbalance {
    /// The database is not there yet.
    NoDatabase,
    /// No process of the new life has begun.
    Nobody,
    /// So many jobs, effects, holds or windows are not in order.
    Open {
        jobs: i64,
        effects: i64,
        holds: i64,
        windows: i64,
    },
    /// An act in the books whose effect says nothing.
    Unlisted(String),
}

/// Looks at the balance, again and again, as cheaply as it can.
#[derive(Debug)]
pub(crate) struct Balance<'a> {
    /// Acts that were in the books when everybody died.
    pub(crate) acts: &'a [Act],
    /// Processes with a lower id belong to a life that is over.
    pub(crate) epochs_after: i64,
    /// The epoch that was spared and still lives.
    pub(crate) spared: i64,
}

#[derive(Deserialize)]
struct Row {
    alive: i64,
    jobs: i64,
    effects: i64,
    holds: i64,
    windows: i64,
}

const SQL: &str = "SELECT
    (SELECT count(*) FROM homeostat.process WHERE state = 'live' AND id > $1::bigint) AS alive,
    (SELECT count(*) FROM homeostat.job j JOIN homeostat.process p ON p.id = j.owner
     WHERE j.state = 'running' AND (p.state <> 'live' OR p.id <= $1::bigint) AND p.id <> $2::bigint) AS jobs,
    (SELECT count(*) FROM homeostat.effect e LEFT JOIN homeostat.process p ON p.id = e.owner
     WHERE e.finished_at IS NULL AND e.next_probe_at IS NULL
       AND (p.state IS DISTINCT FROM 'live' OR p.id <= $1::bigint)) AS effects,
    (SELECT count(*) FROM homeostat.effect e WHERE e.finished_at IS NULL AND e.amount_micros > 0 AND NOT EXISTS (
         SELECT FROM homeostat.hold h WHERE h.effect_id = e.id AND h.state = 'held')) AS holds,
    (SELECT count(*) FROM homeostat.budget_window w WHERE (w.held, w.settled) <> (
         SELECT coalesce(sum(p.amount) FILTER (WHERE p.account = 'held'), 0)::bigint,
                coalesce(sum(p.amount) FILTER (WHERE p.account = 'settled'), 0)::bigint
         FROM homeostat.posting p WHERE p.window_id = w.id)) AS windows";

impl Balance<'_> {
    /// What is open now; `None`: the books balance.
    pub(crate) async fn look(&self, witness: &mut Witness) -> Result<Option<Imbalance>, NoAnswer> {
        let (after, spared) = (self.epochs_after.to_string(), self.spared.to_string());
        let row: Row = match witness.one(SQL, &[&after, &spared]).await {
            Ok(row) => row,
            Err(NoAnswer::Away(_)) => return Ok(Some(Imbalance::NoDatabase)),
            Err(error) => return Err(error),
        };
        if row.alive == 0 {
            return Ok(Some(Imbalance::Nobody));
        }
        let Row {
            jobs,
            effects,
            holds,
            windows,
            ..
        } = row;
        if jobs + effects + holds + windows > 0 {
            return Ok(Some(Imbalance::Open {
                jobs,
                effects,
                holds,
                windows,
            }));
        }
        Ok(self.unlisted(witness).await?.map(Imbalance::Unlisted))
    }

    async fn unlisted(&self, witness: &mut Witness) -> Result<Option<String>, NoAnswer> {
        #[derive(Deserialize)]
        struct Listed {
            id: i64,
            state: String,
        }
        let sql = "SELECT id, state FROM homeostat.effect";
        let listed: Vec<Listed> = witness.rows(sql, &[]).await?;
        let is_listed = |act: &Act| {
            listed.iter().any(|effect| {
                act.request_id == format!("effect-{}", effect.id)
                    && effect.state != "refused"
                    && effect.state != "void"
            })
        };
        let ours = |act: &&Act| act.applied && act.request_id.starts_with("effect-");
        let first = self.acts.iter().filter(ours).find(|act| !is_listed(act));
        Ok(first.map(|act| act.request_id.clone()))
    }
}
