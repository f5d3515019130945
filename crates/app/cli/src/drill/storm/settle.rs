//! After the storm: what was begun comes to its end, and then everything is judged.

use std::{collections::BTreeMap, time::Duration};

use homeostat_clock::{Stopwatch, pause};
use homeostat_supervisor::kinds::Wish;
use serde::{Deserialize, Serialize};

use super::load::Accepted;
use crate::{
    control::{Answer, Ask, ask},
    drill::{
        plant::Plant,
        witness::{NoAnswer, Witness},
    },
    failure::Failure,
    ui,
};

/// Between two looks.
const LOOK: Duration = Duration::from_millis(500);
/// Between two orders to start what was left alone.
const PARDON: Duration = Duration::from_secs(10);
/// A wait without a sign in the log.
const SAY: Duration = Duration::from_secs(20);

/// What is still under way.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(in crate::drill) struct Open {
    sessions: i64,
    jobs: i64,
    effects: i64,
    runs: i64,
    first: Option<String>,
}

/// How acts of one class came to their end.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::drill) struct Class {
    effects: i64,
    /// The answer to the call said so.
    first_answer: i64,
    /// Found by a question after an answer was lost; after a crash.
    probed: i64,
    recovered: i64,
    refused: i64,
    void: i64,
    /// Not known yet, their money held.
    open: i64,
    /// Of all, those that nobody knew about at some time.
    ever_unknown: i64,
}

impl Class {
    /// All of them.
    pub(in crate::drill) fn effects(&self) -> i64 {
        self.effects
    }
}

/// What became of the work.
#[derive(Debug, Clone, Default, Serialize)]
pub(in crate::drill) struct Work {
    pub(in crate::drill) jobs_done: i64,
    pub(in crate::drill) jobs_cancelled: i64,
    /// Failed for good, by kind.
    pub(in crate::drill) jobs_failed: BTreeMap<String, i64>,
    pub(in crate::drill) runs: BTreeMap<String, i64>,
    pub(in crate::drill) decisions: BTreeMap<String, i64>,
    /// Who objected, of all refused decisions.
    pub(in crate::drill) refusals: BTreeMap<String, i64>,
    pub(in crate::drill) events: i64,
}

/// Waits until nothing is under way. Gives back what still is when patience is over.
pub(in crate::drill) async fn settled(
    plant: &Plant,
    witness: &mut Witness,
    patience: Duration,
) -> Option<Open> {
    let watch = Stopwatch::start();
    let (mut pardoned, mut said) = (None::<Duration>, Duration::ZERO);
    let mut last = None;
    while watch.elapsed() < patience {
        if pardoned.is_none_or(|at| watch.elapsed() > at + PARDON) {
            pardon(plant).await;
            pardoned = Some(watch.elapsed());
        }
        match open(witness).await {
            Ok(open) if open.jobs + open.effects + open.runs == 0 => return None,
            Ok(open) => last = Some(open),
            Err(_) => {}
        }
        if watch.elapsed() > said + SAY {
            said = watch.elapsed();
            ui::note(&format!(
                "still under way after {} s: {last:?}",
                said.as_secs()
            ));
        }
        pause(LOOK).await;
    }
    last.or(Some(Open {
        sessions: 0,
        jobs: 0,
        effects: 0,
        runs: 0,
        first: Some("the database never answered".to_owned()),
    }))
}

/// Who was killed too often is left alone by its supervisor. A person would start it again after a storm.
async fn pardon(plant: &Plant) {
    let socket = plant.state.control_socket();
    let Ok(Answer::Processes(report)) = ask(&socket, &Ask::Processes).await else {
        return;
    };
    for row in report.kinds.iter().filter(|row| !row.view.is_ready()) {
        let wish = Ask::Wish {
            name: row.view.name.clone(),
            wish: Wish::Start,
        };
        // It is asked again soon.
        let _ = ask(&socket, &wish).await;
    }
}

