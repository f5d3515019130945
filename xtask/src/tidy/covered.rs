//! Every policy and every interlock has a test.

use super::{Repo, Violation};
use crate::source::{Source, is_word};

/// Folders where each file is one decision.
const FOLDERS: [&str; 2] = [
    "crates/core/control/src/policies/",
    "crates/core/envelope/src/interlocks/",
];

pub(super) fn check(repo: &Repo) -> Vec<Violation> {
    let mut violations = Vec::new();
    for (path, text) in repo.rust() {
        let Some(name) = FOLDERS.iter().find_map(|folder| path.strip_prefix(folder)) else {
            continue;
        };
        let stem = name.trim_end_matches("/mod.rs").trim_end_matches(".rs");
        let has_tests = Source::parse(text).code.contains("#[cfg(test)]");
        if name == "mod.rs" || repo.is_test(path) || has_tests || is_tested(repo, stem) {
            continue;
        }
        violations.push(Violation::new(
            path,
            1,
            format!("no test names {stem}: add one that goes red without it"),
        ));
    }
    violations
}

/// Whether a test of the core names it, or a tested neighbour is built on it.
fn is_tested(repo: &Repo, stem: &str) -> bool {
    let call = format!("{stem}::");
    repo.rust()
        .filter(|(path, _)| path.starts_with("crates/core/"))
        .any(|(path, text)| {
            let source = Source::parse(text);
            let is_neighbour =
                !path.ends_with("/mod.rs") && FOLDERS.iter().any(|f| path.starts_with(f));
            let has_tests = source.tests_start() < source.code.len();
            (repo.is_test(path) && names(&source.code, stem))
                || (is_neighbour && has_tests && names(&source.code, &call))
        })
}

/// Whether a text has a name on its own.
fn names(text: &str, name: &str) -> bool {
    let bytes = text.as_bytes();
    let is_end = |at: usize| name.ends_with(':') || bytes.get(at).is_none_or(|b| !is_word(*b));
    text.match_indices(name)
        .any(|(at, _)| (at == 0 || !is_word(bytes[at - 1])) && is_end(at + name.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_decision_without_a_test_is_named() {
        let bare = ("crates/core/control/src/policies/kill_rule.rs", "fn f() {}");
        let tests = |text: &'static str| ("crates/core/control/tests/kill.rs", text);
        assert_eq!(check(&Repo::from_files(&[bare])).len(), 1);
        assert_eq!(
            check(&Repo::from_files(&[
                bare,
                tests("kill_rules(x) // kill_rule")
            ]))
            .len(),
            1
        );
        assert_eq!(
            check(&Repo::from_files(&[bare, tests("kill_rule::f()")])).len(),
            0
        );
        let neighbour = |text: &'static str| ("crates/core/control/src/policies/other.rs", text);
        let built_on_it = "fn g() { kill_rule::f() }\n#[cfg(test)]\nmod tests {}";
        assert_eq!(
            check(&Repo::from_files(&[bare, neighbour(built_on_it)])).len(),
            0
        );
        let untested = "fn g() { kill_rule::f() }";
        assert_eq!(
            check(&Repo::from_files(&[bare, neighbour(untested)])).len(),
            2
        );
        let own = (bare.0, "#[cfg(test)]\nmod tests {}");
        assert_eq!(check(&Repo::from_files(&[own])).len(), 0);
    }
}
