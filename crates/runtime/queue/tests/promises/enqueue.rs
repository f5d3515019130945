//! The road into the queue.

use crate::common::{Ground, Task, Way};
use homeostat_queue::{
    Enqueue, Error, JobFilter, enqueue, enqueue_all, enqueue_in, enqueue_raw, job_counts, jobs,
};
use homeostat_store::{StoreError, transact};
use serde_json::{Value, json};

/// A job is there if and only if the caller's transaction commits.
#[tokio::test]
async fn a_rolled_back_caller_leaves_nothing() {
    let ground = Ground::new().await;
    let how = Enqueue {
        dedup_key: Some("once".into()),
        ..Enqueue::default()
    };
    let result = transact!(ground.db, |tx| -> Result<(), Error> {
        enqueue_in(&mut *tx, &Task { way: Way::Done }, &how).await?;
        Err::<(), _>(StoreError::corrupt("test", "rolls back").into())
    });
    assert!(result.is_err());
    assert!(
        jobs(&ground.db, &JobFilter::default())
            .await
            .unwrap()
            .is_empty()
    );
    assert!(ground.ends().await.is_empty(), "and no event");
    let again = enqueue(&ground.db, &Task { way: Way::Done }, &how)
        .await
        .unwrap();
    assert!(again.fresh, "and no key");
}

/// L12: each refusal names its field, and nothing was written.
#[tokio::test]
async fn bad_input_names_the_field() {
    let ground = Ground::new().await;
    let good = || json!({"way": "done"});
    let big = json!({"way": "x".repeat(70_000)});
    let with = |change: fn(&mut Enqueue)| {
        let mut how = Enqueue::default();
        change(&mut how);
        how
    };
    let cases: Vec<(&str, &str, Value, Enqueue)> = vec![
        ("kind", "tusk", good(), Enqueue::default()),
        ("args", "task", json!([1]), Enqueue::default()),
        ("args", "task", big, Enqueue::default()),
        (
            "priority",
            "task",
            good(),
            with(|how| how.priority = Some(101)),
        ),
        (
            "dedup_key",
            "task",
            good(),
            with(|how| how.dedup_key = Some(String::new())),
        ),
        (
            "dedup_for",
            "task",
            good(),
            with(|how| how.dedup_for = Some(std::time::Duration::ZERO)),
        ),
        (
            "give_up_after",
            "task",
            good(),
            with(|how| how.give_up_after = Some(std::time::Duration::ZERO)),
        ),
    ];
    for (expected, kind, args, how) in cases {
        match enqueue_raw(&ground.db, kind, args, &how).await {
            Err(Error::Input { field, message }) => {
                assert_eq!(field, expected);
                assert!(message.starts_with(expected), "{message}");
            }
            other => panic!("{expected}: {other:?}"),
        }
    }
    let unknown = enqueue_raw(&ground.db, "tusk", good(), &Enqueue::default())
        .await
        .unwrap_err();
    assert!(
        unknown
            .to_string()
            .contains("known kinds: alone, hang, task"),
        "{unknown}"
    );
    assert!(
        jobs(&ground.db, &JobFilter::default())
            .await
            .unwrap()
            .is_empty()
    );
}

#[tokio::test]
async fn a_batch_is_all_or_nothing_and_keys_count_inside_it() {
    let ground = Ground::new().await;
    let three = vec![Task { way: Way::Done }; 3];
    let keys = [Some("a".to_owned()), Some("a".to_owned()), None];
    let batch = enqueue_all(&ground.db, &three, &keys, &Enqueue::default())
        .await
        .unwrap();
    assert_eq!(
        batch.iter().map(|job| job.fresh).collect::<Vec<_>>(),
        [true, false, true]
    );
    assert_eq!(batch[0].job, batch[1].job);
    let wrong = enqueue_all(&ground.db, &three, &keys[..2], &Enqueue::default()).await;
    assert!(matches!(wrong, Err(Error::Input { .. })));
    let counts = job_counts(&ground.db).await.unwrap();
    assert_eq!((counts.len(), counts[0].jobs), (1, 2));
}

/// Two open transactions with one key: the second waits, and takes over only when the first
/// leaves nothing.
#[tokio::test]
async fn a_key_under_way_is_waited_for() {
    let ground = Ground::new().await;
    let how = Enqueue {
        dedup_key: Some("k".into()),
        ..Enqueue::default()
    };
    let both = (0..2).map(|_| {
        let (db, how) = (ground.db.clone(), how.clone());
        tokio::spawn(async move { enqueue(&db, &Task { way: Way::Done }, &how).await.unwrap() })
    });
    let mut answers = Vec::new();
    for answer in both.collect::<Vec<_>>() {
        answers.push(answer.await.unwrap());
    }
    assert_eq!(answers[0].job, answers[1].job);
    assert_eq!(answers.iter().filter(|answer| answer.fresh).count(), 1);
}

/// The SQL function is the same road.
#[tokio::test]
async fn sql_is_the_same_road() {
    let ground = Ground::new().await;
    let id = sqlx::query_scalar!(
        r#"SELECT homeostat.enqueue('task', '{"way": "done"}', priority => 3, dedup_key => 'x') AS "id!""#
    )
    .fetch_one(ground.db.pool())
    .await
    .unwrap();
    let row = jobs(&ground.db, &JobFilter::default())
        .await
        .unwrap()
        .remove(0);
    assert_eq!((row.id.0, row.priority, row.attempts_max), (id, 3, 3));
}
