//! A program that cannot run is refused by field before anything is started, and the others are not.

use std::process::Output;

use homeostat_testkit::Database;
use serde_json::Value;

use super::{homeostat, write};

const FILE: &str = r#"
    [jobs.good]
    command = "sh"
    preflight = ["sh", "-c", "[ -z \"$DATABASE_URL\" ]"]
    [jobs.lost]
    command = "homeostat-no-such-program"
    [jobs.unlicensed]
    command = "sh"
    preflight = ["sh", "-c", "echo no licence >&2; exit 4"]
    [jobs.greedy]
    command = "sh"
    memory_mb = 16000000
    [daemons.homeless]
    command = "sh"
    dir = "/nonexistent"
    [[brand]]
    id = "a"
    currency = "EUR"
    time_zone = "Europe/Berlin"
    target_cpa = "20"
    meta_account = "act_1"
"#;

/// Red when `check` ends at the first program that is refused, and when it does not run the preflight.
#[tokio::test]
async fn each_program_is_looked_at_and_refused_by_field() {
    let database = Database::fresh().await;
    let file = write(database.dir(), "homeostat.toml", FILE);
    let Output { status, stdout, .. } =
        homeostat(&database, &["check", "--json", "--config", &file]);
    assert_eq!(status.code(), Some(2));
    let answer: Value = serde_json::from_slice(&stdout).unwrap();
    let of = |name: &str| {
        let all = answer["programs"].as_array().unwrap();
        all.iter().find(|p| p["name"] == name).unwrap().clone()
    };
    let good = of("jobs.good");
    assert_eq!(good["refused"], Value::Null);
    assert!(good["command"].as_str().unwrap().starts_with('/'));
    for (name, words) in [
        (
            "jobs.lost",
            "jobs.lost.command: \"homeostat-no-such-program\" is not found; searched PATH",
        ),
        (
            "jobs.unlicensed",
            "jobs.unlicensed.preflight: ended with code 4: no licence",
        ),
        ("jobs.greedy", "jobs.greedy.memory_mb: 16000000 is over the"),
        (
            "daemons.homeless",
            "daemons.homeless.dir: /nonexistent is no directory",
        ),
    ] {
        let refused = of(name)["refused"].clone();
        assert!(refused.as_str().unwrap().starts_with(words), "{refused}");
    }

    let mended = FILE.split("[jobs.lost]").next().unwrap();
    let brand = &FILE[FILE.find("[[brand]]").unwrap()..];
    let file = write(database.dir(), "mended.toml", &format!("{mended}{brand}"));
    let Output { status, stdout, .. } = homeostat(&database, &["check", "--config", &file]);
    let text = String::from_utf8_lossy(&stdout);
    assert_eq!(status.code(), Some(0), "{text}");
    assert!(text.contains("jobs.good: runs /"), "{text}");
}
