//! Finds every checked query in a source: the same SQL that the query macros hash.

use crate::source::{Literal, Source, is_word, line_of};

/// One call of a query macro.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Query {
    pub(crate) line: usize,
    pub(crate) sql: Sql,
}

/// Where the SQL of a query is.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Sql {
    Text(String),
    /// A path relative to the crate's manifest.
    File(String),
    /// The macro is called with something that is no literal, for example inside `macro_rules!`.
    Opaque,
}

/// The macros, and at which argument their SQL stands.
const MACROS: [(&str, usize); 12] = [
    ("query", 0),
    ("query_unchecked", 0),
    ("query_scalar", 0),
    ("query_scalar_unchecked", 0),
    ("query_as", 1),
    ("query_as_unchecked", 1),
    ("query_file", 0),
    ("query_file_unchecked", 0),
    ("query_file_scalar", 0),
    ("query_file_scalar_unchecked", 0),
    ("query_file_as", 1),
    ("query_file_as_unchecked", 1),
];

/// Every checked query of a source, in order.
pub(crate) fn find(text: &str) -> Vec<Query> {
    let source = Source::parse(text);
    let code = source.code.as_bytes();
    let mut queries = Vec::new();
    for (bang, _) in source.code.match_indices('!') {
        let start = code[..bang]
            .iter()
            .rposition(|&b| !is_word(b))
            .map_or(0, |at| at + 1);
        let name = &source.code[start..bang];
        let Some(&(_, position)) = MACROS.iter().find(|(known, _)| *known == name) else {
            continue;
        };
        let Some(open) = opening(code, bang + 1) else {
            continue;
        };
        let argument = argument_start(code, open, position);
        let sql = match argument.and_then(|at| literal_sum(&source, at)) {
            Some(text) if name.starts_with("query_file") => Sql::File(text),
            Some(text) => Sql::Text(text),
            None => Sql::Opaque,
        };
        queries.push(Query {
            line: line_of(text, bang),
            sql,
        });
    }
    queries
}

/// Just after the bracket that opens a macro call. A mere mention of a macro has none.
fn opening(code: &[u8], from: usize) -> Option<usize> {
    let at = skip_space(code, from);
    matches!(code.get(at), Some(b'(' | b'[' | b'{')).then_some(at + 1)
}

/// Where the argument with this position begins.
fn argument_start(code: &[u8], open: usize, position: usize) -> Option<usize> {
    let mut depth = 0_i32;
    let mut left = position;
    let mut at = open;
    while left > 0 {
        match code.get(at)? {
            b'(' | b'[' | b'{' | b'<' => depth += 1,
            b')' | b']' | b'}' | b'>' => depth -= 1,
            b',' if depth == 0 => left -= 1,
            _ => {}
        }
        at += 1;
    }
    Some(at)
}

/// The value of `"a" + "b" + …` at this place.
fn literal_sum(source: &Source, from: usize) -> Option<String> {
    let code = source.code.as_bytes();
    let mut at = skip_space(code, from);
    let mut text = String::new();
    loop {
        let literal = literal_at(source, at)?;
        text.push_str(&literal.value);
        at = skip_space(code, literal.end);
        match code.get(at)? {
            b'+' => at = skip_space(code, at + 1),
            b',' | b')' | b']' | b'}' => return Some(text),
            _ => return None,
        }
    }
}

fn literal_at(source: &Source, at: usize) -> Option<&Literal> {
    let found = source
        .literals
        .binary_search_by_key(&at, |literal| literal.start)
        .ok()?;
    source.literals.get(found)
}

fn skip_space(code: &[u8], from: usize) -> usize {
    let blank = code
        .iter()
        .skip(from)
        .take_while(|byte| byte.is_ascii_whitespace())
        .count();
    from + blank
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(source: &str) -> Vec<Sql> {
        find(source).into_iter().map(|query| query.sql).collect()
    }

    #[test]
    fn every_form_of_the_macro_is_found() {
        let source = r##"
            sqlx::query!("one", a);
            query_as!(Row<A, B>, r#"two "x""#, b).fetch_all(c);
            transact!(db, |tx| { sqlx::query_scalar!("thr" + "ee") });
            // sqlx::query!("comment")
            query_file!("db/four.sql");
        "##;
        let text = |sql: &str| Sql::Text(sql.into());
        assert_eq!(
            texts(source),
            [
                text("one"),
                text("two \"x\""),
                text("three"),
                Sql::File("db/four.sql".into())
            ]
        );
    }

    #[test]
    fn a_query_without_a_literal_is_reported_as_opaque() {
        assert_eq!(texts("sqlx::query!($sql)"), [Sql::Opaque]);
        assert_eq!(texts("my_query!(\"x\")"), []);
    }
}
