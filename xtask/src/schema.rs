//! The golden schema: db/schema.sql is what the migrations build, no more and no less.

use std::path::Path;

use crate::{Outcome, cluster::Cluster};

/// Where the golden copy is.
const GOLDEN: &str = "db/schema.sql";
/// The first line of the golden copy, before the major version of Postgres.
const HEADER: &str = "-- Written by `./dev schema`, not by hand. Postgres ";

/// How much of a difference is printed.
const DIFFERENCE_LINES_MAX: usize = 60;

/// Compares the golden copy with the migrations, or writes it.
pub(crate) async fn run(root: &Path, write: bool) -> Outcome {
    let cluster = Cluster::start()?;
    cluster.migrate(root).await?;
    let built = normalise(&cluster.dump()?);
    cluster.migrate(root).await?;
    if normalise(&cluster.dump()?) != built {
        println!("db/migrations: a second run of the migrations changes the schema");
        return Ok(false);
    }
    let major = cluster.major()?;
    let path = root.join(GOLDEN);
    if write {
        std::fs::write(&path, format!("{HEADER}{major}\n\n{built}"))?;
        println!("wrote {GOLDEN}");
        return Ok(true);
    }
    let golden = std::fs::read_to_string(&path).unwrap_or_default();
    let Some(difference) = difference(body(&golden), &built) else {
        return Ok(true);
    };
    if let Some(theirs) = golden_major(root).filter(|theirs| *theirs != major) {
        println!("{GOLDEN}: NOT COMPARED: written by Postgres {theirs}, here runs {major}");
        return Ok(true);
    }
    println!("{GOLDEN} is not what the migrations build; run ./dev schema\n{difference}");
    Ok(false)
}

/// The major version of Postgres that wrote the golden copies.
pub(crate) fn golden_major(root: &Path) -> Option<String> {
    let golden = std::fs::read_to_string(root.join(GOLDEN)).ok()?;
    golden
        .lines()
        .next()?
        .strip_prefix(HEADER)
        .map(str::to_owned)
}

fn body(golden: &str) -> &str {
    golden
        .strip_prefix(HEADER)
        .and_then(|rest| rest.split_once("\n\n"))
        .map_or("", |(_, b)| b)
}

/// The statements of a dump without settings, random tokens and dated partitions.
fn normalise(dump: &str) -> String {
    let mut text = String::new();
    let mut keep = false;
    let mut lines = dump.lines().peekable();
    while let Some(line) = lines.next() {
        // Each object is announced by a comment of three lines; the middle one names it.
        if line == "--" && lines.peek().is_some_and(|next| next.starts_with("-- ")) {
            let title = lines.next().unwrap_or_default();
            lines.next_if(|next| *next == "--");
            keep = title.starts_with("-- Name: ") && !is_dated(object_name(title));
        } else if keep && !is_setting(line) {
            let blank = line.trim().is_empty();
            // One blank line between statements, none at the start.
            if !blank || !(text.is_empty() || text.ends_with("\n\n")) {
                text.push_str(line.trim_end());
                text.push('\n');
            }
        }
    }
    format!("{}\n", text.trim_end())
}

fn object_name(title: &str) -> &str {
    title
        .trim_start_matches("-- Name: ")
        .split("; Type:")
        .next()
        .unwrap_or_default()
}

fn is_setting(line: &str) -> bool {
    line.starts_with("SET ") || line.starts_with("SELECT pg_catalog.") || line.starts_with('\\')
}

/// Whether a name belongs to a partition of some day or month: `event_2026_11_at_idx`.
fn is_dated(name: &str) -> bool {
    name.match_indices('_').any(|(at, _)| {
        let rest = name[at + 1..].trim_start_matches('p');
        let digits: String = rest.chars().filter(|c| *c != '_').take(6).collect();
        rest.starts_with("20") && digits.len() == 6 && digits.bytes().all(|b| b.is_ascii_digit())
    })
}

/// The paragraphs that only one of two texts has; `None` when they are equal.
fn difference(golden: &str, built: &str) -> Option<String> {
    if golden == built {
        return None;
    }
    let paragraphs = |text: &str| text.split("\n\n").map(str::to_owned).collect::<Vec<_>>();
    let (old, new) = (paragraphs(golden.trim_end()), paragraphs(built.trim_end()));
    let mut lines = Vec::new();
    for (sign, here, there) in [('-', &old, &new), ('+', &new, &old)] {
        for paragraph in here.iter().filter(|paragraph| !there.contains(paragraph)) {
            lines.extend(paragraph.lines().map(|line| format!("{sign} {line}")));
        }
    }
    if lines.is_empty() {
        lines.push("the same statements in another order".to_owned());
    }
    let more = lines.len().saturating_sub(DIFFERENCE_LINES_MAX);
    lines.truncate(DIFFERENCE_LINES_MAX);
    if more > 0 {
        lines.push(format!("… {more} lines more"));
    }
    Some(lines.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const DUMP: &str = "--
-- PostgreSQL database dump
--

\\restrict k3j4h5
SET statement_timeout = 0;

--
-- Name: job; Type: TABLE; Schema: homeostat; Owner: -
--

CREATE TABLE homeostat.job (
    id bigint   
);


SET default_tablespace = '';

--
-- Name: event_2026_11; Type: TABLE; Schema: homeostat; Owner: -
--

CREATE TABLE homeostat.event_2026_11 (
    id bigint
);

--
-- Name: event_2026_11_at_idx; Type: INDEX ATTACH; Schema: homeostat; Owner: -
--

ALTER INDEX homeostat.event_at_idx ATTACH PARTITION homeostat.event_2026_11_at_idx;

--
-- Name: event_default; Type: TABLE; Schema: homeostat; Owner: -
--

CREATE TABLE homeostat.event_default ();

--
-- PostgreSQL database dump complete
--

\\unrestrict k3j4h5
";

    #[test]
    fn a_dump_keeps_what_the_migrations_say_and_no_more() {
        let expected = "CREATE TABLE homeostat.job (\n    id bigint\n);\n\n\
                        CREATE TABLE homeostat.event_default ();\n";
        assert_eq!(normalise(DUMP), expected);
    }

    #[test]
    fn dates_are_told_from_other_numbers() {
        assert!(is_dated("event_2026_11"));
        assert!(is_dated("event_p20261101_pkey"));
        assert!(!is_dated("event_default"));
        assert!(!is_dated("v2_job"));
        assert!(!is_dated("limit_20_rows"));
    }

    #[test]
    fn a_difference_shows_the_statements_of_one_side() {
        assert_eq!(difference("a;\n\nb;\n", "a;\n\nb;\n"), None);
        let text = difference("a;\n\nb;\n\nc;\n", "new;\n\na;\n\nx;\n\nc;\n");
        assert_eq!(text.as_deref(), Some("- b;\n+ new;\n+ x;"));
        let order = difference("a;\n\nb;", "b;\n\na;").unwrap();
        assert!(order.contains("another order"), "{order}");
    }
}
