//! Promises of what is said about a refund: the receipt's amount, each word once, and never "paid" before it is.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
use homeostat_control::{
    answer::{Answer, Inputs, Outcome, Proposal, Word},
    because, record, redecide,
};
use homeostat_model::{DecisionId, Money};
use proptest::prelude::*;

fn eur(micros: i64) -> Money {
    Money::from_micros(micros, "EUR".parse().unwrap())
}

fn paid() -> Outcome {
    Outcome::Settled {
        paid: eur(20_000_000),
    }
}

fn proposal(outcome: Outcome, said: &[Word]) -> Proposal {
    let inputs = Inputs {
        letter: "aurora:<1@mail.example>".into(),
        language: "de".into(),
        decision: DecisionId(7),
        outcome,
        said: said.to_vec(),
    };
    let decided = record::<Answer>(&inputs, 0).unwrap();
    let again = redecide("answer", "answer-v1", &decided.inputs_json, 0).unwrap();
    assert_eq!(again.proposal_json, decided.proposal_json);
    let told = because(
        "answer",
        &decided.inputs_json,
        &decided.belief_json,
        &decided.proposal_json,
    );
    assert!(!told.unwrap().is_empty());
    decided.proposal
}

#[test]
fn each_outcome_has_its_word_and_each_word_is_said_once() {
    use Word::{Person, Processing, Settled};
    let settled = Proposal::ReplySettled {
        amount: eur(20_000_000),
    };
    let nothing = Proposal::Nothing;
    let table = [
        (paid(), &[][..], settled.clone()),
        (paid(), &[Processing], settled.clone()),
        (paid(), &[Person], settled),
        (paid(), &[Settled], nothing.clone()),
        (Outcome::UnderWay, &[], Proposal::ReplyProcessing),
        (Outcome::UnderWay, &[Processing], nothing.clone()),
        (Outcome::UnderWay, &[Person], nothing.clone()),
        (Outcome::Refused, &[], Proposal::ReplyPerson),
        (Outcome::Refused, &[Processing], Proposal::ReplyPerson),
        (Outcome::Waits, &[Person], nothing.clone()),
        (Outcome::NotDone, &[Settled], nothing),
    ];
    for (outcome, said, expected) in table {
        assert_eq!(proposal(outcome, said), expected, "{outcome:?} {said:?}");
    }
}

#[test]
fn a_refund_that_paid_nothing_is_a_persons() {
    let nothing = Outcome::Settled { paid: eur(0) };
    assert_eq!(proposal(nothing, &[]), Proposal::ReplyPerson);
}

#[test]
fn an_input_that_is_missing_is_named() {
    let empty = Inputs {
        letter: " ".into(),
        language: "de".into(),
        decision: DecisionId(7),
        outcome: Outcome::UnderWay,
        said: Vec::new(),
    };
    let told = record::<Answer>(&empty, 0).unwrap_err();
    assert!(format!("{told:?}").contains("letter"), "{told:?}");
    let unnamed = Inputs {
        letter: "a".into(),
        decision: DecisionId(0),
        ..empty
    };
    assert!(record::<Answer>(&unnamed, 0).is_err());
}

proptest! {
    #[test]
    fn an_amount_is_named_only_when_it_was_paid(
        micros in any::<i64>(),
        which in 0_usize..5,
        said in prop::collection::vec(prop::sample::select(Word::ALL.to_vec()), 0..3),
    ) {
        let outcomes = [
            Outcome::Settled { paid: eur(micros) },
            Outcome::UnderWay,
            Outcome::Refused,
            Outcome::Waits,
            Outcome::NotDone,
        ];
        if let Proposal::ReplySettled { amount } = proposal(outcomes[which], &said) {
            prop_assert_eq!((which, amount), (0, eur(micros)));
            prop_assert!(micros > 0 && !said.contains(&Word::Settled));
        }
    }
}
