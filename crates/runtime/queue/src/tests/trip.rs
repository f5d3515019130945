use homeostat_model::WorldTime;
use serde_json::json;

use super::*;
use crate::{
    Cadence, Missed, Overlap, Schedule, define_schedule, disable_schedule, enable_schedule,
    held::hold_of,
    schedules,
    settle::{give_up, settle},
    tick,
    verdict::Ending,
};

fn world(hours: i64) -> WorldTime {
    WorldTime("2026-01-01T00:00:00Z".parse().unwrap()).plus(SignedDuration::from_hours(hours))
}

fn hourly(overlap: Overlap, missed: Missed) -> Schedule {
    Schedule {
        name: "hourly".into(),
        kind: "plain".into(),
        args: json!({"n": 1}),
        brand: None,
        cadence: Cadence::Every(Duration::from_secs(3600)),
        overlap,
        missed,
        guards_money: true,
    }
}

async fn define(ground: &Ground, overlap: Overlap, missed: Missed) {
    define_schedule(&ground.db, &hourly(overlap, missed), world(0))
        .await
        .unwrap();
}

async fn fail_for_good(ground: &Ground, epoch: &Epoch) {
    end(ground, epoch, &Ending::Permanent("no".into())).await;
}

/// Claims the one ready job and ends its attempt so.
async fn end(ground: &Ground, epoch: &Epoch, ending: &Ending) {
    ground.claim_one(epoch).await;
    let mut connection = ground.db.pool().acquire().await.unwrap();
    let held = hold_of(&mut connection, epoch.id(), None).await.unwrap();
    let jobs: Vec<_> = held.into_iter().map(|job| (job, ending.clone())).collect();
    settle(&mut connection, &jobs, &ground.entropy)
        .await
        .unwrap();
}

/// One due time fires once, however many tick.
#[tokio::test]
async fn many_schedulers_fire_one_due_time_once() {
    let ground = Ground::new().await;
    define(&ground, Overlap::Queue, Missed::Once).await;
    let ticks = (0..8).map(|_| {
        let db = ground.db.clone();
        tokio::spawn(async move { tick(&db, world(0), None).await.unwrap().fired.len() })
    });
    let mut fired = 0;
    for tick in ticks.collect::<Vec<_>>() {
        fired += tick.await.unwrap();
    }
    assert_eq!(fired, 1);
    assert_eq!(
        schedules(&ground.db).await.unwrap()[0].next_at,
        Some(world(1))
    );
}

#[tokio::test]
async fn missed_and_overlap_are_what_they_say() {
    let ground = Ground::new().await;
    define(&ground, Overlap::Queue, Missed::All).await;
    assert_eq!(
        tick(&ground.db, world(5), None).await.unwrap().fired.len(),
        6,
        "0 h to 5 h"
    );
    define(&ground, Overlap::Queue, Missed::Once).await;
    assert_eq!(
        tick(&ground.db, world(10), None).await.unwrap().fired.len(),
        1
    );
    define(&ground, Overlap::Skip, Missed::Once).await;
    let skipped = tick(&ground.db, world(11), None).await.unwrap();
    assert_eq!(
        (skipped.fired.len(), skipped.skipped),
        (0, 1),
        "earlier jobs still live"
    );
    let due: Vec<_> = sqlx::query_scalar!(
        r#"SELECT due_at AS "due_at!" FROM homeostat.job ORDER BY id DESC LIMIT 1"#
    )
    .fetch_all(ground.db.pool())
    .await
    .unwrap();
    assert_eq!(due[0].world(), world(10), "once fires for the latest");
}

/// L6: it stops itself with the evidence, is probed, and comes back with the first success.
#[tokio::test]
async fn three_failures_trip_it_and_a_good_probe_brings_it_back() {
    let ground = Ground::new().await;
    let epoch = ground.epoch("a").await;
    define(&ground, Overlap::Queue, Missed::Once).await;
    for hour in 0..3 {
        assert_eq!(
            tick(&ground.db, world(hour), None)
                .await
                .unwrap()
                .fired
                .len(),
            1
        );
        fail_for_good(&ground, &epoch).await;
    }
    let row = schedules(&ground.db).await.unwrap().remove(0);
    assert_eq!(
        (row.state.as_str(), row.consecutive_failures),
        ("tripped", 3)
    );
    assert_eq!(row.evidence.as_array().unwrap().len(), 3);
    assert_eq!(row.evidence[0]["error"], "no");

    let idle = tick(&ground.db, world(9), None).await.unwrap();
    assert_eq!(
        (idle.fired.len(), idle.probes),
        (0, 0),
        "not due for a probe"
    );
    let later = ground.in_future(Duration::from_secs(15 * 60 + 1)).await;
    assert_eq!(
        tick(&ground.db, world(9), Some(later))
            .await
            .unwrap()
            .probes,
        1
    );
    assert_eq!(
        tick(&ground.db, world(9), Some(later))
            .await
            .unwrap()
            .probes,
        0,
        "one at a time"
    );
    let probe = ground.claim_one(&epoch).await;
    ground.finish(&epoch, &probe).await.unwrap();
    let row = schedules(&ground.db).await.unwrap().remove(0);
    assert_eq!(
        (row.state.as_str(), row.consecutive_failures),
        ("enabled", 0)
    );
    assert!(
        tick(&ground.db, world(9), None)
            .await
            .unwrap()
            .fired
            .is_empty(),
        "planned anew"
    );
    assert_eq!(
        tick(&ground.db, world(9), None).await.unwrap().fired.len(),
        1
    );
}

