//! L5: every change of state is exactly one row in `event`, written by the database itself in the
//! transaction that makes the change. Folding the rows gives the tables.
//!
//! Under test: the journal's triggers, seen from psql's side: no code of ours stands between these
//! statements and the tables.

use std::collections::BTreeSet;

use homeostat_effects::Class;
use homeostat_store::journal::{self, CheckState};
use sqlx::Row;

use crate::{
    acts::{Acts, Twist},
    stage::Stage,
};

/// One change by hand for each logged table. A new table needs a line here.
const BY_HAND: [(&str, &str); 39] = [
    ("ad", "title = 'by hand'"),
    ("autonomy", "reason = 'by hand'"),
    ("bank_payment", "counterparty = 'by hand'"),
    ("breaker", "openings = openings + 1"),
    ("browser_pace", "wait_s = wait_s + 1"),
    ("budget_window", "cap = cap + 1"),
    ("campaign", "name = 'by hand'"),
    ("competitor", "name = 'by hand'"),
    ("competitor_watch", "wanted = 'daily'"),
    ("decision", "approved_by = 'by hand'"),
    ("dispute", "reason = 'by hand'"),
    ("drift", "seen = 'by hand'"),
    ("effect", "alarmed_at = clock_timestamp()"),
    ("hold", "rate_micros = rate_micros + 1"),
    ("incident", "reason = 'by hand'"),
    ("job", "priority = priority + 1"),
    ("keyword", "wins = wins + 1"),
    ("lease", "holder = holder + 1"),
    ("letter", "thread_id = 'by hand'"),
    ("mode", "reason = 'by hand'"),
    ("phase", "duration_ms = duration_ms + 1"),
    ("process", "pid = pid + 1"),
    ("product", "price_micros = price_micros + 1"),
    ("restraint", "reason = 'by hand'"),
    ("run", "priority = 1"),
    ("schedule", "overlap = 'queue'"),
    ("sensor", "brand = 'byhand'"),
    ("server", "timeline = timeline + 1"),
    ("shipment", "refused = 'by hand'"),
    ("shop_line", "quantity = quantity + 1"),
    ("shop_order", "fulfillment = 'by hand'"),
    ("spend_cap", "intended_micros = intended_micros + 1"),
    ("standing_hold", "per_day_micros = per_day_micros + 1"),
    ("identity", "kind = 'household'"),
    ("store_baseline", "currency = 'USD'"),
    ("timeline", "begun_at = begun_at + interval '1 s'"),
    ("token", "created_by = 'by hand'"),
    ("webhook", "body_bytes = body_bytes + 1"),
    ("word", "reason = 'by hand'"),
];

/// What a claim changes.
const CLAIM: &str =
    "state = 'running', fence = fence + 1, owner = 1, claimed_at = now(), deadline = now()";
/// What a claim changes, and what no row may have together with it.
const OF_A_CLAIM: [&str; 6] = [
    "claimed_at",
    "deadline",
    "failed_at",
    "fence",
    "owner",
    "state",
];
/// One other change for each other column of a job. A new column needs a line here, and its place in
/// `log_job_update`.
const BESIDE_A_CLAIM: [(&str, &str); 27] = [
    ("args", "'{\"by\": \"hand\"}'"),
    ("attempts_max", "2"),
    ("attempts_used", "1"),
    ("brand", "'byhand'"),
    ("cancel_requested", "true"),
    ("crashes", "1"),
    ("created_at", "created_at - interval '1 s'"),
    ("due_at", "due_at + interval '1 s'"),
    ("errors", "1"),
    ("give_up_at", "give_up_at + interval '1 s'"),
    ("interruptions", "1"),
    ("interruptions_max", "9"),
    ("kind", "'by.hand'"),
    ("last_cause", "'by hand'"),
    ("last_error", "'by hand'"),
    ("phase", "'byhand'"),
    ("phase_no", "2"),
    ("priority", "9"),
    ("progress", "'1'"),
    ("resumes", "1"),
    ("run_at", "run_at - interval '1 s'"),
    ("run_id", "2"),
    ("schedule_id", "2"),
    ("snoozes", "1"),
    ("snoozes_max", "9"),
    ("timeout_ms", "9"),
    ("timeouts", "1"),
];

