//! The log: no hole in any chain, nothing that left without a word, and a log that tells the tables.

use serde::Deserialize;

use super::{Field, Finding, Question};
use crate::{drill::witness::Witness, failure::Failure};

pub(super) const QUESTIONS: [Question; 5] = [
    // Each event takes up where the one before it left.
    Question {
        field: Field::EventsMissing,
        sql: "SELECT 1 AS n, format('%s %s: event %s comes from %s, the one before left %s', entity, entity_id, id,
                                    coalesce(from_state, 'nothing'), coalesce(before, 'nothing')) AS what
              FROM (SELECT id, entity, entity_id, from_state,
                           lag(to_state) OVER (PARTITION BY entity, entity_id ORDER BY id) AS before
                    FROM homeostat.event) chain
              WHERE from_state IS DISTINCT FROM before",
    },
    // What leaves its table says what became of it.
    Question {
        field: Field::EventsMissing,
        sql: "SELECT 1 AS n, format('%s %s left its table without a word, event %s', entity, entity_id, id) AS what
              FROM homeostat.event WHERE to_state = 'deleted'",
    },
    // Every job that was ever accepted is there, or its end is.
    Question {
        field: Field::EventsMissing,
        sql: "SELECT 1 AS n, format('job %s was accepted and is nowhere', born.entity_id) AS what
              FROM homeostat.event born
              WHERE born.entity = 'job' AND born.from_state IS NULL
                AND NOT EXISTS (SELECT FROM homeostat.job j WHERE j.id::text = born.entity_id)
                AND NOT EXISTS (SELECT FROM homeostat.event gone WHERE gone.entity = 'job'
                                AND gone.entity_id = born.entity_id AND gone.data ? '$gone')",
    },
    // A job of the drills says under which fence it worked; the row says which fence was right.
    Question {
        field: Field::StaleResultsAccepted,
        sql: "SELECT 1 AS n, format('job %s: the result of fence %s was taken when fence %s held it', entity_id,
                                    data #>> '{result,fence}', fence) AS what
              FROM homeostat.event
              WHERE entity = 'job' AND to_state = 'done' AND data #>> '{result,fence}' IS NOT NULL
                AND data #>> '{result,fence}' <> fence::text",
    },
    // A fence only grows, from claim to claim and to the end.
    Question {
        field: Field::StaleResultsAccepted,
        sql: "SELECT 1 AS n, format('job %s: event %s has fence %s after %s', entity_id, id, fence, before) AS what
              FROM (SELECT id, entity_id, from_state, to_state, fence,
                           lag(fence) OVER (PARTITION BY entity_id ORDER BY id) AS before
                    FROM homeostat.event WHERE entity = 'job') story
              WHERE fence < before
                 OR (to_state = 'running' AND from_state IS DISTINCT FROM 'running' AND fence <= before)",
    },
];

/// A table whose changes are logged.
#[derive(Deserialize)]
struct Relation {
    entity: String,
    relation: String,
    derived: Vec<String>,
}

/// The newest value of each column in the log is the table's, row by row, one snapshot a table.
pub(super) async fn fold(witness: &mut Witness) -> Result<Vec<Finding>, Failure> {
    let relations =
        "SELECT entity, relation, derived FROM homeostat.logged_relation ORDER BY entity";
    let relations: Vec<Relation> = witness.rows(relations, &[]).await?;
    let mut found = Vec::new();
    for relation in relations {
        found.extend(fold_one(witness, &relation).await?);
    }
    Ok(found)
}

async fn fold_one(witness: &mut Witness, relation: &Relation) -> Result<Vec<Finding>, Failure> {
    #[derive(Deserialize)]
    struct Row {
        what: String,
    }
    let table = &relation.relation;
    if !table.bytes().all(|b| b.is_ascii_lowercase() || b == b'_') {
        let text = format!("logged_relation.relation: {table:?} is no name of a table");
        return Err(Failure::Law(text));
    }
    let sql = format!(
        "WITH last AS (
             SELECT DISTINCT ON (entity_id) entity_id, data ? '$gone' AS gone
             FROM homeostat.event WHERE entity = $1 ORDER BY entity_id, id DESC
         ), newest AS (
             SELECT DISTINCT ON (e.entity_id, pair.key) e.entity_id, pair.key, pair.value
             FROM last JOIN homeostat.event e ON e.entity = $1 AND e.entity_id = last.entity_id
             CROSS JOIN LATERAL jsonb_each(e.data) pair
             WHERE NOT last.gone ORDER BY e.entity_id, pair.key, e.id DESC
         ), told AS (
             SELECT entity_id, jsonb_object_agg(key, value) AS row FROM newest GROUP BY entity_id
         ), living AS (
             SELECT to_jsonb(r) ->> 'id' AS id, to_jsonb(r) - string_to_array($2, ',') AS row FROM homeostat.{table} r
         )
         SELECT format('%s %s: the log and the table differ', $1, coalesce(told.entity_id, living.id)) AS what
         FROM told FULL JOIN living ON living.id = told.entity_id WHERE told.row IS DISTINCT FROM living.row"
    );
    let derived = relation.derived.join(",");
    let rows: Vec<Row> = witness.rows(&sql, &[&relation.entity, &derived]).await?;
    let finding = |row: Row| Finding {
        field: Field::EventsMissing,
        n: 1,
        what: row.what,
    };
    Ok(rows.into_iter().map(finding).collect())
}
