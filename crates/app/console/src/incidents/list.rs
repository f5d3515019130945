//! The list of incidents: crashes that are found from deaths, and findings that were written down, the newest first.

use askama::Template;
use homeostat_effects::{IncidentView, incidents_before, owners_of_unknown};
use homeostat_liveness::{lives_ended_before, lives_ended_from};
use homeostat_model::{ProcessId, RuntimeTime};
use homeostat_queue::held_by;
use homeostat_store::Db;
use jiff::{SignedDuration, tz::TimeZone};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    TEXT_MAX,
    deaths::{Crash, group, median},
    figures::Figure,
    finding, precise, scrub,
};
use crate::{
    board::{Board, Trouble},
    dialog::Dialog,
    frame::Frame,
    routes::Console,
    words::{self, Clock},
};

/// Rows of a page.
const PAGE: usize = 50;
/// Deaths that are looked at for a page, on each side of its beginning.
const DEATHS_MAX: i64 = 200;
/// Deaths that the median is taken from.
const MEDIAN_MAX: i64 = 1_000;
const MEDIAN_SPAN: SignedDuration = SignedDuration::from_hours(30 * 24);

/// Everything on the page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct Incidents {
    /// How soon, how often, and what is open.
    pub(crate) figures: Vec<Figure>,
    /// The newest first.
    pub(crate) rows: Vec<Row>,
    /// Where the next page begins; none: this is the last.
    pub(crate) next: Option<String>,
}

/// One incident.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "IncidentRow")]
pub(crate) struct Row {
    /// Its name in an address: `31`, the first process that died, or `finding-7`.
    pub(crate) id: String,
    /// `healed by itself`, `crashed`, `open` or `closed`.
    pub(crate) state: &'static str,
    /// The state's class.
    #[serde(skip)]
    pub(crate) class: &'static str,
    /// What.
    pub(crate) title: String,
    /// What became of it.
    pub(crate) text: String,
    /// When.
    pub(crate) clock: Clock,
    /// The same, exactly.
    #[schemars(with = "crate::schema::Time")]
    pub(crate) began_at: RuntimeTime,
    /// From its beginning until it was made up for, in milliseconds; none: it is not.
    pub(crate) recovered_ms: Option<i64>,
    /// Its film.
    pub(crate) href: String,
    /// What a person may do.
    #[serde(skip)]
    pub(crate) dialogs: Vec<Dialog>,
}

/// What may be asked for.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Asked {
    /// Only incidents that began before this instant.
    before: Option<String>,
    /// Who asks for one is sent to its page, so what arrives here is no number.
    #[schemars(skip)]
    process: Option<ProcessId>,
}

#[derive(Debug, Template)]
#[template(path = "incidents.html")]
struct Page<'a> {
    frame: &'a Frame,
    board: &'a Incidents,
}

impl Board for Incidents {
    const PATH: &'static str = "/incidents";
    const TAB: &'static str = "/incidents";
    type Ask = Asked;

    async fn look(console: &Console, ask: &Asked) -> Result<Self, Trouble> {
        if let Some(process) = ask.process {
            return Err(Trouble::Missing(format!(
                "Process {process} has no page here."
            )));
        }
        let before = ask.before.as_deref().map(before).transpose()?;
        look(
            &console.db,
            before,
            console.desks.now().runtime,
            &console.zone(),
        )
        .await
    }

    fn html(&self, frame: &Frame) -> askama::Result<String> {
        let board = self;
        Page { frame, board }.render()
    }
}

fn before(text: &str) -> Result<RuntimeTime, Trouble> {
    scrub::parsed(text).map_err(|trouble| match trouble {
        Trouble::Input { problem, .. } => Trouble::input("before", problem),
        other => other,
    })
}

async fn look(
    db: &Db,
    before: Option<RuntimeTime>,
    now: RuntimeTime,
    zone: &TimeZone,
) -> Result<Incidents, Trouble> {
    let mut lives = lives_ended_before(db, before, DEATHS_MAX).await?;
    let are_all = lives.len() < usize::try_from(DEATHS_MAX).unwrap_or(usize::MAX);
    if let Some(before) = before {
        // So that a crash across the edge of the page is whole.
        lives.extend(lives_ended_from(db, before, DEATHS_MAX).await?);
    }
    let (crashes, are_all) = whole(group(lives), before, are_all);
    let limit = i64::try_from(PAGE).unwrap_or(i64::MAX);
    let findings = incidents_before(db, before, limit).await?;
    let dead: Vec<ProcessId> = crashes.iter().flat_map(Crash::processes).collect();
    let mut troubled = owners_of_unknown(db, &dead).await?;
    troubled.extend(held_by(db, &dead).await?.iter().map(|(owner, _)| *owner));
    let crashes: Vec<Row> = crashes
        .iter()
        .map(|crash| crash_row(crash, &troubled, zone))
        .collect();
    let findings: Vec<Row> = findings.iter().map(|row| finding_row(row, zone)).collect();
    let (rows, next) = page(crashes, findings, are_all);
    let month = lives_ended_before(db, None, MEDIAN_MAX).await?;
    Ok(Incidents {
        figures: figures(&month_of(group(month), now), &rows, before.is_none()),
        rows,
        next,
    })
}

