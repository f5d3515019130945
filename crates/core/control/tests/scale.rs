//! What the scale policy promises: more for what sells, one second chance, and never against the kill rule.

#![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]

use homeostat_control::{
    Delay, SpendInterval,
    campaign::{self, Target},
    kill::{self, Kill},
    record, redecide,
    scale::{BudgetReason, Inputs, KeepReason, Params, Proposal, Scale, State},
};
use homeostat_model::WorldTime;
use jiff::SignedDuration;
use proptest::prelude::*;

const EUR: i64 = 1_000_000;

fn now() -> WorldTime {
    WorldTime("2026-06-01T12:00:00Z".parse().unwrap())
}

/// Mature spend at a target of 10 EUR a sale.
fn readings(spent_micros: i64, sales: u32) -> campaign::Inputs {
    let month = SignedDuration::from_hours(30 * 24);
    campaign::Inputs {
        currency: "EUR".parse().unwrap(),
        target: Target::Cpa {
            cpa_micros: 10 * EUR,
        },
        delay: Delay::default(),
        now: now(),
        read_at: Some(now()),
        spend: vec![SpendInterval {
            from: now().plus(-month),
            until: now().plus(-month / 2),
            amount_micros: spent_micros,
        }],
        sales,
    }
}

fn running(spent_micros: i64, sales: u32) -> Inputs {
    Inputs {
        params: Params::default(),
        campaign: readings(spent_micros, sales),
        daily_budget_micros: 40 * EUR,
        changed_at: None,
        state: State::Running,
        step_micros: EUR / 100,
        budget_max_micros: 200 * EUR,
    }
}

fn killed(spent_micros: i64, sales: u32) -> Inputs {
    Inputs {
        state: State::Killed {
            at: now().plus(-SignedDuration::from_hours(48)),
            budget_micros: 40 * EUR,
            revived_before: false,
        },
        ..running(spent_micros, sales)
    }
}

fn proposed(inputs: &Inputs) -> Proposal {
    let decided = record::<Scale>(inputs, 0).unwrap();
    let again = redecide("scale", "scale-v1", &decided.inputs_json, 0).unwrap();
    assert_eq!(again.proposal_json, decided.proposal_json);
    assert_eq!(again.belief_json, decided.belief_json);
    decided.proposal
}

fn kept(inputs: &Inputs) -> KeepReason {
    match proposed(inputs) {
        Proposal::Keep { reason } => reason,
        other => panic!("{other:?}"),
    }
}

#[test]
fn what_sells_at_half_the_target_gets_a_fifth_more() {
    let raised = Proposal::SetBudget {
        daily_budget_micros: 48 * EUR,
        reason: BudgetReason::Raise,
    };
    assert_eq!(proposed(&running(60 * EUR, 12)), raised);
    assert_eq!(kept(&running(60 * EUR, 9)), KeepReason::NotSure);
    assert_eq!(kept(&running(120 * EUR, 12)), KeepReason::NotSure);
}

#[test]
fn a_budget_is_raised_once_a_day_and_never_over_its_most() {
    let mut inputs = running(60 * EUR, 12);
    inputs.changed_at = Some(now().plus(-SignedDuration::from_hours(23)));
    assert_eq!(kept(&inputs), KeepReason::Rests);
    inputs.changed_at = Some(now().plus(-SignedDuration::from_hours(24)));
    inputs.budget_max_micros = 45 * EUR + 1;
    let most = Proposal::SetBudget {
        daily_budget_micros: 45 * EUR,
        reason: BudgetReason::Raise,
    };
    assert_eq!(proposed(&inputs), most);
    inputs.budget_max_micros = 40 * EUR;
    assert_eq!(kept(&inputs), KeepReason::AtMost);
}

#[test]
fn late_orders_bring_a_stopped_campaign_back_at_half_its_budget() {
    let mut inputs = killed(60 * EUR, 10);
    let half = Proposal::SetBudget {
        daily_budget_micros: 20 * EUR,
        reason: BudgetReason::Revive,
    };
    assert_eq!(proposed(&inputs), half);
    inputs.daily_budget_micros = 20 * EUR;
    let resumed = Proposal::Resume {
        daily_budget_micros: 20 * EUR,
    };
    assert_eq!(proposed(&inputs), resumed);
}

#[test]
fn there_is_one_second_chance_and_it_ends_after_a_week() {
    let mut inputs = killed(60 * EUR, 10);
    inputs.state = State::Killed {
        at: now().plus(-SignedDuration::from_hours(7 * 24 + 1)),
        budget_micros: 40 * EUR,
        revived_before: false,
    };
    assert_eq!(kept(&inputs), KeepReason::TooLate);
    inputs.state = State::Killed {
        at: now(),
        budget_micros: 40 * EUR,
        revived_before: true,
    };
    assert_eq!(kept(&inputs), KeepReason::RevivedBefore);
    assert_eq!(kept(&killed(60 * EUR, 3)), KeepReason::NotSure);
}

#[test]
fn nothing_is_decided_on_old_figures() {
    for mut inputs in [running(60 * EUR, 12), killed(60 * EUR, 10)] {
        inputs.campaign.read_at = Some(now().plus(-SignedDuration::from_hours(3)));
        assert_eq!(kept(&inputs), KeepReason::Stale);
        inputs.campaign.read_at = Some(now().plus(SignedDuration::from_secs(1)));
        assert_eq!(kept(&inputs), KeepReason::Stale);
        inputs.campaign.read_at = None;
        assert_eq!(kept(&inputs), KeepReason::Stale);
    }
}

#[test]
fn a_budget_of_nothing_is_named() {
    let mut inputs = running(60 * EUR, 12);
    inputs.daily_budget_micros = 0;
    let error = record::<Scale>(&inputs, 0).unwrap_err();
    assert!(homeostat_model::chain(&error).contains("daily_budget_micros is 0"));
}

proptest! {
    /// Whatever was spent and sold: who is to be killed is never raised nor revived.
    #[test]
    fn kill_and_scale_never_both_act(spent in 0_i64..3_000 * EUR, sales in 0_u32..200) {
        let kill = kill::Inputs {
            params: kill::Params::default(),
            campaign: readings(spent, sales),
            conversions_30d: 0,
            flagged_at: None,
        };
        let kills = matches!(record::<Kill>(&kill, 0).unwrap().proposal, kill::Proposal::Pause { .. });
        if kills {
            prop_assert_eq!(kept(&running(spent, sales)), KeepReason::NotSure);
            prop_assert_eq!(kept(&killed(spent, sales)), KeepReason::NotSure);
        }
    }
}
