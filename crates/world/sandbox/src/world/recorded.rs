//! A world from a CSV file of real ad results.
//!
//! Columns, by name and in any order: `campaign`, `date` (ISO), `spend` (major units), `sales`, and
//! optionally `impressions` and `clicks`, which are read and checked but not shown. Rows of the same
//! campaign and day add up. The file's first date becomes the day of [`ORIGIN`]; each later row
//! plays that many days after. The one account is `act_1001` (EUR, Europe/Berlin); campaign ids that
//! are all digits are kept, others are numbered from 120210001001 in order of appearance.
//!
//! Within a day the spend follows the usual day curve and the sales spread over it. A paused
//! campaign spends nothing more and makes no sales from clicks it did not buy.

use std::{
    collections::{BTreeMap, HashMap},
    path::Path,
    sync::Arc,
};

use homeostat_clock::Entropy;
use jiff::{civil::Date, tz::TimeZone};
use rand::RngExt;
use rust_decimal::Decimal;

use super::{
    Account, BRANDS, Campaign, DAY_CURVE, Hour, ORIGIN, SaleMark, Source, World, drawn::delay_s,
};

const ROWS_MAX: usize = 1_000_000;
const CAMPAIGNS_MAX: usize = 1_000;
const SALES_PER_ROW_MAX: u32 = 10_000;

