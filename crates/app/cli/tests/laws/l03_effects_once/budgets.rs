//! Changes of a campaign's budget: an answer that was lost is found by reading the campaign.

use std::sync::Arc;

use homeostat_control::{
    Delay, Policy, SpendInterval,
    campaign::{self, Target},
    record,
    scale::{Inputs, Params, Scale, State},
};
use homeostat_effects::{
    DecisionDraft, EffectState, Provenance, decide, decision, set_autonomy, standing,
};
use homeostat_model::{Autonomy, DecisionId, Money};
use homeostat_operator::{
    actuators::{Deed, set_daily_budget::SetDailyBudget},
    records,
};
use homeostat_vendors::meta::AccountId;
use jiff::SignedDuration;

use crate::{
    requests::act,
    stage::{BRAND, Stage, recorded},
    vendor::{Vendor, campaign as nth},
};

const EUR: i64 = 1_000_000;

/// A stage whose database knows the vendor's campaigns, the first one's budget, and the actuator.
async fn stage() -> (Stage, Vendor, Arc<SetDailyBudget>, Money) {
    let (stage, vendor) = Vendor::stage(1).await;
    let operator = &vendor.operator;
    let brand = operator.config.brand(BRAND).unwrap();
    let account: AccountId = brand.meta_account.parse().unwrap();
    let listed = operator.meta.list_campaigns(&account, brand.currency).await;
    let readings = listed
        .unwrap()
        .value
        .into_iter()
        .map(|one| records::campaign::Reading {
            id: one.id.to_string(),
            name: one.name,
            status: one.status.as_str().to_owned(),
            effective_status: one.effective_status.as_str().to_owned(),
            daily_budget: one.daily_budget,
        });
    let readings: Vec<_> = readings.collect();
    let budget = readings.iter().find(|one| one.id == nth(0)).unwrap();
    let budget = budget.daily_budget.unwrap();
    let mut connection = stage.ctx.db.pool().acquire().await.unwrap();
    let (id, at) = (brand.id.as_str(), operator.clock.now());
    records::campaign::record(&mut connection, id, "EUR", &readings, at)
        .await
        .unwrap();
    let limits = &stage.limits;
    standing::begin_in(
        &mut connection,
        &brand.id,
        &nth(0),
        budget,
        None,
        limits,
        at,
    )
    .await
    .unwrap();
    set_autonomy(&stage.ctx.db, Scale::NAME, Autonomy::Full, "ada", "a test")
        .await
        .unwrap();
    let actuator = Arc::new(SetDailyBudget::new(operator));
    (stage, vendor, actuator, budget)
}

/// The policy's word that the first campaign, which sells at a third of the target, gets more.
async fn more(stage: &Stage, vendor: &Vendor, budget: Money) -> DecisionId {
    let now = vendor.operator.clock.now();
    let ago = |days: i64| now.plus(SignedDuration::from_hours(-24 * days));
    let inputs = Inputs {
        params: Params::default(),
        campaign: campaign::Inputs {
            currency: budget.currency,
            target: Target::Cpa {
                cpa_micros: 20 * EUR,
            },
            delay: Delay::default(),
            now,
            read_at: Some(now),
            spend: vec![SpendInterval {
                from: ago(20),
                until: ago(10),
                amount_micros: 140 * EUR,
            }],
            sales: 21,
        },
        daily_budget_micros: budget.amount_micros,
        changed_at: None,
        state: State::Running,
        step_micros: EUR / 100,
        budget_max_micros: 1_000 * EUR,
    };
    let decided = record::<Scale>(&inputs, 0).unwrap();
    let draft = DecisionDraft {
        key: "more".into(),
        brand: BRAND.parse().unwrap(),
        target: nth(0),
        policy: "scale".into(),
        version: "scale-v1".into(),
        seed: Some(0),
        inputs: decided.inputs_json,
        belief: decided.belief_json,
        proposal: decided.proposal_json,
        decided_at: now,
        data_as_of: now,
    };
    decide(&stage.ctx.db, &draft).await.unwrap()
}

/// Red without the probe: let `probe` in `actuators/set_daily_budget` answer `Probe::Absent`; nothing is settled
/// then.
#[tokio::test]
async fn a_budget_whose_reply_was_lost_is_read_back_and_its_day_is_held() {
    let (stage, vendor, actuator, budget) = stage().await;
    let id = more(&stage, &vendor, budget).await;
    vendor.order("meta.set_daily_budget", "lose_reply").await;
    let effect = recorded(act(&stage, &vendor, &actuator, id).await);
    assert_eq!(effect.state, EffectState::Unknown);
    let raised = budget.amount_micros * 6 / 5 / 10_000 * 10_000;
    assert_eq!(
        stage.money().await.0,
        raised,
        "the day's budget, and what more it may cost"
    );
    assert_eq!(stage.recover(&actuator).await.settled, 1);
    let effect = stage.only_effect().await;
    assert_eq!(
        (effect.state, effect.provenance, effect.sends),
        (EffectState::Settled, Some(Provenance::Probed), 1)
    );
    assert_eq!(
        stage.money().await,
        (raised, 0),
        "all of it for the day now"
    );
    let acts = vendor.handle.acts();
    assert_eq!(acts.len(), 1, "{acts:?}");
    assert_eq!(
        (acts[0].act.as_str(), acts[0].to.as_str()),
        ("set_daily_budget", minor(raised).as_str())
    );
    let known = format!(
        "homeostat.campaign WHERE id = '{}' AND daily_budget_micros = {raised}",
        nth(0)
    );
    assert_eq!(stage.count(&known).await, 1);
    stage.assert_sound().await;
}

fn minor(micros: i64) -> String {
    (micros / 10_000).to_string()
}

/// Red without the comparison in `plan` of `actuators/set_daily_budget`: the act would hold too little.
#[tokio::test]
async fn a_change_is_not_made_over_another_budget_than_it_was_decided_on() {
    let (stage, vendor, actuator, budget) = stage().await;
    let id = more(&stage, &vendor, budget).await;
    let owners = Money::from_micros(10 * EUR, budget.currency);
    let mut connection = stage.ctx.db.pool().acquire().await.unwrap();
    let now = vendor.operator.clock.now();
    records::campaign::budget_confirmed(&mut connection, &nth(0), owners, now)
        .await
        .unwrap();
    let found = decision(&stage.ctx.db, id).await.unwrap().unwrap();
    let brand = vendor.operator.config.brand(BRAND).unwrap();
    let planned = actuator.plan(&vendor.operator, brand, &found).await;
    let told = format!("{:?}", planned.unwrap_err());
    assert!(told.contains("10.00 EUR"), "{told}");
    assert!(vendor.handle.acts().is_empty());
}
