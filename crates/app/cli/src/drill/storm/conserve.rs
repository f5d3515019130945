//! Conservation while the storm lasts: every few seconds, whenever the database answers, one question about one
//! snapshot. What it cannot see it does not guess: the whole history is the auditor's, at the end.
//!
//! Of each window the events since the last look are folded here, outside of the database: its row is locked by
//! whoever changes it, so the events of one window are seen in order and without holes.

use std::{collections::BTreeMap, time::Duration};

use homeostat_clock::pause;
use serde::Deserialize;
use tokio_util::sync::CancellationToken;

use super::tally::Tally;
use crate::{
    drill::{
        auditor::{Audit, duplicates, money_now, read_books},
        witness::{NoAnswer, Witness},
    },
    failure::Failure,
};

/// Between two looks.
const LOOK: Duration = Duration::from_secs(2);

/// What is known of a window.
#[derive(Debug, Clone, Copy, Default)]
struct Window {
    event: i64,
    held: i64,
    settled: i64,
    cap: i64,
}

#[derive(Debug, Deserialize)]
struct Row {
    news: Vec<News>,
    broken: Vec<String>,
}

/// An event of a window; it names only what changed.
#[derive(Debug, Deserialize)]
struct News {
    id: i64,
    window_id: i64,
    held: Option<i64>,
    settled: Option<i64>,
    cap: Option<i64>,
}

/// Looks until told to stop.
pub(in crate::drill) async fn watch(
    mut witness: Witness,
    audit: Audit,
    tally: Tally,
    stop: CancellationToken,
) {
    let mut windows = BTreeMap::new();
    while !stop.is_cancelled() {
        match look(&mut witness, &audit, &mut windows).await {
            Ok(found) => {
                tally.checked();
                found.into_iter().for_each(|what| tally.found(what));
            }
            Err(Seen::Nothing) => {}
            Err(Seen::Broken(what)) => tally.found(what),
        }
        tokio::select! {
            () = pause(LOOK) => {}
            () = stop.cancelled() => {}
        }
    }
}

/// Why there is nothing to say.
enum Seen {
    Nothing,
    Broken(String),
}

impl From<NoAnswer> for Seen {
    fn from(error: NoAnswer) -> Self {
        match error {
            NoAnswer::Away(_) => Self::Nothing,
            // The system was up before anybody looked: a question that is refused does not fit it.
            NoAnswer::Refused { .. } | NoAnswer::Shape { .. } => {
                Self::Broken(crate::failure::chain(&error))
            }
        }
    }
}

impl From<Failure> for Seen {
    fn from(failure: Failure) -> Self {
        Self::Broken(failure.to_string())
    }
}

async fn look(
    witness: &mut Witness,
    audit: &Audit,
    windows: &mut BTreeMap<i64, Window>,
) -> Result<Vec<String>, Seen> {
    let known: BTreeMap<String, i64> = windows
        .iter()
        .map(|(id, window)| (id.to_string(), window.event))
        .collect();
    let known = serde_json::json!(known).to_string();
    let sql = format!(
        "SELECT
            (SELECT coalesce(jsonb_agg(to_jsonb(n) ORDER BY n.id), '[]'::jsonb) FROM (
                 SELECT e.id, w.id AS window_id, (e.data ->> 'held')::bigint AS held,
                        (e.data ->> 'settled')::bigint AS settled, (e.data ->> 'cap')::bigint AS cap
                 FROM homeostat.budget_window w CROSS JOIN LATERAL (
                     SELECT id, data FROM homeostat.event
                     WHERE entity = 'budget_window' AND entity_id = w.id::text
                       AND id > coalesce(($1::jsonb ->> w.id::text)::bigint, 0)) e) n) AS news,
            (SELECT coalesce(jsonb_agg(b.what), '[]'::jsonb) FROM ({}) b) AS broken",
        money_now()
    );
    let row: Row = witness.one(&sql, &[&known]).await?;
    let mut found: Vec<String> = row
        .news
        .iter()
        .filter_map(|news| fold(windows, news))
        .collect();
    found.extend(row.broken);
    let acts = read_books(&audit.books)?;
    found.extend(duplicates(&acts).into_iter().map(|finding| finding.what));
    Ok(found)
}

/// Carries on what is known; says whether an authorisation went over the cap.
fn fold(windows: &mut BTreeMap<i64, Window>, news: &News) -> Option<String> {
    let window = windows.entry(news.window_id).or_default();
    let before = window.held;
    window.event = news.id;
    window.held = news.held.unwrap_or(window.held);
    window.settled = news.settled.unwrap_or(window.settled);
    window.cap = news.cap.unwrap_or(window.cap);
    let Window {
        held, settled, cap, ..
    } = *window;
    (held > before && held.saturating_add(settled) > cap).then(|| {
        format!(
            "window {}, event {}: held {held} and settled {settled} over the cap {cap}",
            news.window_id, news.id
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn news(id: i64, held: Option<i64>, settled: Option<i64>, cap: Option<i64>) -> News {
        News {
            id,
            window_id: 1,
            held,
            settled,
            cap,
        }
    }

    #[test]
    fn only_an_authorisation_over_the_cap_is_found() {
        let mut windows = BTreeMap::new();
        let mut over =
            |id, held, settled, cap| fold(&mut windows, &news(id, held, settled, cap)).is_some();
        assert!(!over(1, Some(0), Some(0), Some(100)));
        assert!(!over(2, Some(60), None, None));
        assert!(!over(3, Some(0), Some(70), None), "settled beyond the hold");
        assert!(over(4, Some(40), None, None), "authorised beyond the cap");
        assert!(!over(5, Some(30), None, None), "released, and still over");
        assert!(!over(6, None, Some(200), None), "taken, not authorised");
        assert!(
            !over(7, None, None, Some(10)),
            "a lower cap takes nothing back"
        );
    }
}
