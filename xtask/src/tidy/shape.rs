//! Files of a readable size, and a header for every crate.

use super::{Repo, Violation};

/// Above this a file states why; tests may be longer.
const LINES_WITHOUT_REASON: usize = 500;
/// Above this a file is split.
const LINES_MAX: usize = 800;
/// The vocabulary crate attracts everything; it stays small.
const MODEL_LINES_MAX: usize = 2_000;
const MODEL: &str = "crates/core/model/src/";

pub(super) fn check(repo: &Repo) -> Vec<Violation> {
    let mut violations = Vec::new();
    for (path, text) in repo.rust() {
        let lines = text.lines().count();
        let has_reason = text
            .lines()
            .any(|line| line.starts_with("//! Long because: "));
        if lines > LINES_MAX {
            violations.push(Violation::new(
                path,
                lines,
                format!("{lines} lines, {LINES_MAX} at most: split by mechanism"),
            ));
        } else if lines > LINES_WITHOUT_REASON && !repo.is_test(path) && !has_reason {
            let advice =
                format!("{lines} lines: split, or say why in the header: //! Long because: …");
            violations.push(Violation::new(path, lines, advice));
        }
    }
    let model: usize = repo
        .rust()
        .filter(|(path, _)| path.starts_with(MODEL))
        .map(|(_, t)| t.lines().count())
        .sum();
    if model > MODEL_LINES_MAX {
        let advice = format!(
            "{model} lines, {MODEL_LINES_MAX} at most: move a type to the crate that uses it"
        );
        violations.push(Violation::new(&format!("{MODEL}lib.rs"), 1, advice));
    }
    for (folder, _) in repo.packages() {
        violations.extend(headless(repo, folder));
    }
    violations
}

fn headless(repo: &Repo, folder: &str) -> Option<Violation> {
    let roots = ["lib.rs", "main.rs"].map(|name| format!("{folder}/src/{name}"));
    let (path, text) = roots
        .iter()
        .find_map(|path| Some((path, repo.text(path)?)))?;
    let advice = "start with //! and say what the crate is for and what it never does";
    (!text.starts_with("//!")).then(|| Violation::new(path, 1, advice))
}

#[cfg(test)]
mod tests {
    use super::{super::shown, *};

    fn advice(path: &str, text: &str) -> Vec<String> {
        shown(&check(&Repo::from_files(&[(path, text)])))
    }

    #[test]
    fn a_long_file_needs_a_reason_and_a_huge_one_has_none() {
        let long = "// x\n".repeat(501);
        assert!(advice("crates/a/b/src/x.rs", &long)[0].contains("501 lines: split"));
        let reason = format!("//! Head.\n//! Long because: one table.\n{long}");
        assert!(advice("crates/a/b/src/x.rs", &reason).is_empty());
        assert!(advice("crates/a/b/tests/x.rs", &long).is_empty());
        let huge = format!("//! Long because: x\n{}", "// x\n".repeat(800));
        for path in ["crates/a/b/src/x.rs", "crates/a/b/tests/x.rs"] {
            assert!(advice(path, &huge)[0].contains("800 at most"));
        }
    }

    #[test]
    fn the_vocabulary_stays_small() {
        let text = "//! x\n".repeat(401);
        let paths: Vec<String> = (0..5).map(|n| format!("{MODEL}{n}.rs")).collect();
        let files: Vec<(&str, &str)> = paths
            .iter()
            .map(|path| (path.as_str(), text.as_str()))
            .collect();
        assert!(shown(&check(&Repo::from_files(&files)))[0].contains("2005 lines"));
    }

    #[test]
    fn a_crate_says_what_it_is() {
        let files = [
            ("crates/a/b/Cargo.toml", ""),
            ("crates/a/b/src/lib.rs", "mod x;"),
        ];
        assert_eq!(check(&Repo::from_files(&files)).len(), 1);
        let files = [
            ("crates/a/b/Cargo.toml", ""),
            ("crates/a/b/src/main.rs", "//! Does x."),
        ];
        assert_eq!(check(&Repo::from_files(&files)).len(), 0);
    }
}