/// What does not stand as before the storm, when the drill's own workers are gone: each kind of the system
/// is at work, no SAFE of the system's own making lasts, and a fresh job is done by it alone.
pub(in crate::drill) async fn missing(
    plant: &Plant,
    witness: &mut Witness,
    patience: Duration,
) -> Option<String> {
    let watch = Stopwatch::start();
    let sql = "SELECT count(*) FROM homeostat.enqueue_many('drill.load', ARRAY['{\"name\":\"after the storm\"}'::jsonb])";
    let mut is_asked = false;
    loop {
        is_asked = is_asked || witness.number(sql, &[]).await.is_ok();
        let missing = still_missing(plant, witness).await;
        if missing.is_none() || watch.elapsed() > patience {
            return missing;
        }
        pardon(plant).await;
        pause(LOOK).await;
    }
}

async fn still_missing(plant: &Plant, witness: &mut Witness) -> Option<String> {
    let Ok(Answer::Processes(report)) = ask(&plant.state.control_socket(), &Ask::Processes).await
    else {
        return Some("the supervisor does not answer".to_owned());
    };
    if let Some(row) = report.kinds.iter().find(|row| !row.view.is_ready()) {
        return Some(format!("{} is not at work", row.view.name));
    }
    let safe = "SELECT count(*) FROM homeostat.mode
                WHERE state = 'SAFE' AND cause IN ('lease_lapsed', 'recovery', 'read_back_missing')";
    let undone = "SELECT 1 - least(count(*), 1) FROM homeostat.event
                  WHERE entity = 'job' AND to_state = 'done' AND data #>> '{result,name}' = 'after the storm'";
    for (what, sql) in [("SAFE lasts", safe), ("a fresh job is not done", undone)] {
        match witness.number(sql, &[]).await {
            Ok(0) => {}
            Ok(_) => return Some(what.to_owned()),
            Err(error) => return Some(format!("{what}: {error}")),
        }
    }
    None
}

async fn open(witness: &mut Witness) -> Result<Open, NoAnswer> {
    // Jobs of schedules come again and again; what the storm began is looked at.
    let sql = "SELECT
        (SELECT count(*) FROM pg_stat_activity) AS sessions,
        (SELECT count(*) FROM homeostat.job WHERE state IN ('ready', 'running') AND kind ~ '^(drill|act|ads)') AS jobs,
        (SELECT count(*) FROM homeostat.effect WHERE finished_at IS NULL) AS effects,
        (SELECT count(*) FROM homeostat.run WHERE state = 'running') AS runs,
        coalesce(
            (SELECT format('effect %s (%s) is %s: %s', id, kind, state, reason) FROM homeostat.effect
             WHERE finished_at IS NULL ORDER BY id LIMIT 1),
            (SELECT format('job %s (%s) is %s: %s', id, kind, state, last_error) FROM homeostat.job
             WHERE state IN ('ready', 'running') AND kind ~ '^(drill|act|ads)' ORDER BY id LIMIT 1)) AS first";
    witness.one(sql, &[]).await
}

/// Jobs whose acceptance was answered and that the log does not know, or does not know the end of.
pub(in crate::drill) async fn lost(
    witness: &mut Witness,
    accepted: &Accepted,
) -> Result<Vec<String>, NoAnswer> {
    #[derive(Deserialize)]
    struct Row {
        id: i64,
    }
    let mut lost = Vec::new();
    for some in accepted.jobs().chunks(5_000) {
        let ids: Vec<String> = some.iter().map(i64::to_string).collect();
        let sql = "SELECT a.id::bigint AS id FROM unnest(string_to_array($1, ',')) AS a(id)
                   WHERE NOT EXISTS (SELECT FROM homeostat.event e WHERE e.entity = 'job' AND e.entity_id = a.id
                                     AND e.to_state IN ('done', 'failed', 'cancelled'))";
        let rows: Vec<Row> = witness.rows(sql, &[&ids.join(",")]).await?;
        lost.extend(rows.iter().map(|row| {
            format!(
                "job {} was accepted and is neither done nor failed nor cancelled",
                row.id
            )
        }));
    }
    Ok(lost)
}