/// Tables that hold no state of their own: what a run has found and not looked through yet, settings, the lists of
/// logged tables and of migrations, keys of jobs, signs of life.
const NO_STATE: [&str; 11] = [
    "ad_find",
    // What a budget of looks was spent on; it counts, and decides nothing by itself.
    "competitor_look",
    // Whose turn it is to be compared.
    "drift_check",
    // Its rows never change, and leave when they are old.
    "kept_decision",
    "dedup",
    "job_beat",
    "job_kind",
    "logged_relation",
    "min_version",
    "schema_migration",
    // What a browser proves itself with, for a token that is logged; every change that it makes is a word.
    "session",
];

/// Red without a trigger on any one table: drop the `SELECT homeostat.journal(...)` of one table.
#[tokio::test]
async fn a_change_by_hand_in_any_logged_table_leaves_exactly_one_row() {
    let stage = a_row_in_every_table().await;
    let logged: BTreeSet<String> =
        names(&stage, "SELECT relation FROM homeostat.logged_relation").await;
    let known: BTreeSet<String> = BY_HAND
        .iter()
        .map(|(table, _)| (*table).to_owned())
        .collect();
    assert_eq!(
        known, logged,
        "a logged table without a line in BY_HAND, or the other way round"
    );
    for (table, change) in BY_HAND {
        let before = stage.count("homeostat.event").await;
        let rows = stage
            .sql(&format!("UPDATE homeostat.{table} SET {change}"))
            .await
            .unwrap();
        assert!(rows >= 1, "{table} is empty: nothing was tried");
        let written = stage.count("homeostat.event").await - before;
        assert_eq!(
            written,
            i64::try_from(rows).unwrap(),
            "{table}: one row per changed row"
        );
    }
    for check in journal::verify(&stage.ctx.db).await.unwrap() {
        assert_ne!(check.state, CheckState::Violated, "{check:?}");
    }
}

/// The claim has a short way into the journal. Red when a column is missing from the two rows that
/// `log_job_update` compares.
#[tokio::test]
async fn a_claim_that_changes_another_column_by_hand_is_told_in_full() {
    let stage = Stage::new().await;
    let columns = names(
        &stage,
        "SELECT attname::text FROM pg_attribute
         WHERE attrelid = 'homeostat.job'::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
           AND attname <> 'id'",
    )
    .await;
    let beside = BESIDE_A_CLAIM.iter().map(|(column, _)| *column);
    let known: BTreeSet<String> = beside.chain(OF_A_CLAIM).map(str::to_owned).collect();
    assert_eq!(known, columns, "a column without a line in BESIDE_A_CLAIM");
    jobs(&stage, 1 + u32::try_from(BESIDE_A_CLAIM.len()).unwrap()).await;
    stage
        .sql(
            "UPDATE homeostat.job SET schedule_id = 1, due_at = now(), run_id = 1, phase = 'p', phase_no = 1",
        )
        .await
        .unwrap();
    let one = "id = (SELECT min(id) FROM homeostat.job WHERE state = 'ready')";
    for (column, value) in BESIDE_A_CLAIM {
        let change = format!("UPDATE homeostat.job SET {CLAIM}, {column} = {value} WHERE {one}");
        assert_eq!(stage.sql(&change).await.unwrap(), 1, "{column}");
    }
    // And one that is a claim and nothing else, in another time zone.
    let mut elsewhere = stage.ctx.db.pool().acquire().await.unwrap();
    sqlx::query("SET timezone = 'Asia/Kathmandu'")
        .execute(&mut *elsewhere)
        .await
        .unwrap();
    let claim = format!("UPDATE homeostat.job SET {CLAIM} WHERE {one}");
    sqlx::query(sqlx::AssertSqlSafe(claim))
        .execute(&mut *elsewhere)
        .await
        .unwrap();
    elsewhere.close().await.unwrap();
    assert_eq!(
        stage
            .count("homeostat.event WHERE entity = 'job' AND to_state = 'running'")
            .await,
        1 + i64::try_from(BESIDE_A_CLAIM.len()).unwrap()
    );
    for check in journal::verify(&stage.ctx.db).await.unwrap() {
        assert_ne!(check.state, CheckState::Violated, "{check:?}");
    }
}