fn put_off(wait: Duration) -> Ending {
    Ending::Snooze {
        wait,
        reason: "the breaker is open".into(),
    }
}

/// L6: the vendor's trouble ends jobs, and no schedule.
#[tokio::test]
async fn jobs_that_were_only_put_off_do_not_trip_it() {
    let ground = Ground::new().await;
    let epoch = ground.epoch("a").await;
    define(&ground, Overlap::Queue, Missed::Once).await;
    let day = Duration::from_secs(25 * 3600);
    for hour in 0..9 {
        tick(&ground.db, world(hour), None).await.unwrap();
        match hour % 3 {
            0 => {
                sqlx::query!("UPDATE homeostat.job SET snoozes_max = 0 WHERE state = 'ready'")
                    .execute(ground.db.pool())
                    .await
                    .unwrap();
                end(&ground, &epoch, &put_off(Duration::ZERO)).await;
            }
            1 => end(&ground, &epoch, &put_off(day)).await,
            _ => {
                end(&ground, &epoch, &Ending::Interrupted("deploy".into())).await;
                end(&ground, &epoch, &put_off(Duration::ZERO)).await;
                let later = ground.in_future(day).await;
                let mut connection = ground.db.pool().acquire().await.unwrap();
                let given_up = give_up(&mut connection, Some(later)).await.unwrap();
                assert_eq!(given_up, 1);
            }
        }
    }
    let causes = sqlx::query!(
        r#"SELECT last_cause AS "cause!", count(*) AS "n!" FROM homeostat.job
           WHERE state = 'failed' GROUP BY 1 ORDER BY 1"#
    )
    .fetch_all(ground.db.pool())
    .await
    .unwrap();
    let causes: Vec<_> = causes.iter().map(|r| (r.cause.as_str(), r.n)).collect();
    assert_eq!(causes, [("gave_up", 6), ("snoozes", 3)]);
    let row = schedules(&ground.db).await.unwrap().remove(0);
    assert_eq!(
        (row.state.as_str(), row.consecutive_failures),
        ("enabled", 0)
    );
}

/// Time that ran out over failed attempts is the work's own failure.
#[tokio::test]
async fn giving_up_after_an_error_counts() {
    let ground = Ground::new().await;
    let epoch = ground.epoch("a").await;
    define(&ground, Overlap::Queue, Missed::Once).await;
    tick(&ground.db, world(0), None).await.unwrap();
    end(&ground, &epoch, &Ending::Error("no".into())).await;
    let later = ground.in_future(Duration::from_secs(25 * 3600)).await;
    let mut connection = ground.db.pool().acquire().await.unwrap();
    assert_eq!(give_up(&mut connection, Some(later)).await.unwrap(), 1);
    let row = schedules(&ground.db).await.unwrap().remove(0);
    assert_eq!(row.consecutive_failures, 1);
}

#[tokio::test]
async fn a_success_ends_the_row_of_failures() {
    let ground = Ground::new().await;
    let epoch = ground.epoch("a").await;
    define(&ground, Overlap::Queue, Missed::Once).await;
    for hour in 0..5 {
        tick(&ground.db, world(hour), None).await.unwrap();
        if hour == 2 {
            let good = ground.claim_one(&epoch).await;
            ground.finish(&epoch, &good).await.unwrap();
        } else {
            fail_for_good(&ground, &epoch).await;
        }
    }
    let row = schedules(&ground.db).await.unwrap().remove(0);
    assert_eq!(
        (row.state.as_str(), row.consecutive_failures),
        ("enabled", 2)
    );
}

#[tokio::test]
async fn a_person_stops_and_starts_it() {
    let ground = Ground::new().await;
    define(&ground, Overlap::Queue, Missed::All).await;
    assert!(
        disable_schedule(&ground.db, "hourly", " ").await.is_err(),
        "a reason is needed"
    );
    assert!(
        disable_schedule(&ground.db, "nightly", "typo")
            .await
            .is_err()
    );
    disable_schedule(&ground.db, "hourly", "stocktaking")
        .await
        .unwrap();
    assert!(
        tick(&ground.db, world(5), None)
            .await
            .unwrap()
            .fired
            .is_empty()
    );
    enable_schedule(&ground.db, "hourly").await.unwrap();
    tick(&ground.db, world(6), None).await.unwrap();
    assert_eq!(
        tick(&ground.db, world(6), None).await.unwrap().fired.len(),
        1,
        "nothing is made up for"
    );
}

/// A row that somebody broke by hand does not hold up the others.
#[tokio::test]
async fn a_broken_cadence_disables_itself() {
    let ground = Ground::new().await;
    define(&ground, Overlap::Queue, Missed::Once).await;
    let second = Schedule {
        name: "second".into(),
        ..hourly(Overlap::Queue, Missed::Once)
    };
    define_schedule(&ground.db, &second, world(0))
        .await
        .unwrap();
    sqlx::query!(
        "UPDATE homeostat.schedule SET cron = 'nonsense', every_s = NULL WHERE name = 'hourly'"
    )
    .execute(ground.db.pool())
    .await
    .unwrap();
    assert_eq!(
        tick(&ground.db, world(1), None).await.unwrap().fired.len(),
        1
    );
    let row = schedules(&ground.db).await.unwrap().remove(0);
    assert_eq!(row.state, "disabled");
    assert!(row.disabled_reason.unwrap().contains("nonsense"));
}
