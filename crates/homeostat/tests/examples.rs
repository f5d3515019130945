//! Each example runs to its end in a database of its own and tells the story that its header promises.

#![cfg(test)]

use std::{path::PathBuf, process::Command};

use homeostat_testkit::Database;

/// Runs an example and gives back what it printed, once it has exited with 0.
async fn run(name: &str) -> String {
    let base = Database::fresh().await;
    let program = program(name);
    let mut command = Command::new(&program);
    command
        .env("DATABASE_URL", base.url())
        .env("TMPDIR", base.dir());
    let done = tokio::task::spawn_blocking(move || command.output());
    let output = done
        .await
        .unwrap()
        .unwrap_or_else(|error| panic!("{}: {error}; build the examples", program.display()));
    let said = String::from_utf8(output.stdout).unwrap();
    let complained = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success(),
        "{name}: {}\n{said}\n{complained}",
        output.status
    );
    said
}

/// Cargo puts examples beside the tests that it built together with them.
fn program(name: &str) -> PathBuf {
    let test = std::env::current_exe().unwrap();
    let profile = test.ancestors().nth(2).unwrap();
    profile.join("examples").join(name)
}

/// Every part stands in the text, in this order.
fn assert_tells(said: &str, parts: &[&str]) {
    let mut rest = said;
    for part in parts {
        let Some((_, after)) = rest.split_once(part) else {
            panic!("{part:?} is missing, or not in its place:\n{said}");
        };
        rest = after;
    }
}

#[tokio::test]
async fn job_fails_once_is_put_off_once_and_is_done() {
    assert_tells(
        &run("job").await,
        &[
            "attempt 1 of 3: the machine is off",
            "attempt 2 of 3: the water is cold",
            "attempt 2 of 3: 2 cups",
            "-        -> ready",
            "ready    -> running  claim",
            "running  -> ready    error",
            "running  -> ready    snooze",
            "running  -> done",
        ],
    );
}

#[tokio::test]
async fn transactional_enqueue_has_both_or_neither() {
    assert_tells(
        &run("transactional_enqueue").await,
        &[
            "rolled back  orders 0   jobs 0",
            "committed    orders 1   jobs 1",
            "in SQL       orders 2   jobs 2",
        ],
    );
}

#[tokio::test]
async fn effect_is_recovered_by_its_class_and_done_once() {
    let said = run("effect").await;
    assert_tells(
        &said,
        &[
            "bank.transfer        keyed       unknown",
            "post.send_letter     blind       unknown",
            "held 20.00 EUR, settled 0.00 EUR",
            "bank.transfer        sent 2, done 1: settled  deduplicated",
            "shop.order_bolts     sent 1, done 1: settled  probed",
            "shop.order_nuts      sent 2, done 1: settled  normal",
            "boiler.set_degrees   sent 2, done 1: settled  normal",
            "post.send_letter     sent 1, done 1: unknown",
            "held 4.00 EUR, settled 16.00 EUR",
            "post.send_letter after your word: settled",
            "held 0.00 EUR, settled 20.00 EUR",
        ],
    );
}

#[tokio::test]
async fn greenhouse_is_kept_warm_within_its_euro_an_hour() {
    let said = run("greenhouse").await;
    assert_tells(
        &said,
        &[
            "22:20  expecting 12.6 C: heat 10 min for 0.50 EUR: permitted, unknown",
            "22:40  expecting 14.5 C: rest",
            "23:40",
            "refused by hourly_budget: settled 0.75 EUR + held 0.00 EUR + 0.70 EUR against 1.00 EUR",
            "00:00",
            "permitted, settled",
            "settled, probed, sent 1 time(s)",
            "violations 0",
        ],
    );
    assert!(!said.contains("sent 2"), "{said}");
}

#[tokio::test]
async fn pipeline_goes_on_in_the_phase_that_was_killed() {
    let said = run("pipeline").await;
    assert_tells(
        &said,
        &[
            "fetch: 4 pages",
            "count: page 2",
            "-- the first process: signal: 9",
            "-- rescued: 1 job",
            "count: page 3",
            "sum: 100 words",
            "-- the second process: exit status: 0",
            "run done, resumed from count",
            "1  fetch",
            "2  count  [10,20,30,40]",
            "3  sum    100",
        ],
    );
    assert_eq!(said.matches("fetch: ").count(), 1, "{said}");
    assert_eq!(said.matches("count: page 2").count(), 1, "{said}");
}
