//! Stopped or killed and started again, it is the same world with the same past.

use std::{fs, io::Write};

use crate::common::{campaign, client, eur, hours, options, options_at, rows, start, totals};
use homeostat_sandbox::{FaultPlan, ORIGIN, Options, Preset, serve};
use homeostat_vendors::meta::Status;

#[tokio::test]
async fn the_same_seed_gives_the_same_numbers_and_another_gives_others() {
    let mut all = Vec::new();
    for seed in [1, 1, 2] {
        let dir = tempfile::tempdir().unwrap();
        let mut options = options_at(dir.path(), ORIGIN.plus(hours(50)));
        options.seed = seed;
        let handle = serve(options).await.unwrap();
        all.push(rows(&handle).await);
    }
    assert!(!all[0].is_empty());
    assert_eq!(all[0], all[1]);
    assert_ne!(all[0], all[2]);
}

#[tokio::test]
async fn a_restart_keeps_the_acts_and_the_numbers() {
    let dir = tempfile::tempdir().unwrap();
    let handle = start(dir.path()).await;
    handle.clock().advance(hours(5));
    let one = client(&handle);
    one.set_status(&campaign(0), Status::Paused, "a")
        .await
        .unwrap();
    one.set_daily_budget(
        &campaign(1),
        homeostat_model::Money::from_micros(99_000_000, eur()),
        "b",
    )
    .await
    .unwrap();
    handle.clock().advance(hours(20));
    let (before, acts) = (rows(&handle).await, handle.acts());
    handle.shutdown().await.unwrap();

    let again = serve(options_at(dir.path(), ORIGIN.plus(hours(25))))
        .await
        .unwrap();
    assert_eq!(again.acts(), acts);
    assert_eq!(rows(&again).await, before);
    let two = client(&again);
    let paused = two.campaign(&campaign(0), eur()).await.unwrap().value;
    assert_eq!(paused.status, Status::Paused);
    two.set_status(&campaign(0), Status::Active, "c")
        .await
        .unwrap();
    let numbers: Vec<u64> = again.acts().iter().map(|act| act.n).collect();
    assert_eq!(numbers, [1, 2, 3]);
}

/// Red when the seed, the speed or the faults are taken from the defaults.
#[tokio::test]
async fn a_world_says_itself_what_it_was_started_with() {
    let dir = tempfile::tempdir().unwrap();
    let mut options = Options::new(dir.path());
    options.seed = 20;
    options.speed = 60;
    options.faults = FaultPlan::preset(Preset::Mild);
    serve(options.clone())
        .await
        .unwrap()
        .shutdown()
        .await
        .unwrap();
    let told = Options::of(dir.path()).unwrap();
    assert_eq!(
        (told.seed, told.speed, &told.faults, &told.world),
        (20, 60, &options.faults, &options.world)
    );
    serve(told).await.unwrap().shutdown().await.unwrap();
    let none = Options::of(&dir.path().join("none")).unwrap_err();
    assert!(none.to_string().contains("none"), "{none}");
}

#[tokio::test]
async fn a_line_torn_by_a_kill_is_dropped_and_the_books_go_on() {
    let dir = tempfile::tempdir().unwrap();
    let handle = start(dir.path()).await;
    let one = client(&handle);
    one.set_status(&campaign(0), Status::Paused, "kept")
        .await
        .unwrap();
    one.set_status(&campaign(1), Status::Paused, "torn")
        .await
        .unwrap();
    handle.shutdown().await.unwrap();
    let path = dir.path().join("meta.jsonl");
    let whole = fs::read(&path).unwrap();
    let first = whole.iter().position(|byte| *byte == b'\n').unwrap() + 1;

    // Torn anywhere in the second line, also just before its end.
    for length in [first + 1, first + 40, whole.len() - 1] {
        fs::write(&path, &whole[..length]).unwrap();
        let again = start(dir.path()).await;
        assert_eq!(again.acts().len(), 1, "cut at {length}");
        let read = client(&again)
            .campaign(&campaign(1), eur())
            .await
            .unwrap()
            .value;
        assert_eq!(read.status, Status::Active);
        client(&again)
            .set_status(&campaign(2), Status::Paused, "next")
            .await
            .unwrap();
        again.shutdown().await.unwrap();
        let once_more = start(dir.path()).await;
        assert_eq!(once_more.acts()[1].request_id, "next");
        once_more.shutdown().await.unwrap();
    }
}

#[tokio::test]
async fn damage_in_the_middle_is_an_error_with_its_line() {
    let dir = tempfile::tempdir().unwrap();
    let handle = start(dir.path()).await;
    client(&handle)
        .set_status(&campaign(0), Status::Paused, "")
        .await
        .unwrap();
    handle.shutdown().await.unwrap();
    let path = dir.path().join("meta.jsonl");
    let good = fs::read_to_string(&path).unwrap();
    for (text, line) in [
        (format!("{{}}\n{good}"), "line 1"),
        (format!("{good}{good}"), "line 2"),
    ] {
        fs::write(&path, text).unwrap();
        let error = serve(options(dir.path())).await.unwrap_err().to_string();
        assert!(error.contains(line), "{error}");
    }
}

