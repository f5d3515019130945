//! Breakers: one tap per vendor for everybody.

use std::time::Duration;

use homeostat_effects::{
    Bucket, Class, Intended, breaker_wait, bucket_wait, configure_bucket, intend, open_breaker,
    read_answered,
};

use crate::{
    stage::{Stage, permitted, seconds},
    vendor::{Fault, ProbeFault, Vendor},
};

#[tokio::test]
async fn a_throttle_closes_the_tap_once_for_all_and_one_trial_opens_it() {
    let mut stage = Stage::new().await;
    let vendor = Vendor::new(Class::Queryable);
    vendor.next(Fault::Throttle(Duration::from_secs(30)));
    stage.act(&vendor, "c-1").await;
    let decision = stage.decide("d-2", "c-2").await;
    let waits = stage.intend(&vendor, decision, &stage.spending(1)).await;
    let Intended::Waits {
        until: Some(until), ..
    } = waits
    else {
        panic!("{waits:?}")
    };
    assert_eq!(until, stage.now_after(seconds(30)));
    stage.at(seconds(31));
    // The same decision goes as the trial; the next one waits for its outcome.
    let trial = permitted(stage.intend(&vendor, decision, &stage.spending(1)).await);
    let third = stage.decide("d-3", "c-3").await;
    let waits = stage.intend(&vendor, third, &stage.spending(1)).await;
    assert!(matches!(waits, Intended::Waits { .. }), "{waits:?}");
    homeostat_effects::perform(&stage.ctx, vendor.clone(), trial)
        .await
        .unwrap();
    permitted(stage.intend(&vendor, third, &stage.spending(1)).await);
    stage.assert_sound().await;
}

/// Whoever hears the word to wait, it is for all.
#[tokio::test]
async fn a_throttled_probe_closes_the_tap_too_and_asks_again_after_the_wait() {
    let mut stage = Stage::new().await;
    let vendor = Vendor::new(Class::Queryable);
    vendor.next(Fault::LostReply);
    stage.act(&vendor, "c-1").await;
    vendor.next_probe(ProbeFault::Throttled(Duration::from_secs(30)));
    assert_eq!(stage.recover(&vendor).await.unknown, 1);
    let decision = stage.decide("d-2", "c-2").await;
    let waits = stage.intend(&vendor, decision, &stage.spending(1)).await;
    let after = stage.now_after(seconds(30));
    assert!(
        matches!(waits, Intended::Waits { until: Some(until), .. } if until == after),
        "{waits:?}"
    );
    stage.at_leased(seconds(29)).await;
    assert_eq!(stage.recover(&vendor).await.adopted, 0);
    stage.at_leased(seconds(31)).await;
    assert_eq!(stage.recover(&vendor).await.settled, 1);
    assert_eq!((vendor.acts(), vendor.probes()), (1, 2));
    stage.assert_sound().await;
}

#[tokio::test]
async fn five_failures_in_a_row_open_the_breaker_and_an_answer_between_does_not() {
    let mut stage = Stage::new().await;
    stage.limits.day_cap_micros = 1_000_000_000;
    let vendor = Vendor::new(Class::Queryable);
    for n in 0..4 {
        vendor.next(Fault::NotSent);
        stage.act(&vendor, &format!("a-{n}")).await;
    }
    stage.act(&vendor, "answered").await;
    for n in 0..5 {
        vendor.next(Fault::NotSent);
        stage.act(&vendor, &format!("b-{n}")).await;
    }
    let decision = stage.decide("d", "c").await;
    let waits = stage.intend(&vendor, decision, &stage.spending(1)).await;
    assert!(
        matches!(waits, Intended::Waits { until: Some(_), .. }),
        "{waits:?}"
    );
}

