//! The offline cache of the query macros: `.sqlx` holds what Postgres says about each query.
//!
//! The queries are read from the sources and described by a fresh database with the very calls
//! that the macros make, so nothing is compiled. A query that this reading misses cannot hide: the
//! build is offline and fails on a query without an entry.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use serde::Serialize;
use sha2::{Digest, Sha256};
use sqlx::{AssertSqlSafe, Executor, PgConnection, SqlSafeStr};

use crate::{
    Outcome,
    cluster::Cluster,
    queries::{self, Sql},
    schema::golden_major,
    tidy::Repo,
};

/// One file of the cache, in the order the macros write it.
#[derive(Serialize)]
struct Entry<'a, D: Serialize> {
    db_name: &'a str,
    query: &'a str,
    describe: D,
    hash: &'a str,
}

/// Compares `.sqlx` with the database, or writes it.
pub(crate) async fn run(root: &Path, write: bool) -> Outcome {
    let repo = Repo::read(root)?;
    let (queries, mut complaints) = collect(&repo);
    let folder = root.join(".sqlx");
    let cached = read_cache(&folder)?;
    let mut built = BTreeMap::new();
    let mut same_major = true;
    if !queries.is_empty() {
        let cluster = Cluster::start()?;
        cluster.migrate(root).await?;
        same_major =
            golden_major(root).is_none_or(|major| cluster.major().is_ok_and(|m| m == major));
        let mut connection = cluster.connect().await?;
        for (sql, place) in &queries {
            match describe(&mut connection, sql).await {
                Ok((name, entry)) => drop(built.insert(name, entry)),
                Err(error) => complaints.push(format!("{place}: {error}")),
            }
        }
    }
    if write && complaints.is_empty() {
        replace(&folder, &cached, &built)?;
        println!("wrote .sqlx: {} queries", built.len());
        return Ok(true);
    }
    if write {
        println!("{}\n.sqlx stays as it is", complaints.join("\n"));
        return Ok(false);
    }
    if !same_major {
        println!(".sqlx: nullability NOT COMPARED: written by another major version of Postgres");
    }
    let places: BTreeMap<String, &str> = queries
        .iter()
        .map(|(sql, place)| (file_name(sql), place.as_str()))
        .collect();
    complaints.extend(compare(&cached, &built, &places, same_major));
    for complaint in &complaints {
        println!("{complaint}");
    }
    Ok(complaints.is_empty())
}

/// Every query of the sources with the first place that has it, and what cannot be read.
fn collect(repo: &Repo) -> (BTreeMap<String, String>, Vec<String>) {
    let mut found = BTreeMap::new();
    let mut complaints = Vec::new();
    for (path, text) in repo.rust() {
        for query in queries::find(text) {
            let place = format!("{path}:{}", query.line);
            match query.sql {
                Sql::Text(sql) => drop(found.entry(sql).or_insert(place)),
                Sql::File(file) => match repo.text(&format!("{}/{file}", crate_of(path))) {
                    Some(sql) => drop(found.entry(sql.to_owned()).or_insert(place)),
                    None => complaints.push(format!("{place}: no file {file} in the crate")),
                },
                Sql::Opaque => {
                    complaints.push(format!("{place}: write the SQL as a literal in the macro"));
                }
            }
        }
    }
    (found, complaints)
}

/// The folder of the crate that a source belongs to.
fn crate_of(path: &str) -> &str {
    ["/src/", "/tests/", "/examples/", "/benches/"]
        .iter()
        .find_map(|folder| path.split_once(folder))
        .map_or("", |(before, _)| before)
}

async fn describe(
    connection: &mut PgConnection,
    sql: &str,
) -> Result<(String, String), Box<dyn std::error::Error>> {
    let describe = connection
        .describe(AssertSqlSafe(sql.to_owned()).into_sql_str())
        .await?;
    let hash = hash(sql);
    let entry = Entry {
        db_name: "PostgreSQL",
        query: sql,
        describe,
        hash: &hash,
    };
    Ok((
        file_name(sql),
        format!("{}\n", serde_json::to_string_pretty(&entry)?),
    ))
}

fn hash(sql: &str) -> String {
    hex::encode(Sha256::digest(sql.as_bytes()))
}

fn file_name(sql: &str) -> String {
    format!("query-{}.json", hash(sql))
}

