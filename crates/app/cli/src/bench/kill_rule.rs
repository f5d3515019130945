//! `bench kill-rule`: how often the kill rule stops campaigns that deserve to live.
//!
//! Each campaign sells at random with `q` sales per target CPA of spend (`q` = 1 is exactly on
//! target), is looked at every 0.05 CPA and followed for 20 CPAs. Every verdict comes from the
//! policy that runs in production, with its guards off and every sale known at once.
//!
//! The policy is monotone in spend while nothing is sold (a property test of `homeostat-control`), so
//! the first check that kills between two sales is found by bisection instead of asking at each one.

use std::{
    io::{ErrorKind, Write as _},
    num::NonZeroU32,
    process::ExitCode,
    thread,
};

use comfy_table::{Cell, CellAlignment, Color, LineStyle, Table, TableStyle};
use homeostat_clock::Entropy;
use homeostat_control::{
    Delay, EstimateError, Policy as _, SpendInterval, campaign,
    kill::{Inputs, Kill, Params, Proposal},
};
use homeostat_model::{Currency, WorldTime};
use indicatif::{ProgressBar, ProgressStyle};
use jiff::Timestamp;
use rand_distr::{Distribution as _, Exp};
use serde::Serialize;

/// Campaigns per seed and cell.
const CAMPAIGNS: u32 = 200;
/// Campaigns per cell behind the expected values.
const EXPECTED_CAMPAIGNS: f64 = 40_000.0;
const TARGET_MICROS: i64 = 20_000_000;
/// A check every 0.05 CPA.
const STEP_MICROS: i64 = TARGET_MICROS / 20;
/// 20 CPAs.
const CHECKS: u32 = 400;
const QS: [f64; 6] = [2.0, 1.25, 1.0, 0.5, 0.25, 0.0];

/// Measures the kill rule's errors on simulated campaigns and compares them with the table that its
/// thresholds were chosen by.
///
/// q is target CPA over true CPA: 2 sells at half the target cost, 1 is exactly on target, 0 never
/// sells. Exits 1 when a value lies outside three standard errors.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Seeds to run, from 1 up; 200 campaigns per seed, rule and q
    #[arg(long, value_name = "N", default_value = "200")]
    seeds: NonZeroU32,
}

