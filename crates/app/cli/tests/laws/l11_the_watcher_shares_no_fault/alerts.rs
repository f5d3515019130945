//! Alerts are listed and delivered with no database anywhere, and a wrong sink is refused by its field.

use std::{path::Path, process::Command};

use serde_json::Value;
use tempfile::TempDir;

/// A configuration with these sinks.
fn configured(dir: &Path, sinks: &str) -> String {
    let path = dir.join("homeostat.toml");
    let brand = "id = \"a\"\ncurrency = \"EUR\"\ntime_zone = \"Europe/Berlin\"\ntarget_cpa = \"20\"\nmeta_account = \"act_1\"";
    std::fs::write(
        &path,
        format!("[alerts]\nsinks = [{sinks}]\n[[brand]]\n{brand}\n"),
    )
    .unwrap();
    path.to_string_lossy().into_owned()
}

/// The exit code, and what it said on both.
fn homeostat(dir: &Path, args: &[&str]) -> (i32, String, String) {
    let done = Command::new(env!("CARGO_BIN_EXE_homeostat"))
        .args(args)
        .env_clear()
        .env("HOMEOSTAT_STATE_DIR", dir.join("state"))
        .output()
        .unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (
        done.status.code().unwrap(),
        text(&done.stdout),
        text(&done.stderr),
    )
}

/// Red when `alerts` opens a session: there is no database here.
#[test]
fn a_test_alert_arrives_where_it_can_and_says_where_not() {
    let dir = TempDir::new().unwrap();
    let (log, spool) = (dir.path().join("alerts.jsonl"), dir.path().join("spool"));
    let good = format!("{{ file = {:?} }}", log.to_string_lossy());
    let spool = spool.to_string_lossy();
    let file = configured(dir.path(), &good);
    let (code, _, said) = homeostat(dir.path(), &["alerts", "--dir", &spool]);
    assert!(
        code == 2 && said.contains("--dir: there is no directory"),
        "{said}"
    );
    std::fs::create_dir(&*spool).unwrap();
    let test = [
        "alerts", "test", "--dir", &spool, "--config", &file, "--json",
    ];
    let (code, out, _) = homeostat(dir.path(), &test);
    let answer: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(
        (code, &answer["arrived"]),
        (0, &Value::Bool(true)),
        "{answer:#}"
    );
    let told = std::fs::read_to_string(&log).unwrap();
    let events: Vec<Value> = told
        .lines()
        .map(|l| serde_json::from_str(l).unwrap())
        .collect();
    assert_eq!(
        (&events[0]["event"], &events[1]["event"]),
        (&"raised".into(), &"resolved".into())
    );
    assert_eq!(events[0]["alert"], events[1]["alert"]);
    // One that fails is named, and takes nothing from the other.
    let bad = "{ command = [\"/bin/sh\", \"-c\", \"echo out of order >&2; exit 9\"] }";
    let file = configured(dir.path(), &format!("{good}, {bad}"));
    let (code, out, _) = homeostat(
        dir.path(),
        &["alerts", "test", "--dir", &spool, "--config", &file],
    );
    assert_eq!(code, 1, "{out}");
    assert!(
        out.contains("arrived      file") && out.contains("NOT ARRIVED  command /bin/sh: "),
        "{out}"
    );
    assert!(out.contains("out of order"), "{out}");
    assert_eq!(std::fs::read_to_string(&log).unwrap().lines().count(), 4);
    // Both are listed, and a person can read it.
    let list = ["alerts", "--all", "--dir", &spool, "--config", &file];
    let (code, out, _) = homeostat(dir.path(), &list);
    assert_eq!(code, 0);
    assert!(
        out.contains("seen once") && out.contains("not told  command /bin/sh"),
        "{out}"
    );
    assert!(out.lines().all(|line| line.chars().count() <= 100), "{out}");
    let (_, out, _) = homeostat(dir.path(), &[&list[..], &["--json"]].concat());
    let answer: Value = serde_json::from_str(&out).unwrap();
    let sinks = &answer["alerts"][0]["sinks"];
    assert_eq!(
        (&sinks[0]["delivered"], &sinks[1]["delivered"]),
        (&true.into(), &false.into())
    );
}

/// Red without `alerts.validate()` in the operator's settings, or without the preflight in `check`.
#[test]
fn a_wrong_sink_is_refused_at_check_by_its_field() {
    let dir = TempDir::new().unwrap();
    for (sinks, code, words) in [
        (
            "{ file = \"a.jsonl\" }",
            2,
            ["alerts.sinks[0].file", "absolute"],
        ),
        (
            "{ file = \"/a\" }, { webhook = \"http://far.example\" }",
            2,
            ["alerts.sinks[1].webhook", "https://"],
        ),
        (
            "{ file = \"/nonexistent/a.jsonl\" }",
            3,
            ["alerts.sinks[0].file", "no directory /nonexistent"],
        ),
        (
            "{ command = [\"/nonexistent/mail\"] }",
            3,
            ["alerts.sinks[0].command", "install it"],
        ),
        (
            "{ webhook = \"https://a.example\", headers_from = { A = \"ALERT_TOKEN\" } }",
            3,
            ["alerts.sinks[0].headers_from.A", "ALERT_TOKEN is not set"],
        ),
    ] {
        let file = configured(dir.path(), sinks);
        let (got, _, said) = homeostat(dir.path(), &["check", "--config", &file]);
        assert_eq!(got, code, "{sinks}: {said}");
        for word in words {
            assert!(said.contains(word), "{sinks}: no {word:?} in: {said}");
        }
    }
}
