//! A change that a page offers: a button, and the question that it opens. Needs no script.

use serde::Serialize;

/// One.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Dialog {
    /// Its place in the page.
    pub id: String,
    /// On the button: `Cancel`.
    pub button: String,
    /// `` or `danger`.
    pub class: &'static str,
    /// `Cancel job 7?`.
    pub title: String,
    /// What will happen.
    pub text: String,
    /// Where it is sent.
    pub path: String,
    /// What is sent along.
    pub fields: Vec<(&'static str, String)>,
    /// What a person chooses.
    pub choices: Vec<Choice>,
    /// Repeats the act: `Cancel job 7`.
    pub confirm: String,
    /// The other way out: `Let it be`.
    pub stay: String,
}

/// A field that a person fills in.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Choice {
    /// Its name in the form.
    pub name: &'static str,
    /// For a person.
    pub label: &'static str,
    /// What may be chosen; empty: any text.
    pub options: Vec<String>,
    /// What is chosen now.
    pub value: String,
}

impl Dialog {
    /// A button named after what it does to this thing. `what` is what will happen.
    pub(crate) fn new(verb: &str, thing: &str, path: String, what: impl Into<String>) -> Self {
        let id = format!("{verb}-{thing}");
        let plain = |c: char| {
            if c.is_ascii_alphanumeric() {
                c.to_ascii_lowercase()
            } else {
                '-'
            }
        };
        Self {
            id: id.chars().map(plain).collect(),
            button: verb.to_owned(),
            title: format!("{verb} {thing}?"),
            confirm: format!("{verb} {thing}"),
            text: what.into(),
            stay: "Leave it as it is".into(),
            path,
            ..Self::default()
        }
    }

    /// It takes something away.
    pub(crate) fn danger(self) -> Self {
        Self {
            class: "danger",
            ..self
        }
    }
}
