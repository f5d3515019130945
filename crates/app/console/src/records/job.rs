//! One job, live or done.

use homeostat_model::JobId;
use homeostat_queue::{JobFilter, JobRow, jobs};
use jiff::tz::TimeZone;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Record, at, fact, journal, moments};
use crate::{
    board::{Board, Trouble},
    dialog::Dialog,
    frame::Frame,
    receipt::Fact,
    routes::Console,
    words,
};

/// It.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(transparent)]
pub(crate) struct JobRecord(Record);

/// Which one.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Asked {
    #[schemars(with = "i64")]
    id: JobId,
}

impl Board for JobRecord {
    const PATH: &'static str = "/jobs/{id}";
    const TAB: &'static str = "/jobs";
    type Ask = Asked;

    async fn look(console: &Console, ask: &Asked) -> Result<Self, Trouble> {
        let filter = JobFilter {
            id: Some(ask.id),
            ..JobFilter::default()
        };
        let live = jobs(&console.db, &filter).await?.pop();
        let journal = journal(&console.db, "job", &ask.id.to_string()).await?;
        let Some(last) = journal.last() else {
            let text = format!("There is no job {}, and there never was one.", ask.id);
            return Err(Trouble::Missing(text));
        };
        let zone = console.zone();
        let mut record = match &live {
            Some(job) => of_live(job, &zone),
            None => Record {
                lead: format!("It ended {}.", at(last.at, &zone)),
                badges: vec![(last.to_state.clone(), "")],
                facts: made(journal.first().map(|event| &event.data)),
                ..Record::default()
            },
        };
        record.parent = ("Jobs", "/jobs");
        record.title = format!("Job {}", ask.id);
        record.moments = moments(&journal, &zone);
        Ok(Self(record))
    }

    fn html(&self, frame: &Frame) -> askama::Result<String> {
        self.0.html(frame)
    }
}

fn of_live(job: &JobRow, zone: &TimeZone) -> Record {
    let class = match job.state.as_str() {
        "running" => "held",
        "failed" => "crash",
        _ => "",
    };
    let lead = match (job.state.as_str(), job.owner, &job.last_error) {
        ("running", Some(owner), _) => format!("Process {owner} does it."),
        ("failed", _, Some(error)) => format!(
            "It failed for good: {}",
            words::sentence(&words::name(error))
        ),
        ("failed", _, None) => "It failed for good.".into(),
        (_, _, Some(error)) => format!(
            "It waits. Last time: {}",
            words::sentence(&words::name(error))
        ),
        _ => "It waits.".into(),
    };
    let mut facts = vec![
        fact("Kind", &*job.kind),
        fact("Brand", job.brand.clone().unwrap_or_else(|| "none".into())),
        fact("Asked to do", job.args.to_string()),
        fact(
            "Attempts",
            format!("{} of {}", job.attempts_used, job.attempts_max),
        ),
        fact(
            "Put off",
            words::count(job.snoozes.unsigned_abs().into(), "time"),
        ),
        fact(
            "Interrupted",
            words::count(job.interruptions.unsigned_abs().into(), "time"),
        ),
        fact("May run from", at(job.run_at, zone)),
        fact("Is given up", at(job.give_up_at, zone)),
    ];
    if let Some(run) = job.run {
        let phase = job.phase.as_deref().unwrap_or_default();
        facts.push(fact("Phase", format!("{phase} of run {run}")));
    }
    Record {
        badges: vec![(job.state.clone(), class)],
        lead,
        facts,
        dialogs: dialogs(job),
        ..Record::default()
    }
}

fn dialogs(job: &JobRow) -> Vec<Dialog> {
    let thing = format!("job {}", job.id);
    let path = |verb: &str| format!("/jobs/{}/{verb}", job.id);
    let cancel = Dialog::new(
        "Cancel",
        &thing,
        path("cancel"),
        match job.state.as_str() {
            "running" => "Its worker is told to stop. What it has done already stays done.",
            _ => "It is never begun. What it was to do is not done.",
        },
    )
    .danger();
    match job.state.as_str() {
        "failed" => {
            let text = "It gets all of its attempts anew, from the progress that it saved.";
            vec![Dialog::new("Retry", &thing, path("retry"), text), cancel]
        }
        _ => vec![cancel],
    }
}

/// What the journal says of a job that is gone: it was written down whole when it was made.
fn made(data: Option<&serde_json::Value>) -> Vec<Fact> {
    let text = |name: &str| {
        let value = data.and_then(|data| data.get(name))?;
        (!value.is_null()).then(|| {
            value
                .as_str()
                .map_or_else(|| value.to_string(), str::to_owned)
        })
    };
    let rows = [
        ("Kind", "kind"),
        ("Brand", "brand"),
        ("Asked to do", "args"),
        ("Of run", "run_id"),
    ];
    rows.into_iter()
        .filter_map(|(name, column)| Some(fact(name, text(column)?)))
        .collect()
}