#[tokio::test]
async fn another_world_does_not_open_in_the_same_directory() {
    let dir = tempfile::tempdir().unwrap();
    start(dir.path()).await.shutdown().await.unwrap();
    let mut other = options(dir.path());
    other.seed = 2;
    let error = serve(other.clone()).await.unwrap_err().to_string();
    assert!(
        error.starts_with("seed:") && error.contains("empty directory"),
        "{error}"
    );

    let file = dir.path().join("results.csv");
    fs::write(&file, "campaign,date,spend,sales\na,2024-01-01,1,0\n").unwrap();
    other.seed = 1;
    other.world = homeostat_sandbox::WorldSource::Csv(file);
    let error = serve(other).await.unwrap_err().to_string();
    assert!(error.starts_with("world:"), "{error}");
}

#[tokio::test]
async fn one_directory_has_one_sandbox() {
    let dir = tempfile::tempdir().unwrap();
    let _running = start(dir.path()).await;
    let error = serve(options(dir.path())).await.unwrap_err().to_string();
    assert!(error.contains("another sandbox is running"), "{error}");
}

#[tokio::test]
async fn the_clock_goes_on_across_restarts_and_a_new_speed_makes_no_jump() {
    let dir = tempfile::tempdir().unwrap();
    let mut at_1440 = options(dir.path());
    at_1440.clock = None;
    let first = serve(at_1440.clone()).await.unwrap();
    let early = first.clock().now();
    first.shutdown().await.unwrap();
    let second = serve(at_1440.clone()).await.unwrap();
    let later = second.clock().now();
    assert!(early >= ORIGIN && later > early);
    second.shutdown().await.unwrap();
    at_1440.speed = 1;
    let slow = serve(at_1440).await.unwrap();
    assert!(slow.clock().now() >= later);
    assert_eq!(slow.clock().speed(), 1);
}

#[tokio::test]
async fn options_out_of_range_are_named_and_leave_no_world() {
    let dir = tempfile::tempdir().unwrap();
    let mut bad = options(dir.path());
    bad.speed = 7_201;
    let error = serve(bad.clone()).await.unwrap_err().to_string();
    assert!(error.starts_with("speed:"), "{error}");
    bad.speed = 1;
    bad.listen = "0.0.0.0:0".parse().unwrap();
    let error = serve(bad).await.unwrap_err().to_string();
    assert!(error.starts_with("listen:"), "{error}");
    assert!(!dir.path().join("world.json").exists());
}

#[tokio::test]
async fn a_world_of_real_results_plays_them_and_survives_the_loss_of_its_file() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("results.csv");
    let mut out = fs::File::create(&file).unwrap();
    write!(
        out,
        "clicks,sales,campaign,date,spend\n7,2,501,2023-08-30,12.50\n1,0,501,2023-08-31,1.429999948\n\
         3,1,502,2023-08-31,40.00\n4,0,501,2023-08-30,0.50\n"
    )
    .unwrap();
    let books = dir.path().join("books");
    // The evening of the second day in Berlin; sales of day one are all in a week later.
    let mut recorded = options_at(&books, ORIGIN.plus(hours(24 * 9)));
    recorded.world = homeostat_sandbox::WorldSource::Csv(file.clone());
    let handle = serve(recorded.clone()).await.unwrap();
    let told = rows(&handle).await;
    let (a, b) = ("501".parse().unwrap(), "502".parse().unwrap());
    assert_eq!(totals(&told, &a), (14_430_000, 2));
    assert_eq!(totals(&told, &b), (40_000_000, 1));
    assert_eq!(told[0].date.to_string(), "2026-03-02");
    handle.shutdown().await.unwrap();

    fs::remove_file(&file).unwrap();
    let again = serve(recorded).await.unwrap();
    assert_eq!(rows(&again).await, told);
}

#[tokio::test]
async fn a_bad_file_of_results_is_named_by_line_and_column() {
    let cases = [
        (
            "campaign,date,spend\na,2024-01-01,1\n",
            "line 1, column `sales`",
        ),
        (
            "campaign,date,spend,sales\na,31-08-2023,1,0\n",
            "line 2, column `date`",
        ),
        (
            "campaign,date,spend,sales\na,2024-01-01,1,0\na,2024-01-01,-1,0\n",
            "line 3, column `spend`",
        ),
        (
            "campaign,date,spend,sales\na,2024-01-01,1,0.5\n",
            "line 2, column `sales`",
        ),
        (
            "campaign,date,spend,sales\n,2024-01-01,1,0\n",
            "line 2, column `campaign`",
        ),
        (
            "campaign,date,spend,sales,clicks\na,2024-01-01,1,0,x\n",
            "line 2, column `clicks`",
        ),
        ("campaign,date,spend,sales\n", "no rows"),
    ];
    for (text, named) in cases {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("results.csv");
        fs::write(&file, text).unwrap();
        let mut bad = options(dir.path());
        bad.world = homeostat_sandbox::WorldSource::Csv(file);
        let error = serve(bad).await.unwrap_err().to_string();
        assert!(error.contains(named), "{named}: {error}");
        assert!(!dir.path().join("world.json").exists());
    }
}
