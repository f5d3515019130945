//! Everything that can be wrong with an exported history. Nothing was decided when one is returned.

use std::path::PathBuf;

use super::text::shown;

/// Bad input, with the place and the fix.
#[derive(Debug, thiserror::Error, miette::Diagnostic)]
pub(crate) enum Error {
    /// The file cannot be opened.
    #[error("FILE {} cannot be read", path.display())]
    #[diagnostic(help("give the path of an exported CSV file"))]
    Unreadable {
        path: PathBuf,
        #[source]
        source: std::io::Error,
    },
    /// The file is beyond what is read into memory.
    #[error("FILE {} has {size_mb} MB; at most {limit_mb} MB are read", path.display())]
    #[diagnostic(help("export fewer days, or only the columns that are needed"))]
    TooBig {
        path: PathBuf,
        size_mb: u64,
        limit_mb: u64,
    },
    /// There is no header, or nothing under it.
    #[error("FILE {name} has {what}")]
    #[diagnostic(help(
        "the first line must name the columns, and each line after it is one day of one ad or campaign"
    ))]
    Empty { name: String, what: &'static str },
    /// The bytes are not UTF-8.
    #[error("line {line}: the text is not UTF-8")]
    #[diagnostic(help("save the file again as \"CSV UTF-8\""))]
    Encoding { line: usize },
    /// A row has more or fewer cells than the header.
    #[error("line {line}: {found} cells, but the header has {expected}")]
    #[diagnostic(help("look for a missing comma, or a quote that is not closed, on this line"))]
    Ragged {
        line: u64,
        found: u64,
        expected: u64,
    },
    /// The CSV reader gave up.
    #[error("the file is not a readable CSV")]
    #[diagnostic(help("save the file again as CSV"))]
    Csv {
        #[source]
        source: csv::Error,
    },
    /// A column that was asked for is not there.
    #[error("line 1: there is no column {}", shown(name))]
    #[diagnostic(help("{flag} must be one of: {}", list(found)))]
    MissingColumn {
        name: String,
        flag: &'static str,
        found: Vec<String>,
    },
    /// No column looks like this.
    #[error("line 1: no column looks like the {what}")]
    #[diagnostic(help("name it with {flag}; the columns are: {}", list(found)))]
    NotFound {
        what: &'static str,
        flag: &'static str,
        found: Vec<String>,
    },
    /// More than one column could be meant.
    #[error("line 1: {} columns could be the {what}: {}", candidates.len(), list(candidates))]
    #[diagnostic(help("pick one with {flag}"))]
    AmbiguousColumn {
        what: &'static str,
        flag: &'static str,
        candidates: Vec<String>,
    },
    /// Two columns have the same name.
    #[error("line 1: {count} columns are named {}", shown(name))]
    #[diagnostic(help("rename all but one of them, so that the {what} is clear"))]
    DuplicateColumn {
        name: String,
        what: &'static str,
        count: usize,
    },
    /// One cell is wrong.
    #[error("line {line}, column {}: {} {problem}", shown(column), shown(value))]
    #[diagnostic(help("{fix}"))]
    Cell {
        line: u64,
        column: String,
        value: String,
        problem: &'static str,
        fix: &'static str,
    },
    /// A day cannot be read in any known way, or not in the way of the rows above.
    #[error(
        "line {line}, column {}: {} is not a date{like}",
        shown(column),
        shown(value)
    )]
    #[diagnostic(help(
        "correct the cell, or say how dates are written with --date-format, such as %d-%m-%Y"
    ))]
    Date {
        line: u64,
        column: String,
        value: String,
        like: String,
    },
    /// The days can be read in two ways.
    #[error("column {}: the dates can be read in {} ways: {}", shown(column), ways.len(), ways.join("; "))]
    #[diagnostic(help("say which with --date-format, such as --date-format '{first}'"))]
    AmbiguousDate {
        column: String,
        ways: Vec<String>,
        first: String,
    },
    /// A sum does not fit.
    #[error(
        "line {line}, column {}: the total up to here is too large to count",
        shown(column)
    )]
    #[diagnostic(help("check this column for a number that is not {what}"))]
    Total {
        line: u64,
        column: String,
        what: &'static str,
    },
    /// The estimator refused.
    #[error("campaign {} cannot be judged", shown(campaign))]
    Estimate {
        campaign: String,
        #[source]
        source: homeostat_control::EstimateError,
    },
    /// The envelope could not judge.
    #[error("a pause cannot be judged")]
    Envelope {
        #[source]
        source: homeostat_envelope::EnvelopeError,
    },
    /// The rehearsal's own name is no brand's.
    #[error(transparent)]
    Brand(#[from] homeostat_model::InvalidBrand),
    /// A currency's code is no code.
    #[error(transparent)]
    Money(#[from] homeostat_model::MoneyError),
    /// The result has no JSON form.
    #[error("the result has no JSON form")]
    Json(#[from] serde_json::Error),
    /// The result could not be written.
    #[error("the result could not be written")]
    Output {
        #[source]
        source: std::io::Error,
    },
}

fn list(names: &[String]) -> String {
    let names: Vec<_> = names.iter().map(|name| shown(name).to_string()).collect();
    names.join(", ")
}
