//! A CSV file as text: header and rows with their line numbers.

use std::{fs, path::Path};

use csv::{ErrorKind, ReaderBuilder, StringRecord};

use super::error::Error;

const LIMIT_MB: u64 = 512;

/// The file's text, not yet understood.
#[derive(Debug)]
pub(super) struct Sheet {
    /// The file's name, for the title.
    pub(super) name: String,
    /// Column names, trimmed.
    pub(super) headers: Vec<String>,
    /// Rows under the header.
    pub(super) rows: Vec<Row>,
}

/// One row.
#[derive(Debug)]
pub(super) struct Row {
    /// The line it starts on, counted from 1.
    pub(super) line: u64,
    cells: StringRecord,
}

impl Row {
    /// The cell of a column, trimmed. Rows are as long as the header.
    pub(super) fn cell(&self, column: usize) -> &str {
        self.cells.get(column).unwrap_or_default().trim()
    }
}

/// Reads a file.
pub(super) fn read(path: &Path) -> Result<Sheet, Error> {
    let unreadable = |source| Error::Unreadable {
        path: path.to_owned(),
        source,
    };
    let size_mb = fs::metadata(path).map_err(unreadable)?.len() / 1_000_000;
    if size_mb > LIMIT_MB {
        return Err(Error::TooBig {
            path: path.to_owned(),
            size_mb,
            limit_mb: LIMIT_MB,
        });
    }
    let bytes = fs::read(path).map_err(unreadable)?;
    let name = path.file_name().unwrap_or(path.as_os_str());
    parse(&name.to_string_lossy(), &bytes)
}

/// Splits the bytes of a file into cells.
pub(super) fn parse(name: &str, bytes: &[u8]) -> Result<Sheet, Error> {
    let empty = |what| Error::Empty {
        name: name.to_owned(),
        what,
    };
    let text = decode(bytes)?;
    if text.trim().is_empty() {
        return Err(empty("no text"));
    }
    let mut reader = ReaderBuilder::new()
        .has_headers(false)
        .delimiter(delimiter(text))
        .from_reader(text.as_bytes());
    let mut rows = Vec::new();
    for record in reader.records() {
        let cells = record.map_err(damaged)?;
        let line = cells.position().map_or(0, csv::Position::line);
        rows.push(Row {
            line: start_line(text, &cells, line),
            cells,
        });
    }
    if rows.len() < 2 {
        return Err(empty("a header and no rows"));
    }
    let header = rows.remove(0);
    Ok(Sheet {
        name: name.to_owned(),
        headers: header
            .cells
            .iter()
            .map(|name| name.trim().to_owned())
            .collect(),
        rows,
    })
}

/// UTF-8, with or without a byte order mark.
fn decode(bytes: &[u8]) -> Result<&str, Error> {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    std::str::from_utf8(bytes).map_err(|error| {
        let good = &bytes[..error.valid_up_to()];
        Error::Encoding {
            line: 1 + good.iter().filter(|&&byte| byte == b'\n').count(),
        }
    })
}

/// The separator that the header uses most: comma, semicolon or tab.
fn delimiter(text: &str) -> u8 {
    let header = text.lines().next().unwrap_or_default();
    let count = |separator: u8| header.bytes().filter(|&byte| byte == separator).count();
    // The last of equals wins, so comma comes last.
    [b'\t', b';', b',']
        .into_iter()
        .max_by_key(|&separator| count(separator))
        .unwrap_or(b',')
}

/// The reader counts a record's line before it skips the line breaks in front of it.
fn start_line(text: &str, cells: &StringRecord, line: u64) -> u64 {
    let from = cells
        .position()
        .map_or(0, |position| position.byte() as usize);
    let skipped = text.get(from..).unwrap_or_default().bytes();
    let breaks = skipped
        .take_while(|byte| matches!(byte, b'\r' | b'\n'))
        .filter(|&b| b == b'\n');
    line + breaks.count() as u64
}

fn damaged(error: csv::Error) -> Error {
    match error.kind() {
        ErrorKind::UnequalLengths {
            pos,
            expected_len,
            len,
        } => Error::Ragged {
            line: pos.as_ref().map_or(0, csv::Position::line),
            found: *len,
            expected: *expected_len,
        },
        _ => Error::Csv { source: error },
    }
}