/// Red when a table with a state is put beside the journal: drop one `SELECT homeostat.journal(...)`.
#[tokio::test]
async fn every_table_is_logged_or_append_only_or_holds_no_state() {
    let stage = Stage::new().await;
    let loose = names(
        &stage,
        "SELECT c.relname FROM pg_class c
         WHERE c.relnamespace = 'homeostat'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
           AND NOT EXISTS (SELECT FROM homeostat.logged_relation l WHERE l.relation = c.relname)
           AND (EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'state'
                        AND NOT a.attisdropped)
             -- Append-only: row triggers refuse UPDATE (16) and DELETE (8).
             OR (SELECT coalesce(bit_or(t.tgtype::int), 0) & 24 FROM pg_trigger t
                 WHERE t.tgrelid = c.oid AND t.tgfoid = 'homeostat.refuse'::regproc AND t.tgtype & 1 = 1) <> 24)",
    )
    .await;
    let unexplained: Vec<_> = loose
        .iter()
        .filter(|table| !NO_STATE.contains(&table.as_str()))
        .collect();
    assert!(
        unexplained.is_empty(),
        "{unexplained:?} can change without a trace"
    );
    // What is listed as logged has its four triggers, and they fire.
    let incomplete = names(
        &stage,
        "SELECT l.relation FROM homeostat.logged_relation l WHERE 4 <> (
             SELECT count(*) FROM pg_trigger t
             WHERE t.tgrelid = ('homeostat.' || l.relation)::regclass AND t.tgenabled = 'O'
               AND (t.tgname, t.tgfoid) IN (
                   ('journal_insert', 'homeostat.log_insert'::regproc),
                   ('journal_update', 'homeostat.log_update'::regproc),
                   ('journal_delete', 'homeostat.log_delete'::regproc),
                   ('journal_insert', 'homeostat.log_job_insert'::regproc),
                   ('journal_update', 'homeostat.log_job_update'::regproc),
                   ('journal_delete', 'homeostat.log_job_delete'::regproc),
                   ('journal_truncate', 'homeostat.refuse'::regproc)))",
    )
    .await;
    assert!(incomplete.is_empty(), "{incomplete:?}");
}

/// Red when a deletion counts as declared by itself: in `log_delete` let the default outcome be 'done'.
#[tokio::test]
async fn a_deletion_that_says_no_outcome_is_reported() {
    let stage = Stage::new().await;
    jobs(&stage, 3).await;
    let declared = "DELETE FROM homeostat.job USING (SELECT set_config('homeostat.outcome',
                        (SELECT jsonb_build_object(min(id)::text, jsonb_build_object('state', 'done'))::text
                         FROM homeostat.job), true)) said
                    WHERE id = (SELECT min(id) FROM homeostat.job)";
    assert_eq!(stage.sql(declared).await.unwrap(), 1);
    assert_eq!(undeclared(&stage).await, (1, 0));
    // Somebody tidies up in psql.
    assert_eq!(stage.sql("DELETE FROM homeostat.job").await.unwrap(), 2);
    assert_eq!(undeclared(&stage).await, (3, 2));
    assert_eq!(
        stage
            .count("homeostat.event WHERE entity = 'job' AND to_state = 'deleted'")
            .await,
        2
    );
}

/// Red without `event_is_append_only` and its neighbours, or without `journal_truncate`.
#[tokio::test]
async fn what_was_written_stays_written() {
    let stage = a_row_in_every_table().await;
    let before = stage.count("homeostat.event").await;
    for change in [
        "UPDATE homeostat.event SET to_state = 'never happened' WHERE id = (SELECT min(id) FROM homeostat.event)",
        "DELETE FROM homeostat.event",
        "TRUNCATE homeostat.event",
        "UPDATE homeostat.posting SET amount = amount + 1",
        "DELETE FROM homeostat.late_receipt WHERE true",
        "UPDATE homeostat.effect SET request = 'another'",
        "UPDATE homeostat.decision SET inputs = 'others'",
        "UPDATE homeostat.job SET id = id + 100",
        "UPDATE homeostat.phase SET output = '7'",
    ] {
        let empty = change.contains("late_receipt");
        assert!(empty || stage.sql(change).await.is_err(), "{change}");
    }
    for (table, _) in BY_HAND {
        let refused = stage
            .sql(&format!("TRUNCATE homeostat.{table} CASCADE"))
            .await;
        assert!(
            refused.unwrap_err().to_string().contains("refused"),
            "{table}"
        );
    }
    assert_eq!(stage.count("homeostat.event").await, before);
}

