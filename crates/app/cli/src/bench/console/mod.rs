//! `bench console`: how fast the console is on a long history. Its own temporary cluster, the real web role as a process
//! of its own, and real HTTP.
//!
//! | figure | is |
//! |---|---|
//! | pages | 95th of a hundred answers to each page, one after another on one connection, to the last byte |
//! | first screen | its page and its sheet and script as they come over the wire, compressed |
//! | streams | event streams held open at once, each of which has been sent the whole screen |
//! | memory | the most that the web process ever had resident, with those streams and after the pages |
//! | event to screen | from the commit of a change to its panel on a stream, 95th of a hundred |

mod history;
mod plant;
mod report;
mod screen;
mod visitor;

use std::process::ExitCode;

use crate::{failure::Failure, run::stop_signal, ui};
use plant::Plant;
use report::Report;

/// Measures the console on a cluster of its own. Missing an aim is no failure.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Events in the journal before anything is measured
    #[arg(long, value_name = "N", default_value_t = 10_000_000)]
    events: i64,
    /// Event streams held open at once
    #[arg(long, value_name = "N", default_value_t = 200)]
    streams: usize,
    /// Answers of each page
    #[arg(long, value_name = "N", default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    answers: u32,
}

/// Measures and tells.
pub(crate) async fn run(args: &Args, as_json: bool) -> Result<ExitCode, Failure> {
    ui::note("a temporary cluster is being made …");
    let mut plant = Plant::build().await?;
    let measured = tokio::select! {
        measured = measure(&mut plant, args) => measured,
        () = stop_signal() => Err(Failure::TryAgain("stopped before everything was measured".into())),
    };
    let razed = plant.raze().await;
    let report = measured?;
    razed?;
    report.tell(as_json);
    Ok(ExitCode::SUCCESS)
}

async fn measure(plant: &mut Plant, args: &Args) -> Result<Report, Failure> {
    ui::note(&format!(
        "a history of {} events is being written …",
        args.events
    ));
    let events = history::write(&plant.db, args.events).await?;
    let at = plant.serve().await?;
    let answers = usize::try_from(args.answers).unwrap_or(1);
    let mut report = Report::begin(events, answers);
    for path in history::paths(&plant.db).await? {
        ui::note(&format!("{path} …"));
        let page = visitor::answers(&at, &path, answers).await?;
        report.page(path, page)?;
    }
    report.first_screen_bytes = visitor::first_screen(&at).await?;
    ui::note(&format!("{} streams …", args.streams));
    let streams = screen::Streams::open(&at, args.streams).await?;
    report.streams = streams.count();
    report.event_to_screen(streams.event_to_screen(&plant.db, answers).await?)?;
    report.web_rss_mb = plant.rss_mb()?;
    Ok(report)
}
