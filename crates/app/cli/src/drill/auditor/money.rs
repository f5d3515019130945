//! Money: every hold has an act that is still open, postings are windows, and no authorisation ever
//! passed a cap.

use super::{Field, Question};

/// Those of them that hold at every instant, as one question about one snapshot: it selects `what`.
pub(crate) fn now() -> String {
    let now: Vec<&str> = QUESTIONS[..OF_AN_INSTANT].iter().map(|q| q.sql).collect();
    now.join("\nUNION ALL\n")
}

/// The first of the questions are about an instant, the last about the past.
const OF_AN_INSTANT: usize = 4;

pub(super) const QUESTIONS: [Question; 5] = [
    // An orphan hold keeps money from everybody.
    Question {
        field: Field::MoneyLeakedMicros,
        sql: "SELECT h.amount AS n, format('hold %s of effect %s is held, the effect is %s', h.id, h.effect_id,
                                           coalesce(e.state, 'gone')) AS what
              FROM homeostat.hold h JOIN homeostat.budget_window w ON w.id = h.window_id
              LEFT JOIN homeostat.effect e ON e.id = h.effect_id
              WHERE h.state = 'held' AND w.unit = 'money' AND h.effect_id IS NOT NULL
                AND (e.id IS NULL OR e.finished_at IS NOT NULL)",
    },
    // An open act without its money.
    Question {
        field: Field::MoneyLeakedMicros,
        sql: "SELECT e.amount_micros AS n, format('effect %s is %s and holds nothing', e.id, e.state) AS what
              FROM homeostat.effect e
              WHERE e.finished_at IS NULL AND e.amount_micros > 0 AND NOT EXISTS (
                  SELECT FROM homeostat.hold h JOIN homeostat.budget_window w ON w.id = h.window_id
                  WHERE h.effect_id = e.id AND h.state = 'held' AND w.unit = 'money' AND h.amount >= e.amount_micros)",
    },
    // A window says what its postings say.
    Question {
        field: Field::MoneyLeakedMicros,
        sql: "SELECT abs(w.held - coalesce(p.held, 0)) + abs(w.settled - coalesce(p.settled, 0)) AS n,
                     format('window %s: held %s settled %s, posted %s and %s', w.id, w.held, w.settled,
                            coalesce(p.held, 0), coalesce(p.settled, 0)) AS what
              FROM homeostat.budget_window w LEFT JOIN (
                  SELECT window_id, sum(amount) FILTER (WHERE account = 'held') AS held,
                         sum(amount) FILTER (WHERE account = 'settled') AS settled
                  FROM homeostat.posting GROUP BY window_id) p ON p.window_id = w.id
              WHERE w.held <> coalesce(p.held, 0) OR w.settled <> coalesce(p.settled, 0)",
    },
    // A transfer takes from one account what it gives to another.
    Question {
        field: Field::MoneyLeakedMicros,
        sql: "SELECT abs(sum(amount)) AS n, format('transfer %s sums to %s', transfer_id, sum(amount)) AS what
              FROM homeostat.posting GROUP BY transfer_id HAVING sum(amount) <> 0",
    },
    // Whenever a window's held grew, it stayed within the cap of that moment. An event names only what
    // changed, so the last known value is carried forward.
    Question {
        field: Field::CapsPassed,
        sql: "WITH story AS (
                  SELECT id, entity_id, (data ->> 'held')::bigint AS held, (data ->> 'settled')::bigint AS settled,
                         (data ->> 'cap')::bigint AS cap, count(data ->> 'held') OVER w AS helds,
                         count(data ->> 'settled') OVER w AS settleds, count(data ->> 'cap') OVER w AS caps
                  FROM homeostat.event WHERE entity = 'budget_window'
                  WINDOW w AS (PARTITION BY entity_id ORDER BY id)
              ), known AS (
                  SELECT id, entity_id, first_value(held) OVER (PARTITION BY entity_id, helds ORDER BY id) AS held,
                         first_value(settled) OVER (PARTITION BY entity_id, settleds ORDER BY id) AS settled,
                         first_value(cap) OVER (PARTITION BY entity_id, caps ORDER BY id) AS cap
                  FROM story
              ), steps AS (
                  SELECT *, lag(held) OVER (PARTITION BY entity_id ORDER BY id) AS before FROM known
              )
              SELECT 1 AS n, format('window %s, event %s: held %s and settled %s over the cap %s', entity_id, id, held,
                                    settled, cap) AS what
              FROM steps WHERE held > coalesce(before, 0) AND held + settled > cap",
    },
];
