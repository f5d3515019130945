//! Bad input: each error names the line, the field and the fix, and nothing is decided.

use super::{args, page, refused, run, sheet};

const HEAD: &str = "Date,Campaign,Spent,Sales\n";
const OPTIONS: &str = "--target-cpa 10 --sales-column Sales";

#[track_caller]
fn names(csv: impl AsRef<[u8]>, options: &str, pieces: &[&str]) {
    let error = refused(csv, options);
    for piece in pieces {
        assert!(error.contains(piece), "{piece:?} is not in: {error}");
    }
}

/// A file with one good row and then this one.
fn with(row: &str) -> String {
    format!("{HEAD}2024-03-01,a,1,0\n{row}\n")
}

#[test]
fn a_file_that_is_not_there() {
    let error = sheet::read("no-such-file.csv".as_ref()).unwrap_err();
    assert!(error.to_string().contains("no-such-file.csv"));
}

#[test]
fn empty_files() {
    for csv in ["", "\n\n", "\u{feff}"] {
        names(
            csv,
            OPTIONS,
            &["ads.csv has no text", "first line must name the columns"],
        );
    }
    names(HEAD, OPTIONS, &["a header and no rows"]);
}

#[test]
fn missing_columns() {
    names(
        with(""),
        "--target-cpa 10 --sales-column Orders",
        &["line 1", "\"Orders\"", "--sales-column", "\"Sales\""],
    );
    let csv = "Day,Name,Amount,Sales\n2024-03-01,a,1,0\n";
    names(
        csv,
        OPTIONS,
        &["line 1", "campaign", "--campaign-column", "\"Amount\""],
    );
    let told = format!("{OPTIONS} --campaign-column Name");
    names(csv, &told, &["line 1", "money spent", "--spend-column"]);
    names(
        "When,Campaign,Spent,Sales\nx,a,1,0\n",
        OPTIONS,
        &["line 1", "date", "--date-column", "\"When\""],
    );
}

#[test]
fn ambiguous_columns() {
    let csv = "Date,Campaign,Spent,Ad spend,Sales\n2024-03-01,a,1,2,0\n";
    names(
        csv,
        OPTIONS,
        &[
            "2 columns could be the money spent",
            "\"Spent\", \"Ad spend\"",
            "--spend-column",
        ],
    );
    // Neither lies inside the other.
    let csv = "Date,A campaign,B campaign,Spent,Sales\n\
               2024-03-01,1,1,1,0\n2024-03-01,1,2,1,0\n2024-03-01,2,1,1,0\n";
    names(
        csv,
        OPTIONS,
        &[
            "2 columns could be the campaign",
            "\"A campaign\"",
            "--campaign-column",
        ],
    );
    let csv = "Date,Start date,Campaign,Spent,Sales\n2024-03-01,2024-03-01,a,1,0\n";
    names(csv, OPTIONS, &["could be the date", "--date-column"]);
}

#[test]
fn duplicate_headers() {
    for (csv, column) in [
        (
            "Date,Campaign,Spent,Sales,Sales\n2024-03-01,a,1,0,1\n",
            "Sales",
        ),
        (
            "Date,Campaign,Spent,Spent,Sales\n2024-03-01,a,1,1,0\n",
            "Spent",
        ),
        (
            "Date,Campaign,Campaign,Spent,Sales\n2024-03-01,a,a,1,0\n",
            "Campaign",
        ),
    ] {
        let named = format!("2 columns are named \"{column}\"");
        names(csv, OPTIONS, &["line 1", &named, "rename"]);
    }
}

#[test]
fn wrong_amounts() {
    for (cell, problem) in [
        ("abc", "is not an amount"),
        ("", "is not an amount"),
        ("1e9", "is not an amount"),
        ("NaN", "is not an amount"),
        ("1_000", "is not an amount"),
        ("\"1,234.50\"", "is not an amount"),
        ("€5", "is not an amount"),
        (".", "is not an amount"),
        ("99999999999999", "is too large"),
        ("999999999999999999999999999999999999", "is too large"),
    ] {
        let csv = with(&format!("2024-03-02,a,{cell},0"));
        names(csv, OPTIONS, &["line 3", "\"Spent\"", problem, "1234.50"]);
    }
}

#[test]
fn negative_spend() {
    let csv = with("2024-03-02,a,-3,0");
    names(
        csv,
        OPTIONS,
        &["line 3", "\"Spent\"", "is negative", "book it as zero"],
    );
}

#[test]
fn wrong_sales() {
    for (cell, problem) in [
        ("x", "is not a number"),
        ("-1", "is negative"),
        ("1.5", "is not a whole number"),
        ("5000000000", "is too large"),
        ("99999999999999999999", "is too large"),
    ] {
        let csv = with(&format!("2024-03-02,a,1,{cell}"));
        names(
            csv,
            OPTIONS,
            &["line 3", "\"Sales\"", problem, "whole number"],
        );
    }
    assert_eq!(
        run(with("2024-03-02,a,1,2.0"), OPTIONS).unwrap().outcomes[0]
            .total
            .sales,
        2
    );
}

