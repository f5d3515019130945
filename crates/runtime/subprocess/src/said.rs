//! What a command says: progress lines, and the result among the other lines of standard output.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::{Map, Value};
use tokio::sync::watch;

/// A command that says more is no source of a result.
const RESULT_BYTES_MAX: usize = 1 << 20;
/// How much of what is no result stands in the reason.
const FIRST_BYTES: usize = 200;

/// Collects what one command says.
#[derive(Debug, Clone)]
pub(crate) struct Said {
    lines: Arc<Mutex<Lines>>,
    progress: watch::Sender<Option<Value>>,
}

#[derive(Debug, Default)]
struct Lines {
    text: Vec<u8>,
    is_over: bool,
}

impl Said {
    pub(crate) fn new() -> Self {
        Self {
            lines: Arc::default(),
            progress: watch::channel(None).0,
        }
    }

    /// The last progress so far, and its changes.
    pub(crate) fn progress(&self) -> watch::Receiver<Option<Value>> {
        self.progress.subscribe()
    }

    /// A line of standard output.
    pub(crate) fn on_stdout(&self, line: &[u8]) {
        if self.is_progress(line) {
            return;
        }
        let mut lines = lock(&self.lines);
        if lines.text.len() + line.len() >= RESULT_BYTES_MAX {
            lines.is_over = true;
            return;
        }
        lines.text.extend(line);
        lines.text.push(b'\n');
    }

    /// A line of standard error, which has its log.
    pub(crate) fn on_stderr(&self, line: &[u8]) {
        let _ = self.is_progress(line);
    }

    fn is_progress(&self, line: &[u8]) -> bool {
        match progress_in(line) {
            Some(progress) => {
                self.progress.send_replace(Some(progress));
                true
            }
            None => false,
        }
    }

    /// The last JSON object that was said, `{}` when nothing was.
    pub(crate) fn result(&self) -> Result<Value, String> {
        let lines = lock(&self.lines);
        let text = String::from_utf8_lossy(&lines.text);
        let no = |what: &str| Err(format!("result: {what}; it begins with {:?}", first(&text)));
        if lines.is_over {
            return no(&format!(
                "standard output has over {RESULT_BYTES_MAX} bytes; store the data and print its id"
            ));
        }
        let mut result = Value::Object(Map::new());
        for value in serde_json::Deserializer::from_str(&text).into_iter::<Value>() {
            match value {
                Ok(value) => result = value,
                Err(_) => return no("standard output is no JSON; print logs on standard error"),
            }
        }
        if result.is_object() {
            return Ok(result);
        }
        no("standard output ends with no JSON object")
    }
}

/// What a line of the form `{"progress": …}` says.
fn progress_in(line: &[u8]) -> Option<Value> {
    let line = line.trim_ascii();
    if !line.starts_with(b"{") || !line.ends_with(b"}") {
        return None;
    }
    let mut object: Map<String, Value> = serde_json::from_slice(line).ok()?;
    let progress = object.remove("progress")?;
    object.is_empty().then_some(progress)
}

fn first(text: &str) -> &str {
    let text = text.trim_start();
    let mut end = text.len().min(FIRST_BYTES);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

fn lock(lines: &Mutex<Lines>) -> MutexGuard<'_, Lines> {
    lines.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn said(stdout: &str) -> Said {
        let said = Said::new();
        for line in stdout.lines() {
            said.on_stdout(line.as_bytes());
        }
        said
    }

    #[test]
    fn the_last_object_that_is_no_progress_is_the_result() {
        let ok = |text: &str| said(text).result().unwrap();
        assert_eq!(ok(""), json!({}));
        assert_eq!(ok("{\"progress\": 1}\n"), json!({}));
        assert_eq!(
            ok("{\"a\":1}\n{\"progress\":2}\n{\"b\":2}"),
            json!({"b": 2})
        );
        assert_eq!(ok("{\n  \"over\":\n  [1]\n}\n"), json!({"over": [1]}));
        assert_eq!(
            ok("{\"progress\":1,\"more\":2}"),
            json!({"progress": 1, "more": 2}),
            "an object of the command's own"
        );
    }

    #[test]
    fn what_is_no_result_is_named_by_its_beginning() {
        let no = |text: &str| said(text).result().unwrap_err();
        assert!(no("hello\n{}").contains("\"hello"), "{}", no("hello\n{}"));
        assert!(no("[1]").contains("no JSON object"));
        assert!(no("{\"a\":").contains("no JSON"));
        let flood = "{\"a\":1}\n".repeat(200_000);
        assert!(no(&flood).contains("over 1048576 bytes"));
        assert!(no(&"é".repeat(300)).len() < 600);
    }

    #[test]
    fn progress_comes_by_both_pipes_and_the_last_counts() {
        let said = Said::new();
        let seen = said.progress();
        assert_eq!(*seen.borrow(), None);
        said.on_stderr(b"working");
        said.on_stdout(b"{\"progress\": {\"page\": 1}}");
        said.on_stderr(b"  {\"progress\": {\"page\": 2}} ");
        assert_eq!(*seen.borrow(), Some(json!({"page": 2})));
    }

    #[test]
    fn progress_does_not_count_as_output() {
        let said = Said::new();
        for _ in 0..100_000 {
            said.on_stdout(b"{\"progress\": 12345678}");
        }
        said.on_stdout(b"{\"ok\": true}");
        assert_eq!(said.result().unwrap(), json!({"ok": true}));
    }
}
