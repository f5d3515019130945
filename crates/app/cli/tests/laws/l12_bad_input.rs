//! L12: bad input gets an error that names the field and the fix, with the exit code that scripts
//! rely on, and changes nothing. What cannot be read by its worker is set aside with its reason; the
//! work behind it goes on.
//!
//! Under test: the edges where words of others come in: the command line, the configuration, CSV
//! files, SQL, args of jobs, and a vendor's replies.

mod enabled;
mod programs;

use std::{
    path::Path,
    process::{Command, Output},
};

use homeostat_testkit::Database;
use sqlx::postgres::PgDatabaseError;

use crate::{crew::Crew, stage::count};

/// The binary on this database, with a state directory of its own.
fn homeostat(database: &Database, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_homeostat"))
        .arg("--state-dir")
        .arg(database.dir().join("state"))
        .args(args)
        .env("DATABASE_URL", database.url())
        .env_remove("HOMEOSTAT_CONFIG")
        .output()
        .unwrap()
}

/// Runs what must be refused as bad usage, with all these words in the error.
fn refused(database: &Database, args: &[&str], words: &[&str]) {
    let Output {
        status,
        stdout,
        stderr,
    } = homeostat(database, args);
    let text = String::from_utf8_lossy(&stderr);
    assert_eq!(status.code(), Some(2), "{args:?}: {text}");
    assert!(
        stdout.is_empty(),
        "{args:?}: {}",
        String::from_utf8_lossy(&stdout)
    );
    for word in words {
        assert!(text.contains(word), "{args:?}: no {word:?} in: {text}");
    }
}

/// Everything there is, in one number that moves with any change.
async fn traces(database: &Database) -> (i64, i64) {
    (
        count(database, "homeostat.event").await,
        count(database, "homeostat.job").await,
    )
}

fn write(dir: &Path, name: &str, text: &str) -> String {
    let path = dir.join(name);
    std::fs::write(&path, text).unwrap();
    path.to_string_lossy().into_owned()
}

/// Red when a field goes unchecked: drop a check from `Brand::try_from` or `Settings::validate` in
/// the operator, or `deny_unknown_fields` from its settings.
#[tokio::test]
async fn a_configuration_error_names_the_field_and_the_fix() {
    let database = Database::fresh().await;
    let before = traces(&database).await;
    let brand = |change: &str| {
        let mut lines = vec![
            "id = \"a\"",
            "currency = \"EUR\"",
            "time_zone = \"Europe/Berlin\"",
            "target_cpa = \"20\"",
            "meta_account = \"act_1\"",
        ];
        let name = change.split(' ').next().unwrap_or_default();
        lines.retain(|line| !line.starts_with(name));
        format!("[[brand]]\n{}\n{change}\n", lines.join("\n"))
    };
    let cases = [
        (
            "loop_minuts = 3".to_owned(),
            ["loop_minuts", "loop_minutes"],
        ),
        (
            "loop_minutes = \"often\"".to_owned(),
            ["loop_minutes", "u32"],
        ),
        (
            brand("time_zone = \"Mars/Base\""),
            ["brand[0].time_zone", "Europe/Berlin"],
        ),
        (
            brand("target_cpa = \"-3\""),
            ["brand[0].target_cpa", "above zero"],
        ),
        (brand("currency = \"euro\""), ["brand[0].currency", "euro"]),
        (
            brand("meta_account = \"1001\""),
            ["brand[0].meta_account", "act_"],
        ),
        (brand("autonomy = \"wild\""), ["brand[0].autonomy", "wild"]),
        (
            format!("{}{}", brand("id = \"a\""), brand("id = \"a\"")),
            ["brand[1].id", "its own id"],
        ),
    ];
    for (text, words) in &cases {
        let file = write(database.dir(), "homeostat.toml", text);
        refused(&database, &["check", "--config", &file], words);
    }
    assert_eq!(traces(&database).await, before);
}

