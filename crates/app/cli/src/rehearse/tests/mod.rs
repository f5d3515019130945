//! Promises of `rehearse`, on a small made-up history with the columns of a real export.

mod engine;
mod hostile;

use clap::Parser;
use miette::Diagnostic as _;

use super::{Args, Error, rehearse, report::Rehearsal, sheet, table};

const ADS: &str = include_str!("../../../tests/data/ads.csv");

#[derive(Debug, Parser)]
struct Cli {
    #[command(flatten)]
    args: Args,
}

fn args(options: &str) -> Args {
    let words = ["rehearse", "ads.csv"]
        .into_iter()
        .chain(options.split_whitespace());
    Cli::try_parse_from(words).unwrap().args
}

fn run(csv: impl AsRef<[u8]>, options: &str) -> Result<Rehearsal, Error> {
    rehearse(&sheet::parse("ads.csv", csv.as_ref())?, &args(options))
}

/// The error with its help, as one text.
fn refused(csv: impl AsRef<[u8]>, options: &str) -> String {
    let error = run(csv, options).unwrap_err();
    let help = error
        .help()
        .map(|help| help.to_string())
        .unwrap_or_default();
    format!("{error}\n{help}")
}

fn page(rehearsal: &Rehearsal, width: usize) -> String {
    table::human(
        rehearsal,
        table::Look {
            width,
            color: false,
        },
    )
}

const OPTIONS: &str = "--target-cpa 12 --sales-column Approved_Conversion";

#[test]
fn the_page_at_80_columns() {
    let page = page(&run(ADS, OPTIONS).unwrap(), 80);
    assert_eq!(
        page,
        include_str!("../../../tests/data/ads-80.txt"),
        "\n{page}"
    );
}

#[test]
fn no_line_is_wider_than_the_terminal() {
    let long = ADS.replace(
        ",301,",
        ",a campaign whose name has no end in sight at all whatsoever,",
    );
    for csv in [ADS, &long] {
        for width in [80, 100] {
            let page = page(&run(csv, OPTIONS).unwrap(), width);
            for line in page.lines() {
                assert!(line.chars().count() <= width, "{width}: {line}");
            }
        }
    }
}

#[test]
fn colours_only_when_asked_for() {
    let rehearsal = run(ADS, OPTIONS).unwrap();
    let look = |color| table::Look { width: 80, color };
    assert!(table::human(&rehearsal, look(true)).contains('\u{1b}'));
    assert!(!table::human(&rehearsal, look(false)).contains('\u{1b}'));
}

#[test]
fn the_json_adds_up() {
    let json = run(ADS, OPTIONS).unwrap().to_json().unwrap();
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["currency"], "EUR");
    assert_eq!(json["optimistic"], true);
    let campaigns = json["campaigns"].as_array().unwrap();
    assert_eq!(campaigns.len(), 4);
    for campaign in campaigns {
        let number = |field: &str| campaign[field].as_i64().unwrap();
        let parts = number("spend_at_decision_micros") + number("spend_saved_micros");
        assert_eq!(parts, number("spend_micros"), "{campaign}");
        let paused = campaign["decision"] == "pause";
        assert_eq!(campaign["rule"].is_null(), !paused);
        assert_eq!(campaign["day"].is_null(), !paused);
        assert_eq!(campaign["false_kill_chance"].is_null(), !paused);
    }
    let dead = campaigns
        .iter()
        .find(|one| one["campaign"] == "303")
        .unwrap();
    assert_eq!(
        (&dead["decision"], &dead["rule"]),
        (&"pause".into(), &"A".into())
    );
    assert_eq!(dead["day"], "2024-03-06");
}

#[test]
fn the_coarser_of_two_campaign_columns_is_taken_and_said() {
    let rehearsal = run(ADS, OPTIONS).unwrap();
    assert_eq!(rehearsal.used.campaign, "xyz_campaign_id");
    let note = rehearsal.note.unwrap();
    assert!(
        note.contains("each fb_campaign_id belongs to exactly one xyz_campaign_id"),
        "{note}"
    );
    let finer = run(ADS, &format!("{OPTIONS} --campaign-column fb_campaign_id")).unwrap();
    assert_eq!(finer.outcomes.len(), 7);
    assert_eq!(finer.note, None);
}

#[test]
fn a_name_reads_better_than_its_id() {
    let csv = "Day,Campaign ID,Campaign name,Amount spent (USD),Purchases\n\
               2024-03-01,7,Spring,5,1\n2024-03-01,8,Summer,5,\n";
    let rehearsal = run(csv, "--target-cpa 5 --sales-column purchases").unwrap();
    assert_eq!(rehearsal.used.campaign, "Campaign name");
    assert_eq!(rehearsal.terms.currency.as_str(), "USD");
    assert_eq!(rehearsal.outcomes[1].total.sales, 0);
}

#[test]
fn the_order_of_rows_does_not_matter() {
    let (header, rows) = ADS.split_once('\n').unwrap();
    let mut lines: Vec<&str> = rows.lines().collect();
    lines.sort_unstable();
    let sorted = format!("{header}\n{}\n", lines.join("\n"));
    assert_eq!(
        page(&run(sorted, OPTIONS).unwrap(), 80),
        page(&run(ADS, OPTIONS).unwrap(), 80)
    );
}

#[test]
fn other_separators_line_ends_and_marks_give_the_same_page() {
    let plain = page(&run(ADS, OPTIONS).unwrap(), 80);
    let crlf = ADS.replace('\n', "\r\n");
    let semicolons = ADS.replace(',', ";");
    let tabs = ADS.replace(',', "\t");
    let marked = format!("\u{feff}{ADS}");
    let quoted = ADS.replace(",301,", ",\"301\",");
    for csv in [crlf, semicolons, tabs, marked, quoted] {
        assert_eq!(
            page(&run(&csv, OPTIONS).unwrap(), 80),
            plain,
            "{}",
            &csv[..40]
        );
    }
}

#[test]
fn amounts_are_decimal_and_never_floats() {
    let csv = "Date,Campaign,Spent,Sales\n2024-03-01,a,1.429999948,0\n2024-03-01,a,0.1,0\n2024-03-01,a,0.2,0\n";
    let rehearsal = run(csv, "--target-cpa 5 --sales-column Sales").unwrap();
    assert_eq!(rehearsal.outcomes[0].total.spend_micros, 1_730_000);
}