/// Crashes that began before the edge and are known whole, and whether there are no older ones.
fn whole(
    mut crashes: Vec<Crash>,
    before: Option<RuntimeTime>,
    are_all: bool,
) -> (Vec<Crash>, bool) {
    if let Some(before) = before {
        crashes.retain(|crash| crash.began_at() < before);
    }
    // The oldest may have begun before what was read; one that fills all of it is told as far as it was read.
    if !are_all && crashes.len() > 1 {
        crashes.pop();
    }
    (crashes, are_all)
}

/// Both lists as one page, the newest first, and where the next one begins.
fn page(crashes: Vec<Row>, findings: Vec<Row>, are_all: bool) -> (Vec<Row>, Option<String>) {
    let oldest = crashes.last().map(|row| row.began_at).filter(|_| !are_all);
    let findings_are_all = findings.len() < PAGE;
    let mut rows = crashes;
    rows.extend(findings);
    let all = rows.len();
    // Beyond the last crash that was read there may be others: findings older than it wait for the next page.
    rows.retain(|row| oldest.is_none_or(|oldest| row.began_at >= oldest));
    rows.sort_by_key(|row| std::cmp::Reverse(row.began_at));
    rows.truncate(PAGE);
    let is_last = are_all && findings_are_all && rows.len() == all;
    let last = rows.last().filter(|_| !is_last);
    let next = last.map(|row| format!("/incidents?before={}", row.began_at.0));
    (rows, next)
}

fn crash_row(crash: &Crash, troubled: &[ProcessId], zone: &TimeZone) -> Row {
    let recovered = crash.recovered_in();
    let is_troubled = crash
        .processes()
        .iter()
        .any(|process| troubled.contains(process));
    let (state, class) = match recovered {
        Some(_) if !is_troubled => ("healed by itself", "recovered"),
        _ => ("crashed", "crash"),
    };
    let mut text = match recovered {
        Some(time) if time.is_zero() => "Another life of its kind was there already.".to_owned(),
        Some(time) => format!("Another life of its kind after {}.", precise(time)),
        None => "Not back yet.".to_owned(),
    };
    if is_troubled {
        text.push_str(" Not all that it held is made up for yet.");
    }
    Row {
        id: crash.first.process.to_string(),
        state,
        class,
        title: format!("{} died", crash.who()),
        text,
        clock: words::runtime_clock(crash.began_at(), zone),
        began_at: crash.began_at(),
        recovered_ms: recovered.and_then(|time| i64::try_from(time.as_millis()).ok()),
        href: format!("/incidents/{}", crash.first.process),
        dialogs: Vec::new(),
    }
}

fn finding_row(row: &IncidentView, zone: &TimeZone) -> Row {
    let (state, class, end) = finding::end(row);
    let reason = words::sentence(&words::plain(&row.reason, TEXT_MAX));
    let lasted = row.closed_at.map(|at| at.since(row.opened_at).as_millis());
    Row {
        id: format!("finding-{}", row.id),
        state,
        class,
        title: finding::title(&row.kind),
        text: format!("{reason} {end}"),
        clock: words::runtime_clock(row.opened_at, zone),
        began_at: row.opened_at,
        recovered_ms: lasted.and_then(|ms| i64::try_from(ms).ok()),
        href: format!("/incidents/finding-{}", row.id),
        dialogs: finding::dialogs(row),
    }
}

/// Those of the last 30 days.
fn month_of(mut crashes: Vec<Crash>, now: RuntimeTime) -> Vec<Crash> {
    let since = now.plus(-MEDIAN_SPAN);
    crashes.retain(|crash| crash.began_at() >= since);
    crashes
}

