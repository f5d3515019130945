//! One key, one effect: a retry finds the first answer, another request is an error.

use homeostat_effects::{Class, EffectsError, Intended, decide, intend};

use crate::{
    stage::{Stage, recorded},
    vendor::Vendor,
};

#[tokio::test]
async fn a_retry_gets_the_stored_answer_and_no_second_permit() {
    let stage = Stage::new().await;
    let vendor = Vendor::new(Class::Queryable);
    let effect = recorded(stage.act(&vendor, "c-1").await);
    let answer = stage
        .intend(&vendor, effect.decision, &stage.spending(10_000_000))
        .await;
    let Intended::Existing(existing) = answer else {
        panic!("{answer:?}")
    };
    assert_eq!(*existing, effect);
    assert_eq!((vendor.acts(), stage.day().await), (1, (0, 10_000_000)));
}

#[tokio::test]
async fn the_same_key_for_another_request_is_an_error() {
    let stage = Stage::new().await;
    let vendor = Vendor::new(Class::Queryable);
    let effect = recorded(stage.act(&vendor, "c-1").await);
    let other = stage.spending(10_000_001);
    let answer = intend(
        &stage.ctx,
        vendor.spec_ref(),
        effect.decision,
        &other,
        &stage.limits,
    )
    .await;
    assert!(
        matches!(answer, Err(EffectsError::KeyReused(_))),
        "{answer:?}"
    );
}

#[tokio::test]
async fn a_decision_key_finds_the_first_decision_whatever_is_decided_later() {
    let stage = Stage::new().await;
    let first = stage.decide("tick 7, c-1", "c-1").await;
    let mut draft = stage.draft("tick 7, c-1", "c-1");
    draft.proposal = r#"{"act":"keep"}"#.into();
    assert_eq!(decide(&stage.ctx.db, &draft).await.unwrap(), first);
    let stored = homeostat_effects::decision(&stage.ctx.db, first)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(stored.proposal, r#"{"act":"pause"}"#);
    draft.target = "c-2".into();
    let answer = decide(&stage.ctx.db, &draft).await.unwrap_err();
    assert!(answer.to_string().contains("target"), "{answer}");
}

#[tokio::test]
async fn a_refused_decision_stays_refused() {
    let stage = Stage::new().await;
    let vendor = Vendor::new(Class::Queryable);
    let decision = stage.decide("d", "c-1").await;
    let too_much = stage.spending(200_000_000);
    assert!(matches!(
        stage.intend(&vendor, decision, &too_much).await,
        Intended::Refused(_)
    ));
    // The room that would be needed later is there; the decision is not taken anew.
    let answer = stage.intend(&vendor, decision, &stage.spending(1)).await;
    let Intended::Refused(verdict) = answer else {
        panic!("{answer:?}")
    };
    assert!(verdict.refused_by("daily_budget"));
}

#[tokio::test]
async fn an_act_bound_to_a_vendor_object_happens_once_whoever_decides() {
    let mut stage = Stage::new().await;
    stage.limits.cooldown_s = 0;
    let vendor = Vendor::new(Class::Queryable);
    let mut intent = stage.spending(1);
    intent.bound_to = Some("order-9".into());
    let first = stage.decide("d-1", "c-1").await;
    let second = stage.decide("d-2", "c-1").await;
    assert!(matches!(
        stage.intend(&vendor, first, &intent).await,
        Intended::Permitted(_)
    ));
    assert!(matches!(
        stage.intend(&vendor, second, &intent).await,
        Intended::Existing(_)
    ));
}

#[tokio::test]
async fn what_was_decided_and_intended_cannot_be_rewritten() {
    let stage = Stage::new().await;
    let vendor = Vendor::new(Class::Queryable);
    stage.act(&vendor, "c-1").await;
    for change in [
        "UPDATE homeostat.decision SET proposal = ''",
        "UPDATE homeostat.effect SET amount_micros = 0",
        "UPDATE homeostat.posting SET amount = 1",
        "DELETE FROM homeostat.posting",
        "DELETE FROM homeostat.api_usage",
        "UPDATE homeostat.effect SET receipt = NULL",
    ] {
        assert!(
            sqlx::query(change)
                .execute(stage.ctx.db.pool())
                .await
                .is_err(),
            "{change}"
        );
    }
}
