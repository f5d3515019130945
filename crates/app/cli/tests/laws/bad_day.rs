//! The bad day, short: one round on a small load, watched in a browser. It is the drill's own answer that is looked at
//! here; the auditor behind it is shown to turn red by its own tests, and by `./dev sabotage`.

use std::{
    io::{BufRead, BufReader, Read},
    net::TcpListener,
    process::{Child, Command, Stdio},
    sync::mpsc::{Receiver, channel},
    time::Duration,
};

use homeostat_browser::{Look, Screen, Sight};
use serde_json::{Value, json};

const PATIENCE: Duration = Duration::from_secs(120);

/// Everything under way, then SIGKILL to all of it: 47 jobs and a run go on, three acts are found at
/// the vendor, and nothing is lost, done twice or unaccounted for.
/// Whoever watches sees it end and go on, without a reload: the strip says how long it took, an act says that it was
/// found at the vendor, and nothing is wrong any more. Red when the page keeps what it was told before, and when a
/// stream does not begin anew.
#[tokio::test(flavor = "multi_thread")]
async fn everything_dies_at_once_and_nothing_is_lost() {
    let address = free_address();
    let (mut drill, told) = begin(&address);
    until(&told, "the system is up");
    let screen = Screen::open().await.unwrap();
    let page = screen
        .at(&format!("http://{address}/"), Look::DESK)
        .await
        .unwrap();
    let lived = "document.querySelector('#p-state h1')?.textContent.trim()";
    assert!(page.until(lived).await.unwrap());
    until(&told, "SIGKILL: all");
    assert!(shows(&page, "#notice", "not live").await, "it says so");
    assert!(shows(&page, "#p-strip", "auto-recovered in").await);
    assert!(shows(&page, "#p-events .badge.recovered", "recovered").await);
    assert!(shows(&page, "#p-state h1", "nominal").await);
    assert_eq!(page.text("#notice").await.unwrap(), "");
    screen.close().await.unwrap();
    let mut answer = String::new();
    let mut stdout = drill.stdout.take().unwrap();
    tokio::task::spawn_blocking(move || {
        stdout.read_to_string(&mut answer).unwrap();
        let status = drill.wait().unwrap();
        let answer: Value = serde_json::from_str(&answer).unwrap();
        assert!(status.success(), "{status}: {answer:#}");
        judge(&answer);
    })
    .await
    .unwrap();
}

fn judge(answer: &Value) {
    assert_eq!(answer["failed"], json!([]), "{answer:#}");
    assert_eq!(answer["jobs_rescued"], 47);
    assert_eq!(answer["run_resumed_from"], "track");
    assert!(
        answer["effects_recovered"].as_i64() >= Some(1),
        "{answer:#}"
    );
    for field in [
        "completed_phases_rerun",
        "effects_lost",
        "effects_duplicated",
        "money_leaked_micros",
        "events_missing",
        "stale_results_accepted",
        "manual_interventions",
    ] {
        assert_eq!(answer[field], 0, "{field}");
    }
    assert!(
        answer["timeline"]
            .as_array()
            .is_some_and(|moments| moments.len() > 10)
    );
}

/// Whether such an element comes to say this.
async fn shows(page: &Sight, selector: &str, text: &str) -> bool {
    let look = format!(
        "[...document.querySelectorAll('{selector}')].some((one) => one.textContent.toLowerCase().includes('{text}'))"
    );
    let is_shown = page.until(&look).await.unwrap();
    if !is_shown {
        eprintln!("{}", page.text("main").await.unwrap());
    }
    is_shown
}

/// The same before and after everything dies.
fn free_address() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().to_string()
}

fn begin(address: &str) -> (Child, Receiver<String>) {
    let mut drill = Command::new(env!("CARGO_BIN_EXE_homeostat"))
        .args(["drill", "bad-day", "--json", "--console", address])
        .args(["--load-events", "300", "--load-seconds", "1"])
        // How fast a loaded machine is, is no question of this test.
        .args(["--mttr-max-s", "60"])
        .env_remove("DATABASE_URL")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let stderr = BufReader::new(drill.stderr.take().unwrap());
    let (sender, told) = channel();
    std::thread::spawn(move || {
        for line in stderr.lines().map_while(Result::ok) {
            eprintln!("drill: {line}");
            // Nobody listens once the test has seen what it waited for.
            let _ = sender.send(line);
        }
    });
    (drill, told)
}

fn until(told: &Receiver<String>, text: &str) {
    loop {
        let line = told.recv_timeout(PATIENCE);
        if line
            .unwrap_or_else(|e| panic!("never: {text}: {e}"))
            .contains(text)
        {
            return;
        }
    }
}