fn figures(month: &[Crash], rows: &[Row], is_first: bool) -> Vec<Figure> {
    let back: Vec<SignedDuration> = month.iter().filter_map(Crash::recovered_in).collect();
    let away = month.len() - back.len();
    let note = match back.len() {
        0 => "no crash in 30 days has healed".to_owned(),
        n => format!("median of {n} in 30 days, from death to the next life"),
    };
    let value = median(back).map_or_else(|| "none".to_owned(), precise);
    let away = match away {
        0 => "each of them is back".to_owned(),
        away => format!("{away} not back"),
    };
    let deaths: usize = month.iter().map(|crash| 1 + crash.later.len()).sum();
    let mut figures = vec![
        Figure::new("Recovered in", value, note),
        Figure::new("Crashes in 30 days", month.len().to_string(), away),
        Figure::new(
            "Processes that died",
            deaths.to_string(),
            format!(
                "in 30 days, of the newest {}",
                words::grouped(MEDIAN_MAX.unsigned_abs())
            ),
        ),
    ];
    if is_first {
        let open = rows
            .iter()
            .filter(|row| matches!(row.state, "open" | "crashed"))
            .count();
        let note = format!("of the {} on this page", rows.len());
        figures.push(Figure::new("Open", open.to_string(), note));
    }
    figures
}

#[cfg(test)]
mod tests {
    use super::{
        super::case::{at, life, row},
        *,
    };

    fn crash(process: i64, died: &str, back: Option<&str>) -> Crash {
        Crash {
            first: life(process, "worker-ads", died, back),
            later: Vec::new(),
        }
    }

    fn told(crash: &Crash, troubled: &[ProcessId]) -> (&'static str, String) {
        let row = crash_row(crash, troubled, &TimeZone::UTC);
        (row.state, row.text)
    }

    #[test]
    fn a_crash_has_healed_when_nothing_of_it_is_left() {
        let back = crash(31, "00:14:07.104", Some("00:14:07.904"));
        assert_eq!(
            told(&back, &[]),
            (
                "healed by itself",
                "Another life of its kind after 0.800 s.".into()
            )
        );
        assert_eq!(told(&back, &[ProcessId(31)]).0, "crashed");
        let away = crash(31, "00:14:07.104", None);
        assert_eq!(told(&away, &[]), ("crashed", "Not back yet.".into()));
    }

    #[test]
    fn both_kinds_are_one_list_the_newest_first() {
        let crashes = [
            crash(9, "00:50:00", Some("00:50:01")),
            crash(8, "00:10:00", Some("00:10:01")),
        ];
        let crashes: Vec<Row> = crashes
            .iter()
            .map(|c| crash_row(c, &[], &TimeZone::UTC))
            .collect();
        let findings = vec![finding_row(&row(3, None), &TimeZone::UTC)];
        let (rows, next) = page(crashes.clone(), findings.clone(), true);
        let ids: Vec<&str> = rows.iter().map(|row| row.id.as_str()).collect();
        assert_eq!((ids, next), (vec!["9", "finding-3", "8"], None));
        assert_eq!(rows[1].dialogs.len(), 1, "an open one may be closed");
        // There are crashes between the last one that was read and the finding.
        let (rows, next) = page(crashes[..1].to_vec(), findings, false);
        assert_eq!(rows.len(), 1);
        assert_eq!(
            next.as_deref(),
            Some("/incidents?before=2026-06-16T00:50:00Z")
        );
    }

    #[test]
    fn a_crash_that_may_be_cut_waits_for_the_next_page() {
        let all = vec![
            crash(9, "00:50:00", Some("00:50:01")),
            crash(8, "00:10:00", Some("00:10:01")),
        ];
        let ids = |crashes: &[Crash]| {
            crashes
                .iter()
                .map(|c| c.first.process.0)
                .collect::<Vec<_>>()
        };
        assert_eq!(ids(&whole(all.clone(), None, true).0), [9, 8]);
        assert_eq!(ids(&whole(all.clone(), None, false).0), [9]);
        assert_eq!(
            ids(&whole(all[..1].to_vec(), None, false).0),
            [9],
            "or there would be none"
        );
        assert_eq!(ids(&whole(all, Some(at("00:50:00")), true).0), [8]);
    }

    #[test]
    fn the_median_is_of_those_that_came_back() {
        let month = [
            crash(1, "00:10:00", Some("00:10:01")),
            crash(2, "00:20:00", Some("00:20:03")),
            crash(3, "00:30:00", None),
        ];
        let figures = figures(&month, &[], true);
        assert_eq!(figures[0].value, "2.000 s");
        assert_eq!(
            figures[0].note,
            "median of 2 in 30 days, from death to the next life"
        );
        assert_eq!(
            (figures[1].value.as_str(), figures[1].note.as_str()),
            ("3", "1 not back")
        );
        let old = month_of(month.to_vec(), at("00:25:00").plus(MEDIAN_SPAN));
        assert_eq!(old.len(), 1);
        assert_eq!(super::figures(&[], &[], false)[0].value, "none");
    }

    #[test]
    fn a_bad_edge_is_named() {
        let refused = before("soon").unwrap_err().to_string();
        assert!(refused.starts_with("before: "), "{refused}");
    }
}
