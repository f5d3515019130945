//! How a sink is written in a configuration: `{ file = … }`, `{ webhook = … }` or `{ command = [ … ] }`.

use std::{collections::BTreeMap, path::PathBuf};

use serde::{Deserialize, Serialize};

use crate::sinks::{command, file, webhook};

/// One sink as written: exactly one of `file`, `webhook` and `command`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SinkSettings {
    /// A file that each notice is appended to, one JSON object on a line.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<PathBuf>,
    /// Where each notice is posted as JSON. `env:NAME` takes the address from the environment, for
    /// one that is itself a secret.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub webhook: Option<String>,
    /// Headers of the webhook, each with the variable of the environment that holds its value.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub headers_from: BTreeMap<String, String>,
    /// A program by its absolute path, and its arguments. It finds the notice on its standard input.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub command: Option<Vec<String>>,
    /// Variables of the environment that the command is given; it has no others.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub env: Vec<String>,
    /// How long one delivery may take, milliseconds [default: 10000].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timeout_ms: Option<u64>,
}

/// What is wrong with a sink as it is written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{field}: {problem}")]
pub struct BadSink {
    /// The field.
    pub field: String,
    /// What is wrong and what to write instead.
    pub problem: String,
}

impl BadSink {
    pub(crate) fn new(field: impl Into<String>, problem: impl Into<String>) -> Self {
        Self {
            field: field.into(),
            problem: problem.into(),
        }
    }
}

impl SinkSettings {
    /// Whether it can be meant so. What the machine lacks is found by
    /// [`Sink::preflight`](crate::Sink::preflight).
    ///
    /// # Errors
    /// Naming the field and the fix.
    pub fn check(&self) -> Result<(), BadSink> {
        let sorts = [
            self.file.is_some(),
            self.webhook.is_some(),
            self.command.is_some(),
        ];
        if sorts.into_iter().filter(|said| *said).count() != 1 {
            let problem = "must have exactly one of file, webhook and command";
            return Err(BadSink::new("file", problem));
        }
        if self.webhook.is_none() && !self.headers_from.is_empty() {
            return Err(BadSink::new(
                "headers_from",
                "belongs to a webhook; remove it",
            ));
        }
        if self.command.is_none() && !self.env.is_empty() {
            return Err(BadSink::new("env", "belongs to a command; remove it"));
        }
        if self
            .timeout_ms
            .is_some_and(|ms| !(100..=60_000).contains(&ms))
        {
            return Err(BadSink::new("timeout_ms", "must be from 100 to 60000"));
        }
        if let Some(path) = &self.file {
            file::check(path)?;
        }
        if let Some(url) = &self.webhook {
            webhook::check(url, &self.headers_from)?;
        }
        if let Some(words) = &self.command {
            command::check(words, &self.env)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sink(json: serde_json::Value) -> SinkSettings {
        serde_json::from_value(json).unwrap()
    }

    #[test]
    fn errors_name_the_field_and_the_fix() {
        use serde_json::json;
        for (written, field, fix) in [
            (json!({}), "file", "exactly one"),
            (
                json!({"file": "/a", "webhook": "https://a.example"}),
                "file",
                "exactly one",
            ),
            (json!({"file": "a.jsonl"}), "file", "absolute"),
            (json!({"file": "/a", "env": ["HOME"]}), "env", "remove"),
            (
                json!({"file": "/a", "headers_from": {"A": "B"}}),
                "headers_from",
                "remove",
            ),
            (json!({"file": "/a", "timeout_ms": 5}), "timeout_ms", "100"),
            (
                json!({"webhook": "http://a.example/x"}),
                "webhook",
                "https://",
            ),
            (
                json!({"webhook": "https://u:p@a.example/x"}),
                "webhook",
                "headers_from",
            ),
            (json!({"webhook": "nonsense"}), "webhook", "address"),
            (json!({"webhook": "env:lower case"}), "webhook", "variable"),
            (
                json!({"webhook": "https://a.example", "headers_from": {"Bad Name": "X"}}),
                "headers_from.Bad Name",
                "header",
            ),
            (
                json!({"webhook": "https://a.example", "headers_from": {"Auth": "Bearer x"}}),
                "headers_from.Auth",
                "variable",
            ),
            (json!({"command": []}), "command", "absolute"),
            (json!({"command": ["mail"]}), "command", "absolute"),
            (json!({"command": ["/bin/a\u{0}b"]}), "command", "NUL"),
            (
                json!({"command": ["/bin/a"], "env": ["A=1"]}),
                "env",
                "variable",
            ),
        ] {
            let error = sink(written.clone()).check().unwrap_err();
            assert_eq!(error.field, field, "{written}: {error}");
            assert!(error.problem.contains(fix), "{written}: {error}");
        }
        for good in [
            json!({"file": "/var/log/a.jsonl"}),
            json!({"webhook": "https://a.example/x", "headers_from": {"Authorization": "ALERT_TOKEN"}}),
            json!({"webhook": "http://127.0.0.1:9/x", "timeout_ms": 100}),
            json!({"webhook": "env:ALERT_URL"}),
            json!({"command": ["/usr/bin/mail", "-s", "a b"], "env": ["HOME"]}),
        ] {
            sink(good).check().unwrap();
        }
    }
}
