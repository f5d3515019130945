use super::*;
use crate::maintenance::{sweep_deadlines, sweep_given_up};

#[tokio::test]
async fn a_hanging_attempt_ends_at_its_deadline() {
    let ground = Ground::new().await;
    let epoch = ground.epoch("a").await;
    let id = ground.enqueue(1).await;
    ground.claim_one(&epoch).await;
    assert_eq!(
        sweep_deadlines(&ground.db, &ground.entropy, None)
            .await
            .unwrap(),
        0
    );
    let later = ground.in_future(Duration::from_secs(130)).await;
    assert_eq!(
        sweep_deadlines(&ground.db, &ground.entropy, Some(later))
            .await
            .unwrap(),
        1
    );
    let (state, fence, attempts, cause) = ground.job(id).await.unwrap();
    assert_eq!(
        (state.as_str(), fence, attempts, cause.as_deref()),
        ("ready", 2, 1, Some("timeout"))
    );
}

#[tokio::test]
async fn a_job_nobody_takes_gives_up() {
    let ground = Ground::new().await;
    let epoch = ground.epoch("a").await;
    let id = ground.enqueue(1).await;
    assert_eq!(sweep_given_up(&ground.db, None).await.unwrap(), 0);
    let later = ground.in_future(Duration::from_secs(24 * 3600 + 1)).await;
    assert!(
        claim(&ground.db, epoch.id(), "plain", 1, Some(later))
            .await
            .unwrap()
            .is_empty()
    );
    assert_eq!(sweep_given_up(&ground.db, Some(later)).await.unwrap(), 1);
    assert_eq!(ground.job(id).await.unwrap().3.as_deref(), Some("gave_up"));
    crate::retry_failed(&ground.db, id, None).await.unwrap();
    assert_eq!(
        ground.claim_one(&epoch).await.id,
        id,
        "a person's retry makes it claimable"
    );
}

/// The dedup key outlives the job, and is forgotten only when it has run out.
#[tokio::test]
async fn a_dedup_key_outlives_its_job() {
    let ground = Ground::new().await;
    let epoch = ground.epoch("a").await;
    let how = |now| Enqueue {
        dedup_key: Some("order 7".into()),
        dedup_for: Some(Duration::from_secs(3600)),
        now,
        ..Enqueue::default()
    };
    let first = enqueue(&ground.db, &Plain { n: 1 }, &how(None))
        .await
        .unwrap();
    let claimed = ground.claim_one(&epoch).await;
    ground.finish(&epoch, &claimed).await.unwrap();
    assert_eq!(ground.job(first.job).await, None);
    let second = enqueue(&ground.db, &Plain { n: 1 }, &how(None))
        .await
        .unwrap();
    assert_eq!((second.fresh, second.job), (false, first.job));
    let later = Some(ground.in_future(Duration::from_secs(3601)).await);
    let third = enqueue(&ground.db, &Plain { n: 1 }, &how(later))
        .await
        .unwrap();
    assert!(third.fresh && third.job != first.job);
    let much_later = Some(ground.in_future(Duration::from_secs(9000)).await);
    let fourth = enqueue(&ground.db, &Plain { n: 1 }, &how(much_later))
        .await
        .unwrap();
    assert!(
        !fourth.fresh,
        "the third job still lives, whatever its key says"
    );
}
