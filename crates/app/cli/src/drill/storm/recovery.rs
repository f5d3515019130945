//! How soon what was killed was at work again, by the database's own records: from the kill to the next life of
//! that process in the table.

use std::{collections::BTreeMap, time::Duration};

use serde::{Deserialize, Serialize};

use super::tally::{Counts, Started};
use crate::drill::{
    times::{ms, percentile},
    witness::{NoAnswer, Witness},
};

/// A process has its row within this, or never.
const ROW_WITHIN_MS: i64 = 120_000;

/// One sort of process, in milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub(super) struct Times {
    pub(super) p50: f64,
    pub(super) p99: f64,
    pub(super) max: f64,
}

/// A life of a process, as its row says.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Life {
    kind: String,
    pid: u32,
    started_ms: i64,
}

/// All lives that the table knows, in order.
pub(super) async fn lives(witness: &mut Witness) -> Result<Vec<Life>, NoAnswer> {
    let sql = "SELECT kind, pid, (extract(epoch FROM started_at) * 1000)::bigint AS started_ms
               FROM homeostat.process ORDER BY started_at, id";
    witness.rows(sql, &[]).await
}

/// The times of each sort that came back at least once.
pub(super) fn times(counts: &Counts, lives: &[Life]) -> BTreeMap<String, Times> {
    let begun = begun(counts, lives);
    let mut all: BTreeMap<String, Vec<Duration>> = counts.recovered.clone();
    for kill in &counts.kills {
        let (sort, whose) = match kill.sort.as_str() {
            "role" => (format!("up {}", kill.name), kill.name.as_str()),
            // Whoever starts the guard again waits for all of it.
            "guard" => ("guard".to_owned(), "supervisor"),
            sort => (sort.to_owned(), kill.name.as_str()),
        };
        let next = begun.get(whose).and_then(|begun| {
            let at = begun.partition_point(|at_ms| *at_ms <= kill.at_ms);
            begun.get(at)
        });
        if let Some(at_ms) = next {
            let after = Duration::from_millis((at_ms - kill.at_ms).unsigned_abs());
            all.entry(sort).or_default().push(after);
        }
    }
    let figures = all.into_iter().filter_map(|(sort, times)| {
        let times = Times {
            p50: ms(percentile(&times, 50)?),
            p99: ms(percentile(&times, 99)?),
            max: ms(percentile(&times, 100)?),
        };
        Some((sort, times))
    });
    figures.collect()
}

/// When lives began, by the post of the crew whose they are, else by the kind. The crew's schedulers are called
/// like that of `up`; whose life it is, its number says.
fn begun<'a>(counts: &'a Counts, lives: &'a [Life]) -> BTreeMap<&'a str, Vec<i64>> {
    let mut posts: BTreeMap<u32, Vec<&Started>> = BTreeMap::new();
    for started in &counts.started {
        posts.entry(started.pid).or_default().push(started);
    }
    let mut begun: BTreeMap<&str, Vec<i64>> = BTreeMap::new();
    for life in lives {
        let of_pid = posts.get(&life.pid).into_iter().flatten();
        let mut posts = of_pid.filter(|started| {
            let after = life.started_ms - started.at_ms;
            (0..ROW_WITHIN_MS).contains(&after)
        });
        let whose = posts
            .next_back()
            .map_or(life.kind.as_str(), |it| it.name.as_str());
        begun.entry(whose).or_default().push(life.started_ms);
    }
    begun
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::drill::storm::tally::Kill;

    #[test]
    fn a_kill_is_over_with_the_next_life_of_the_same_post() {
        let started = |name: &str, pid, at_ms| Started {
            name: name.into(),
            pid,
            at_ms,
        };
        let counts = Counts {
            started: vec![
                started("storm-scheduler-1", 7, 0),
                started("storm-scheduler-1", 8, 1_010),
                started("storm-scheduler-2", 9, 900),
            ],
            kills: vec![Kill {
                sort: "scheduler".into(),
                name: "storm-scheduler-1".into(),
                at_ms: 1_000,
            }],
            ..Counts::default()
        };
        let life = |pid, started_ms| Life {
            kind: "scheduler".into(),
            pid,
            started_ms,
        };
        let lives = [life(7, 50), life(9, 1_020), life(5, 1_030), life(8, 1_250)];
        let times = times(&counts, &lives);
        assert!((times["scheduler"].max - 250.0).abs() < 1e-9);
    }
}
