//! The rehearsal for a person: a table, the reasons, and one closing sentence.

use std::fmt::Write as _;

use comfy_table::{Cell, CellAlignment, LineStyle, Table, TableStyle};
use homeostat_control::chance_text;
use jiff::civil::Date;
use owo_colors::{OwoColorize as _, Style};

use super::{
    engine::{Outcome, Pause},
    report::Rehearsal,
    text::{amount, counted, grouped, visible},
};

/// Campaigns beyond these stay in the JSON.
const PAUSED_SHOWN: usize = 30;
const KEPT_SHOWN: usize = 10;
/// Reasons beyond these do too.
const REASONS_SHOWN: usize = 10;
/// Characters of a campaign's name; fewer where the table would not fit.
const NAME_WIDTH_MAX: usize = 40;
const NAME_WIDTH_MIN: usize = 8;

/// How wide, and whether in colour.
#[derive(Debug, Clone, Copy)]
pub(super) struct Look {
    pub(super) width: usize,
    pub(super) color: bool,
}

impl Look {
    /// What standard output can show; 100 columns where it is no terminal.
    pub(super) fn of_stdout() -> Self {
        let width = Table::new().width().map_or(100, usize::from);
        let choice = anstream::AutoStream::choice(&std::io::stdout());
        Self {
            width: width.clamp(80, 120),
            color: choice != anstream::ColorChoice::Never,
        }
    }

    fn paint(self, text: impl AsRef<str>, style: Style) -> String {
        if self.color {
            text.as_ref().style(style).to_string()
        } else {
            text.as_ref().to_owned()
        }
    }
}

/// The whole page.
pub(super) fn human(rehearsal: &Rehearsal, look: Look) -> String {
    let shown = shown(rehearsal);
    let mut page = String::new();
    // Writing to a string cannot fail.
    let _ = writeln!(page, "{}\n", title(rehearsal, look));
    let _ = writeln!(page, "{}", table(&shown, look));
    let hidden = rehearsal.outcomes.len() - shown.len();
    if hidden > 0 {
        let more = counted(hidden as u64, "more campaign", "more campaigns");
        let text = format!(" … and {more}: see --json");
        let _ = writeln!(page, "{}", look.paint(text, Style::new().dimmed()));
    }
    page.push_str(&reasons(&shown, look));
    let _ = writeln!(
        page,
        "\n{}",
        wrapped(
            &closing(rehearsal),
            look.width,
            "",
            look,
            Style::new().bold()
        )
    );
    let _ = writeln!(
        page,
        "{}",
        wrapped(
            &caveat(rehearsal),
            look.width,
            "",
            look,
            Style::new().dimmed()
        )
    );
    page
}

/// Pauses first, those that save most on top; then the kept ones by spend.
fn shown(rehearsal: &Rehearsal) -> Vec<&Outcome> {
    let mut order: Vec<&Outcome> = rehearsal.outcomes.iter().collect();
    order.sort_by_key(|outcome| {
        let rank = i64::from(outcome.pause.is_none());
        let weight = match outcome.pause {
            Some(_) => outcome.saved_micros(),
            None => outcome.total.spend_micros,
        };
        (rank, -weight)
    });
    let (mut shown, kept): (Vec<_>, Vec<_>) = order
        .into_iter()
        .partition(|outcome| outcome.pause.is_some());
    shown.truncate(PAUSED_SHOWN);
    shown.extend(kept.into_iter().take(KEPT_SHOWN));
    shown
}

fn title(rehearsal: &Rehearsal, look: Look) -> String {
    let days = match (rehearsal.first_day, rehearsal.last_day) {
        (Some(first), Some(last)) if first != last => {
            format!(", {} to {}", long(first), long(last))
        }
        (Some(first), _) => format!(", {}", long(first)),
        _ => String::new(),
    };
    let head = format!("Rehearsal of {}", visible(&rehearsal.file, 50));
    let size = format!(
        "{}, {}{days}",
        counted(rehearsal.rows as u64, "row", "rows"),
        counted(rehearsal.outcomes.len() as u64, "campaign", "campaigns"),
    );
    let target = format!(
        "A sale may cost {} {}; sales are {}.",
        amount(rehearsal.terms.target_cpa_micros),
        rehearsal.terms.currency,
        visible(&rehearsal.used.sales, 40),
    );
    let mut lines = vec![look.paint(head, Style::new().bold()), size, target];
    if let Some(note) = &rehearsal.note {
        let note = format!("{note}.");
        lines.push(wrapped(&note, look.width, "", look, Style::new().dimmed()));
    }
    lines.join("\n")
}

fn table(shown: &[&Outcome], look: Look) -> String {
    let plain = Look {
        color: false,
        ..look
    };
    let lines = drawn(shown, plain, NAME_WIDTH_MAX);
    let width = lines
        .lines()
        .map(|line| line.chars().count())
        .max()
        .unwrap_or_default();
    let name = shown
        .iter()
        .map(|one| visible(&one.campaign, NAME_WIDTH_MAX).chars().count());
    let room = (name.max().unwrap_or_default() + look.width).saturating_sub(width);
    drawn(shown, look, room.clamp(NAME_WIDTH_MIN, NAME_WIDTH_MAX))
}

fn drawn(shown: &[&Outcome], look: Look, name_width: usize) -> String {
    let mut table = Table::new();
    table.load_style(TableStyle::new().header_separator(LineStyle::none().fill('─').junction('─')));
    if look.color {
        table.enforce_styling();
    } else {
        table.force_no_tty();
    }
    let right = |text: &str| Cell::new(text).set_alignment(CellAlignment::Right);
    table.set_header(vec![
        Cell::new("campaign"),
        right("spent"),
        right("sales"),
        right("per sale"),
        Cell::new("decision"),
        right("saved"),
        right("lost"),
    ]);
    for outcome in shown {
        table.add_row(row(outcome, name_width));
    }
    table.trim_fmt()
}