/// Red when a row is skipped or guessed: let `spend` in `rehearse/ledger` answer 0 for what
/// it cannot read.
#[tokio::test]
async fn a_csv_error_names_the_line_and_the_column() {
    let database = Database::fresh().await;
    let header = "campaign,date,spend,sales";
    let cases = [
        (
            format!("{header}\na,2026-01-01,lots,1\n"),
            ["line 2", "spend"],
        ),
        (
            format!("{header}\na,2026-01-01,1.00,1\na,2026-01-02,1.00\n"),
            ["line 3", "cells"],
        ),
        (
            format!("{header}\na,2026-13-41,1.00,1\n"),
            ["line 2", "date"],
        ),
        (
            "campaign,date,spend\na,2026-01-01,1.00\n".to_owned(),
            ["line 1", "\"sales\""],
        ),
    ];
    for (text, words) in &cases {
        let file = write(database.dir(), "export.csv", text);
        let args = [
            "rehearse",
            &file,
            "--target-cpa",
            "20",
            "--sales-column",
            "sales",
        ];
        refused(&database, &args, words);
    }
}

/// Red when a bound of `check_enqueue` in the queue's migration goes, or the command guesses.
#[tokio::test]
async fn a_command_that_makes_no_sense_changes_nothing() {
    let crew = Crew::new(1).await;
    let database = &crew.database;
    let before = traces(database).await;
    let cases: [(&[&str], &[&str]); 9] = [
        (
            &["enqueue", "sense.meta", "brand=aurora"],
            &["args", "JSON object"],
        ),
        (&["enqueue", "sense.meta", "[]"], &["args", "JSON object"]),
        (
            &["enqueue", "sense.mete"],
            &["kind", "sense.mete", "known kinds"],
        ),
        (
            &["enqueue", "sense.meta", "--priority", "101"],
            &["priority", "-100..100"],
        ),
        (
            &["enqueue", "sense.meta", "--brand", "Aurora & Co"],
            &["brand", "a-z"],
        ),
        (
            &["mode", "BANANA", "--reason", "x"],
            &["BANANA", "NORMAL, SAFE, HALT"],
        ),
        (&["mode", "HALT", "--reason", ""], &["reason"]),
        (
            &["schedules", "disable", "sens", "--reason", "x"],
            &["schedule", "sens"],
        ),
        (
            &["jobs", "--state", "done"],
            &["state", "ready, running or failed"],
        ),
    ];
    for (args, words) in cases {
        refused(database, args, words);
    }
    assert_eq!(traces(database).await, before);
}

/// Red when a request is taken unread: drop `checked_name` or `amount` from `operator/requests`, or the
/// checks of the policy `request`.
#[tokio::test]
async fn a_request_that_makes_no_sense_names_the_field_and_changes_nothing() {
    let crew = Crew::new(1).await;
    let database = &crew.database;
    let before = traces(database).await;
    let launch = |brand: &'static str, name: &'static str, budget: &'static str| {
        [
            "campaigns",
            "launch",
            "--brand",
            brand,
            "--name",
            name,
            "--daily-budget",
            budget,
        ]
    };
    let cases: [(&[&str], &[&str]); 8] = [
        (&launch("nobody", "x", "20"), &["brand", "aurora, borealis"]),
        (&launch("aurora", " ", "20"), &["name", "characters"]),
        (
            &launch("aurora", "x", "20.001"),
            &["daily_budget", "minor units"],
        ),
        (
            &launch("aurora", "x", "-20"),
            &["daily_budget", "above zero"],
        ),
        (
            &["campaigns", "resume", "5"],
            &["campaign", "no known campaign"],
        ),
        (&["effects", "undo", "99"], &["effect", "no effect 99"]),
        (
            &["campaigns", "cap", "--brand", "aurora", "--amount", "0"],
            &["cap", "above zero"],
        ),
        (
            &["campaigns", "cap", "--brand", "aurora", "--amount", "much"],
            &["cap", "20.00"],
        ),
    ];
    for (args, words) in cases {
        let args = [args, &["--reason", "a test"]].concat();
        refused(database, &args, words);
    }
    let silent = [&launch("aurora", "x", "20")[..], &["--reason", " "]].concat();
    refused(database, &silent, &["reason", "empty"]);
    assert_eq!(traces(database).await, before);
}

