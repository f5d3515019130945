//! One schedule.

use homeostat_queue::{ScheduleRow, schedules};
use jiff::tz::TimeZone;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Record, fact, journal, moments};
use crate::{
    board::{Board, Trouble},
    dialog::Dialog,
    frame::Frame,
    lists::{encoded, schedules::every},
    routes::Console,
    words,
};

/// It.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(transparent)]
pub(crate) struct ScheduleRecord(Record);

/// Which one.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Asked {
    name: String,
}

impl Board for ScheduleRecord {
    const PATH: &'static str = "/schedules/{name}";
    const TAB: &'static str = "/schedules";
    type Ask = Asked;

    async fn look(console: &Console, ask: &Asked) -> Result<Self, Trouble> {
        let all = schedules(&console.db).await?;
        let found = all.into_iter().find(|one| one.name == ask.name);
        let name = words::name(&ask.name);
        let one = found.ok_or_else(|| Trouble::Missing(format!("There is no schedule {name}.")))?;
        let journal = journal(&console.db, "schedule", &one.id.to_string()).await?;
        let zone = console.zone();
        Ok(Self(Record {
            moments: moments(&journal, &zone),
            ..of(&one, &zone)
        }))
    }

    fn html(&self, frame: &Frame) -> askama::Result<String> {
        self.0.html(frame)
    }
}

fn of(one: &ScheduleRow, zone: &TimeZone) -> Record {
    let class = match one.state.as_str() {
        "tripped" => "unknown",
        "disabled" => "refused",
        _ => "",
    };
    let next = one.next_at.map(|at| {
        let clock = words::world_clock(at, zone);
        format!("{}, {}", clock.day, clock.time)
    });
    let lead = match (&one.disabled_reason, &next) {
        (Some(why), _) => format!("It does not fire: {}", words::sentence(why)),
        (None, Some(next)) => format!("It fires next {next}, in the world."),
        (None, None) => "When it fires next is not planned yet.".into(),
    };
    let mut facts = vec![
        fact("Fires", &*one.kind),
        fact("Every", every(one)),
        fact("Brand", one.brand.clone().unwrap_or_else(|| "all".into())),
        fact(
            "While the last one runs",
            match one.overlap.as_str() {
                "skip" => "nothing is fired",
                _ => "another one waits behind it",
            },
        ),
        fact("Failures in a row", one.consecutive_failures.to_string()),
    ];
    if one.guards_money {
        facts.push(fact(
            "Guards money",
            "the mode is SAFE while it does not fire",
        ));
    }
    Record {
        parent: ("Schedules", "/schedules"),
        title: format!("Schedule {}", one.name),
        badges: vec![(one.state.clone(), class)],
        lead,
        facts,
        dialogs: dialogs(one),
        ..Record::default()
    }
}

fn dialogs(one: &ScheduleRow) -> Vec<Dialog> {
    let thing = format!("schedule {}", one.name);
    let path = |verb: &str| format!("/schedules/{}/{verb}", encoded(&one.name));
    let run = Dialog {
        button: "Run now".into(),
        title: format!("Run {} now?", one.kind),
        confirm: "Run it now".into(),
        ..Dialog::new(
            "Run now",
            &thing,
            path("run"),
            "One job is enqueued. When it fires next stays as it is.",
        )
    };
    let other = match one.state.as_str() {
        "enabled" => {
            let text = match one.guards_money {
                true => "It guards money: the mode becomes SAFE until a person says NORMAL.",
                false => "It does not fire until a person enables it.",
            };
            Dialog::new("Disable", &thing, path("disable"), text).danger()
        }
        _ => Dialog::new(
            "Enable",
            &thing,
            path("enable"),
            "It is planned from now on. What passed meanwhile is not made up for.",
        ),
    };
    vec![run, other]
}