#[tokio::test]
async fn an_empty_rate_bucket_makes_intents_wait_until_it_refills() {
    let mut stage = Stage::new().await;
    let bucket = Bucket {
        capacity: 2,
        refill_per_minute: 60,
    };
    configure_bucket(&stage.ctx.db, "test", Some(bucket))
        .await
        .unwrap();
    let vendor = Vendor::new(Class::Queryable);
    stage.at(seconds(1));
    drop(stage.permit(&vendor, "c-1").await);
    drop(stage.permit(&vendor, "c-2").await);
    let decision = stage.decide("d-3", "c-3").await;
    let waits = stage.intend(&vendor, decision, &stage.spending(1)).await;
    assert!(
        matches!(waits, Intended::Waits { until: Some(_), .. }),
        "{waits:?}"
    );
    stage.at(seconds(3));
    permitted(stage.intend(&vendor, decision, &stage.spending(1)).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn eight_readers_race_for_one_token_and_the_others_hear_when_the_next_comes() {
    let stage = Stage::new().await;
    let now = |ms| Some(stage.now_after(jiff::SignedDuration::from_millis(ms)));
    let one = Bucket {
        capacity: 1,
        refill_per_minute: 120,
    };
    let take = async |ms| bucket_wait(&stage.ctx.db, "test", now(ms)).await.unwrap();
    assert_eq!(take(0).await, None, "no bucket, no wait");
    configure_bucket(&stage.ctx.db, "test", Some(one))
        .await
        .unwrap();
    let mut racers = Vec::new();
    for _ in 0..8 {
        let (db, at) = (stage.ctx.db.clone(), now(60_000));
        racers.push(tokio::spawn(async move {
            bucket_wait(&db, "test", at).await.unwrap()
        }));
    }
    let mut went = 0;
    for racer in racers {
        match racer.await.unwrap() {
            None => went += 1,
            Some(wait) => assert_eq!(wait, Duration::from_millis(501)),
        }
    }
    assert_eq!(went, 1);
    // Whoever waits takes nothing: half a second later there is one, and not two.
    assert!(take(60_400).await.is_some());
    assert_eq!(take(60_501).await, None);
    assert!(take(60_502).await.is_some());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn eight_race_for_the_trial_and_one_goes() {
    let mut stage = Stage::new().await;
    let vendor = Vendor::new(Class::Queryable);
    let wait = Duration::from_secs(1);
    let now = Some(stage.now_after(seconds(0)));
    open_breaker(&stage.ctx.db, "test", wait, "an outage", now)
        .await
        .unwrap();
    stage.at(seconds(2));
    let mut racers = Vec::new();
    for n in 0..8 {
        let decision = stage.decide(&format!("d-{n}"), &format!("c-{n}")).await;
        let (ctx, vendor) = (stage.ctx.clone(), vendor.clone());
        let (intent, limits) = (stage.spending(0), stage.limits.clone());
        racers.push(tokio::spawn(async move {
            let answer = intend(&ctx, vendor.spec_ref(), decision, &intent, &limits).await;
            matches!(answer.unwrap(), Intended::Permitted(_))
        }));
    }
    let mut trials = 0;
    for racer in racers {
        trials += u32::from(racer.await.unwrap());
    }
    assert_eq!(trials, 1);
}

#[tokio::test]
async fn a_read_waits_for_an_opening_and_ends_it_only_when_it_is_over() {
    let mut stage = Stage::new().await;
    let db = stage.ctx.db.clone();
    let vendor = Vendor::pauses();
    let start = stage.now_after(seconds(0));
    assert_eq!(breaker_wait(&db, "test", Some(start)).await.unwrap(), None);
    let wait = Duration::from_secs(30);
    open_breaker(&db, "test", wait, "throttled", Some(start))
        .await
        .unwrap();
    assert_eq!(
        breaker_wait(&db, "test", Some(start)).await.unwrap(),
        Some(wait)
    );
    read_answered(&db, "test", Some(start)).await.unwrap();
    assert_eq!(
        breaker_wait(&db, "test", Some(start)).await.unwrap(),
        Some(wait),
        "an answer that was under way ends nothing"
    );
    stage.at(seconds(31));
    let over = Some(stage.now_after(seconds(31)));
    assert_eq!(breaker_wait(&db, "test", over).await.unwrap(), None);
    read_answered(&db, "test", over).await.unwrap();
    // Closed: two may go at once, where a trial would have been alone.
    for n in 0..2 {
        let decision = stage.decide(&format!("d-{n}"), &format!("c-{n}")).await;
        drop(permitted(
            stage.intend(&vendor, decision, &stage.kill()).await,
        ));
    }
}

#[tokio::test]
async fn who_meets_a_trial_asks_again_soon() {
    let mut stage = Stage::new().await;
    let db = stage.ctx.db.clone();
    let vendor = Vendor::pauses();
    let start = Some(stage.now_after(seconds(0)));
    open_breaker(&db, "test", Duration::from_secs(1), "an outage", start)
        .await
        .unwrap();
    stage.at(seconds(2));
    drop(stage.permit(&vendor, "c-1").await);
    let soon = Some(stage.now_after(seconds(2)));
    let wait = breaker_wait(&db, "test", soon).await.unwrap();
    assert_eq!(wait, Some(Duration::from_secs(2)));
    let decision = stage.decide("d-2", "c-2").await;
    let waits = stage.intend(&vendor, decision, &stage.kill()).await;
    let Intended::Waits {
        until: Some(until), ..
    } = waits
    else {
        panic!("{waits:?}")
    };
    assert_eq!(until, stage.now_after(seconds(4)));
    // A trial whose outcome never came blocks nobody for ever: a read goes in its place.
    let lost = Some(stage.now_after(seconds(63)));
    assert_eq!(breaker_wait(&db, "test", lost).await.unwrap(), None);
    read_answered(&db, "test", lost).await.unwrap();
    assert_eq!(breaker_wait(&db, "test", soon).await.unwrap(), None);
}
