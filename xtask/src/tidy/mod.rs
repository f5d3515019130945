//! House rules about the layout of the repository, each in a file of its own.
//!
//! A rule reads a [`Repo`] and returns what breaks it. Adding a rule adds one file and one line here.

mod covered;
mod links;
mod migrations;
mod repo;
mod rings;
mod shape;
mod sql;
mod tables;
mod words;

use std::{fmt, path::Path};

use crate::Outcome;

pub(crate) use repo::Repo;

type Rule = fn(&Repo) -> Vec<Violation>;

const RULES: [(&str, Rule); 8] = [
    ("rings", rings::check),
    ("shape", shape::check),
    ("words", words::check),
    ("sql", sql::check),
    ("migrations", migrations::check),
    ("tables", tables::check),
    ("links", links::check),
    ("covered", covered::check),
];

/// One place that breaks a rule.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Violation {
    path: String,
    line: usize,
    advice: String,
}

impl Violation {
    fn new(path: &str, line: usize, advice: impl Into<String>) -> Self {
        Self {
            path: path.to_owned(),
            line,
            advice: advice.into(),
        }
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.path, self.line, self.advice)
    }
}

/// Runs every rule over the checkout.
pub(crate) fn run(root: &Path) -> Outcome {
    let repo = Repo::read(root)?;
    let mut clean = true;
    for (name, rule) in RULES {
        let mut violations = rule(&repo);
        violations.sort();
        for Violation { path, line, advice } in &violations {
            clean = false;
            println!("{path}:{line}: {name}: {advice}");
        }
    }
    Ok(clean)
}

#[cfg(test)]
fn shown(violations: &[Violation]) -> Vec<String> {
    violations.iter().map(ToString::to_string).collect()
}
