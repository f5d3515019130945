//! Schedules.

use homeostat_queue::{disable_schedule, enable_schedule, run_now};
use schemars::JsonSchema;
use serde::Deserialize;

use super::{Change, Said};
use crate::{board::Trouble, routes::Console};

/// Stop firing.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Disable {
    name: String,
}

impl Change for Disable {
    const PATH: &'static str = "/schedules/{name}/disable";
    const ACT: &'static str = "disable";

    fn subject(&self) -> String {
        format!("schedule {}", self.name)
    }

    async fn make(&self, console: &Console, said: &Said) -> Result<String, Trouble> {
        let reason = format!("{}: {}", said.who, said.reason);
        disable_schedule(&console.db, &self.name, &reason).await?;
        Ok(at(&self.name))
    }
}

/// Fire again.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Enable {
    name: String,
}

impl Change for Enable {
    const PATH: &'static str = "/schedules/{name}/enable";
    const ACT: &'static str = "enable";

    fn subject(&self) -> String {
        format!("schedule {}", self.name)
    }

    async fn make(&self, console: &Console, _: &Said) -> Result<String, Trouble> {
        enable_schedule(&console.db, &self.name).await?;
        Ok(at(&self.name))
    }
}

/// Fire once more, now.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RunNow {
    name: String,
}

impl Change for RunNow {
    const PATH: &'static str = "/schedules/{name}/run";
    const ACT: &'static str = "run now";

    fn subject(&self) -> String {
        format!("schedule {}", self.name)
    }

    async fn make(&self, console: &Console, _: &Said) -> Result<String, Trouble> {
        let job = run_now(&console.db, &self.name, console.desks.now().world).await?;
        Ok(format!("/jobs/{job}"))
    }
}

fn at(name: &str) -> String {
    format!("/schedules/{}", crate::lists::encoded(name))
}
