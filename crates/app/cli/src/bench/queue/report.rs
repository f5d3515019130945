//! The figures: one JSON object for scripts, a table with the aims for people.

use homeostat_queue::PoolOptions;
use homeostat_store::Db;
use serde::Serialize;

use super::drain::Drained;
use crate::{bench::quantile::Quantiles, failure::Failure, ui};

/// Everything that was measured; what was not is null.
#[derive(Debug, Serialize)]
pub(super) struct Report {
    drain_jobs_per_s: Option<f64>,
    drain_unbatched_jobs_per_s: Option<f64>,
    enqueue_jobs_per_s: Option<f64>,
    latency_p50_ms: Option<f64>,
    latency_p99_ms: Option<f64>,
    floor_rows_per_s: Option<f64>,
    pipeline_runs_per_s: Option<f64>,
    rescue_p50_ms: Option<f64>,
    rescue_p99_ms: Option<f64>,
    idle_queries_per_s: Option<f64>,
    worker_rss_mb: Option<f64>,
    settings: Settings,
    rerun_max_after_kill: Option<usize>,
    /// Each round of the drain, in order.
    drain_rounds: Vec<f64>,
    jobs: usize,
    /// Events in the log before anything was measured.
    pub(super) events_before: i64,
    /// How this program was compiled.
    build: &'static str,
    cores: usize,
}

/// What the server says about itself, and the sizes that the pool works with.
#[derive(Debug, Serialize)]
struct Settings {
    server: String,
    fsync: String,
    synchronous_commit: String,
    full_page_writes: String,
    claim_batch: usize,
    finish_batch: usize,
}

impl Report {
    /// Nothing measured yet.
    pub(super) async fn begin(db: &Db, jobs: usize) -> Result<Self, Failure> {
        let server = db.server_version().await?;
        let shown = sqlx::query!(
            r#"SELECT current_setting('fsync') AS "fsync!",
                      current_setting('synchronous_commit') AS "synchronous_commit!",
                      current_setting('full_page_writes') AS "full_page_writes!""#
        )
        .fetch_one(db.pool())
        .await
        .map_err(|e| Failure::environment(&e))?;
        let pool = PoolOptions::default();
        Ok(Self {
            drain_jobs_per_s: None,
            drain_unbatched_jobs_per_s: None,
            enqueue_jobs_per_s: None,
            latency_p50_ms: None,
            latency_p99_ms: None,
            floor_rows_per_s: None,
            pipeline_runs_per_s: None,
            rescue_p50_ms: None,
            rescue_p99_ms: None,
            idle_queries_per_s: None,
            worker_rss_mb: None,
            settings: Settings {
                server,
                fsync: shown.fsync,
                synchronous_commit: shown.synchronous_commit,
                full_page_writes: shown.full_page_writes,
                claim_batch: pool.claim_batch_max,
                finish_batch: pool.finish_batch_max,
            },
            rerun_max_after_kill: None,
            drain_rounds: Vec::new(),
            jobs,
            events_before: 0,
            build: if cfg!(debug_assertions) {
                "debug"
            } else {
                "release"
            },
            cores: std::thread::available_parallelism().map_or(0, usize::from),
        })
    }

    pub(super) fn drain(&mut self, rounds: &[Drained]) {
        self.drain_rounds = rounds.iter().map(|r| r.drain_per_s.round()).collect();
        self.drain_jobs_per_s = median(rounds.iter().map(|r| r.drain_per_s));
        self.enqueue_jobs_per_s = median(rounds.iter().map(|r| r.enqueue_per_s));
        self.worker_rss_mb = rounds.iter().map(|r| r.rss_mb).reduce(f64::max);
    }

    pub(super) fn unbatched(&mut self, rounds: &[Drained]) {
        self.drain_unbatched_jobs_per_s = median(rounds.iter().map(|r| r.drain_per_s));
    }

    pub(super) fn floor(&mut self, rounds: &[f64]) {
        self.floor_rows_per_s = median(rounds.iter().copied());
    }

    pub(super) fn pipeline(&mut self, runs_per_s: f64) {
        self.pipeline_runs_per_s = Some(runs_per_s);
    }

    pub(super) fn latency(&mut self, waits: Quantiles) {
        (self.latency_p50_ms, self.latency_p99_ms) = (Some(waits.p50), Some(waits.p99));
    }

    pub(super) fn rescue(&mut self, waits: Quantiles) {
        (self.rescue_p50_ms, self.rescue_p99_ms) = (Some(waits.p50), Some(waits.p99));
    }

    pub(super) fn rerun(&mut self, most: usize) {
        self.rerun_max_after_kill = Some(most);
    }

    pub(super) fn idle(&mut self, queries_per_s: f64) {
        self.idle_queries_per_s = Some(queries_per_s);
    }

    /// Prints it.
    pub(super) fn tell(&self, as_json: bool) {
        if as_json {
            ui::json(self);
            return;
        }
        ui::table(
            &["figure", "measured", "aim"],
            self.rows(),
            "nothing was measured",
        );
        let s = &self.settings;
        ui::line(&format!(
            "\n{}, fsync {}, synchronous_commit {}, full_page_writes {}; {} build, {} cores; \
             claims of up to {}, finishes of up to {}; {} jobs a drain, {} events in the log before",
            s.server,
            s.fsync,
            s.synchronous_commit,
            s.full_page_writes,
            self.build,
            self.cores,
            s.claim_batch,
            s.finish_batch,
            self.jobs,
            self.events_before,
        ));
    }

    fn rows(&self) -> Vec<Vec<String>> {
        let floor_aim = self.floor_rows_per_s.map_or_else(String::new, |floor| {
            format!(", {:.0} by the floor", 0.4 * floor)
        });
        let drain_aim = format!("≥ 40000{floor_aim}");
        let reruns = self.rerun_max_after_kill.map(|n| n as f64);
        // Name, value, digits after the point, aim.
        [
            ("drain, jobs/s", self.drain_jobs_per_s, 0, &*drain_aim),
            (
                "drain unbatched, jobs/s",
                self.drain_unbatched_jobs_per_s,
                0,
                "≥ 3500",
            ),
            ("enqueue, jobs/s", self.enqueue_jobs_per_s, 0, ""),
            ("floor, rows/s", self.floor_rows_per_s, 0, ""),
            ("latency p50, ms", self.latency_p50_ms, 2, "< 2"),
            ("latency p99, ms", self.latency_p99_ms, 2, "< 10"),
            ("five-phase runs/s", self.pipeline_runs_per_s, 0, "≥ 1000"),
            ("rescue p50, ms", self.rescue_p50_ms, 0, ""),
            ("rescue p99, ms", self.rescue_p99_ms, 0, "< 250"),
            ("idle transactions/s", self.idle_queries_per_s, 1, ""),
            ("worker's peak memory, MB", self.worker_rss_mb, 1, "< 30"),
            ("reruns after one kill", reruns, 0, ""),
        ]
        .into_iter()
        .filter_map(|(name, value, digits, aim)| {
            let measured = format!("{:.digits$}", value?);
            Some(vec![name.to_owned(), measured, aim.to_owned()])
        })
        .collect()
    }
}

/// The middle one; of an even number the lower.
fn median(rounds: impl Iterator<Item = f64>) -> Option<f64> {
    let mut sorted: Vec<f64> = rounds.collect();
    sorted.sort_by(f64::total_cmp);
    sorted.get(sorted.len().saturating_sub(1) / 2).copied()
}
