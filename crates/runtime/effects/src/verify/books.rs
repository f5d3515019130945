//! Money: postings, holds, windows and caps.

use homeostat_store::{Db, StoreError};

use super::Check;

pub(super) async fn postings_are_windows(db: &Db) -> Result<Check, StoreError> {
    let row = sqlx::query!(
        r#"WITH compared AS (
               SELECT w.id, w.held, w.settled, coalesce(p.held, 0) AS p_held, coalesce(p.settled, 0) AS p_settled
               FROM homeostat.budget_window w LEFT JOIN (
                   SELECT window_id, coalesce(sum(amount) FILTER (WHERE account = 'held'), 0) AS held,
                          coalesce(sum(amount) FILTER (WHERE account = 'settled'), 0) AS settled
                   FROM homeostat.posting GROUP BY window_id) p ON p.window_id = w.id),
           bad AS (SELECT * FROM compared WHERE held <> p_held OR settled <> p_settled)
           SELECT (SELECT count(*) FROM compared) AS "examined!", (SELECT count(*) FROM bad) AS "violations!",
               (SELECT format('window %s: held %s settled %s, posted %s and %s', id, held, settled, p_held, p_settled)
                FROM bad ORDER BY id LIMIT 1) AS first"#
    )
    .fetch_one(db.pool())
    .await?;
    Ok(Check {
        name: "postings_are_windows",
        law: "L4",
        examined: row.examined,
        violations: row.violations,
        first: row.first,
    })
}

pub(super) async fn holds_are_windows(db: &Db) -> Result<Check, StoreError> {
    let row = sqlx::query!(
        r#"WITH compared AS (
               SELECT w.id, w.held, coalesce(h.held, 0) AS h_held, w.settled, coalesce(h.settled, 0) AS h_settled
               FROM homeostat.budget_window w LEFT JOIN (
                   SELECT window_id, coalesce(sum(settled_amount), 0) AS settled,
                          coalesce(sum(CASE WHEN standing_id IS NULL THEN amount
                                            ELSE greatest(amount - settled_amount, 0) END)
                                   FILTER (WHERE state = 'held'), 0) AS held
                   FROM homeostat.hold GROUP BY window_id) h ON h.window_id = w.id),
           bad AS (SELECT * FROM compared WHERE held <> h_held OR settled <> h_settled)
           SELECT (SELECT count(*) FROM compared) AS "examined!", (SELECT count(*) FROM bad) AS "violations!",
               (SELECT format('window %s: held %s settled %s, its holds say %s and %s',
                              id, held, settled, h_held, h_settled)
                FROM bad ORDER BY id LIMIT 1) AS first"#
    )
    .fetch_one(db.pool())
    .await?;
    Ok(Check {
        name: "holds_are_windows",
        law: "L4",
        examined: row.examined,
        violations: row.violations,
        first: row.first,
    })
}

pub(super) async fn transfers_balance(db: &Db) -> Result<Check, StoreError> {
    let row = sqlx::query!(
        r#"WITH transfers AS (SELECT transfer_id, sum(amount) AS total FROM homeostat.posting GROUP BY transfer_id)
           SELECT count(*) AS "examined!", count(*) FILTER (WHERE total <> 0) AS "violations!",
               min(format('transfer %s sums to %s', transfer_id, total)) FILTER (WHERE total <> 0) AS first
           FROM transfers"#
    )
    .fetch_one(db.pool())
    .await?;
    Ok(Check {
        name: "transfers_balance",
        law: "L4",
        examined: row.examined,
        violations: row.violations,
        first: row.first,
    })
}

/// At every past moment at which a window gave room away: settled + held was within the cap of then. A
/// correction that turns settled into held gives nothing away.
pub(super) async fn caps_were_kept(db: &Db) -> Result<Check, StoreError> {
    let row = sqlx::query!(
        r#"WITH history AS (
               SELECT e.id, e.entity_id, homeostat.fold(e.data) OVER (PARTITION BY e.entity_id ORDER BY e.id) AS state
               FROM homeostat.event e WHERE e.entity = 'budget_window'),
           steps AS (
               SELECT id, entity_id, (state ->> 'held')::bigint AS held, (state ->> 'settled')::bigint AS settled,
                   (state ->> 'cap')::bigint AS cap,
                   lag((state ->> 'held')::bigint, 1, 0) OVER one AS held_before,
                   lag((state ->> 'settled')::bigint, 1, 0) OVER one AS settled_before
               FROM history WINDOW one AS (PARTITION BY entity_id ORDER BY id)),
           authorised AS (
               SELECT * FROM steps WHERE held > held_before AND held + settled > held_before + settled_before),
           bad AS (SELECT * FROM authorised WHERE held + settled > cap)
           SELECT (SELECT count(*) FROM authorised) AS "examined!", (SELECT count(*) FROM bad) AS "violations!",
               (SELECT format('window %s, event %s: held %s + settled %s over cap %s', entity_id, id, held, settled, cap)
                FROM bad ORDER BY id LIMIT 1) AS first"#
    )
    .fetch_one(db.pool())
    .await?;
    Ok(Check {
        name: "caps_were_kept",
        law: "L4",
        examined: row.examined,
        violations: row.violations,
        first: row.first,
    })
}

/// Every running standing hold has a hold in the window of the brand's newest day that was read, in
/// full or with an incident that says what is missing.
pub(super) async fn standing_days_are_held(db: &Db) -> Result<Check, StoreError> {
    let row = sqlx::query!(
        r#"WITH running AS (
               SELECT s.id, s.target, s.per_day_micros, w.id AS window_id
               FROM homeostat.standing_hold s
               CROSS JOIN LATERAL (SELECT max(o.read_at) AS at FROM homeostat.standing_hold o
                                   WHERE o.brand = s.brand) newest
               JOIN homeostat.budget_window w
                 ON w.scope = 'brand:' || s.brand AND w.interlock = 'daily_budget'
                AND w.starts_at <= newest.at AND newest.at < w.ends_at
               WHERE s.state = 'active' AND s.started_at <= newest.at),
           bad AS (
               SELECT r.id, r.target FROM running r
               LEFT JOIN homeostat.hold h ON h.standing_id = r.id AND h.window_id = r.window_id
               WHERE h.id IS NULL
                  OR (greatest(h.amount, h.settled_amount) < r.per_day_micros AND NOT EXISTS (
                          SELECT FROM homeostat.incident i WHERE i.kind = 'standing_hold_short'
                            AND i.entity = 'standing_hold' AND i.entity_id = r.id::text)))
           SELECT (SELECT count(*) FROM running) AS "examined!", (SELECT count(*) FROM bad) AS "violations!",
               (SELECT format('standing hold %s of %s', id, target) FROM bad ORDER BY id LIMIT 1) AS first"#
    )
    .fetch_one(db.pool())
    .await?;
    Ok(Check {
        name: "standing_days_are_held",
        law: "L4",
        examined: row.examined,
        violations: row.violations,
        first: row.first,
    })
}
