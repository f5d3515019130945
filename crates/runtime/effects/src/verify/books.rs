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
                   SELECT window_id, coalesce(sum(amount) FILTER (WHERE state = 'held'), 0) AS held,
                          coalesce(sum(settled_amount), 0) AS settled
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

/// At every past moment at which a window's held grew: settled + held was within the cap of then.
pub(super) async fn caps_were_kept(db: &Db) -> Result<Check, StoreError> {
    let row = sqlx::query!(
        r#"WITH history AS (
               SELECT e.id, e.entity_id, homeostat.fold(e.data) OVER (PARTITION BY e.entity_id ORDER BY e.id) AS state
               FROM homeostat.event e WHERE e.entity = 'budget_window'),
           steps AS (
               SELECT id, entity_id, (state ->> 'held')::bigint AS held, (state ->> 'settled')::bigint AS settled,
                   (state ->> 'cap')::bigint AS cap,
                   lag((state ->> 'held')::bigint) OVER (PARTITION BY entity_id ORDER BY id) AS held_before
               FROM history),
           authorised AS (SELECT * FROM steps WHERE held > coalesce(held_before, 0)),
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
