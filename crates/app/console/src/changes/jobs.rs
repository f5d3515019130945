//! Jobs and runs. The id of a run stands for the job of its present phase.

use homeostat_model::JobId;
use homeostat_queue::{cancel, retry_failed};
use schemars::JsonSchema;
use serde::Deserialize;

use super::{Change, Said};
use crate::{board::Trouble, routes::Console};

/// Stop it, or never begin it.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Cancel {
    #[schemars(with = "i64")]
    id: JobId,
}

impl Change for Cancel {
    const PATH: &'static str = "/jobs/{id}/cancel";
    const ACT: &'static str = "cancel";

    fn subject(&self) -> String {
        format!("job {}", self.id)
    }

    async fn make(&self, console: &Console, said: &Said) -> Result<String, Trouble> {
        let reason = format!("{}: {}", said.who, said.reason);
        cancel(&console.db, self.id, &reason).await?;
        Ok(format!("/jobs/{}", self.id))
    }
}

/// All of its attempts anew.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Retry {
    #[schemars(with = "i64")]
    id: JobId,
}

impl Change for Retry {
    const PATH: &'static str = "/jobs/{id}/retry";
    const ACT: &'static str = "retry";

    fn subject(&self) -> String {
        format!("job {}", self.id)
    }

    async fn make(&self, console: &Console, _: &Said) -> Result<String, Trouble> {
        retry_failed(&console.db, self.id, None).await?;
        Ok(format!("/jobs/{}", self.id))
    }
}