/// The measurement could not be made.
#[derive(Debug, thiserror::Error, miette::Diagnostic)]
pub(crate) enum Error {
    /// The rate of sales is no rate.
    #[error("sales cannot be drawn")]
    Rate(#[from] rand_distr::ExpError),
    /// The policy refused the simulated readings.
    #[error("the policy refused a simulated campaign")]
    Estimate(#[from] EstimateError),
    /// The code of the currency is no code.
    #[error(transparent)]
    Money(#[from] homeostat_model::MoneyError),
    /// A simulating thread died.
    #[error("a simulating thread died")]
    Died,
    /// The result could not be written.
    #[error("the result could not be written")]
    Output(#[from] std::io::Error),
    /// The result has no JSON form.
    #[error("the result has no JSON form")]
    Json(#[from] serde_json::Error),
}

/// Runs the measurement and prints it.
pub(crate) fn run(args: &Args, json: bool) -> Result<ExitCode, Error> {
    let tallies = measure(args.seeds.get())?;
    let report = report(args.seeds.get(), &tallies);
    let text = if json {
        format!("{}\n", serde_json::to_string(&report)?)
    } else {
        human(&report)
    };
    match anstream::stdout().lock().write_all(text.as_bytes()) {
        // The reader has seen enough.
        Err(error) if error.kind() == ErrorKind::BrokenPipe => {}
        written => written?,
    }
    Ok(ExitCode::from(u8::from(!report.within_3_se)))
}

#[derive(Debug, Serialize)]
struct Report {
    table: Vec<Row>,
    within_3_se: bool,
    seeds: u32,
    campaigns_per_cell: u64,
}

#[derive(Debug, Serialize)]
struct Row {
    rule: &'static str,
    q: f64,
    share_killed: f64,
    mean_spend_cpa: f64,
    expected: f64,
    expected_spend_cpa: Option<f64>,
    within_3_se: bool,
}

/// One row of the expected table: shares per q, half of their last printed digit, mean spend where
/// it was printed.
struct Rule {
    name: &'static str,
    zero_sale: bool,
    bleed: bool,
    shares: [(f64, f64); 6],
    spends: [Option<f64>; 6],
}

const RULES: [Rule; 3] = [
    Rule {
        name: "A",
        zero_sale: true,
        bleed: false,
        shares: [
            (0.002, 0.0005),
            (0.025, 0.0005),
            (0.051, 0.0005),
            (0.22, 0.005),
            (0.47, 0.005),
            (1.0, 0.0),
        ],
        spends: [None, None, None, None, Some(12.0), Some(3.0)],
    },
    Rule {
        name: "B",
        zero_sale: false,
        bleed: true,
        shares: [
            (0.0, 0.0005),
            (0.010, 0.0005),
            (0.047, 0.0005),
            (0.63, 0.005),
            (0.985, 0.0005),
            (1.0, 0.0),
        ],
        spends: [None, None, None, Some(13.6), Some(7.6), Some(4.5)],
    },
    Rule {
        name: "A or B",
        zero_sale: true,
        bleed: true,
        shares: [
            (0.003, 0.0005),
            (0.029, 0.0005),
            (0.079, 0.0005),
            (0.66, 0.005),
            (0.985, 0.0005),
            (1.0, 0.0),
        ],
        spends: [None, None, None, Some(12.4), Some(6.4), Some(3.0)],
    },
];

/// Sums over the campaigns of one cell, in whole checks: exact, so threads may add in any order.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Tally {
    campaigns: u64,
    killed: u64,
    checks: u64,
    checks_squared: u64,
}

type Tallies = [[Tally; QS.len()]; RULES.len()];

fn measure(seeds: u32) -> Result<Tallies, Error> {
    let threads = thread::available_parallelism().map_or(1, |n| n.get() as u32);
    let bar = ProgressBar::new(u64::from(seeds)).with_style(
        ProgressStyle::with_template("{bar:30} {pos}/{len} seeds {eta}")
            .unwrap_or_else(|_| ProgressStyle::default_bar()),
    );
    let share = |first: u32| -> Result<Tallies, Error> {
        let mut sum = Tallies::default();
        for seed in (1 + first..=seeds).step_by(threads as usize) {
            one_seed(seed, &mut sum)?;
            bar.inc(1);
        }
        Ok(sum)
    };
    let parts: Vec<_> = thread::scope(|scope| {
        let handles: Vec<_> = (0..threads)
            .map(|first| scope.spawn(move || share(first)))
            .collect();
        handles
            .into_iter()
            .map(thread::ScopedJoinHandle::join)
            .collect()
    });
    bar.finish_and_clear();
    let mut sum = Tallies::default();
    for part in parts {
        for (row, part) in sum.iter_mut().zip(part.map_err(|_| Error::Died)??) {
            for (cell, part) in row.iter_mut().zip(part) {
                cell.campaigns += part.campaigns;
                cell.killed += part.killed;
                cell.checks += part.checks;
                cell.checks_squared += part.checks_squared;
            }
        }
    }
    Ok(sum)
}

/// All rules see the same campaigns.
fn one_seed(seed: u32, sum: &mut Tallies) -> Result<(), Error> {
    let entropy = Entropy::from_seed(seed.into()).child("bench kill-rule");
    for (column, q) in QS.into_iter().enumerate() {
        let mut rng = entropy.child(&format!("q {q}")).rng();
        for _ in 0..CAMPAIGNS {
            let sales = sale_checks(q, &mut rng)?;
            for (row, rule) in RULES.iter().enumerate() {
                let killed_at = first_kill(&mut simulated(rule)?, &sales)?;
                let checks = u64::from(killed_at.unwrap_or(CHECKS));
                let cell = &mut sum[row][column];
                cell.campaigns += 1;
                cell.killed += u64::from(killed_at.is_some());
                cell.checks += checks;
                cell.checks_squared += checks * checks;
            }
        }
    }
    Ok(())
}

/// For each sale, the first check that sees it.
fn sale_checks(q: f64, rng: &mut impl rand::Rng) -> Result<Vec<u32>, Error> {
    let mut checks = Vec::new();
    if q > 0.0 {
        let gap = Exp::new(q)?;
        let mut spent_cpa = gap.sample(rng);
        while spent_cpa <= f64::from(CHECKS) / 20.0 {
            checks.push((spent_cpa * 20.0).ceil() as u32);
            spent_cpa += gap.sample(rng);
        }
    }
    Ok(checks)
}

/// The first check that kills.
fn first_kill(inputs: &mut Inputs, sales: &[u32]) -> Result<Option<u32>, Error> {
    let mut first = 1;
    for sold in 0..=sales.len() {
        let next_sale = sales.get(sold).copied().unwrap_or(CHECKS + 1);
        let last = next_sale - 1;
        inputs.campaign.sales = sold as u32;
        if last >= first && kills(inputs, last)? {
            let (mut low, mut high) = (first, last);
            while low < high {
                let middle = low.midpoint(high);
                if kills(inputs, middle)? {
                    high = middle;
                } else {
                    low = middle + 1;
                }
            }
            return Ok(Some(low));
        }
        first = next_sale.max(1);
    }
    Ok(None)
}

fn kills(inputs: &mut Inputs, check: u32) -> Result<bool, Error> {
    if let [spend] = inputs.campaign.spend.as_mut_slice() {
        spend.amount_micros = i64::from(check) * STEP_MICROS;
    }
    let belief = Kill::believe(inputs)?;
    Ok(matches!(
        Kill::decide(inputs, &belief, 0),
        Proposal::Pause { .. }
    ))
}

fn simulated(rule: &Rule) -> Result<Inputs, Error> {
    let now = WorldTime(Timestamp::UNIX_EPOCH);
    let defaults = Params::default();
    let currency: Currency = "EUR".parse()?;
    Ok(Inputs {
        params: Params {
            zero_sale_k: defaults.zero_sale_k.filter(|_| rule.zero_sale),
            bleed: defaults.bleed.filter(|_| rule.bleed),
            hard_stop_cpas: None,
            guards: None,
        },
        campaign: campaign::Inputs {
            currency,
            target: campaign::Target::Cpa {
                cpa_micros: TARGET_MICROS,
            },
            delay: Delay::Immediate,
            now,
            read_at: Some(now),
            spend: vec![SpendInterval {
                from: now,
                until: now,
                amount_micros: 0,
            }],
            sales: 0,
        },
        conversions_30d: 0,
        flagged_at: None,
    })
}

fn report(seeds: u32, tallies: &Tallies) -> Report {
    let table: Vec<Row> = RULES
        .iter()
        .zip(tallies)
        .flat_map(|(rule, row)| (0..QS.len()).map(move |column| cell(rule, column, row[column])))
        .collect();
    Report {
        within_3_se: table.iter().all(|row| row.within_3_se),
        table,
        seeds,
        campaigns_per_cell: u64::from(seeds) * u64::from(CAMPAIGNS),
    }
}

fn cell(rule: &Rule, column: usize, tally: Tally) -> Row {
    let campaigns = tally.campaigns as f64;
    let share_killed = tally.killed as f64 / campaigns;
    let (expected, half_digit) = rule.shares[column];
    // Both runs err. Ours is taken at the worse of the two shares, because a share of 0 that was
    // seen in few campaigns does not prove that there is no spread.
    let variance = |share: f64| share * (1.0 - share);
    let ours = variance(share_killed).max(variance(expected)) / campaigns;
    let theirs = variance(expected) / EXPECTED_CAMPAIGNS;
    let share_fits =
        (share_killed - expected).abs() <= 3.0 * (ours + theirs).sqrt() + half_digit + 1e-12;

    let mean_checks = tally.checks as f64 / campaigns;
    let spread = (tally.checks_squared as f64 / campaigns - mean_checks * mean_checks).max(0.0);
    let mean_spend_cpa = mean_checks / 20.0;
    let spend_error = (spread * (1.0 / campaigns + 1.0 / EXPECTED_CAMPAIGNS)).sqrt() / 20.0;
    let spend_fits = rule.spends[column].is_none_or(|expected| {
        (mean_spend_cpa - expected).abs() <= 3.0 * spend_error + 0.05 + 1e-9
    });
    Row {
        rule: rule.name,
        q: QS[column],
        share_killed,
        mean_spend_cpa,
        expected,
        expected_spend_cpa: rule.spends[column],
        within_3_se: share_fits && spend_fits,
    }
}

fn human(report: &Report) -> String {
    let mut table = Table::new();
    table.load_style(TableStyle::new().header_separator(LineStyle::none().fill('─').junction('─')));
    if anstream::AutoStream::choice(&std::io::stdout()) == anstream::ColorChoice::Never {
        table.force_no_tty();
    }
    table.set_header([
        "rule",
        "q",
        "killed",
        "expected",
        "spend (CPA)",
        "expected",
        "",
    ]);
    let mut above = "";
    for row in &report.table {
        if !above.is_empty() && above != row.rule {
            table.add_row([""]);
        }
        let rule = if above == row.rule { "" } else { row.rule };
        above = row.rule;
        let (verdict, color) = match row.within_3_se {
            true => ("within 3 se", Color::Green),
            false => ("OUTSIDE 3 se", Color::Red),
        };
        let spend = row.expected_spend_cpa.map(|cpa| format!("{cpa:.1}"));
        table.add_row([
            Cell::new(rule),
            number(format!("{:.2}", row.q)),
            number(format!("{:.4}", row.share_killed)),
            number(format!("{:.3}", row.expected)),
            number(format!("{:.2}", row.mean_spend_cpa)),
            number(spend.unwrap_or_default()),
            Cell::new(verdict).fg(color),
        ]);
    }
    format!(
        "{table}\nq = target CPA / true CPA; {} campaigns per cell, a check every 0.05 CPA up to 20 CPAs.\n{}\n",
        report.campaigns_per_cell,
        match report.within_3_se {
            true => "Every value lies within three standard errors of the table.",
            false => "At least one value lies OUTSIDE three standard errors of the table.",
        }
    )
}

fn number(text: String) -> Cell {
    Cell::new(text).set_alignment(CellAlignment::Right)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_few_seeds_agree_with_the_table() {
        let report = report(5, &measure(5).unwrap());
        let off: Vec<_> = report.table.iter().filter(|row| !row.within_3_se).collect();
        assert!(off.is_empty(), "{off:#?}");
    }

    #[test]
    fn a_wrong_rule_is_outside() {
        let mut tallies = measure(5).unwrap();
        // A or B measured in place of A: 8 % instead of 5 % on target.
        tallies[0] = tallies[2];
        assert!(!report(5, &tallies).within_3_se);
    }

    #[test]
    fn bisection_finds_what_asking_at_every_check_finds() {
        let mut rng = Entropy::from_seed(3).rng();
        for rule in &RULES {
            for q in QS {
                let sales = sale_checks(q, &mut rng).unwrap();
                let mut inputs = simulated(rule).unwrap();
                let plain = (1..=CHECKS).find(|&check| {
                    inputs.campaign.sales = sales.iter().filter(|&&at| at <= check).count() as u32;
                    kills(&mut inputs, check).unwrap()
                });
                assert_eq!(first_kill(&mut inputs, &sales).unwrap(), plain);
            }
        }
    }
}
