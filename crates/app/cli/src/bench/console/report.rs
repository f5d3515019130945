//! The figures: one JSON object for scripts, a table with the aims for people.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::{bench::quantile::Quantiles, failure::Failure, ui};

/// Aims of the console.
const PAGE_P95_MS: f64 = 100.0;
const FIRST_SCREEN_BYTES: usize = 50 * 1024;
const WEB_RSS_MB: f64 = 100.0;
const EVENT_TO_SCREEN_MS: f64 = 1_000.0;

/// Everything that was measured.
#[derive(Debug, Serialize)]
pub(super) struct Report {
    pages: BTreeMap<String, f64>,
    page_p95_ms_max: f64,
    pub(super) first_screen_bytes: usize,
    pub(super) streams: usize,
    pub(super) web_rss_mb: f64,
    event_to_screen_p95_ms: f64,
    event_to_screen_max_ms: f64,
    events_in_database: i64,
    /// How often each page was asked for.
    answers: usize,
    /// How this program was compiled.
    build: &'static str,
    cores: usize,
}

impl Report {
    /// Nothing measured yet.
    pub(super) fn begin(events: i64, answers: usize) -> Self {
        Self {
            pages: BTreeMap::new(),
            page_p95_ms_max: 0.0,
            first_screen_bytes: 0,
            streams: 0,
            web_rss_mb: 0.0,
            event_to_screen_p95_ms: 0.0,
            event_to_screen_max_ms: 0.0,
            events_in_database: events,
            answers,
            build: if cfg!(debug_assertions) {
                "debug"
            } else {
                "release"
            },
            cores: std::thread::available_parallelism().map_or(1, usize::from),
        }
    }

    /// A page's answers.
    pub(super) fn page(&mut self, path: String, took_ms: Vec<f64>) -> Result<(), Failure> {
        let p95 = Quantiles::of(took_ms, self.answers)?.p95;
        self.page_p95_ms_max = self.page_p95_ms_max.max(p95);
        self.pages.insert(path, p95);
        Ok(())
    }

    /// From commit to stream.
    pub(super) fn event_to_screen(&mut self, took_ms: Vec<f64>) -> Result<(), Failure> {
        let took = Quantiles::of(took_ms, self.answers)?;
        self.event_to_screen_p95_ms = took.p95;
        self.event_to_screen_max_ms = took.max;
        Ok(())
    }

    /// Says it.
    pub(super) fn tell(&self, as_json: bool) {
        if as_json {
            ui::json(self);
            return;
        }
        let mut rows: Vec<Vec<String>> = self
            .pages
            .iter()
            .map(|(path, p95)| {
                row(
                    path,
                    format!("{p95:.1} ms"),
                    format!("{PAGE_P95_MS:.0} ms"),
                    *p95 < PAGE_P95_MS,
                )
            })
            .collect();
        let kb = |bytes: usize| format!("{:.1} KB", bytes as f64 / 1024.0);
        let (bytes, mb, ms) = (
            self.first_screen_bytes,
            self.web_rss_mb,
            self.event_to_screen_p95_ms,
        );
        rows.push(row(
            "first screen, compressed",
            kb(bytes),
            kb(FIRST_SCREEN_BYTES),
            bytes < FIRST_SCREEN_BYTES,
        ));
        let streams = format!("memory with {} streams", self.streams);
        rows.push(row(
            &streams,
            format!("{mb:.0} MB"),
            format!("{WEB_RSS_MB:.0} MB"),
            mb < WEB_RSS_MB,
        ));
        let aim = format!("{EVENT_TO_SCREEN_MS:.0} ms");
        rows.push(row(
            "event to screen",
            format!("{ms:.0} ms"),
            aim,
            ms < EVENT_TO_SCREEN_MS,
        ));
        ui::table(
            &["figure, 95th of a hundred", "is", "aim below", ""],
            rows,
            "",
        );
        ui::line(&format!(
            "{} events, {} build, {} cores",
            self.events_in_database, self.build, self.cores
        ));
    }
}

fn row(name: &str, is: String, aim: String, holds: bool) -> Vec<String> {
    vec![
        name.to_owned(),
        is,
        aim,
        if holds { "" } else { "missed" }.into(),
    ]
}
