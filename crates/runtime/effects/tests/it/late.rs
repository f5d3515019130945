//! Proof is never thrown away, however late it comes.

use homeostat_effects::{Class, EffectState, Performed, Provenance, perform};
use homeostat_liveness::Evidence;

use crate::{
    stage::{Stage, seconds},
    vendor::{Fault, Vendor},
};

async fn late_receipts(stage: &Stage) -> Vec<(i32, String, bool)> {
    sqlx::query_as("SELECT call, outcome, matches FROM homeostat.late_receipt ORDER BY id")
        .fetch_all(stage.ctx.db.pool())
        .await
        .unwrap()
}

#[tokio::test]
async fn a_fenced_receipt_is_the_proof_that_a_blind_act_was_waiting_for() {
    let mut stage = Stage::new().await;
    let vendor = Vendor::new(Class::Blind);
    let permit = stage.permit(&vendor, "c-1").await;
    vendor.next(Fault::Stall);
    let call = tokio::spawn({
        let (ctx, vendor) = (stage.ctx.clone(), vendor.clone());
        async move { perform(&ctx, vendor, permit).await }
    });
    vendor.entered.notified().await;
    stage.crash(Evidence::Guess).await;
    assert_eq!(stage.recover(&vendor).await.unknown, 1);
    vendor.let_go.notify_one();
    assert!(matches!(call.await.unwrap().unwrap(), Performed::Fenced));
    assert_eq!(
        late_receipts(&stage).await,
        [(1, "happened".to_owned(), true)]
    );
    stage.at(seconds(61));
    assert_eq!(stage.recover(&vendor).await.settled, 1);
    let effect = stage.only_effect().await;
    assert_eq!(effect.provenance, Some(Provenance::Recovered));
    assert!(effect.receipt.unwrap().contains("success"));
    stage.assert_sound().await;
}

#[tokio::test]
async fn a_late_receipt_for_an_act_that_was_given_up_opens_an_incident_and_is_charged() {
    let mut stage = Stage::new().await;
    let vendor = Vendor::new(Class::Blind);
    let permit = stage.permit(&vendor, "c-1").await;
    vendor.next(Fault::Stall);
    let call = tokio::spawn({
        let (ctx, vendor) = (stage.ctx.clone(), vendor.clone());
        async move { perform(&ctx, vendor, permit).await }
    });
    vendor.entered.notified().await;
    stage.crash(Evidence::Guess).await;
    let id = stage.only_effect().await.id;
    let registry = homeostat_effects::Registry::new().with(vendor.clone());
    let absent = homeostat_effects::Resolution::Absent;
    homeostat_effects::resolve(&stage.ctx, &registry, id, absent, "sure", "ada")
        .await
        .unwrap();
    assert_eq!(stage.day().await, (0, 0));
    vendor.let_go.notify_one();
    call.await.unwrap().unwrap();
    assert_eq!(stage.incidents().await, ["late_receipt_mismatch"]);
    let effect = stage.only_effect().await;
    assert_eq!(
        effect.state,
        EffectState::Settled,
        "it happened, whatever was believed"
    );
    assert_eq!(stage.day().await, (0, 10_000_000));
    // Only the contradiction itself is reported, until somebody has looked.
    let checks = homeostat_effects::verify(&stage.ctx.db).await.unwrap();
    let broken: Vec<_> = checks
        .iter()
        .filter(|c| c.violations > 0)
        .map(|c| c.name)
        .collect();
    assert_eq!(broken, ["late_receipts_match"]);
    let incident = homeostat_effects::open_incidents(&stage.ctx.db)
        .await
        .unwrap()
        .remove(0);
    assert!(
        homeostat_effects::close_incident(&stage.ctx.db, incident.id, "ada")
            .await
            .unwrap()
    );
    stage.assert_sound().await;
}