/// Red without `fold_equals_state` or `chains_are_unbroken` in the store's `journal::verify`.
#[tokio::test]
async fn a_change_behind_the_triggers_back_is_found() {
    let stage = Stage::new().await;
    jobs(&stage, 2).await;
    // Who owns the database can switch its triggers off, and does not get away with it.
    let mut connection = stage.ctx.db.pool().acquire().await.unwrap();
    for statement in [
        "SET session_replication_role = replica",
        "UPDATE homeostat.job SET priority = 9 WHERE id = (SELECT min(id) FROM homeostat.job)",
        "DELETE FROM homeostat.event WHERE entity = 'process' AND from_state IS NULL",
        "RESET session_replication_role",
    ] {
        sqlx::query(statement)
            .execute(&mut *connection)
            .await
            .unwrap();
    }
    stage
        .sql("UPDATE homeostat.process SET pid = 7")
        .await
        .unwrap();
    let checks = journal::verify(&stage.ctx.db).await.unwrap();
    let broken: Vec<_> = checks
        .iter()
        .filter(|check| check.violations > 0)
        .map(|check| (check.name, check.violations))
        .collect();
    assert_eq!(
        broken,
        [("fold_equals_state", 2), ("chains_are_unbroken", 1)]
    );
}

/// Red when the journal is written by code after the fact, or in a transaction of its own.
#[tokio::test]
async fn a_change_that_is_taken_back_leaves_no_row() {
    let stage = Stage::new().await;
    jobs(&stage, 1).await;
    let before = stage.count("homeostat.event").await;
    let mut connection = stage.ctx.db.pool().acquire().await.unwrap();
    for statement in ["BEGIN", "UPDATE homeostat.job SET priority = 3"] {
        sqlx::query(statement)
            .execute(&mut *connection)
            .await
            .unwrap();
    }
    let inside: i64 = sqlx::query_scalar("SELECT count(*) FROM homeostat.event")
        .fetch_one(&mut *connection)
        .await
        .unwrap();
    sqlx::query("ROLLBACK")
        .execute(&mut *connection)
        .await
        .unwrap();
    assert_eq!(inside, before + 1, "the row is there before the commit");
    assert_eq!(stage.count("homeostat.event").await, before);
}

/// Looked at, and found wrong, by the check on deletions.
async fn undeclared(stage: &Stage) -> (i64, i64) {
    let checks = journal::verify(&stage.ctx.db).await.unwrap();
    let check = checks
        .iter()
        .find(|check| check.name == "deletions_are_declared")
        .unwrap();
    (check.examined, check.violations)
}

async fn jobs(stage: &Stage, how_many: u32) {
    stage
        .sql(
            "INSERT INTO homeostat.job_kind VALUES ('hand.made', NULL, 0, 1000, 3, 3, 3, 60, 0, 0)
             ON CONFLICT DO NOTHING",
        )
        .await
        .unwrap();
    let enqueue =
        format!("SELECT homeostat.enqueue('hand.made') FROM generate_series(1, {how_many})");
    stage.sql(&enqueue).await.unwrap();
}

