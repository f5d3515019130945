//! A brand that is short of campaigns launches one, lets it run, and never does either twice.

#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use std::sync::Arc;

use homeostat_effects::{
    DecisionFilter, EffectFilter, EffectState, EffectView, decisions, effects, recover_one,
    renew_lease, token,
};
use homeostat_operator::{
    actuators,
    records::{campaign, sensor},
};
use homeostat_sandbox::{Act, Options};
use jiff::SignedDuration;

use crate::stage::{BRAND, Stage};

/// A world whose first launched campaign never sells.
const SEED_OF_A_DEAD_ONE: u64 = 4;

async fn stage(change: impl FnOnce(&mut Options)) -> Stage {
    let stage = Stage::with(change).await;
    // Without the lease of whoever watches over it, nothing that costs is done.
    let (now, holder) = (stage.db().now().await.unwrap(), stage.effects.owner);
    let later = now.plus(SignedDuration::from_hours(1));
    renew_lease(stage.db(), holder, Some(later)).await.unwrap();
    stage
}

/// So many more campaigns should run than do.
async fn want_more(stage: &mut Stage, more: u32) {
    let running = running(stage).await;
    let mut config = (*stage.operator.config).clone();
    for brand in &mut config.brands {
        if let Some(portfolio) = &mut brand.portfolio {
            portfolio.campaigns = running + more;
        }
    }
    stage.operator.config = Arc::new(config);
}

async fn running(stage: &Stage) -> u32 {
    let live = campaign::in_state(stage.db(), BRAND, "ACTIVE").await;
    u32::try_from(live.unwrap().len()).unwrap()
}

async fn state(stage: &Stage, id: &str) -> String {
    let known = campaign::find(stage.db(), id).await.unwrap();
    known.unwrap().state
}

/// In the vendor's books, in order.
fn created(stage: &Stage) -> Vec<Act> {
    let mut acts = stage.sandbox.acts_of("meta");
    acts.retain(|act| act.act == "create_campaign");
    acts
}

/// How often the vendor was asked to let it run.
fn resumed(stage: &Stage, id: &str) -> usize {
    let acts = stage.sandbox.acts_of("meta");
    let mut acts = acts.iter().filter(|act| act.object == id);
    acts.by_ref().filter(|act| act.to == "ACTIVE").count()
}

async fn launches(stage: &Stage) -> Vec<EffectView> {
    let which = EffectFilter::default();
    let mut acts = effects(stage.db(), &which).await.unwrap();
    acts.retain(|act| act.kind == "meta.create_campaign");
    acts.reverse();
    acts
}

/// Decisions of the policy that an act was to follow from.
async fn decided(stage: &Stage) -> usize {
    let which = DecisionFilter::default();
    let all = decisions(stage.db(), &which).await.unwrap();
    all.iter().filter(|one| one.policy == "portfolio").count()
}

async fn look(stage: &Stage) {
    stage.ask("sense.meta").await;
}

async fn decide(stage: &Stage) {
    stage.ask("decide.portfolio").await;
}

fn name_of(act: &Act) -> String {
    act.created.as_ref().unwrap().name.clone()
}

#[tokio::test]
async fn a_brand_that_is_short_of_one_launches_it_lets_it_run_and_keeps() {
    let mut stage = stage(|_| ()).await;
    look(&stage).await;
    want_more(&mut stage, 1).await;
    let before = running(&stage).await;
    decide(&stage).await;
    let (made, acts) = (created(&stage), launches(&stage).await);
    assert_eq!((made.len(), acts.len()), (1, 1));
    assert_eq!(
        name_of(&made[0]),
        format!("aurora 1 [{}]", token(&acts[0].key))
    );
    assert_eq!(made[0].to, "PAUSED");
    assert_eq!(made[0].created.as_ref().unwrap().daily_budget, 4_000);
    let id = made[0].object.clone();
    assert_eq!(
        (state(&stage, &id).await, resumed(&stage, &id)),
        ("PAUSED".into(), 0)
    );
    decide(&stage).await;
    assert_eq!(
        (state(&stage, &id).await, resumed(&stage, &id)),
        ("ACTIVE".into(), 1)
    );
    assert_eq!(running(&stage).await, before + 1);
    for _ in 0..2 {
        decide(&stage).await;
    }
    assert_eq!((created(&stage).len(), decided(&stage).await), (1, 2));
    let kept = sqlx::query_scalar!(
        r#"SELECT count(*) AS "n!" FROM homeostat.kept_decision WHERE policy = 'portfolio'"#
    );
    assert_eq!(kept.fetch_one(stage.db().pool()).await.unwrap(), 1);
    // It spends and sells like the others, and is held like them.
    stage.pass(24);
    look(&stage).await;
    let spent = sqlx::query_scalar!(
        r#"SELECT max(spend_micros) AS "spent!" FROM homeostat.observation WHERE campaign = $1"#,
        id
    );
    assert!(spent.fetch_one(stage.db().pool()).await.unwrap() > 5_000_000);
    let held = sqlx::query_scalar!(
        r#"SELECT count(*) AS "n!" FROM homeostat.standing_hold WHERE target = $1 AND state = 'active'"#,
        id
    );
    assert_eq!(held.fetch_one(stage.db().pool()).await.unwrap(), 1);
}

