//! Tables are owned: only the crate whose migration creates a table writes to it.

use std::collections::BTreeMap;

use super::{
    Repo, Violation,
    migrations::{migrations, owner_of},
};
use crate::source::{Source, line_of};

/// What comes before the name of a table that is written.
const WRITES: [&[&str]; 4] = [
    &["insert", "into"],
    &["update"],
    &["delete", "from"],
    &["merge", "into"],
];

pub(super) fn check(repo: &Repo) -> Vec<Violation> {
    let owners = owners(repo);
    let mut violations = Vec::new();
    for (path, text) in repo.rust().filter(|(path, _)| !repo.is_test(path)) {
        let Some(writer) = crate_of(path) else {
            continue;
        };
        let source = Source::parse(text);
        let tests_start = source.tests_start();
        for literal in source
            .literals
            .iter()
            .filter(|literal| literal.start < tests_start)
        {
            for table in written(&literal.value) {
                let Some(owner) = owners.get(table.as_str()).filter(|owner| **owner != writer)
                else {
                    continue;
                };
                let advice = format!("{table} belongs to {owner}: call a function of that crate");
                violations.push(Violation::new(path, line_of(text, literal.start), advice));
            }
        }
    }
    violations
}

/// Each table with the crate that owns it, as `ring/crate`.
fn owners(repo: &Repo) -> BTreeMap<String, &str> {
    let mut owners = BTreeMap::new();
    for (_, text) in migrations(repo) {
        let Some(owner) = owner_of(text) else {
            continue;
        };
        let words = words(text);
        for (index, _) in words
            .windows(2)
            .enumerate()
            .filter(|(_, pair)| *pair == ["create", "table"])
        {
            let name = words[index + 2..]
                .iter()
                .find(|word| !["if", "not", "exists"].contains(&word.as_str()));
            owners.extend(name.map(|name| (bare(name).to_owned(), owner)));
        }
    }
    owners
}

/// `ring/crate` of a production source.
fn crate_of(path: &str) -> Option<&str> {
    path.strip_prefix("crates/")?
        .split_once("/src/")
        .map(|(writer, _)| writer)
}

/// The names of the tables that a statement writes to.
fn written(sql: &str) -> Vec<String> {
    let words = words(sql);
    let mut tables = Vec::new();
    for start in 0..words.len() {
        for pattern in WRITES {
            let rest = &words[start..];
            let is_here =
                rest.len() > pattern.len() && rest.iter().zip(pattern).all(|(a, b)| a == b);
            // `FOR UPDATE OF x` locks, `ON CONFLICT DO UPDATE SET` names its table before.
            let is_lock = start > 0 && words[start - 1] == "for";
            if is_here && !is_lock {
                let name = &rest[pattern.len()..];
                let name = name.iter().find(|word| *word != "only");
                tables.extend(name.map(|name| bare(name).to_owned()));
            }
        }
    }
    tables
}

/// Lower-case words of a statement; comments are left out.
fn words(sql: &str) -> Vec<String> {
    let lines = sql
        .lines()
        .map(|line| line.split("--").next().unwrap_or_default());
    let text = lines.collect::<Vec<_>>().join("\n").to_lowercase();
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '.';
    text.split(|c| !is_part(c))
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect()
}

fn bare(name: &str) -> &str {
    name.strip_prefix("homeostat.").unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::{super::shown, *};

    const MIGRATION: (&str, &str) = (
        "db/migrations/0300_jobs.sql",
        "-- owner: runtime/queue\n-- x\nCREATE TABLE IF NOT EXISTS homeostat.job (id int);",
    );

    fn advice(path: &str, sql: &str) -> Vec<String> {
        let text = format!("fn f() {{ query!(\"{sql}\"); }}");
        shown(&check(&Repo::from_files(&[MIGRATION, (path, &text)])))
    }

    #[test]
    fn a_stranger_who_writes_is_named() {
        let stranger = "crates/runtime/effects/src/x.rs";
        for sql in [
            "INSERT INTO homeostat.job VALUES (1)",
            "update homeostat.job set id = 1",
            "WITH a AS (DELETE FROM ONLY job RETURNING *) SELECT",
        ] {
            let found = advice(stranger, sql);
            assert_eq!(
                found,
                [
                    "crates/runtime/effects/src/x.rs:1: job belongs to runtime/queue: call a function of that crate"
                ]
            );
            assert!(advice("crates/runtime/queue/src/x.rs", sql).is_empty());
            assert!(advice("crates/runtime/effects/tests/x.rs", sql).is_empty());
        }
    }

    #[test]
    fn reading_and_locking_is_no_writing() {
        for sql in [
            "SELECT * FROM homeostat.job FOR UPDATE OF job",
            "INSERT INTO other SELECT * FROM job",
        ] {
            assert!(
                advice("crates/runtime/effects/src/x.rs", sql).is_empty(),
                "{sql}"
            );
        }
    }
}