fn read_cache(folder: &Path) -> std::io::Result<BTreeMap<String, String>> {
    if !folder.is_dir() {
        return Ok(BTreeMap::new());
    }
    std::fs::read_dir(folder)?
        .map(|entry| {
            let path: PathBuf = entry?.path();
            let name = path
                .file_name()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned();
            Ok((name, std::fs::read_to_string(&path)?))
        })
        .collect()
}

fn replace(
    folder: &Path,
    cached: &BTreeMap<String, String>,
    built: &BTreeMap<String, String>,
) -> std::io::Result<()> {
    std::fs::create_dir_all(folder)?;
    for name in cached.keys().filter(|name| !built.contains_key(*name)) {
        std::fs::remove_file(folder.join(name))?;
    }
    // An entry that did not change keeps its time, so that nothing is rebuilt for it.
    for (name, entry) in built
        .iter()
        .filter(|(name, entry)| cached.get(*name) != Some(entry))
    {
        std::fs::write(folder.join(name), entry)?;
    }
    Ok(())
}

fn compare(
    cached: &BTreeMap<String, String>,
    built: &BTreeMap<String, String>,
    places: &BTreeMap<String, &str>,
    same_major: bool,
) -> Vec<String> {
    let place = |name: &str| places.get(name).copied().unwrap_or(".sqlx").to_owned();
    let mut complaints = Vec::new();
    for (name, entry) in built {
        match cached.get(name) {
            None => complaints.push(format!(
                "{}: query not in .sqlx; run ./dev sqlx",
                place(name)
            )),
            Some(old) if !equal(old, entry, same_major) => complaints.push(format!(
                "{}: .sqlx says something else about this query than Postgres; run ./dev sqlx",
                place(name)
            )),
            Some(_) => {}
        }
    }
    // A query that could not be described is in `places` and has its complaint already.
    for name in cached.keys().filter(|name| !places.contains_key(*name)) {
        complaints.push(format!(
            ".sqlx/{name}: no source has this query; run ./dev sqlx"
        ));
    }
    complaints
}

/// Whether two entries say the same. Planners of different versions may infer nulls differently.
fn equal(cached: &str, built: &str, same_major: bool) -> bool {
    if same_major {
        return cached == built;
    }
    let parse = |text: &str| -> Option<serde_json::Value> {
        let mut value: serde_json::Value = serde_json::from_str(text).ok()?;
        value
            .get_mut("describe")?
            .as_object_mut()?
            .remove("nullable");
        Some(value)
    };
    parse(cached).is_some_and(|value| Some(value) == parse(built))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn map(entries: &[(&str, &str)]) -> BTreeMap<String, String> {
        entries
            .iter()
            .map(|(name, text)| ((*name).into(), (*text).into()))
            .collect()
    }

    #[test]
    fn missing_changed_and_stale_entries_are_named() {
        let places = [
            ("new".to_owned(), "a.rs:1"),
            ("changed".to_owned(), "a.rs:2"),
        ]
        .into();
        let cached = map(&[("changed", "{}"), ("stale", "{}")]);
        let built = map(&[("changed", "{ }"), ("new", "{}")]);
        let complaints = compare(&cached, &built, &places, true);
        assert_eq!(complaints.len(), 3, "{complaints:?}");
        assert!(complaints[0].starts_with("a.rs:2: .sqlx says something else"));
        assert!(complaints[1].starts_with("a.rs:1: query not in .sqlx"));
        assert!(complaints[2].starts_with(".sqlx/stale: no source"));
    }

    #[test]
    fn another_major_version_is_held_to_types_only() {
        let old = r#"{"describe": {"columns": [1], "nullable": [true]}}"#;
        let nulls = r#"{"describe": {"columns": [1], "nullable": [false]}}"#;
        let types = r#"{"describe": {"columns": [2], "nullable": [true]}}"#;
        assert!(!equal(old, nulls, true));
        assert!(equal(old, nulls, false));
        assert!(!equal(old, types, false));
    }

    #[test]
    fn a_query_is_read_from_the_sources_once() {
        let repo = Repo::from_files(&[
            (
                "crates/a/src/lib.rs",
                "fn f() { query!(\"select 1\"); query!(\"select 1\"); }",
            ),
            (
                "crates/a/src/x.rs",
                "fn f() { query_file!(\"x.sql\"); query!(macro_argument) }",
            ),
            ("crates/a/x.sql", "select 2"),
        ]);
        let (queries, complaints) = collect(&repo);
        assert_eq!(queries.keys().collect::<Vec<_>>(), ["select 1", "select 2"]);
        assert_eq!(
            complaints,
            ["crates/a/src/x.rs:1: write the SQL as a literal in the macro"]
        );
    }
}