/// Red when only today's windows are asked: leave `room` out of `wanted` in the job.
#[tokio::test]
async fn nothing_is_launched_that_a_whole_day_has_no_room_for() {
    let mut stage = stage(|_| ()).await;
    look(&stage).await;
    want_more(&mut stage, 1).await;
    let budgets = sqlx::query_scalar!(
        r#"SELECT sum(daily_budget_micros)::bigint AS "n!" FROM homeostat.campaign WHERE brand = $1 AND state = 'ACTIVE'"#,
        BRAND
    );
    let budgets = budgets.fetch_one(stage.db().pool()).await.unwrap();
    // A test costs 40.00 a day.
    for (room, proposed) in [(39_990_000, 0), (40_000_000, 1)] {
        let mut config = (*stage.operator.config).clone();
        for brand in &mut config.brands {
            brand.cap_day.amount_micros = budgets + room;
        }
        stage.operator.config = Arc::new(config);
        decide(&stage).await;
        assert_eq!(decided(&stage).await, proposed, "{room}");
    }
}

/// Red when an open launch is not counted: leave it out of `resting` in the job.
#[tokio::test]
async fn a_launch_whose_reply_was_lost_is_not_launched_twice() {
    let mut stage = stage(|_| ()).await;
    look(&stage).await;
    stage.befall("meta.create_campaign", "lose_reply", 1).await;
    want_more(&mut stage, 2).await;
    decide(&stage).await;
    assert_eq!(launches(&stage).await[0].state, EffectState::Unknown);
    // A day later nobody has asked the vendor yet.
    stage.pass(25);
    look(&stage).await;
    want_more(&mut stage, 2).await;
    decide(&stage).await;
    decide(&stage).await;
    assert_eq!(
        (created(&stage).len(), launches(&stage).await.len()),
        (1, 1)
    );
    let registry = actuators::registry(&stage.operator);
    let open = launches(&stage).await.remove(0);
    assert!(
        recover_one(&stage.effects, &registry, open.id)
            .await
            .unwrap()
    );
    let found = launches(&stage).await.remove(0);
    let id = created(&stage)[0].object.clone();
    assert_eq!(
        (found.state, found.vendor_ref),
        (EffectState::Settled, Some(id.clone()))
    );
    // It runs first, and then comes the next.
    decide(&stage).await;
    assert_eq!((resumed(&stage, &id), created(&stage).len()), (1, 1));
    decide(&stage).await;
    let made = created(&stage);
    assert_eq!(made.len(), 2);
    assert!(name_of(&made[1]).starts_with("aurora 2 ["), "{made:?}");
    // And none on the same day, whatever is missing.
    decide(&stage).await;
    want_more(&mut stage, 5).await;
    decide(&stage).await;
    assert_eq!(created(&stage).len(), 2);
}

/// Red when a sensor that has turned blind still counts: let `read_at` of the job ignore `sees`.
#[tokio::test]
async fn nothing_is_launched_on_a_reading_that_failed_or_is_old() {
    let mut stage = stage(|_| ()).await;
    want_more(&mut stage, 1).await;
    decide(&stage).await;
    assert_eq!(decided(&stage).await, 0, "never read");
    look(&stage).await;
    want_more(&mut stage, 3).await;
    let id = format!("meta.campaigns:{BRAND}");
    sensor::missed(stage.db(), &id, BRAND, "a test")
        .await
        .unwrap();
    decide(&stage).await;
    assert_eq!(decided(&stage).await, 0, "blind");
    look(&stage).await;
    stage.pass(3);
    decide(&stage).await;
    assert_eq!(decided(&stage).await, 0, "old");
    let kept = sqlx::query_scalar!(
        "SELECT DISTINCT proposal FROM homeostat.kept_decision WHERE policy = 'portfolio'"
    );
    let kept = kept.fetch_all(stage.db().pool()).await.unwrap();
    assert_eq!(kept, [r#"{"act":"keep","reason":{"is":"stale"}}"#]);
    look(&stage).await;
    decide(&stage).await;
    assert_eq!(created(&stage).len(), 1);
}

/// Red when whatever rests is taken for new: leave out `moved` in `resting` of the job.
#[tokio::test]
async fn what_the_kill_rule_stopped_is_replaced_and_not_resumed() {
    let mut stage = stage(|options| options.seed = SEED_OF_A_DEAD_ONE).await;
    look(&stage).await;
    want_more(&mut stage, 1).await;
    decide(&stage).await;
    decide(&stage).await;
    let id = created(&stage)[0].object.clone();
    assert_eq!(state(&stage, &id).await, "ACTIVE");
    for _ in 0..12 {
        stage.pass(12);
        look(&stage).await;
        if state(&stage, &id).await == "PAUSED" {
            break;
        }
    }
    assert_eq!(state(&stage, &id).await, "PAUSED", "choose another seed");
    want_more(&mut stage, 1).await;
    decide(&stage).await;
    decide(&stage).await;
    let made = created(&stage);
    assert_eq!((made.len(), resumed(&stage, &id)), (2, 1));
    assert_eq!(state(&stage, &made[1].object).await, "ACTIVE");
}
