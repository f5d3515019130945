//! Migrations: numbered, named by purpose, owned by one crate.

use std::collections::BTreeMap;

use super::{Repo, Violation};

const FOLDER: &str = "db/migrations/";

pub(super) fn check(repo: &Repo) -> Vec<Violation> {
    let mut violations = Vec::new();
    let mut numbers: BTreeMap<&str, &str> = BTreeMap::new();
    for (path, text) in migrations(repo) {
        let name = path.trim_start_matches(FOLDER);
        let Some(number) = number_of(name) else {
            violations.push(Violation::new(
                path,
                1,
                "name it NNNN_purpose.sql, lower case",
            ));
            continue;
        };
        if let Some(other) = numbers.insert(number, path) {
            violations.push(Violation::new(
                path,
                1,
                format!("{other} has the same number"),
            ));
        }
        match owner_of(text) {
            None => violations.push(Violation::new(path, 1, "first line: -- owner: ring/crate")),
            Some(owner) if !repo.exists(&format!("crates/{owner}")) => {
                violations.push(Violation::new(
                    path,
                    1,
                    format!("owner {owner} is no folder of crates/"),
                ));
            }
            Some(_) => {}
        }
        let has_purpose = text
            .lines()
            .nth(1)
            .is_some_and(|line| line.len() > 3 && line.starts_with("-- "));
        if !has_purpose {
            violations.push(Violation::new(
                path,
                2,
                "second line: a comment with the purpose",
            ));
        }
    }
    violations
}

pub(super) fn migrations(repo: &Repo) -> impl Iterator<Item = (&str, &str)> {
    repo.texts().filter(|(path, _)| path.starts_with(FOLDER))
}

/// The crate that a migration belongs to, as `ring/crate`.
pub(super) fn owner_of(text: &str) -> Option<&str> {
    text.lines()
        .next()?
        .strip_prefix("-- owner: ")
        .map(str::trim)
}

fn number_of(name: &str) -> Option<&str> {
    let (number, purpose) = name.strip_suffix(".sql")?.split_once('_')?;
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    let is_number = number.len() == 4 && number.bytes().all(|byte| byte.is_ascii_digit());
    (is_number && !purpose.is_empty() && purpose.chars().all(plain)).then_some(number)
}

#[cfg(test)]
mod tests {
    use super::{super::shown, *};

    fn advice(files: &[(&str, &str)]) -> Vec<String> {
        let mut all = vec![("crates/runtime/queue/Cargo.toml", "")];
        all.extend(files);
        shown(&check(&Repo::from_files(&all)))
    }

    const GOOD: &str = "-- owner: runtime/queue\n-- purpose: the live jobs\nSELECT 1;";

    #[test]
    fn a_migration_has_a_number_a_purpose_and_an_owner() {
        assert!(advice(&[("db/migrations/0300_jobs.sql", GOOD)]).is_empty());
        assert_eq!(advice(&[("db/migrations/3_jobs.sql", GOOD)]).len(), 1);
        assert_eq!(advice(&[("db/migrations/0300.sql", GOOD)]).len(), 1);
        assert_eq!(
            advice(&[("db/migrations/0300_jobs.sql", "SELECT 1;\nSELECT 2;")]).len(),
            2
        );
        let nobody = GOOD.replace("queue", "nobody");
        assert_eq!(advice(&[("db/migrations/0300_jobs.sql", &nobody)]).len(), 1);
        let twice = advice(&[
            ("db/migrations/0300_a.sql", GOOD),
            ("db/migrations/0300_b.sql", GOOD),
        ]);
        assert!(twice[0].contains("has the same number"), "{twice:?}");
    }
}
