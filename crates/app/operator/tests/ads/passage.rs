//! A run, its report, and what the next one finds changed.

#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use homeostat_operator::{pipelines::ads, schedules};
use homeostat_queue::{Registry, phases, schedules as listed};
use serde_json::json;

use crate::stage::{BRAND, Stage};

fn house(stage: &Stage) -> Registry {
    let mut registry = Registry::new();
    registry
        .add_pipeline(ads::pipeline(&stage.operator))
        .unwrap();
    registry
}

#[tokio::test]
async fn a_run_finds_the_competitors_their_ads_and_the_winners() {
    let stage = Stage::new().await;
    let run = stage.run_by(house(&stage), BRAND).await;
    assert_eq!(run.state, "done", "{:?}", run.reason);
    let done = phases(stage.db(), run.id).await.unwrap();
    let names: Vec<&str> = done.iter().map(|phase| phase.name.as_str()).collect();
    assert_eq!(names, ["search", "filter", "track", "audit", "report"]);

    let report = stage.report().await;
    assert_eq!(report["trust"], json!("full"), "{report}");
    let watched = stage.watched().await;
    assert!(watched.len() >= 8, "{watched:?}");
    // Linen and wool are the trades of this brand; coupons and the brand itself are no competitors.
    for (_, name) in &watched {
        assert!(
            name.ends_with("Home") || name.ends_with("Atelier"),
            "{name}"
        );
    }
    assert!(stage.ads("running").await > 15);
    let winners = report["winners"].as_array().unwrap();
    assert!(!winners.is_empty());
    for winner in winners {
        assert!(winner["days_running"].as_i64().unwrap() >= 30, "{winner}");
        assert!(
            winner["platforms"].as_array().unwrap().len() >= 2,
            "{winner}"
        );
    }
    let seeing = |name: &str| (format!("ad_library.{name}:{BRAND}"), "seeing".to_owned());
    assert_eq!(stage.sensors().await, [seeing("pages"), seeing("search")]);
}

#[tokio::test]
async fn ads_that_a_later_run_does_not_see_any_more_have_ended() {
    let stage = Stage::new().await;
    stage.run_by(house(&stage), BRAND).await;
    let (running, ended) = (stage.ads("running").await, stage.ads("ended").await);
    stage.pass(20);
    stage.run_by(house(&stage), BRAND).await;
    assert!(stage.ads("ended").await > ended, "{running} ran");
    let report = stage.report().await;
    assert!(report["ads_new"].as_i64().unwrap() > 0);
    assert!(report["ads_new"].as_i64().unwrap() < report["ads_running"].as_i64().unwrap());
}

#[tokio::test]
async fn words_that_keep_winning_are_searched_for() {
    let stage = Stage::new().await;
    for _ in 0..3 {
        stage.run_by(house(&stage), BRAND).await;
        stage.pass(1);
    }
    let learned = sqlx::query_scalar!(
        "SELECT words FROM homeostat.keyword WHERE brand = $1 AND state = 'learned'",
        BRAND
    );
    let learned = learned.fetch_all(stage.db().pool()).await.unwrap();
    assert!(!learned.is_empty());
    stage.run_by(house(&stage), BRAND).await;
    let report = stage.report().await;
    let searched: Vec<&str> = report["searches"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|source| source["name"].as_str())
        .collect();
    assert_eq!(searched[..2], ["linen bedding", "wool throw"]);
    assert!(
        learned
            .iter()
            .any(|words| searched.contains(&words.as_str()))
    );
}

#[tokio::test]
async fn a_brand_that_is_none_is_named_and_nothing_is_written() {
    let stage = Stage::new().await;
    let run = stage.run_by(house(&stage), "nobody").await;
    assert_eq!(run.state, "failed");
    let reason = run.reason.unwrap();
    assert!(
        reason.contains("args.brand") && reason.contains("aurora"),
        "{reason}"
    );
    assert!(stage.rows().await["keyword"].is_null());
}

#[tokio::test]
async fn each_brand_with_keywords_has_a_schedule_until_it_has_none() {
    let stage = Stage::new().await;
    let clock = &stage.operator.clock;
    let mut config = (*stage.operator.config).clone();
    schedules::define(stage.db(), &config, clock).await.unwrap();
    let of_ads = async |stage: &Stage| {
        let all = listed(stage.db()).await.unwrap();
        let own = all.into_iter().filter(|s| s.name.starts_with("ads:"));
        own.map(|s| (s.name, s.every_s, s.state))
            .collect::<Vec<_>>()
    };
    let daily = |brand: &str, state: &str| (format!("ads:{brand}"), Some(86_400), state.to_owned());
    let expected = ["aurora", "borealis", "cirrus"].map(|brand| daily(brand, "enabled"));
    assert_eq!(of_ads(&stage).await, expected);
    config.brands[1].ads = None;
    schedules::define(stage.db(), &config, clock).await.unwrap();
    let left = of_ads(&stage).await;
    assert!(
        left.contains(&expected[0]) && !left.contains(&expected[1]),
        "{left:?}"
    );
}