/// Red when a bound of `check_enqueue` in the queue's migration goes.
#[tokio::test]
async fn sql_that_enqueues_nonsense_is_told_the_field() {
    let crew = Crew::new(1).await;
    let before = traces(&crew.database).await;
    let deep = format!("'{{\"x\":\"{}\"}}'", "x".repeat(70_000));
    for (args, field) in [
        ("'nope'", "kind"),
        ("NULL", "kind"),
        ("'sense.meta', '[1]'", "args"),
        ("'sense.meta', NULL", "args"),
        (&format!("'sense.meta', {deep}"), "args"),
        ("'sense.meta', priority => 101", "priority"),
        ("'sense.meta', dedup_key => ''", "dedup_key"),
        (
            "'sense.meta', dedup_key => 'k', dedup_for => '-1 s'",
            "dedup_for",
        ),
        ("'sense.meta', brand => 'Aurora & Co'", "brand"),
        ("'sense.meta', give_up_after => '0 s'", "give_up_after"),
    ] {
        let call = sqlx::AssertSqlSafe(format!("SELECT homeostat.enqueue({args})"));
        let error = sqlx::query(call)
            .execute(crew.database.db().pool())
            .await
            .unwrap_err();
        let said = error
            .as_database_error()
            .unwrap()
            .downcast_ref::<PgDatabaseError>();
        assert_eq!(
            (said.code(), said.column()),
            ("22023", Some(field)),
            "{args:.60}: {said}"
        );
        assert!(said.message().starts_with(field), "{said}");
    }
    assert_eq!(traces(&crew.database).await, before);
}

/// Red when a job that cannot be read is tried again, or stops its worker: let `Poison` in the queue's
/// registry be an ordinary failure, or unwrap the args.
#[tokio::test]
async fn a_poisoned_job_is_set_aside_and_the_work_behind_it_goes_on() {
    let crew = Crew::new(1).await;
    let cases = [
        (r#"{"brand":7}"#, "args.brand"),
        (r#"{"brands":"aurora"}"#, "brands"),
        ("{}", "brand"),
        (r#"{"brand":"nobody"}"#, "known: aurora, borealis"),
    ];
    let mut poisoned = Vec::new();
    for (args, named) in cases {
        poisoned.push((crew.enqueue("decide.kill", args).await, named));
    }
    let good = crew.enqueue("decide.kill", r#"{"brand":"aurora"}"#).await;
    crew.work().await;
    for (job, named) in poisoned {
        let (state, attempts, error): (String, i16, String) = sqlx::query_as(
            "SELECT state, attempts_used, last_error FROM homeostat.job WHERE id = $1",
        )
        .bind(job)
        .fetch_one(crew.database.db().pool())
        .await
        .unwrap();
        assert!(error.contains(named), "{error}");
        assert_eq!((state.as_str(), attempts <= 1), ("failed", true), "{error}");
    }
    let done = format!(
        "homeostat.event WHERE entity = 'job' AND entity_id = '{good}' AND to_state = 'done'"
    );
    assert_eq!(count(&crew.database, &done).await, 1);
}

/// Red when a reply that cannot be read counts as an empty one: let the sensor answer no rows for it.
#[tokio::test]
async fn a_vendors_reply_that_cannot_be_read_is_no_reading() {
    let crew = Crew::new(1).await;
    crew.vendor.order("meta.insights", "unavailable_text").await;
    crew.enqueue("sense.meta", r#"{"brand":"aurora"}"#).await;
    let blind = "homeostat.sensor WHERE state = 'blind' AND fault IS NOT NULL";
    crew.work_while(&format!(
        "(SELECT 1 WHERE NOT EXISTS (SELECT FROM {blind})) waiting"
    ))
    .await;
    assert_eq!(count(&crew.database, blind).await, 1);
    let history = "homeostat.event WHERE entity = 'sensor' AND to_state = 'blind' AND data ->> 'fault' LIKE '%Service Unavailable%'";
    assert_eq!(count(&crew.database, history).await, 1);
    let snoozed = "homeostat.event WHERE entity = 'job' AND to_state = 'failed'";
    assert_eq!(
        count(&crew.database, snoozed).await,
        0,
        "the vendor's trouble is no failure of ours"
    );
    for table in ["observation", "campaign", "decision"] {
        assert_eq!(
            count(&crew.database, &format!("homeostat.{table}")).await,
            0,
            "{table}"
        );
    }
}