/// An overspent act for money's tables, and a row by hand in what nobody wrote.
pub(crate) async fn a_row_in_every_table() -> Stage {
    let stage = Stage::new().await;
    let acts = Acts::new(Class::Queryable);
    acts.next(Twist::Costs(30_000_000));
    stage.act(&acts, "c-1").await;
    jobs(&stage, 2).await;
    for insert in [
        "schedule (name, kind, every_s, overlap, missed) VALUES ('s', 'hand.made', 60, 'skip', 'once')",
        "campaign (id, brand, vendor, name, state, effective_status, currency, read_at)
         VALUES ('1', 'aurora', 'meta', 'n', 'ACTIVE', 'ACTIVE', 'EUR', now())",
        "sensor (id, brand, state) VALUES ('s', 'aurora', 'seeing')",
        "breaker (id) VALUES ('another vendor')",
        "server (identity, timeline) VALUES ('another', 1) ON CONFLICT DO NOTHING",
        "standing_hold (brand, target, per_day_micros, currency, started_at) VALUES ('aurora', 't', 1, 'EUR', now())",
        "run (id, pipeline, phases, args, created_at, give_up_at) VALUES (99, 'p', '{p.a,p.b}', '{}', now(), now())",
        "phase VALUES (99, 99, 1, 'a', NULL, '{}', 0, 5, now())",
        "ad VALUES ('a', 'aurora', '1', '2', 'running', now(), NULL, '{}', 't', 'b', 1, now(), now(), 99)",
        "competitor VALUES ('c', 'aurora', '2', 'n', 'watched', now(), NULL)",
        "browser_pace VALUES ('direct', 0, 600, now())",
        "competitor_watch (id, brand, page_id, watched_since, next_at) VALUES ('c', 'aurora', '2', now(), now())",
        "keyword (id, brand, words, state) VALUES ('k', 'aurora', 'linen', 'configured')",
        "token (name, role, hash, created_by) VALUES ('t', 'view', sha256('t'), 'ada')",
        "webhook (vendor, body_hash, body_bytes, brands) VALUES ('meta', sha256('b'), 1, '{aurora}')",
        "word (who, role, act, subject, reason) VALUES ('ada', 'admin', 'a', 's', 'r')",
        "shop_order VALUES ('aurora:1', 'aurora', 'gid://shopify/Order/1', '#1001', 'PAID', 'PAID', 'FULFILLED', 'EUR', 5, 0,
                            NULL, NULL, NULL, NULL, '{}', 1, NULL, now(), now(), now())",
        "bank_payment VALUES ('b', 'aurora', 'c', 'hs-1', 'pending', 'pending', 'EUR', 5, now(), now())",
        "letter (id, brand, inbox, message_id, thread_id, received_at, language, language_told, intents, wants, orders_said,
                 parcels_said, has_evidence, wants_person, flags, state, read_at)
         VALUES ('aurora:<1@m>', 'aurora', 'i@m', '<1@m>', 't', now(), 'de', true, '{}', 'unclear', '{}',
                 '{}', false, false, '{}', 'read', now())",
        "drift (brand, kind, subject, state, believed, seen, found_at)
         VALUES ('aurora', 'payout', 'effect 1', 'found', 'b', 's', now())",
        "shipment (id, brand, number, order_id, state, state_raw, updated_at)
         VALUES ('aurora:HX1', 'aurora', 'HX1', 'aurora:1', 'not_seen', '', now())",
        "shop_line VALUES ('aurora:1', 'aurora', 'aurora:1', 'AUR-01', 1, now())",
        "product VALUES ('aurora:1', 'aurora', 'gid://shopify/Product/1', 'gid://shopify/ProductVariant/1',
                         'gid://shopify/InventoryItem/1', NULL, 'n', NULL, true, 'ACTIVE', 'ACTIVE', false, 'EUR', 5, NULL,
                         NULL, now())",
        "dispute VALUES ('aurora:1', 'aurora', NULL, 'CHARGEBACK', 'WON', 'WON', 'GENERAL', 'EUR', 5, now(), NULL, NULL,
                         now())",
        "store_baseline VALUES ('aurora', 'aurora', 'usual', 'EUR', now() - interval '1 h', now(), 1, 5, NULL, 1, 0, now(),
                                now())",
        "identity (digest, kind, seen_at) VALUES ('email:1:a', 'customer', now())",
        "spend_cap VALUES ('act_1', 'aurora', 'EUR', 5, 'confirmed', 5, NULL, now(), now())",
    ] {
        stage
            .sql(&format!("INSERT INTO homeostat.{insert}"))
            .await
            .unwrap();
    }
    stage
}

async fn names(stage: &Stage, query: &'static str) -> BTreeSet<String> {
    let rows = sqlx::query(query)
        .fetch_all(stage.ctx.db.pool())
        .await
        .unwrap();
    rows.iter().map(|row| row.get(0)).collect()
}
