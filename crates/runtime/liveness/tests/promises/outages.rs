//! Who died and is waited for, and who is not.

use homeostat_clock::Entropy;
use homeostat_liveness::{
    Epoch, EpochOptions, Evidence, Life, declare_dead, lives_ended_before, lives_ended_from,
    outages, roles_of, unplanned_end,
};
use homeostat_model::RuntimeTime;
use homeostat_testkit::Database;
use jiff::SignedDuration;

async fn begin(base: &Database, kind: &str, comes_back: bool, seed: u64) -> Epoch {
    let here = EpochOptions::here(kind, "test", base.dir()).unwrap();
    let options = EpochOptions { comes_back, ..here };
    let entropy = Entropy::from_seed(seed);
    Epoch::begin(&base.db(), &options, &entropy).await.unwrap()
}

/// Red when a worker that nobody starts again keeps the whole system "recovering" for ever, and when one that a
/// supervisor keeps counts as back before it is.
#[tokio::test]
async fn a_role_that_somebody_keeps_is_waited_for_and_a_lone_one_is_not() {
    let base = Database::fresh().await;
    let db = base.db();
    let lone = begin(&base, "worker-drill", false, 1).await;
    let kept = begin(&base, "worker-ads", true, 2).await;
    let planned = begin(&base, "web", true, 3).await;
    for epoch in [&lone, &kept] {
        let is_done = declare_dead(&db, epoch.id(), Evidence::Flock, None).await;
        assert!(is_done.unwrap());
    }
    planned.end("planned stop").await.unwrap();
    let all = RuntimeTime("1970-01-01T00:00:00Z".parse().unwrap());

    let found = outages(&db, all).await.unwrap();
    let told: Vec<_> = found
        .iter()
        .map(|one| (one.kind.as_str(), one.back_at.is_some()))
        .collect();
    assert_eq!(told, [("worker-drill", true), ("worker-ads", false)]);
    assert_eq!(found[0].back_at, Some(found[0].died_at));

    let later = found[1].died_at.plus(SignedDuration::from_mins(61));
    let still: Vec<_> = outages(&db, later).await.unwrap();
    assert_eq!(
        still,
        found[1..],
        "who is not back is told of, however long ago"
    );

    let next = begin(&base, "worker-ads", true, 4).await;
    // A later namesake of the lone one makes its death no longer.
    begin(&base, "worker-drill", false, 5).await;
    assert_eq!(outages(&db, all).await.unwrap()[0], found[0]);
    assert_eq!(outages(&db, later).await.unwrap(), []);
    let kinds = |lives: &[Life]| -> Vec<(String, Option<_>)> {
        lives.iter().map(|l| (l.kind.clone(), l.next)).collect()
    };
    let forward = lives_ended_from(&db, all, 10).await.unwrap();
    assert_eq!(
        kinds(&forward),
        [
            ("worker-drill".to_owned(), None),
            ("worker-ads".to_owned(), Some(next.id()))
        ]
    );
    assert!(forward[1].back_at > Some(forward[1].died_at));
    let backward = lives_ended_before(&db, Some(forward[1].died_at), 10).await;
    assert_eq!(kinds(&backward.unwrap()), kinds(&forward[..1]));
    let newest = lives_ended_before(&db, None, 1).await.unwrap();
    assert_eq!(kinds(&newest), kinds(&forward[1..]));

    let end = unplanned_end(&db, lone.id()).await.unwrap();
    assert_eq!(end, Some(forward[0].died_at));
    assert_eq!(unplanned_end(&db, planned.id()).await.unwrap(), None);
    let roles = roles_of(&db, &[next.id()]).await.unwrap();
    assert_eq!(roles, [(next.id(), "worker-ads".to_owned())]);
}
