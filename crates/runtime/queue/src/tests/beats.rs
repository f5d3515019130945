use super::*;
use crate::{maintenance::chores, progress::beat};

/// The last beat and the last progress of a job, as they are told apart from the beginning.
async fn beats(ground: &Ground) -> Vec<(i64, i64, bool)> {
    sqlx::query!(
        r#"SELECT job, fence, progress_at < beat_at AS "idle!" FROM homeostat.job_beat ORDER BY job"#
    )
    .map(|r| (r.job, r.fence, r.idle))
    .fetch_all(ground.db.pool())
    .await
    .unwrap()
}

async fn tidy(ground: &Ground) -> u64 {
    let all = chores(&ground.entropy);
    let chore = all.iter().find(|c| c.name() == "former_beats").unwrap();
    chore.run(&ground.db).await.unwrap()
}

/// A sign of life belongs to the claim: it tells whoever lost it, and says nothing about the next one.
#[tokio::test]
async fn a_beat_is_of_the_claim_and_life_is_no_progress() {
    let ground = Ground::new().await;
    let epoch = ground.epoch("a").await;
    let id = ground.enqueue(1).await;
    let first = ground.claim_one(&epoch).await;
    let give = async |fence, progressed| beat(&ground.db, epoch.id(), id, fence, progressed).await;
    give(first.fence, false).await.unwrap();
    assert_eq!(beats(&ground).await, [(id.0, first.fence.0, false)]);
    give(first.fence, false).await.unwrap();
    assert_eq!(beats(&ground).await, [(id.0, first.fence.0, true)]);
    give(first.fence, true).await.unwrap();
    assert_eq!(beats(&ground).await, [(id.0, first.fence.0, false)]);
    assert_eq!(tidy(&ground).await, 0, "it runs");

    let later = ground.in_future(Duration::from_secs(600)).await;
    crate::maintenance::sweep_deadlines(&ground.db, &ground.entropy, Some(later))
        .await
        .unwrap();
    let lost = give(first.fence, true).await;
    assert!(matches!(lost, Err(Error::Stale(job)) if job == id));
    let again = ground.in_future(Duration::from_secs(1200)).await;
    let second = claim(&ground.db, epoch.id(), "plain", 1, Some(again)).await;
    let second = second.unwrap().remove(0);
    assert!(give(first.fence, true).await.is_err());
    assert_eq!(tidy(&ground).await, 1, "of the former claim");
    give(second.fence, false).await.unwrap();
    assert_eq!(beats(&ground).await, [(id.0, second.fence.0, false)]);
    ground.finish(&epoch, &second).await.unwrap();
    assert_eq!(tidy(&ground).await, 1);
    assert_eq!(beats(&ground).await, []);
}
