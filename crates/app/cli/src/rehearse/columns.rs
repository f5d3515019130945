//! Which column is what: named by the owner, else found by name where only one fits.

use std::collections::HashMap;

use super::{Args, error::Error, sheet::Sheet, text};

/// Positions in the header.
#[derive(Debug)]
pub(super) struct Columns {
    pub(super) campaign: usize,
    pub(super) date: usize,
    pub(super) spend: usize,
    pub(super) sales: usize,
    /// Why the campaign's column was taken, when there was a choice.
    pub(super) note: Option<String>,
}

/// What a column is for, and how the owner names it.
struct Role {
    what: &'static str,
    flag: &'static str,
}

const CAMPAIGN: Role = Role {
    what: "campaign",
    flag: "--campaign-column",
};
const DATE: Role = Role {
    what: "date",
    flag: "--date-column",
};
const SPEND: Role = Role {
    what: "money spent",
    flag: "--spend-column",
};
const SALES: Role = Role {
    what: "number of sales",
    flag: "--sales-column",
};

/// Finds all four columns.
pub(super) fn choose(sheet: &Sheet, args: &Args) -> Result<Columns, Error> {
    let sales = named(sheet, &args.sales_column, &SALES)?;
    let (campaign, note) = match &args.campaign_column {
        Some(name) => (named(sheet, name, &CAMPAIGN)?, None),
        None => campaign(sheet)?,
    };
    let date = match &args.date_column {
        Some(name) => named(sheet, name, &DATE)?,
        None => only(sheet, &DATE, is_date)?,
    };
    let spend = match &args.spend_column {
        Some(name) => named(sheet, name, &SPEND)?,
        None => only(sheet, &SPEND, is_spend)?,
    };
    Ok(Columns {
        campaign,
        date,
        spend,
        sales,
        note,
    })
}

/// The column with this name; capitals count only when they must.
fn named(sheet: &Sheet, name: &str, role: &Role) -> Result<usize, Error> {
    let name = name.trim();
    let exact = matching(sheet, |header| header == name);
    let found = match exact.as_slice() {
        [] => matching(sheet, |header| header.to_lowercase() == name.to_lowercase()),
        _ => exact,
    };
    match found.as_slice() {
        [column] => Ok(*column),
        [] => Err(Error::MissingColumn {
            name: name.to_owned(),
            flag: role.flag,
            found: sheet.headers.clone(),
        }),
        _ => Err(Error::DuplicateColumn {
            name: name.to_owned(),
            what: role.what,
            count: found.len(),
        }),
    }
}

/// The one column that fits.
fn only(sheet: &Sheet, role: &Role, fits: fn(&[String]) -> bool) -> Result<usize, Error> {
    let found = matching(sheet, |header| fits(&words(header)));
    match found.as_slice() {
        [column] => Ok(*column),
        _ => Err(undecided(sheet, role, &found)),
    }
}

/// The campaign's column. Of several, the one that all others lie inside of.
fn campaign(sheet: &Sheet) -> Result<(usize, Option<String>), Error> {
    let found = matching(sheet, |header| is_campaign(&words(header)));
    if let [column] = found.as_slice() {
        return Ok((*column, None));
    }
    let duplicate = found.iter().any(|&a| {
        found
            .iter()
            .any(|&b| a != b && sheet.headers[a] == sheet.headers[b])
    });
    let mut coarsest: Vec<usize> = found
        .iter()
        .copied()
        .filter(|&coarse| found.iter().all(|&fine| determines(sheet, fine, coarse)))
        .collect();
    // Columns that name the same campaigns twice, such as id and name: the name reads better.
    coarsest.sort_by_key(|&column| !words(&sheet.headers[column]).contains(&"name".to_owned()));
    match coarsest.first() {
        Some(&column) if !duplicate => Ok((column, Some(choice_note(sheet, column, &found)))),
        _ => Err(undecided(sheet, &CAMPAIGN, &found)),
    }
}

fn choice_note(sheet: &Sheet, column: usize, found: &[usize]) -> String {
    let shown = |column: usize| text::visible(&sheet.headers[column], 40);
    let others: Vec<String> = found
        .iter()
        .filter(|&&other| other != column)
        .map(|&other| shown(other))
        .collect();
    let finer = found.iter().any(|&other| !determines(sheet, column, other));
    let why = if finer {
        format!(
            "each {} belongs to exactly one {}",
            others.join(" and "),
            shown(column)
        )
    } else {
        format!("{} names the same campaigns", others.join(" and "))
    };
    format!("{} is taken as the campaign: {why}", shown(column))
}

/// Whether rows that agree in `fine` always agree in `coarse`.
fn determines(sheet: &Sheet, fine: usize, coarse: usize) -> bool {
    let mut inside = HashMap::new();
    sheet.rows.iter().all(|row| {
        *inside
            .entry(row.cell(fine))
            .or_insert_with(|| row.cell(coarse))
            == row.cell(coarse)
    })
}

fn undecided(sheet: &Sheet, role: &Role, found: &[usize]) -> Error {
    let names: Vec<String> = found
        .iter()
        .map(|&column| sheet.headers[column].clone())
        .collect();
    match names.as_slice() {
        [] => Error::NotFound {
            what: role.what,
            flag: role.flag,
            found: sheet.headers.clone(),
        },
        [first, rest @ ..] if rest.iter().all(|name| name == first) => Error::DuplicateColumn {
            name: first.clone(),
            what: role.what,
            count: names.len(),
        },
        _ => Error::AmbiguousColumn {
            what: role.what,
            flag: role.flag,
            candidates: names,
        },
    }
}

fn matching(sheet: &Sheet, fits: impl Fn(&str) -> bool) -> Vec<usize> {
    (0..sheet.headers.len())
        .filter(|&column| fits(&sheet.headers[column]))
        .collect()
}

fn is_campaign(words: &[String]) -> bool {
    let ends = ["campaign", "id", "name", "number"];
    let squeezed = ["campaignid", "campaignname"];
    let last = words.last().map(String::as_str).unwrap_or_default();
    squeezed.contains(&last)
        || ends.contains(&last)
            && words.iter().any(|word| word == "campaign")
            && !words.iter().any(|word| word == "group" || word == "budget")
}

fn is_date(words: &[String]) -> bool {
    words.iter().any(|word| word == "date" || word == "day")
}

/// Total spend, not a rate (`Cost per result`, `Cost / click`) and not a limit.
fn is_spend(words: &[String]) -> bool {
    let yes = ["spent", "spend", "cost"];
    let no = [
        "per",
        "budget",
        "limit",
        "cap",
        "roas",
        "return",
        "click",
        "clicks",
        "result",
        "conv",
        "conversion",
        "purchase",
    ];
    words.iter().any(|word| yes.contains(&word.as_str()))
        && !words.iter().any(|word| no.contains(&word.as_str()))
}

/// `xyz_campaignID (EUR)` as `xyz`, `campaign`, `id`, `eur`.
fn words(header: &str) -> Vec<String> {
    let mut spaced = String::new();
    let mut before = ' ';
    for c in header.chars() {
        if c.is_uppercase() && before.is_lowercase() {
            spaced.push(' ');
        }
        spaced.push(if c.is_alphanumeric() { c } else { ' ' });
        before = c;
    }
    spaced.split_whitespace().map(str::to_lowercase).collect()
}
