//! Spend and sales per campaign and day.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use jiff::civil::Date;

use super::{
    columns::Columns,
    dates::Format,
    error::Error,
    sheet::{Row, Sheet},
    text::{self, BadAmount},
};

/// The whole history.
#[derive(Debug, Default)]
pub(super) struct Ledger {
    /// All days with a row, of whichever campaign.
    pub(super) days: BTreeSet<Date>,
    /// Campaigns in the order of their first row.
    pub(super) campaigns: Vec<Campaign>,
}

/// One campaign's history.
#[derive(Debug)]
pub(super) struct Campaign {
    pub(super) name: String,
    pub(super) days: BTreeMap<Date, Day>,
    pub(super) total: Day,
}

/// What happened on a day, or in all.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Day {
    pub(super) spend_micros: i64,
    pub(super) sales: u32,
}

/// Adds up the rows.
pub(super) fn read(sheet: &Sheet, columns: &Columns, format: &Format) -> Result<Ledger, Error> {
    let mut ledger = Ledger::default();
    let mut places: HashMap<&str, usize> = HashMap::new();
    let mut all = Day::default();
    for row in &sheet.rows {
        let (date, day) = figures(sheet, columns, format, row)?;
        // The sum over all campaigns bounds every other sum.
        add(&mut all, day).map_err(|what| too_large(sheet, columns, row, what))?;
        let name = row.cell(columns.campaign);
        if name.is_empty() {
            return Err(wrong(
                sheet,
                row,
                columns.campaign,
                "is no campaign",
                "fill it in, or remove the line if it holds totals",
            ));
        }
        let place = *places.entry(name).or_insert_with(|| {
            ledger.campaigns.push(Campaign {
                name: name.to_owned(),
                days: BTreeMap::new(),
                total: Day::default(),
            });
            ledger.campaigns.len() - 1
        });
        let campaign = &mut ledger.campaigns[place];
        for sum in [campaign.days.entry(date).or_default(), &mut campaign.total] {
            add(sum, day).map_err(|what| too_large(sheet, columns, row, what))?;
        }
        ledger.days.insert(date);
    }
    Ok(ledger)
}

fn figures(
    sheet: &Sheet,
    columns: &Columns,
    format: &Format,
    row: &Row,
) -> Result<(Date, Day), Error> {
    let date = format.parse(row.cell(columns.date));
    let day = Day {
        spend_micros: spend(sheet, columns.spend, row)?,
        sales: sales(sheet, columns.sales, row)?,
    };
    match date {
        Some(date) => Ok((date, day)),
        None => Err(wrong(
            sheet,
            row,
            columns.date,
            "is not a date",
            "correct it, or give --date-format",
        )),
    }
}

fn spend(sheet: &Sheet, column: usize, row: &Row) -> Result<i64, Error> {
    let no = |problem, fix| Err(wrong(sheet, row, column, problem, fix));
    match text::micros(row.cell(column)) {
        Ok(micros @ 0..) => Ok(micros),
        Ok(_) => no(
            "is negative",
            "spend cannot be below zero; remove the line or book it as zero",
        ),
        Err(BadAmount::NotANumber) => no(
            "is not an amount",
            "write it with digits and a point, such as 1234.50",
        ),
        Err(BadAmount::TooLarge) => no(
            "is too large to be an amount",
            "write it in whole units of the currency, such as 1234.50",
        ),
    }
}

/// Exports leave the cell blank where nothing was sold.
fn sales(sheet: &Sheet, column: usize, row: &Row) -> Result<u32, Error> {
    const FIX: &str = "give a whole number of sales, such as 0 or 3";
    let no = |problem| Err(wrong(sheet, row, column, problem, FIX));
    let cell = row.cell(column);
    if cell.is_empty() {
        return Ok(0);
    }
    match text::micros(cell) {
        Ok(..0) => no("is negative"),
        Ok(micros) if micros % 1_000_000 != 0 => no("is not a whole number"),
        Ok(micros) => u32::try_from(micros / 1_000_000)
            .or_else(|_| no("is too large to be a number of sales")),
        Err(BadAmount::NotANumber) => no("is not a number"),
        Err(BadAmount::TooLarge) => no("is too large to be a number of sales"),
    }
}

fn add(sum: &mut Day, day: Day) -> Result<(), &'static str> {
    sum.spend_micros = sum
        .spend_micros
        .checked_add(day.spend_micros)
        .ok_or("spend")?;
    sum.sales = sum.sales.checked_add(day.sales).ok_or("sales")?;
    Ok(())
}

fn too_large(sheet: &Sheet, columns: &Columns, row: &Row, what: &'static str) -> Error {
    let column = if what == "spend" {
        columns.spend
    } else {
        columns.sales
    };
    Error::Total {
        line: row.line,
        column: sheet.headers[column].clone(),
        what,
    }
}

fn wrong(
    sheet: &Sheet,
    row: &Row,
    column: usize,
    problem: &'static str,
    fix: &'static str,
) -> Error {
    Error::Cell {
        line: row.line,
        column: sheet.headers[column].clone(),
        value: row.cell(column).to_owned(),
        problem,
        fix,
    }
}
