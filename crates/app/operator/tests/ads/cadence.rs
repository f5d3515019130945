//! Pages are looked at as often as they deserve, within the budget, and a block is never silence.

#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use std::sync::Arc;

use jiff::SignedDuration;
use serde_json::json;

use crate::{
    stage::{BRAND, Stage},
    wrapped::{How, phases},
};

async fn run(stage: &Stage) {
    let run = stage
        .run_by(phases(&stage.operator, How::AsItIs), BRAND)
        .await;
    assert_eq!(run.state, "done", "{:?}", run.reason);
}

fn budget(stage: &mut Stage, scans_per_day: u32) {
    let mut config = (*stage.operator.config).clone();
    config.settings.ads.scans_per_day = scans_per_day;
    stage.operator.config = Arc::new(config);
}

/// What is known of each page; a try alone changes nothing of it.
async fn known(stage: &Stage) -> serde_json::Value {
    let known = sqlx::query_scalar!(
        r#"SELECT jsonb_agg(to_jsonb(w) - '{tried_at,next_at}'::text[] ORDER BY id) AS "known!"
           FROM homeostat.competitor_watch w"#
    );
    known.fetch_one(stage.db().pool()).await.unwrap()
}

/// The most looks within any 24 full hours.
async fn most_looks(stage: &Stage) -> i64 {
    let most = sqlx::query_scalar!(
        r#"SELECT max(n) AS "most!" FROM (
               SELECT count(*) OVER (ORDER BY date_trunc('hour', made_at)
                   RANGE BETWEEN '23 hours' PRECEDING AND CURRENT ROW) AS n
               FROM homeostat.competitor_look WHERE made_at IS NOT NULL) looks"#
    );
    most.fetch_one(stage.db().pool()).await.unwrap()
}

#[tokio::test]
async fn quiet_pages_become_weekly_and_none_waits_longer_than_that_and_a_tenth() {
    let stage = Stage::new().await;
    for _ in 0..36 {
        run(&stage).await;
        stage.pass(1);
    }
    let told = sqlx::query!(
        r#"SELECT count(DISTINCT entity_id) FILTER (WHERE to_state = 'weekly') AS "weekly!",
                  count(*) FILTER (WHERE from_state IS NOT NULL) AS "events!",
                  (SELECT max(gap) AS gap FROM (
                       SELECT made_at - lag(made_at) OVER (PARTITION BY page_id ORDER BY made_at) AS gap
                       FROM homeostat.competitor_look WHERE is_complete) gaps) <= interval '8 days' AS "weekly_floor!",
                  (SELECT count(*) FROM homeostat.competitor_look WHERE made_at IS NOT NULL) AS "looks!"
           FROM homeostat.event WHERE entity = 'competitor_watch'"#
    );
    let told = told.fetch_one(stage.db().pool()).await.unwrap();
    assert!(told.weekly >= 4, "{told:?}");
    // 7.7 days, to the run that is nearest.
    assert!(told.weekly_floor);
    // What each look adds is no event: only changes of a cadence are.
    assert!(told.events < told.looks / 4, "{told:?}");
    let daily = 36 * i64::try_from(stage.watched().await.len()).unwrap();
    assert!(told.looks < daily / 3, "{told:?} of {daily}");

    let cadence = &stage.report().await["cadence"];
    assert!(cadence["weekly"].as_i64().unwrap() >= 4, "{cadence}");
    let fresh = &cadence["freshness"];
    assert!(fresh["found"].as_i64().unwrap() > 0, "{cadence}");
    assert!(fresh["up_to_date_ppm"].as_i64().unwrap() > 300_000);
    assert!(fresh["mean_delay_s"].as_i64().unwrap() < 8 * 86_400);
    assert!(fresh["p95_delay_s"].as_i64() >= fresh["mean_delay_s"].as_i64());
}

#[tokio::test]
async fn a_block_changes_no_cadence_and_makes_no_page_look_quieter() {
    let stage = Stage::new().await;
    run(&stage).await;
    stage.pass(4);
    run(&stage).await;
    // What that look brought is decided on, and nothing is due.
    run(&stage).await;
    let before = known(&stage).await;
    for _ in 0..12 {
        stage.pass(1);
        stage.befall("pages", "challenge", 1, None).await;
        run(&stage).await;
    }
    assert_eq!(known(&stage).await, before);
    let sensors = stage.sensors().await;
    let pages = format!("ad_library.pages:{BRAND}");
    assert!(
        sensors.contains(&(pages, "blind".to_owned())),
        "{sensors:?}"
    );
    // On some days nothing was due, so blocks are left over. The first good look covers all of that time.
    for _ in 0..14 {
        stage.pass(1);
        run(&stage).await;
        if known(&stage).await != before {
            return;
        }
    }
    panic!("no look came through");
}

#[tokio::test]
async fn a_run_that_has_nothing_to_look_at_leaves_a_blind_sensor_blind() {
    let stage = Stage::new().await;
    run(&stage).await;
    stage.pass(4);
    let watched = stage.watched().await;
    let last = watched[watched.len() / 5 * 5].0.as_str();
    stage.befall("pages", "challenge", 1, Some(last)).await;
    run(&stage).await;
    let blind = (format!("ad_library.pages:{BRAND}"), "blind".to_owned());
    assert!(stage.sensors().await.contains(&blind));
    run(&stage).await;
    assert_eq!(stage.report().await["looks"], json!([]));
    assert!(stage.sensors().await.contains(&blind));
}

#[tokio::test]
async fn no_day_holds_more_looks_than_the_budget_and_everybody_gets_a_turn() {
    let mut stage = Stage::new().await;
    budget(&mut stage, 8);
    for _ in 0..10 {
        run(&stage).await;
        stage.sandbox.clock().advance(SignedDuration::from_hours(7));
    }
    assert_eq!(most_looks(&stage).await, 8);
    let unseen = sqlx::query_scalar!(
        r#"SELECT count(*) AS "n!" FROM homeostat.competitor_watch WHERE seen_until IS NULL"#
    );
    assert_eq!(unseen.fetch_one(stage.db().pool()).await.unwrap(), 0);
}