/// A file that cannot be played.
#[derive(Debug, thiserror::Error)]
pub enum CsvError {
    /// It cannot be read.
    #[error("the world's file {path} cannot be read")]
    Unreadable {
        /// The file.
        path: String,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// A cell or a row is wrong.
    #[error("line {line}, column `{column}`: {problem}")]
    Cell {
        /// Line in the file, from 1.
        line: u64,
        /// Name of the column.
        column: &'static str,
        /// What is wrong and what would be right.
        problem: String,
    },
    /// The file as a whole is wrong.
    #[error("the world's file {0}")]
    File(String),
}

/// Recorded days of one campaign.
#[derive(Debug)]
pub(crate) struct Days {
    entropy: Entropy,
    days: BTreeMap<Date, Totals>,
}

#[derive(Debug, Default, Clone)]
struct Totals {
    spend_micros: i64,
    sales: u32,
}

/// Reads a file.
pub(crate) fn load(path: &Path) -> Result<String, CsvError> {
    std::fs::read_to_string(path).map_err(|source| CsvError::Unreadable {
        path: path.display().to_string(),
        source,
    })
}

/// Whether a file of results can be played.
///
/// # Errors
/// Naming the line and the column.
pub fn check_recorded(path: &Path) -> Result<(), CsvError> {
    // The seed draws delays only; no seed makes a bad file good.
    parse(&load(path)?, 0).map(drop)
}

/// The world of a file's text. Only the delays of sales are drawn from the seed.
pub(crate) fn parse(text: &str, seed: u64) -> Result<World, CsvError> {
    let rows = rows(text)?;
    let first = rows.iter().map(|row| row.date).min();
    let first = first.ok_or_else(|| CsvError::File("has no rows".into()))?;
    let brand = BRANDS[0];
    let zone = TimeZone::get(brand.time_zone).map_err(|e| CsvError::File(e.to_string()))?;
    let account = Account {
        id: brand.account_id.to_owned(),
        name: brand.name.to_owned(),
        currency: brand
            .currency
            .parse()
            .map_err(|e| CsvError::File(format!("{e}")))?,
        zone_name: brand.time_zone.to_owned(),
        zone,
    };
    let shift = account.date(ORIGIN).since(first);
    let shift = shift.map_err(|e| CsvError::File(e.to_string()))?;
    let mut index = HashMap::new();
    let mut all: Vec<(String, BTreeMap<Date, Totals>)> = Vec::new();
    for row in rows {
        let at = *index.entry(row.campaign.clone()).or_insert_with(|| {
            all.push((row.campaign.clone(), BTreeMap::new()));
            all.len() - 1
        });
        let date = row.date.checked_add(shift);
        let date = date.map_err(|e| cell(row.line, "date", e.to_string()))?;
        let day = all[at].1.entry(date).or_default();
        day.spend_micros = day.spend_micros.saturating_add(row.spend_micros);
        day.sales = day.sales.saturating_add(row.sales);
    }
    if all.len() > CAMPAIGNS_MAX {
        return Err(CsvError::File(format!(
            "has more than {CAMPAIGNS_MAX} campaigns; aggregate it by campaign first"
        )));
    }
    let root = Entropy::from_seed(seed).child("recorded");
    let campaigns = campaigns(all, &account, &root);
    Ok(World {
        accounts: vec![account],
        campaigns: campaigns.into_iter().map(Arc::new).collect(),
        entropy: root.child("created"),
    })
}

fn campaigns(
    all: Vec<(String, BTreeMap<Date, Totals>)>,
    account: &Account,
    root: &Entropy,
) -> Vec<Campaign> {
    let digits = |name: &str| name.len() <= 20 && name.bytes().all(|b| b.is_ascii_digit());
    let all_digits = all.iter().all(|(name, _)| digits(name));
    let numbered = |(nth, (name, days)): (usize, (String, BTreeMap<Date, Totals>))| {
        let most = days.values().map(|day| day.spend_micros).max().unwrap_or(0);
        Campaign {
            id: if all_digits {
                name.clone()
            } else {
                (BRANDS[0].campaigns_from + nth as u64).to_string()
            },
            account: 0,
            started_at: homeostat_model::WorldTime(account.midnight(account.date(ORIGIN))),
            daily_budget_micros: (most / 1_000_000 + 1) * 1_000_000,
            source: Source::Recorded(Days {
                entropy: root.child(&name),
                days,
            }),
            name,
        }
    };
    all.into_iter().enumerate().map(numbered).collect()
}

impl Days {
    /// The day's hour number `nth` of `hours`: the last hour takes what is left of the day, and a
    /// 25th hour has nothing, so that a day of any length spends what it spent.
    pub(crate) fn hour(&self, date: Date, nth: usize, hours: usize) -> Hour {
        let (Some(day), true) = (self.days.get(&date), nth < 24) else {
            return Hour::default();
        };
        let from: i64 = DAY_CURVE[..nth].iter().sum();
        let last = nth + 1 >= hours.min(24);
        let to = if last { 1_000 } else { from + DAY_CURVE[nth] };
        let upto = |thousandths: i64| {
            let micros = i128::from(day.spend_micros) * i128::from(thousandths) / 1_000;
            i64::try_from(micros).unwrap_or(i64::MAX)
        };
        let mut rng = self.entropy.child(&date.to_string()).rng();
        let mut sales: Vec<SaleMark> = (0..day.sales)
            .map(|_| (rng.random_range(0.0..1000.0), rng.random::<f64>()))
            .filter(|(place, _)| (from as f64..to as f64).contains(place))
            .map(|(place, u)| SaleMark {
                at_spend_micros: upto(place as i64) - upto(from),
                delay_s: delay_s(86_400.0, u),
                value_micros: BRANDS[0].target_cpa_micros * 3,
            })
            .collect();
        sales.sort_by_key(|sale| sale.at_spend_micros);
        Hour {
            spend_micros: upto(to) - upto(from),
            sales,
        }
    }
}

struct Row {
    line: u64,
    campaign: String,
    date: Date,
    spend_micros: i64,
    sales: u32,
}

fn rows(text: &str) -> Result<Vec<Row>, CsvError> {
    let mut reader = csv::ReaderBuilder::new()
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let header = reader
        .headers()
        .map_err(|e| CsvError::File(format!("{e}")))?;
    let find = |name: &str| header.iter().position(|column| column == name);
    let need = |name: &'static str| {
        find(name).ok_or_else(|| cell(1, name, "is missing from the header".into()))
    };
    let (campaign, date) = (need("campaign")?, need("date")?);
    let (spend, sales) = (need("spend")?, need("sales")?);
    let extra = [
        ("impressions", find("impressions")),
        ("clicks", find("clicks")),
    ];
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|e| CsvError::File(format!("is no CSV: {e}")))?;
        let line = record.position().map_or(0, csv::Position::line);
        let get = |at: usize| record.get(at).unwrap_or_default();
        for (name, at) in extra {
            if let Some(at) = at {
                count(line, name, get(at))?;
            }
        }
        if get(campaign).is_empty() {
            return Err(cell(line, "campaign", "is empty".into()));
        }
        rows.push(Row {
            line,
            campaign: get(campaign).to_owned(),
            date: get(date).parse().map_err(|_| {
                let problem = format!("{:?} is no date such as 2026-03-01", get(date));
                cell(line, "date", problem)
            })?,
            spend_micros: amount(line, get(spend))?,
            sales: count(line, "sales", get(sales))?,
        });
        if rows.len() > ROWS_MAX {
            return Err(CsvError::File(format!("has more than {ROWS_MAX} rows")));
        }
    }
    Ok(rows)
}

fn amount(line: u64, text: &str) -> Result<i64, CsvError> {
    let bad = || {
        cell(
            line,
            "spend",
            format!("{text:?} is no amount such as 12.50"),
        )
    };
    let amount: Decimal = text.parse().map_err(|_| bad())?;
    let micros = amount
        .checked_mul(Decimal::from(1_000_000))
        .ok_or_else(bad)?;
    let micros = i64::try_from(micros.round()).map_err(|_| bad())?;
    if (0..=1_000_000_000_000_000).contains(&micros) {
        return Ok(micros);
    }
    Err(bad())
}

fn count(line: u64, column: &'static str, text: &str) -> Result<u32, CsvError> {
    let bad = || {
        cell(
            line,
            column,
            format!("{text:?} is no whole number in range"),
        )
    };
    let number: Decimal = text.parse().map_err(|_| bad())?;
    let most = if column == "sales" {
        SALES_PER_ROW_MAX
    } else {
        u32::MAX
    };
    if !number.is_integer() || number > Decimal::from(most) {
        return Err(bad());
    }
    u32::try_from(number).map_err(|_| bad())
}

fn cell(line: u64, column: &'static str, problem: String) -> CsvError {
    CsvError::Cell {
        line,
        column,
        problem,
    }
}