fn row(outcome: &Outcome, name_width: usize) -> Vec<Cell> {
    use comfy_table::{Attribute, Color};
    let right = |text: String| Cell::new(text).set_alignment(CellAlignment::Right);
    let decision = match &outcome.pause {
        Some(pause) => Cell::new(format!("pause {} ({})", short(pause.day), pause.rule))
            .fg(Color::Red)
            .add_attribute(Attribute::Bold),
        None => Cell::new("keep").fg(Color::Green),
    };
    let blank = outcome.pause.is_none();
    let or_blank = |text: String| if blank { String::new() } else { text };
    vec![
        Cell::new(visible(&outcome.campaign, name_width)),
        right(amount(outcome.total.spend_micros)),
        right(grouped(outcome.total.sales.into())),
        right(per_sale(outcome.total.spend_micros, outcome.total.sales)),
        decision,
        right(or_blank(amount(outcome.saved_micros()))).fg(Color::Green),
        right(or_blank(grouped(outcome.sales_lost().into()))),
    ]
}

fn per_sale(spend_micros: i64, sales: u32) -> String {
    match sales {
        0 => "-".to_owned(),
        _ => amount(spend_micros / i64::from(sales)),
    }
}

/// What each pause rests on, and why a kept campaign was not paused though a rule fired.
fn reasons(shown: &[&Outcome], look: Look) -> String {
    let told: Vec<_> = shown
        .iter()
        .filter(|outcome| outcome.pause.is_some() || outcome.held)
        .take(REASONS_SHOWN)
        .collect();
    if told.is_empty() {
        return String::new();
    }
    let mut text = format!("\n{}\n", look.paint("Why", Style::new().bold()));
    for outcome in told {
        let line = format!("{}: {}", visible(&outcome.campaign, 40), outcome.reason);
        let _ = writeln!(
            text,
            "{}",
            wrapped(&line, look.width, "  ", look, Style::new())
        );
    }
    text
}

fn closing(rehearsal: &Rehearsal) -> String {
    let paused: Vec<(&Outcome, &Pause)> = rehearsal
        .outcomes
        .iter()
        .filter_map(|outcome| outcome.pause.as_ref().map(|pause| (outcome, pause)))
        .collect();
    let total: i64 = rehearsal
        .outcomes
        .iter()
        .map(|o| o.total.spend_micros)
        .sum();
    let currency = rehearsal.terms.currency;
    let of = format!(
        "{} of {}",
        grouped(paused.len() as u64),
        counted(rehearsal.outcomes.len() as u64, "campaign", "campaigns"),
    );
    if paused.is_empty() {
        return format!(
            "No campaign would have been paused: in {} the evidence against none of them was \
             strong enough.",
            counted(rehearsal.days as u64, "day", "days"),
        );
    }
    let saved: i64 = paused
        .iter()
        .map(|(outcome, _)| outcome.saved_micros())
        .sum();
    let lost: u64 = paused
        .iter()
        .map(|(outcome, _)| u64::from(outcome.sales_lost()))
        .sum();
    let share = 100.0 * saved as f64 / total.max(1) as f64;
    let worst = paused
        .iter()
        .map(|(_, pause)| pause.false_kill_chance)
        .fold(0.0, f64::max);
    format!(
        "Pausing {of} would have saved {} of {} {currency} ({share:.0}%){}. \
         A campaign exactly on target is paused like this with a chance of at most {}.",
        amount(saved),
        amount(total),
        price_of_lost(saved, lost, rehearsal.terms.target_cpa_micros),
        chance_text(worst).replace(".00%", "%"),
    )
}

/// What the sales that were given up had cost.
fn price_of_lost(saved_micros: i64, lost: u64, target_cpa_micros: i64) -> String {
    let Some(each) = i64::try_from(lost)
        .ok()
        .and_then(|lost| saved_micros.checked_div(lost))
    else {
        return " and lost no sale".to_owned();
    };
    format!(
        " and lost {}, which cost {} each, {:.1} times the target",
        counted(lost, "sale", "sales"),
        amount(each),
        each as f64 / target_cpa_micros as f64,
    )
}

fn caveat(rehearsal: &Rehearsal) -> String {
    let guess = match rehearsal.terms.currency_guessed {
        true => " The file names no currency; --currency CODE does.",
        false => "",
    };
    format!(
        "This is an optimistic view: the file holds final numbers, and on the day itself late sales \
         were not known yet.{guess}"
    )
}

/// Breaks at blanks; later lines start with `indent` and two blanks more.
fn wrapped(text: &str, width: usize, indent: &str, look: Look, style: Style) -> String {
    let mut lines: Vec<String> = Vec::new();
    let mut line = indent.to_owned();
    for word in text.split(' ') {
        let full = line.chars().count() + 1 + word.chars().count() > width;
        if full && !line.trim().is_empty() {
            lines.push(std::mem::take(&mut line));
            line.push_str(indent);
            line.push_str(if indent.is_empty() { "" } else { "  " });
        } else if !line.trim().is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    lines.push(line);
    let painted: Vec<String> = lines
        .into_iter()
        .map(|line| look.paint(line, style))
        .collect();
    painted.join("\n")
}

fn short(day: Date) -> String {
    day.strftime("%-d %b").to_string()
}

fn long(day: Date) -> String {
    day.strftime("%-d %b %Y").to_string()
}
