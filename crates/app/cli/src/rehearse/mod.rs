//! `rehearse`: what the kill rule would have done with an exported ad history.
//!
//! ```text
//! file -> sheet (text, header, rows) -> columns, dates -> ledger (spend and sales per campaign and day)
//!      -> engine (estimator, policy, envelope at each day's end) -> table or JSON
//! ```
//!
//! Needs no database, no key and no network. Every error names the line, the field and the fix.

mod columns;
mod dates;
mod engine;
mod error;
mod gate;
mod ledger;
mod report;
mod sheet;
mod table;
mod text;

use std::{
    io::{ErrorKind, Write as _},
    path::PathBuf,
    process::ExitCode,
};

use homeostat_model::Currency;

pub(crate) use error::Error;

/// Rehearses the kill rule on an ad history you exported as CSV: which campaigns it would have
/// paused, on which day, what that would have saved and which sales it would have cost.
///
/// The days are walked in date order, and each day's end decides with what the file says up to then.
/// A file holds final numbers: sales that were credited days later already stand on the day of their
/// click. On the day itself they were not known yet, so a rehearsal looks better than the day did
/// ("optimistic" in the JSON).
///
/// Columns are found by their names where only one fits; otherwise the error lists the candidates and
/// the option that picks one.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  homeostat rehearse ads.csv --target-cpa 20 --sales-column Purchases"
)]
pub(crate) struct Args {
    /// The exported history: CSV with a header line, one row per ad or campaign and day
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// What one sale may cost, in whole units of the currency, such as 20 or 14.50
    #[arg(long, value_name = "AMOUNT", value_parser = text::target_micros, allow_negative_numbers = true)]
    target_cpa: i64,
    /// Column with the number of sales
    #[arg(long, value_name = "NAME")]
    sales_column: String,
    /// Column that names the campaign
    #[arg(long, value_name = "NAME")]
    campaign_column: Option<String>,
    /// Column with the day
    #[arg(long, value_name = "NAME")]
    date_column: Option<String>,
    /// Column with the money spent
    #[arg(long, value_name = "NAME")]
    spend_column: Option<String>,
    /// How the day is written, such as %d-%m-%Y [default: found from the data]
    #[arg(long, value_name = "FORMAT")]
    date_format: Option<String>,
    /// Currency of the amounts [default: from the spend column's name, else EUR]
    #[arg(long, value_name = "CODE")]
    currency: Option<Currency>,
}

/// Runs the rehearsal and prints it. Every error is bad input: exit code 2.
pub(crate) fn run(args: &Args, json: bool) -> Result<ExitCode, Error> {
    let sheet = sheet::read(&args.file)?;
    let rehearsal = rehearse(&sheet, args)?;
    let output = if json {
        format!("{}\n", rehearsal.to_json()?)
    } else {
        table::human(&rehearsal, table::Look::of_stdout())
    };
    match anstream::stdout().lock().write_all(output.as_bytes()) {
        // The reader has seen enough.
        Err(source) if source.kind() == ErrorKind::BrokenPipe => {}
        written => written.map_err(|source| Error::Output { source })?,
    }
    Ok(ExitCode::SUCCESS)
}

fn rehearse(sheet: &sheet::Sheet, args: &Args) -> Result<report::Rehearsal, Error> {
    let columns = columns::choose(sheet, args)?;
    let format = dates::format(sheet, columns.date, args.date_format.as_deref())?;
    let ledger = ledger::read(sheet, &columns, &format)?;
    let known = args
        .currency
        .or_else(|| text::currency_in(&sheet.headers[columns.spend]));
    let terms = engine::Terms {
        target_cpa_micros: args.target_cpa,
        currency: known.map_or_else(text::default_currency, Ok)?,
        currency_guessed: known.is_none(),
    };
    let outcomes = engine::run(&ledger, &terms)?;
    Ok(report::Rehearsal::new(
        sheet, &columns, &format, &ledger, terms, outcomes,
    ))
}

#[cfg(test)]
mod tests;
