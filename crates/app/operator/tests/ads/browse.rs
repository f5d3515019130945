//! The public page by a real browser: the same readings as by the API, and a wall is never silence.
//!
//! What does not depend on the page is shown with a program that prints one.

#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use std::{os::unix::fs::PermissionsExt, path::Path, sync::Arc, time::Duration};

use homeostat_operator::{browser::Browser, jobs::browse::Visits};
use homeostat_queue::Registry;
use jiff::SignedDuration;
use serde_json::Value;

use crate::{
    stage::{BRAND, Stage},
    wrapped::{How, phases},
};

const CHROMIUM: &str = "/usr/bin/chromium";
const KIND: &str = "browse.ads";

/// A first run, and days until its pages are due again.
async fn known(program: &Path) -> Stage {
    let mut stage = Stage::new().await;
    stage
        .run_by(phases(&stage.operator, How::AsItIs), BRAND)
        .await;
    let base = format!("{}/page", stage.sandbox.ad_library_url());
    let browser = Browser::at(program, base, Duration::from_secs(60));
    stage.operator.partners.browser = Some(browser);
    let mut config = (*stage.operator.config).clone();
    config.settings.ads.browser.enabled = true;
    stage.operator.config = Arc::new(config);
    stage.pass(4);
    stage
}

/// A program that shows this page.
fn shows(stage_dir: &Path, page: &str) -> std::path::PathBuf {
    let path = stage_dir.join("browser");
    std::fs::write(&path, format!("#!/bin/sh\ncat <<'PAGE'\n{page}\nPAGE\n")).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
    path
}

/// One job of the browser's worker, to its end.
async fn visit(stage: &Stage) {
    let mut registry = Registry::new();
    registry.add(Visits(stage.operator.clone())).unwrap();
    let job = stage.work(registry, KIND, BRAND).await;
    assert_eq!(stage.failure(job).await, None);
}

/// What was seen of the pages, without what is decided by it, and how many ads run.
async fn belief(stage: &Stage) -> (Value, i64) {
    let known = sqlx::query_scalar!(
        r#"SELECT jsonb_agg(to_jsonb(w) - '{tried_at,next_at,every,wanted,doubted_at}'::text[] ORDER BY id) AS "known!"
           FROM homeostat.competitor_watch w"#
    );
    let known = known.fetch_one(stage.db().pool()).await.unwrap();
    (known, stage.ads("running").await)
}

async fn sensor(stage: &Stage) -> (String, Option<String>) {
    let id = format!("ad_library.browser:{BRAND}");
    let row = sqlx::query!(
        "SELECT state, fault FROM homeostat.sensor WHERE id = $1",
        id
    );
    let row = row.fetch_one(stage.db().pool()).await.unwrap();
    (row.state, row.fault)
}

async fn wait_s(stage: &Stage) -> i32 {
    let wait = sqlx::query_scalar!("SELECT wait_s FROM homeostat.browser_pace WHERE id = 'direct'");
    wait.fetch_one(stage.db().pool()).await.unwrap()
}

/// Pages by how many complete looks they have had.
async fn looked(stage: &Stage) -> i64 {
    let n = sqlx::query_scalar!(
        r#"SELECT count(*) AS "n!" FROM homeostat.competitor_look WHERE made_at IS NOT NULL"#
    );
    n.fetch_one(stage.db().pool()).await.unwrap()
}

#[tokio::test]
async fn a_browser_reads_what_the_archive_shows_in_both_of_its_shapes() {
    if !Path::new(CHROMIUM).exists() {
        return;
    }
    let stage = known(Path::new(CHROMIUM)).await;
    for week in 0..2 {
        let (before, looks) = (belief(&stage).await, looked(&stage).await);
        visit(&stage).await;
        assert_eq!(
            sensor(&stage).await,
            ("seeing".to_owned(), None),
            "week {week}"
        );
        assert_eq!(looked(&stage).await, looks + 1);
        assert_ne!(belief(&stage).await.0, before.0, "week {week}");
        stage.pass(7);
    }
    // What the browser wrote is what the API writes of the same ads.
    let odd = sqlx::query_scalar!(
        r#"SELECT count(*) AS "n!" FROM homeostat.ad
           WHERE title = '' OR platforms = '{}' OR started_on > last_seen_at::date"#
    );
    assert_eq!(odd.fetch_one(stage.db().pool()).await.unwrap(), 0);
    let faults = [
        "challenge",
        "identity_missing",
        "new_layout",
        "silent_block",
    ];
    // An empty page is opened for both countries, and then the control words.
    for (fault, times) in faults.into_iter().zip([1, 1, 1, 3]) {
        stage.befall("web", fault, times, None).await;
        let before = belief(&stage).await;
        visit(&stage).await;
        assert_eq!(sensor(&stage).await.0, "blind", "{fault}");
        assert_eq!(belief(&stage).await, before, "{fault}");
        stage.pass(2);
    }
}

#[tokio::test]
async fn a_wall_blinds_the_sensor_slows_the_pace_and_changes_no_belief() {
    let dir = tempfile::tempdir().unwrap();
    let wall = shows(dir.path(), "<title>Log in</title><input type=\"password\">");
    let stage = known(&wall).await;
    let before = belief(&stage).await;
    visit(&stage).await;
    let told = "blocked: a login wall".to_owned();
    assert_eq!(sensor(&stage).await, ("blind".to_owned(), Some(told)));
    assert_eq!(belief(&stage).await, before);
    assert_eq!(wait_s(&stage).await, 2 * 20 * 60);
    let looks = looked(&stage).await;
    // Too early: nobody visits, and nothing is read from that.
    stage.sandbox.clock().advance(SignedDuration::from_mins(30));
    visit(&stage).await;
    assert_eq!(looked(&stage).await, looks);
    stage.sandbox.clock().advance(SignedDuration::from_mins(11));
    visit(&stage).await;
    assert_eq!(looked(&stage).await, looks + 1);
    assert_eq!(wait_s(&stage).await, 4 * 20 * 60);
    assert_eq!(belief(&stage).await, before);
}

#[tokio::test]
async fn a_browser_that_shows_nothing_is_neither_silence_nor_a_block() {
    let dir = tempfile::tempdir().unwrap();
    let stage = known(&shows(dir.path(), "")).await;
    let before = belief(&stage).await;
    visit(&stage).await;
    let told = "partial: the browser showed nothing".to_owned();
    assert_eq!(sensor(&stage).await, ("blind".to_owned(), Some(told)));
    assert_eq!(
        (belief(&stage).await, wait_s(&stage).await),
        (before, 20 * 60)
    );
}

#[tokio::test]
async fn visits_use_the_budget_of_looks() {
    let dir = tempfile::tempdir().unwrap();
    let mut stage = known(&shows(dir.path(), "<div>captcha</div>")).await;
    let mut config = (*stage.operator.config).clone();
    config.settings.ads.scans_per_day = 8;
    stage.operator.config = Arc::new(config);
    assert!(stage.watched().await.len() > 8);
    let looks = looked(&stage).await;
    for _ in 0..12 {
        visit(&stage).await;
        // The pace is not what holds it up.
        sqlx::query!("UPDATE homeostat.browser_pace SET next_at = '2000-01-01Z'")
            .execute(stage.db().pool())
            .await
            .unwrap();
    }
    assert_eq!(looked(&stage).await, looks + 8);
}
