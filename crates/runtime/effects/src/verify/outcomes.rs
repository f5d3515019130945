//! Effects: whose hands they are in, what proves them.

use homeostat_store::{Db, StoreError};

use super::Check;

/// Every open effect has a live owner or a scheduled probe. A pass of recovery gets a minute after an
/// owner's end, and as long as it takes while no process lives at all.
pub(super) async fn open_effects_are_in_hands(db: &Db) -> Result<Check, StoreError> {
    let row = sqlx::query!(
        r#"WITH open AS (
               SELECT e.id, e.owner, e.next_probe_at IS NOT NULL
                   OR coalesce(p.state = 'live' OR p.ended_at > clock_timestamp() - interval '1 minute', false)
                   OR NOT EXISTS (SELECT FROM homeostat.process WHERE state = 'live') AS safe
               FROM homeostat.effect e LEFT JOIN homeostat.process p ON p.id = e.owner
               WHERE e.finished_at IS NULL)
           SELECT count(*) AS "examined!", count(*) FILTER (WHERE NOT safe) AS "violations!",
               min(format('effect %s: owner %s is not live', id, owner)) FILTER (WHERE NOT safe) AS first
           FROM open"#
    )
    .fetch_one(db.pool())
    .await?;
    Ok(Check {
        name: "open_effects_are_in_hands",
        law: "L9",
        examined: row.examined,
        violations: row.violations,
        first: row.first,
    })
}

/// The holds of open effects are held, those of settled ones settled, of the others released.
pub(super) async fn open_effects_keep_their_holds(db: &Db) -> Result<Check, StoreError> {
    let row = sqlx::query!(
        r#"WITH held AS (
               SELECT h.id, h.effect_id, e.state AS effect_state, h.state,
                   h.state = CASE WHEN e.state = 'settled' THEN 'settled'
                                  WHEN e.state IN ('refused', 'void') THEN 'released' ELSE 'held' END AS fits
               FROM homeostat.hold h JOIN homeostat.effect e ON e.id = h.effect_id)
           SELECT count(*) AS "examined!", count(*) FILTER (WHERE NOT fits) AS "violations!",
               min(format('hold %s of effect %s (%s) is %s', id, effect_id, effect_state, state))
                   FILTER (WHERE NOT fits) AS first
           FROM held"#
    )
    .fetch_one(db.pool())
    .await?;
    Ok(Check {
        name: "holds_follow_their_effects",
        law: "L4",
        examined: row.examined,
        violations: row.violations,
        first: row.first,
    })
}

pub(super) async fn settled_effects_have_receipts(db: &Db) -> Result<Check, StoreError> {
    let row = sqlx::query!(
        r#"SELECT count(*) AS "examined!",
               count(*) FILTER (WHERE receipt IS NULL OR provenance IS NULL) AS "violations!",
               min(format('effect %s has no receipt', id)) FILTER (WHERE receipt IS NULL OR provenance IS NULL) AS first
           FROM homeostat.effect WHERE state = 'settled'"#
    )
    .fetch_one(db.pool())
    .await?;
    Ok(Check {
        name: "settled_effects_have_receipts",
        law: "L3",
        examined: row.examined,
        violations: row.violations,
        first: row.first,
    })
}

/// The journal knows at most one effect per key that ever settled, and each settled once.
pub(super) async fn one_effect_per_key(db: &Db) -> Result<Check, StoreError> {
    let row = sqlx::query!(
        r#"WITH settled AS (
               SELECT e.key, count(DISTINCT e.id) AS effects, count(v.id) AS times
               FROM homeostat.effect e JOIN homeostat.event v
                 ON v.entity = 'effect' AND v.entity_id = e.id::text AND v.to_state = 'settled'
                AND v.from_state <> 'settled'
               GROUP BY e.key)
           SELECT count(*) AS "examined!", count(*) FILTER (WHERE effects > 1 OR times > 1) AS "violations!",
               min(format('key %s settled %s times', key, times)) FILTER (WHERE effects > 1 OR times > 1) AS first
           FROM settled"#
    )
    .fetch_one(db.pool())
    .await?;
    Ok(Check {
        name: "one_settled_effect_per_key",
        law: "L3",
        examined: row.examined,
        violations: row.violations,
        first: row.first,
    })
}

/// A late receipt that contradicts its effect is a violation until its incident is closed.
pub(super) async fn late_receipts_match(db: &Db) -> Result<Check, StoreError> {
    let row = sqlx::query!(
        r#"WITH late AS (
               SELECT l.id, l.effect_id, l.matches OR NOT EXISTS (
                   SELECT FROM homeostat.incident i WHERE i.state = 'open' AND i.kind = 'late_receipt_mismatch'
                     AND i.entity = 'effect' AND i.entity_id = l.effect_id::text) AS fine
               FROM homeostat.late_receipt l)
           SELECT count(*) AS "examined!", count(*) FILTER (WHERE NOT fine) AS "violations!",
               min(format('late receipt %s contradicts effect %s', id, effect_id)) FILTER (WHERE NOT fine) AS first
           FROM late"#
    )
    .fetch_one(db.pool())
    .await?;
    Ok(Check {
        name: "late_receipts_match",
        law: "L3",
        examined: row.examined,
        violations: row.violations,
        first: row.first,
    })
}

/// Every effect's decision was permitted, and judges again to the same bytes (L13).
pub(super) async fn permitted_decisions_were_allowed(db: &Db) -> Result<Check, StoreError> {
    let mut check = Check {
        name: "decisions_judge_again",
        law: "L13",
        examined: 0,
        violations: 0,
        first: None,
    };
    let mut after = 0;
    loop {
        let rows = sqlx::query!(
            r#"SELECT id, judged AS "judged!", verdict AS "verdict!" FROM homeostat.decision
               WHERE judged IS NOT NULL AND id > $1 ORDER BY id LIMIT 500"#,
            after,
        )
        .fetch_all(db.pool())
        .await?;
        let Some(last) = rows.last() else {
            return Ok(check);
        };
        after = last.id;
        for row in &rows {
            check.examined += 1;
            let again = homeostat_envelope::rejudge(&row.judged);
            if again.as_deref() != Ok(row.verdict.as_str()) {
                check.violations += 1;
                let words = format!("decision {} judges to another verdict", row.id);
                check.first.get_or_insert(words);
            }
        }
    }
}
