//! An archive that does not let us look is never taken for a quiet one, and trips no schedule.

use homeostat_operator::schedules;
use homeostat_queue::schedules as listed;
use serde_json::json;

use crate::{
    stage::{BRAND, Stage},
    wrapped::{How, phases},
};

/// A first run that sees everything, and days until all pages are due again.
async fn known() -> Stage {
    let stage = Stage::new().await;
    stage
        .run_by(phases(&stage.operator, How::AsItIs), BRAND)
        .await;
    stage.pass(4);
    stage
}

#[tokio::test]
async fn behind_a_block_nothing_ends_and_the_report_says_so() {
    for fault in ["challenge", "identity_missing", "new_layout"] {
        let stage = known().await;
        let (running, watched) = (stage.ads("running").await, stage.watched().await);
        stage.pass(60);
        stage.befall("search", fault, 9, None).await;
        stage.befall("pages", fault, 9, None).await;
        let run = stage
            .run_by(phases(&stage.operator, How::AsItIs), BRAND)
            .await;
        assert_eq!(run.state, "done", "{fault}");
        assert_eq!(stage.ads("running").await, running, "{fault}");
        assert_eq!(stage.watched().await, watched, "{fault}");
        let report = stage.report().await;
        assert_eq!(report["trust"], json!("none"), "{fault}");
        assert!(!report["findings"].as_array().unwrap().is_empty());
        let sensors = stage.sensors().await;
        assert!(
            sensors.iter().all(|(_, state)| state == "blind"),
            "{sensors:?}"
        );
        // After the first refusal nobody asks on.
        let faults = report["searches"].as_array().unwrap();
        assert!(faults.iter().all(|source| source["ads"] == json!(0)));
    }
}

#[tokio::test]
async fn an_empty_answer_counts_only_when_the_control_words_bring_something() {
    let stage = known().await;
    let running = stage.ads("running").await;
    stage.befall("pages", "silent_block", 9, None).await;
    stage.befall("search", "silent_block", 9, None).await;
    stage
        .run_by(phases(&stage.operator, How::AsItIs), BRAND)
        .await;
    assert_eq!(stage.ads("running").await, running);
    assert_eq!(stage.report().await["trust"], json!("none"));
}

#[tokio::test]
async fn one_group_behind_a_block_leaves_the_others_known() {
    let stage = known().await;
    let watched = stage.watched().await;
    let last = watched[watched.len() / 5 * 5].0.as_str();
    stage.befall("pages", "challenge", 1, Some(last)).await;
    stage
        .run_by(phases(&stage.operator, How::AsItIs), BRAND)
        .await;
    let report = stage.report().await;
    assert_eq!(report["trust"], json!("partial"));
    let findings = report["findings"].as_array().unwrap();
    let blocked = findings
        .iter()
        .filter(|f| f["what"] == json!("source_blocked"));
    assert_eq!(blocked.count(), 1, "{findings:?}");
}

#[tokio::test]
async fn trouble_that_passes_puts_the_run_off_and_no_schedule_is_the_worse_for_it() {
    let stage = Stage::new().await;
    let (config, clock) = (&stage.operator.config, &stage.operator.clock);
    schedules::define(stage.db(), config, clock).await.unwrap();
    stage.befall("search", "throttle", 1, None).await;
    stage.befall("search", "error_before", 2, None).await;
    stage.befall("pages", "too_heavy", 4, None).await;
    stage.befall("pages", "lose_reply", 1, None).await;
    stage.befall("pages", "empty_page", 2, None).await;
    let run = stage
        .run_by(phases(&stage.operator, How::AsItIs), BRAND)
        .await;
    assert_eq!(run.state, "done", "{:?}", run.reason);
    assert_eq!(stage.report().await["trust"], json!("full"));
    let all = listed(stage.db()).await.unwrap();
    assert!(
        all.iter()
            .all(|s| s.state == "enabled" && s.consecutive_failures == 0)
    );
    let told = sqlx::query!(
        r#"SELECT count(*) FILTER (WHERE entity = 'breaker' AND to_state = 'open') AS "openings!",
                  count(*) FILTER (WHERE entity = 'job' AND cause = 'snooze') AS "put_off!",
                  count(*) FILTER (WHERE entity = 'job' AND cause = 'error') AS "attempts_spent!"
           FROM homeostat.event"#
    );
    let told = told.fetch_one(stage.db().pool()).await.unwrap();
    assert_eq!((told.openings, told.attempts_spent), (1, 0));
    assert!(told.put_off >= 3, "{}", told.put_off);
}
