//! How the days are written: found from all rows together, so that one day past the 12th settles
//! which number is the month.

use jiff::civil::Date;

use super::{error::Error, sheet::Sheet};

/// Exports outside these years are taken for a misread format.
const YEARS: std::ops::RangeInclusive<i16> = 1990..=2100;

/// Known ways, each with the words that a person knows it by.
const KNOWN: [(&str, &str); 14] = [
    ("%Y-%m-%d", "year-month-day"),
    ("%d-%m-%Y", "day-month-year"),
    ("%m-%d-%Y", "month-day-year"),
    ("%Y/%m/%d", "year/month/day"),
    ("%d/%m/%Y", "day/month/year"),
    ("%m/%d/%Y", "month/day/year"),
    ("%Y.%m.%d", "year.month.day"),
    ("%d.%m.%Y", "day.month.year"),
    ("%m.%d.%Y", "month.day.year"),
    ("%Y%m%d", "yearmonthday"),
    ("%Y-%m-%d %H:%M:%S", "day and time"),
    ("%Y-%m-%dT%H:%M:%S", "day and time"),
    ("%d %b %Y", "day month year"),
    ("%b %d, %Y", "month day, year"),
];

/// One way to write a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Format(pub(super) String);

impl Format {
    /// The day in a cell.
    pub(super) fn parse(&self, cell: &str) -> Option<Date> {
        Date::strptime(&self.0, cell)
            .ok()
            .filter(|day| YEARS.contains(&day.year()))
    }
}

/// The way the column is written: as told, else the only one that reads every row.
pub(super) fn format(sheet: &Sheet, column: usize, told: Option<&str>) -> Result<Format, Error> {
    let mut ways: Vec<Format> = match told {
        Some(format) => vec![Format(format.to_owned())],
        None => KNOWN
            .iter()
            .map(|(format, _)| Format((*format).to_owned()))
            .collect(),
    };
    let mut above = false;
    for row in &sheet.rows {
        let cell = row.cell(column);
        let left: Vec<Format> = ways
            .iter()
            .filter(|way| way.parse(cell).is_some())
            .cloned()
            .collect();
        if left.is_empty() {
            return Err(Error::Date {
                line: row.line,
                column: sheet.headers[column].clone(),
                value: cell.to_owned(),
                like: match (told, above) {
                    (Some(format), _) => format!(" written as {format}"),
                    (None, true) => format!(" written as in the lines above ({})", ways[0].0),
                    (None, false) => String::new(),
                },
            });
        }
        ways = left;
        above = true;
    }
    settle(sheet, column, ways)
}

/// Two ways that read every row as the same days are one.
fn settle(sheet: &Sheet, column: usize, ways: Vec<Format>) -> Result<Format, Error> {
    let first = &ways[0];
    let split = sheet
        .rows
        .iter()
        .map(|row| row.cell(column))
        .find(|cell| ways.iter().any(|way| way.parse(cell) != first.parse(cell)));
    let Some(cell) = split else {
        return Ok(first.clone());
    };
    let way = |format: &Format| {
        let name = KNOWN
            .iter()
            .find(|(known, _)| *known == format.0)
            .map_or("", |(_, name)| name);
        let day = format
            .parse(cell)
            .map(|day| day.strftime("%-d %B %Y").to_string());
        format!(
            "{} ({name}, {cell} is {})",
            format.0,
            day.unwrap_or_default()
        )
    };
    Err(Error::AmbiguousDate {
        column: sheet.headers[column].clone(),
        first: first.0.clone(),
        ways: ways.iter().map(way).collect(),
    })
}