#[test]
fn sums_that_do_not_fit() {
    let huge = "2024-03-02,a,9223372036854,0\n2024-03-03,b,1,0";
    names(with(huge), OPTIONS, &["line 3", "\"Spent\"", "too large"]);
    let many = "2024-03-02,a,1,4294967295\n2024-03-03,b,1,1";
    names(with(many), OPTIONS, &["line 4", "\"Sales\"", "too large"]);
}

#[test]
fn the_largest_amounts_are_judged_without_overflow() {
    let csv = format!("{HEAD}2024-03-02,a,9223372036854.775807,0\n2024-03-03,a,0,4294967295\n");
    let rehearsal = run(csv, "--target-cpa 0.000001 --sales-column Sales").unwrap();
    assert!(rehearsal.outcomes[0].pause.is_some());
    assert!(page(&rehearsal, 80).contains("9,223,372,036,854.78"));
}

#[test]
fn wrong_dates() {
    for cell in [
        "yesterday",
        "",
        "2024-13-01",
        "2024-02-30",
        "0001-01-01",
        "9999-12-31",
    ] {
        let csv = with(&format!("{cell},a,1,0"));
        names(
            csv,
            OPTIONS,
            &["line 3", "\"Date\"", "is not a date", "--date-format"],
        );
    }
    // Day-month-year above, month-day-year here.
    let csv = format!("{HEAD}31-01-2024,a,1,0\n01-31-2024,a,1,0\n");
    names(
        csv,
        OPTIONS,
        &["line 3", "as in the lines above (%d-%m-%Y)"],
    );
}

#[test]
fn ambiguous_dates() {
    let csv = format!("{HEAD}01-02-2024,a,40,0\n03-02-2024,a,1,0\n");
    names(
        &csv,
        OPTIONS,
        &[
            "\"Date\"",
            "2 ways",
            "1 February 2024",
            "2 January 2024",
            "--date-format",
        ],
    );
    let rehearsal = run(&csv, &format!("{OPTIONS} --date-format %m-%d-%Y")).unwrap();
    assert_eq!(rehearsal.last_day.unwrap().to_string(), "2024-03-02");
    names(
        &csv,
        &format!("{OPTIONS} --date-format %Y-%m-%d"),
        &["line 2", "written as %Y-%m-%d"],
    );
    names(
        &csv,
        &format!("{OPTIONS} --date-format %Q"),
        &["line 2", "written as %Q"],
    );
    // The same day either way is no ambiguity.
    assert!(run(format!("{HEAD}03-03-2024,a,1,0\n"), OPTIONS).is_ok());
}

#[test]
fn damaged_text() {
    names(
        with("2024-03-02,a,1"),
        OPTIONS,
        &["line 3", "3 cells", "header has 4"],
    );
    names(
        with("2024-03-02,\"a,1,0\n2024-03-03,a,1,0"),
        OPTIONS,
        &["line 3", "quote"],
    );
    names(
        [with("").as_bytes(), b"2024-03-02,\xff\xfe,1,0\n"].concat(),
        OPTIONS,
        &["line 4", "UTF-8"],
    );
    names(b"\xff\xfeD\0a\0t\0e\0", OPTIONS, &["line 1", "CSV UTF-8"]);
    names(
        with("2024-03-02,,1,0"),
        OPTIONS,
        &["line 3", "\"Campaign\"", "totals"],
    );
}

#[test]
fn lines_are_counted_as_an_editor_does() {
    let rows = "2024-03-01,a,1,0\r\n\r\n2024-03-01,\"two\r\nlines\",1,0\r\n2024-03-02,a,x,0\r\n";
    names(
        format!("Date,Campaign,Spent,Sales\r\n{rows}"),
        OPTIONS,
        &["line 6", "\"x\""],
    );
}

#[test]
fn a_terminal_obeys_nothing_from_the_file() {
    let evil = "\u{1b}[2J\u{9b}31m\u{202e}\u{7}evil";
    let csv = format!("Date,{evil} campaign,Spent,Sales\n2024-03-01,{evil},40,0\n");
    let rehearsal = run(&csv, OPTIONS).unwrap();
    for text in [page(&rehearsal, 100), rehearsal.to_json().unwrap()] {
        assert!(!text.contains(['\u{1b}', '\u{7}']), "{text:?}");
    }
    let steering = ['\u{1b}', '\u{9b}', '\u{202e}', '\u{7}'];
    assert!(!page(&rehearsal, 100).contains(steering));
    assert!(page(&rehearsal, 100).contains("\\u{1b}[2J"));
    let broken = format!("{csv}2024-03-01,{evil},{evil},0\n");
    assert!(!refused(broken, OPTIONS).contains(steering));
}

#[test]
fn wrong_options_name_themselves() {
    use clap::Parser as _;
    for (target, why) in [
        ("0", "above zero"),
        ("-5", "above zero"),
        ("abc", "must be a number"),
        ("NaN", "must be a number"),
        ("99999999999999", "too large"),
    ] {
        let words = [
            "rehearse",
            "f",
            "--sales-column",
            "s",
            "--target-cpa",
            target,
        ];
        let error = super::Cli::try_parse_from(words).unwrap_err().to_string();
        assert!(
            error.contains("--target-cpa") && error.contains(why),
            "{error}"
        );
    }
    assert_eq!(
        args("--target-cpa 14.50 --sales-column s").target_cpa,
        14_500_000
    );
}