/// Effects by class, and the share of them that were ever unknown.
pub(in crate::drill) async fn classes(
    witness: &mut Witness,
) -> Result<(BTreeMap<String, Class>, f64), NoAnswer> {
    #[derive(Deserialize)]
    struct Row {
        class: String,
        #[serde(flatten)]
        counts: Class,
    }
    let sql = "SELECT e.class, count(*) AS effects,
            count(*) FILTER (WHERE e.state = 'settled' AND e.provenance = 'normal') AS first_answer,
            count(*) FILTER (WHERE e.state = 'settled' AND e.provenance IN ('probed', 'deduplicated')) AS probed,
            count(*) FILTER (WHERE e.state = 'settled' AND e.provenance = 'recovered') AS recovered,
            count(*) FILTER (WHERE e.state = 'refused') AS refused,
            count(*) FILTER (WHERE e.state = 'void') AS void,
            count(*) FILTER (WHERE e.finished_at IS NULL) AS open,
            count(*) FILTER (WHERE EXISTS (SELECT FROM homeostat.event v WHERE v.entity = 'effect'
                             AND v.entity_id = e.id::text AND v.to_state = 'unknown')) AS ever_unknown
        FROM homeostat.effect e GROUP BY e.class";
    let rows: Vec<Row> = witness.rows(sql, &[]).await?;
    let sum = |of: fn(&Class) -> i64| rows.iter().map(|row| of(&row.counts)).sum::<i64>();
    let all = sum(|class| class.effects).max(1);
    let rate = sum(|class| class.ever_unknown) as f64 / all as f64;
    let classes = rows.into_iter().map(|row| (row.class, row.counts));
    Ok((classes.collect(), (rate * 1e4).round() / 1e4))
}

/// What became of the jobs, the runs and the decisions.
pub(in crate::drill) async fn work(witness: &mut Witness) -> Result<Work, NoAnswer> {
    #[derive(Deserialize)]
    struct Named {
        name: String,
        n: i64,
    }
    let mut named = async |sql: &str| -> Result<BTreeMap<String, i64>, NoAnswer> {
        let rows: Vec<Named> = witness.rows(sql, &[]).await?;
        Ok(rows.into_iter().map(|row| (row.name, row.n)).collect())
    };
    let ends = named(
        "SELECT to_state AS name, count(*) AS n FROM homeostat.event
         WHERE entity = 'job' AND to_state IN ('done', 'cancelled') GROUP BY 1",
    )
    .await?;
    let of = |name: &str| ends.get(name).copied().unwrap_or(0);
    Ok(Work {
        jobs_done: of("done"),
        jobs_cancelled: of("cancelled"),
        jobs_failed: named(
            "SELECT kind AS name, count(*) AS n FROM homeostat.job WHERE state = 'failed' GROUP BY 1",
        )
        .await?,
        runs: named("SELECT state AS name, count(*) AS n FROM homeostat.run GROUP BY 1").await?,
        decisions: named("SELECT state AS name, count(*) AS n FROM homeostat.decision GROUP BY 1")
            .await?,
        refusals: named(
            "SELECT i.one ->> 'name' AS name, count(*) AS n FROM homeostat.decision d
             CROSS JOIN LATERAL jsonb_array_elements(d.verdict::jsonb -> 'interlocks') AS i(one)
             WHERE d.state = 'refused' AND NOT (i.one ->> 'passed')::boolean GROUP BY 1",
        )
        .await?,
        events: witness.number("SELECT count(*) FROM homeostat.event", &[]).await?,
    })
}

/// Processes that are still there and know the drill's directory: by where they work, by their words, or by
/// what they found in their environment.
pub(in crate::drill) fn leftovers(plant: &Plant) -> Result<Vec<String>, Failure> {
    let own = std::process::id();
    let dir = plant.dir().to_string_lossy().into_owned();
    let knows = |bytes: &[u8]| {
        let needle = dir.as_bytes();
        bytes.windows(needle.len()).any(|part| part == needle)
    };
    let entries = std::fs::read_dir("/proc").map_err(|e| Failure::environment(&e))?;
    let pids = entries
        .flatten()
        .filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    let ours = pids.filter(|pid: &u32| {
        let read = |what: &str| std::fs::read(format!("/proc/{pid}/{what}")).unwrap_or_default();
        let cwd = std::fs::read_link(format!("/proc/{pid}/cwd")).unwrap_or_default();
        *pid != own
            && crate::drill::processes::lives(*pid)
            && (knows(&read("cmdline")) || knows(&read("environ")) || cwd.starts_with(&dir))
    });
    let told = ours.map(|pid| {
        let line = crate::drill::processes::command_line(pid);
        let line = String::from_utf8_lossy(&line).replace('\0', " ");
        format!("process {pid} is left behind: {}", line.trim())
    });
    Ok(told.collect())
}
