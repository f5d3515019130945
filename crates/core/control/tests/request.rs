//! Promises of the policies that say what was asked for: a person's word, and the account's limit.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
use homeostat_control::{
    Policy, record, redecide,
    request::{Inputs, Request, Wish},
    spend_cap::{self, SpendCap},
};
use homeostat_model::Money;
use proptest::prelude::*;

fn eur(micros: i64) -> Money {
    Money::from_micros(micros, "EUR".parse().unwrap())
}

fn launch(name: &str, micros: i64) -> Inputs {
    Inputs {
        by: "ada".into(),
        reason: "spring".into(),
        nonce: "5f".into(),
        wish: Wish::Launch {
            name: name.into(),
            daily_budget: eur(micros),
        },
    }
}

#[test]
fn what_was_asked_is_what_is_proposed_and_decides_again() {
    let inputs = launch("Linen", 20_000_000);
    let decided = record::<Request>(&inputs, 0).unwrap();
    assert_eq!(decided.proposal, inputs.wish);
    assert_eq!(decided.belief_json, decided.inputs_json);
    let again = redecide(Request::NAME, Request::VERSION, &decided.inputs_json, 0).unwrap();
    assert_eq!(
        (again.belief_json, again.proposal_json),
        (decided.belief_json, decided.proposal_json)
    );
}

#[test]
fn a_wish_that_says_too_little_names_the_field() {
    let cases = [
        (launch(" ", 1), "wish.name"),
        (launch("Linen", 0), "wish.daily_budget"),
        (launch("Linen", -1), "wish.daily_budget"),
        (
            Inputs {
                by: String::new(),
                ..launch("Linen", 1)
            },
            "by",
        ),
        (
            Inputs {
                reason: " ".into(),
                ..launch("Linen", 1)
            },
            "reason",
        ),
        (
            Inputs {
                wish: Wish::Pause {
                    campaign: String::new(),
                },
                ..launch("Linen", 1)
            },
            "wish.campaign",
        ),
    ];
    for (inputs, field) in cases {
        let error = Request::believe(&inputs).unwrap_err().to_string();
        assert!(error.starts_with(field), "{field}: {error}");
    }
}

fn account(spent_micros: i64, day_cap_micros: i64) -> spend_cap::Inputs {
    spend_cap::Inputs {
        currency: "EUR".parse().unwrap(),
        spent_micros,
        day_cap_micros,
        step_micros: 10_000,
    }
}

fn cap(inputs: &spend_cap::Inputs) -> i64 {
    let spend_cap::Proposal::SetSpendCap { cap_micros } =
        record::<SpendCap>(inputs, 0).unwrap().proposal;
    cap_micros
}

#[test]
fn the_limit_is_what_is_spent_and_the_days_cap() {
    assert_eq!(cap(&account(0, 200_000_000)), 200_000_000);
    assert_eq!(cap(&account(1_234_560_000, 200_000_000)), 1_434_560_000);
    for (inputs, field) in [
        (account(-1, 1), "spent_micros"),
        (account(0, 0), "day_cap_micros"),
        (account(i64::MAX, 1), "spent_micros"),
    ] {
        let error = SpendCap::believe(&inputs).unwrap_err().to_string();
        assert!(error.starts_with(field), "{field}: {error}");
    }
}

proptest! {
    #[test]
    fn a_limit_is_never_wider_than_the_day_allows(
        spent in 0i64..1_000_000_000_000,
        day in 10_000i64..1_000_000_000_000,
    ) {
        let cap = cap(&account(spent, day));
        prop_assert!(cap <= spent + day && cap > spent + day - 10_000 && cap % 10_000 == 0);
    }
}
