//! Where alerts go, one file per sort of sink. A new one adds its file, its word in the settings and a
//! line in [`build`].

pub(crate) mod command;
pub(crate) mod file;
pub(crate) mod webhook;

use std::{fmt, io, sync::Arc, time::Duration};

use async_trait::async_trait;
use homeostat_model::{Classify, Fault};
use sha2::{Digest, Sha256};

use crate::{BadSink, Notice, SinkSettings};

/// How long one delivery may take when nothing is said.
const LIMIT: Duration = Duration::from_secs(10);

/// Looks up a variable of the environment.
pub type Lookup<'a> = &'a dyn Fn(&str) -> Option<String>;

/// Takes notices. A delivery that is dropped half-way counts as failed, and comes again.
#[async_trait]
pub trait Sink: fmt::Debug + Send + Sync {
    /// For people; without secrets.
    fn name(&self) -> &str;

    /// Stays the same for as long as notices go to the same place. Names a directory.
    fn key(&self) -> &str;

    /// After this a delivery is dropped.
    fn limit(&self) -> Duration;

    /// Whether a delivery could work on this machine.
    ///
    /// # Errors
    /// Naming the field and the fix.
    fn preflight(&self) -> Result<(), BadSink>;

    /// Returns once the notice is where it should be.
    ///
    /// # Errors
    /// Without secrets.
    async fn deliver(&self, notice: &Notice) -> Result<(), SinkError>;
}

/// Why a sink did not take a notice. It is tried again in any case: nothing may be lost, and a
/// receiver knows by its id what it has seen.
#[derive(Debug, thiserror::Error)]
pub enum SinkError {
    /// It took too long.
    #[error("no end after {} ms", .0.as_millis())]
    TooLate(Duration),
    /// The last delivery still hangs.
    #[error("the delivery before it still hangs")]
    Hangs,
    /// The receiver said no.
    #[error("the receiver answered {0}")]
    Refused(u16),
    /// The receiver was not reached, or its answer was lost.
    #[error("{0}")]
    Unreachable(String),
    /// The command did not end well.
    #[error("{status}{}{said}", if said.is_empty() { "" } else { ": " })]
    Ended {
        /// How it ended.
        status: String,
        /// The end of its standard error.
        said: String,
    },
    /// A setting cannot work here.
    #[error(transparent)]
    Setting(#[from] BadSink),
    /// The system said no.
    #[error("{what}: {source}")]
    Io {
        /// To what.
        what: String,
        /// What it said.
        source: io::Error,
    },
}

impl Classify for SinkError {
    fn fault(&self) -> Fault {
        match self {
            Self::TooLate(_) | Self::Hangs | Self::Unreachable(_) => Fault::UnknownOutcome,
            Self::Refused(_) | Self::Ended { .. } | Self::Setting(_) => Fault::Permanent,
            Self::Io { .. } => Fault::Transient,
        }
    }
}

/// The sink that is written so.
///
/// # Errors
/// Naming the field and the fix. A variable that is missing is found by the preflight, and by each
/// delivery: a sink that cannot work must not take the others with it.
pub fn build(settings: &SinkSettings, lookup: Lookup<'_>) -> Result<Arc<dyn Sink>, BadSink> {
    settings.check()?;
    let limit = settings.timeout_ms.map_or(LIMIT, Duration::from_millis);
    if let Some(path) = &settings.file {
        return Ok(Arc::new(file::FileSink::new(path.clone(), limit)));
    }
    if let Some(words) = &settings.command {
        let sink = command::CommandSink::new(words, &settings.env, limit, lookup);
        return Ok(Arc::new(sink));
    }
    let url = settings.webhook.as_deref().unwrap_or_default();
    let sink = webhook::WebhookSink::new(url, &settings.headers_from, limit, lookup)?;
    Ok(Arc::new(sink))
}

/// A key from what a sink is.
fn key(sort: &str, place: &str) -> String {
    let digest = Sha256::digest(place.as_bytes());
    format!("{sort}-{}", hex::encode(&digest[..6]))
}

/// Whether this can be the name of a variable.
fn is_variable(name: &str) -> bool {
    !name.is_empty()
        && name.len() <= 100
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}
