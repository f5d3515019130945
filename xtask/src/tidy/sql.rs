//! SQL is checked at compile time; the exceptions are listed, each with its reason.

use super::{Repo, Violation};
use crate::source::{Source, is_word, line_of};

/// The list of files with unchecked SQL: `path  # reason`.
const EXCEPTIONS: &str = "db/unchecked-sql.txt";
/// Names that build a statement from text at run time.
const UNCHECKED: [&str; 8] = [
    "query",
    "query_as",
    "query_as_with",
    "query_scalar",
    "query_scalar_with",
    "query_with",
    "raw_sql",
    "QueryBuilder",
];
/// Methods that take a statement as text.
const EXECUTES: [&str; 5] = [
    ".execute(",
    ".fetch_one(",
    ".fetch_all(",
    ".fetch_optional(",
    ".fetch(",
];

pub(super) fn check(repo: &Repo) -> Vec<Violation> {
    let (excepted, mut violations) = exceptions(repo);
    let mut used = Vec::new();
    for (path, text) in repo.rust().filter(|(path, _)| !repo.is_test(path)) {
        let source = Source::parse(text);
        let mut places = unchecked(&source);
        places.retain(|at| *at < source.tests_start());
        if excepted.iter().any(|(_, known)| *known == path) {
            if !places.is_empty() {
                used.push(path);
            }
            continue;
        }
        let advice =
            format!("use query!, query_as! or query_scalar!; else list the file in {EXCEPTIONS}");
        violations.extend(
            places
                .into_iter()
                .map(|at| Violation::new(path, line_of(text, at), &*advice)),
        );
    }
    for (line, path) in excepted {
        if !used.contains(&path) {
            violations.push(Violation::new(
                EXCEPTIONS,
                line,
                format!("{path} needs no exception: remove it"),
            ));
        }
    }
    violations
}

/// The excepted paths with their lines, and entries without a reason.
fn exceptions(repo: &Repo) -> (Vec<(usize, &str)>, Vec<Violation>) {
    let mut paths = Vec::new();
    let mut violations = Vec::new();
    for (index, line) in repo
        .text(EXCEPTIONS)
        .unwrap_or_default()
        .lines()
        .enumerate()
    {
        let (path, reason) = line.split_once('#').unwrap_or((line, ""));
        if path.trim().is_empty() {
            continue;
        }
        paths.push((index + 1, path.trim()));
        if reason.trim().is_empty() {
            violations.push(Violation::new(
                EXCEPTIONS,
                index + 1,
                "give the reason after a #",
            ));
        }
    }
    (paths, violations)
}

/// Where statements are built from text.
fn unchecked(source: &Source) -> Vec<usize> {
    let code = source.code.as_str();
    let mut places: Vec<usize> = UNCHECKED
        .iter()
        .flat_map(|name| {
            code.match_indices(name)
                .map(|(at, _)| (at, at + name.len()))
        })
        .filter(|&(at, end)| is_call(code, at, end))
        .map(|(at, _)| at)
        .collect();
    for method in EXECUTES {
        let calls = code.match_indices(method).map(|(at, _)| at);
        places.extend(calls.filter(|at| takes_text(code, at + method.len())));
    }
    places.sort_unstable();
    places
}

/// Whether a call with `sqlx` in reach stands here, and not a method, a definition or a macro.
fn is_call(code: &str, at: usize, end: usize) -> bool {
    let (before, after) = (&code[..at], &code[end..]);
    let is_called = after.starts_with('(') || after.starts_with("::");
    let by_path = before.ends_with("sqlx::");
    let is_bare = !before.ends_with(|c: char| is_word(c as u8) || c == '.' || c == ':');
    let imported = is_bare && !before.ends_with("fn ") && code.contains("use sqlx");
    is_called && (by_path || imported)
}

/// Whether the first argument is a string literal.
fn takes_text(code: &str, from: usize) -> bool {
    let argument = code[from..].trim_start();
    argument.starts_with('"') || argument.starts_with("r\"") || argument.starts_with("r#")
}

#[cfg(test)]
mod tests {
    use super::{super::shown, *};

    const PATH: &str = "crates/runtime/queue/src/claim.rs";

    fn advice(text: &str, list: &str) -> Vec<String> {
        shown(&check(&Repo::from_files(&[
            (PATH, text),
            (EXCEPTIONS, list),
        ])))
    }

    #[test]
    fn text_statements_are_found() {
        for call in [
            "sqlx::query(\"x\")",
            "sqlx::query_as::<_, Row>(sql)",
            "sqlx::raw_sql(\"x\")",
            "use sqlx::query_scalar; fn f() { query_scalar(sql) }",
            "db.execute(\"LISTEN x\")",
            "db\n.fetch_one(r#\"x\"#)",
            "sqlx::QueryBuilder::new(x)",
        ] {
            assert_eq!(advice(call, "").len(), 1, "{call}");
        }
    }

    #[test]
    fn checked_statements_and_other_queries_are_fine() {
        for call in [
            "sqlx::query!(\"x\").execute(db)",
            "query_as!(Row, \"x\")",
            "request.query(&[1])",
            "fn query(a: A) {}",
            "// sqlx::query(x)",
            "#[cfg(test)]\nmod tests { fn f() { sqlx::query(x) } }",
        ] {
            assert_eq!(advice(call, "").len(), 0, "{call}");
        }
    }

    #[test]
    fn an_exception_has_a_reason_and_a_use() {
        let call = "sqlx::query(\"x\")";
        assert!(advice(call, &format!("# head\n{PATH}  # partition names")).is_empty());
        assert_eq!(
            advice(call, PATH),
            ["db/unchecked-sql.txt:1: give the reason after a #"]
        );
        assert!(advice("", &format!("{PATH} # x"))[0].contains("needs no exception"));
    }
}
