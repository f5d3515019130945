//! The sinks, each against the real thing.

use std::path::Path;

use homeostat_alerts::{Notice, SinkError};
use homeostat_clock::Stopwatch;
use serde_json::json;

use crate::kit::{built, notice, receiver};

const OK: &str = "HTTP/1.1 204 No Content\r\n\r\n";

fn lines(path: &Path) -> Vec<Notice> {
    let text = std::fs::read_to_string(path).unwrap();
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

#[tokio::test]
async fn a_file_gets_a_line_for_each_notice() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("alerts.jsonl");
    let sink = built(json!({ "file": path }), &[]);
    sink.preflight().unwrap();
    assert!(!path.exists(), "a question makes no file");
    let (first, second) = (notice(), notice());
    for notice in [&first, &second] {
        sink.deliver(notice).await.unwrap();
    }
    assert_eq!(lines(&path), [first, second]);
}

/// Red when the file is opened without NONBLOCK: it hangs.
#[tokio::test]
async fn a_pipe_without_a_reader_is_refused_and_not_waited_for() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("fifo");
    let mkfifo = std::process::Command::new("mkfifo").arg(&path).status();
    assert!(mkfifo.unwrap().success());
    let sink = built(json!({ "file": path }), &[]);
    assert!(sink.preflight().is_err());
    assert!(matches!(
        sink.deliver(&notice()).await,
        Err(SinkError::Io { .. })
    ));
}

#[tokio::test]
async fn a_webhook_gets_the_notice_with_its_headers() {
    let (url, requests) = receiver(Some(OK.into())).await;
    let written = json!({
        "webhook": format!("{url}/hook/s3cret"),
        "headers_from": { "Authorization": "ALERT_TOKEN" },
    });
    let sink = built(written.clone(), &[("ALERT_TOKEN", "Bearer t0ken")]);
    sink.preflight().unwrap();
    sink.deliver(&notice()).await.unwrap();
    let request = requests.lock().unwrap().remove(0);
    assert!(request.starts_with("POST /hook/s3cret"), "{request}");
    assert!(request.contains("authorization: Bearer t0ken"), "{request}");
    assert!(request.contains("\"event\":\"raised\""), "{request}");
    // What is shown of it holds neither.
    let shown = format!("{sink:?} {}", sink.name());
    assert!(
        !shown.contains("s3cret") && !shown.contains("t0ken"),
        "{shown}"
    );
    // Without its variable it is refused before anything is sent.
    let poor = built(written, &[]);
    let error = poor.preflight().unwrap_err().to_string();
    assert!(
        error.contains("headers_from.Authorization: ALERT_TOKEN is not set"),
        "{error}"
    );
    assert!(poor.deliver(&notice()).await.is_err() && requests.lock().unwrap().is_empty());
}

/// Red without `redirect::Policy::none()`: the headers arrive elsewhere.
#[tokio::test]
async fn a_redirect_is_an_answer_and_is_not_followed() {
    let (elsewhere, strangers) = receiver(Some(OK.into())).await;
    let moved = format!("HTTP/1.1 307 T\r\nLocation: {elsewhere}/\r\nContent-Length: 0\r\n\r\n");
    let (url, _) = receiver(Some(moved)).await;
    let error = built(json!({ "webhook": url }), &[])
        .deliver(&notice())
        .await
        .unwrap_err();
    assert!(matches!(error, SinkError::Refused(307)), "{error}");
    assert!(strangers.lock().unwrap().is_empty());
}

#[tokio::test]
async fn a_webhook_that_never_answers_and_one_that_is_not_there_end_without_the_address() {
    let (url, _) = receiver(None).await;
    for url in [
        format!("{url}/s3cret"),
        "http://127.0.0.1:1/s3cret".to_owned(),
    ] {
        let sink = built(json!({ "webhook": url, "timeout_ms": 200 }), &[]);
        let error = sink.deliver(&notice()).await.unwrap_err().to_string();
        assert!(!error.contains("s3cret"), "{error}");
    }
    let sink = built(
        json!({ "webhook": "env:ALERT_URL" }),
        &[("ALERT_URL", "https://h.example/s3")],
    );
    assert_eq!(sink.name(), "webhook h.example");
}

#[tokio::test]
async fn a_command_gets_the_notice_and_the_named_environment_alone() {
    let dir = tempfile::tempdir().unwrap();
    let (got, env) = (dir.path().join("got"), dir.path().join("env"));
    let script = format!("cat > {}; env > {}", got.display(), env.display());
    let written = json!({ "command": ["/bin/sh", "-c", script], "env": ["A_TOKEN"] });
    let sink = built(written, &[("A_TOKEN", "x"), ("OTHER", "y")]);
    sink.preflight().unwrap();
    let notice = notice();
    sink.deliver(&notice).await.unwrap();
    let read: Notice = serde_json::from_slice(&std::fs::read(got).unwrap()).unwrap();
    assert_eq!(read, notice);
    let env = std::fs::read_to_string(env).unwrap();
    let named: Vec<&str> = env.lines().filter(|l| l.contains("TOKEN")).collect();
    assert_eq!(named, ["A_TOKEN=x"]);
    assert!(!env.contains("CARGO") && !env.contains("OTHER"), "{env}");
}

#[tokio::test]
async fn a_command_that_fails_says_why() {
    let sink = built(
        json!({ "command": ["/bin/sh", "-c", "echo no route >&2; exit 3"] }),
        &[],
    );
    let error = sink.deliver(&notice()).await.unwrap_err().to_string();
    assert!(error.contains("exit status: 3: no route"), "{error}");
    let missing = built(json!({ "command": ["/nonexistent/mail"] }), &[]);
    let error = missing.preflight().unwrap_err().to_string();
    assert!(
        error.contains("command: /nonexistent/mail cannot be run"),
        "{error}"
    );
    assert!(matches!(
        missing.deliver(&notice()).await,
        Err(SinkError::Io { .. })
    ));
}

/// Red without the kill of the group: the grandchild lives on.
#[tokio::test]
async fn a_command_whose_time_is_over_is_killed_with_its_children() {
    let dir = tempfile::tempdir().unwrap();
    let pids = dir.path().join("pids");
    let script = format!("sleep 600 & echo $$ $! > {}; wait", pids.display());
    let sink = built(json!({ "command": ["/bin/sh", "-c", script] }), &[]);
    let notice = notice();
    {
        let delivery = sink.deliver(&notice);
        tokio::pin!(delivery);
        // Until both are there, the delivery goes on; then nobody waits any more.
        while !std::fs::read_to_string(&pids).is_ok_and(|text| text.ends_with('\n')) {
            let short = std::time::Duration::from_millis(20);
            assert!(tokio::time::timeout(short, &mut delivery).await.is_err());
        }
    }
    let text = std::fs::read_to_string(&pids).unwrap();
    let watch = Stopwatch::start();
    for pid in text.split_whitespace() {
        while lives(pid) {
            assert!(watch.elapsed().as_secs() < 20, "{pid} lives");
            tokio::task::yield_now().await;
        }
    }
}

fn lives(pid: &str) -> bool {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat"));
    stat.is_ok_and(|text| !text.contains(") Z "))
}
