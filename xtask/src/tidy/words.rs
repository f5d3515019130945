//! Words that do not stay: unfinished work, sleeping tests, paths of one machine.

use super::{Repo, Violation};
use crate::source::{Source, is_word, line_of};

/// Marks of unfinished work, in code and comments. Split, or this file would name itself.
const UNFINISHED: [&str; 4] = [
    concat!("FIX", "ME"),
    concat!("X", "XX"),
    "todo!",
    "unimplemented!",
];
/// Ways to wait for time instead of a signal.
const WAITS: [&str; 2] = ["sleep(", "homeostat_clock::pause"];
/// Beginnings of paths that exist on one machine only.
const MACHINE: [&str; 5] = [
    concat!("/wo", "rk/"),
    concat!("/tmp", "/t/"),
    concat!("/.lib", "rary"),
    concat!("../sha", "red"),
    concat!("/ho", "me/"),
];

pub(super) fn check(repo: &Repo) -> Vec<Violation> {
    let mut violations = Vec::new();
    for (path, text) in repo.texts().filter(|(path, _)| *path != "Cargo.lock") {
        for word in MACHINE {
            for (at, _) in text.match_indices(word) {
                let advice =
                    format!("`{word}` is a path of one machine: make it relative or a setting");
                violations.push(Violation::new(path, line_of(text, at), advice));
            }
        }
        if path.ends_with(".rs") {
            violations.extend(check_rust(path, text, repo.is_test(path)));
        } else if is_code(path) {
            violations.extend(unfinished(path, text));
        }
    }
    violations
}

fn is_code(path: &str) -> bool {
    path == "dev"
        || [".sql", ".toml", ".sh", "/run"]
            .iter()
            .any(|end| path.ends_with(end))
}

fn check_rust(path: &str, text: &str, is_test: bool) -> Vec<Violation> {
    let source = Source::parse(text);
    let mut violations = unfinished(path, &source.commented);
    // The kit waits on signals for the tests, and the player of the crash points looks at processes from
    // outside, as the drills do; a net under a signal is their business.
    let is_kit = ["crates/proof/testkit/src/", "crates/proof/points/src/"]
        .iter()
        .any(|kit| path.starts_with(kit));
    let tests_start = if is_test { 0 } else { source.tests_start() };
    let waits = WAITS
        .into_iter()
        .chain(imports_pause(&source.code).then_some("pause("));
    for word in waits {
        for at in words(&source.code, word).filter(|at| *at >= tests_start && !is_kit) {
            let advice = "a test that waits for time is slow or wrong: wait on a signal";
            violations.push(Violation::new(path, line_of(text, at), advice));
        }
    }
    violations
}

/// Whether `pause(` in this source is the timer of the clock crate.
fn imports_pause(code: &str) -> bool {
    code.split("use homeostat_clock::").skip(1).any(|rest| {
        let names = rest.split(';').next().unwrap_or_default();
        names
            .split(|c: char| !c.is_ascii_alphanumeric() && c != '_')
            .any(|name| name == "pause")
    })
}

fn unfinished(path: &str, text: &str) -> Vec<Violation> {
    let found = UNFINISHED
        .iter()
        .flat_map(|word| words(text, word).map(move |at| (word, at)));
    found
        .map(|(word, at)| {
            let advice = format!("`{word}`: finish it, or write down the limit as a sentence");
            Violation::new(path, line_of(text, at), advice)
        })
        .collect()
}

/// Where a word stands on its own.
fn words<'a>(text: &'a str, word: &'a str) -> impl Iterator<Item = usize> + 'a {
    let bytes = text.as_bytes();
    text.match_indices(word)
        .map(|(at, _)| at)
        .filter(move |&at| {
            let after = bytes.get(at + word.len()).copied().unwrap_or(b' ');
            let ends = !word.ends_with(|c: char| c.is_ascii_alphanumeric()) || !is_word(after);
            ends && (at == 0 || !is_word(bytes[at - 1]))
        })
}

#[cfg(test)]
mod tests {
    use super::{super::shown, *};

    fn advice(path: &str, text: &str) -> Vec<String> {
        shown(&check(&Repo::from_files(&[(path, text)])))
    }

    #[test]
    fn unfinished_work_is_found_in_code_and_comments() {
        let text = format!(
            "fn a() {{ todo!() }}\n// {} later\n\"todo!\"",
            UNFINISHED[0]
        );
        let found = advice("crates/a/b/src/x.rs", &text);
        assert_eq!(found.len(), 2, "{found:?}");
        assert!(found[0].contains("x.rs:2") && found[1].contains("x.rs:1"));
        assert_eq!(
            advice("db/migrations/0001_a.sql", &format!("-- {}", UNFINISHED[1])).len(),
            1
        );
        assert!(advice("dev", "mktemp /tmp/aXXXXXX").is_empty());
    }

    #[test]
    fn tests_do_not_sleep() {
        let call = "fn f() { std::thread::sleep(x); }";
        assert_eq!(advice("crates/a/b/tests/x.rs", call).len(), 1);
        assert_eq!(
            advice(
                "crates/a/b/src/x.rs",
                &format!("#[cfg(test)]\nmod tests {{ {call} }}")
            )
            .len(),
            1
        );
        assert_eq!(
            advice("crates/a/b/tests/x.rs", "homeostat_clock::pause(d).await").len(),
            1
        );
        let import = "use homeostat_clock::{Stopwatch, pause};";
        let imported = format!("{import}\n#[cfg(test)]\nmod tests {{ fn f() {{ pause(d) }} }}");
        assert_eq!(advice("crates/a/b/src/x.rs", &imported).len(), 1);
        assert!(advice("crates/a/b/tests/x.rs", "pause(campaign)").is_empty());
        assert!(advice("crates/a/b/src/x.rs", "fn sleep(a: A) {}").is_empty());
    }

    #[test]
    fn paths_of_one_machine_are_found_everywhere() {
        for word in MACHINE {
            assert_eq!(
                advice("README.md", &format!("see {word}x")).len(),
                1,
                "{word}"
            );
        }
    }
}
