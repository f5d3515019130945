//! What an actuator is, what it can answer, and the list of them.

use std::{collections::BTreeMap, fmt, sync::Arc, time::Duration};

use async_trait::async_trait;
use homeostat_envelope::Action;
use homeostat_model::{Classify, Fault, Money};
use homeostat_store::{PgConnection, StoreError};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::{EffectView, EffectsError, Permit};

/// How an effect can be done at most once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Class {
    /// The vendor takes a key: sent again with it while it lives.
    Keyed,
    /// The vendor can be asked: sent again when absent after the horizon and the sender is dead.
    Queryable,
    /// Doing it twice changes nothing: sent again when absent and nothing newer was decided.
    Idempotent,
    /// Neither: never sent again.
    Blind,
}

/// What an actuator declares about itself. The console publishes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActuatorSpec {
    /// The effect's kind, such as `meta.pause_campaign`.
    pub kind: String,
    /// The vendor whose breaker and rate bucket apply.
    pub vendor: String,
    /// How it is done at most once.
    pub class: Class,
    /// What it does to the target, for the interlocks that look at more than money.
    pub action: Action,
    /// It can only lower what is at risk, so SAFE lets it through.
    pub risk_reducing: bool,
    /// One call, from first byte to answer.
    pub call_timeout: Duration,
    /// Call timeout + processing + read lag: a read later than this sees what was sent.
    pub horizon: Duration,
    /// How long the vendor remembers a key; only for [`Class::Keyed`].
    pub key_life: Duration,
    /// How the act is undone; `None`: it cannot be.
    pub undo: Option<Undo>,
}

/// How an act is undone: by another act, or by a person in another way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Undo {
    /// What undoing means, for a person.
    pub words: String,
    /// The kind of effect that undoes it; `None`: only a person can.
    pub kind: Option<String>,
}

/// In words alone: only a person can.
impl From<&str> for Undo {
    fn from(words: &str) -> Self {
        Self {
            words: words.to_owned(),
            kind: None,
        }
    }
}

impl ActuatorSpec {
    /// An act that may cost, cannot be undone, is answered within 10 s and seen by a probe within 30 s;
    /// a key lives for a day. Change what is different.
    pub fn new(kind: impl Into<String>, vendor: impl Into<String>, class: Class) -> Self {
        Self {
            kind: kind.into(),
            vendor: vendor.into(),
            class,
            action: Action::Other,
            risk_reducing: false,
            call_timeout: Duration::from_secs(10),
            horizon: Duration::from_secs(30),
            key_life: Duration::from_secs(24 * 3_600),
            undo: None,
        }
    }
}

/// A vendor act. Adding one adds a file that implements this and a line that registers it.
#[async_trait]
pub trait Actuator: Send + Sync {
    /// What it declares about itself.
    fn spec(&self) -> &ActuatorSpec;

    /// Does the act: exactly one request, no retries. The permit is used up.
    ///
    /// # Errors
    /// What the vendor or the way to it said, sorted by what it means for the act.
    async fn call(&self, permit: Permit, request: &Request) -> Result<VendorReceipt, CallError>;

    /// Asks the vendor whether the act happened. Changes nothing.
    async fn probe(&self, effect: &EffectView) -> Probe;

    /// Changes domain state in the transaction that settles the effect.
    ///
    /// # Errors
    /// When the database does not take it; the settle is then tried again. A permanent error settles
    /// the effect without the change and opens the incident `domain_change_refused`.
    async fn on_settled(
        &self,
        _connection: &mut PgConnection,
        _effect: &EffectView,
    ) -> Result<(), EffectsError> {
        Ok(())
    }
}

/// What is sent. The text is the one stored with the effect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// The effect's key, the same however often it is sent. [`token`] makes a short word of it.
    pub key: String,
    /// The target: the vendor's id of what is acted on.
    pub target: String,
    /// The actuator's own parameters, as JSON text.
    pub body: String,
    /// The vendor's idempotency key; only for [`Class::Keyed`].
    pub vendor_key: Option<String>,
    /// The worst case that was held.
    pub worst_case: Money,
}

/// A vendor's answer that the act happened, or was taken and will.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VendorReceipt {
    /// The vendor's own name for what it did.
    pub vendor_ref: Option<String>,
    /// The answer, or the part of it that proves the act.
    pub body: Value,
    /// What it cost; `None`: what was held.
    pub actual: Option<Money>,
    /// False: the vendor took it and finishes later.
    pub finished: bool,
    /// The vendor says that it had done this before, under the same key.
    pub deduplicated: bool,
    /// Paid use beside the act itself, such as a model's tokens.
    pub usage: Option<Usage>,
}

/// Paid use of a vendor's interface.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Usage {
    /// The model that was asked for.
    pub model_asked: Option<String>,
    /// The model that answered.
    pub model_answered: Option<String>,
    /// Units by name.
    pub units: Value,
    /// The row of the price list used.
    pub price_row: Option<String>,
    /// What it cost.
    pub cost: Option<Money>,
}

/// Why a call brought no receipt.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CallError {
    /// The vendor understood and said no. It did not happen and will not.
    #[error("refused by the vendor ({code}): {reason}")]
    Refused {
        /// The vendor's code.
        code: String,
        /// The vendor's words.
        reason: String,
    },
    /// The request certainly never took effect, and may be sent again.
    #[error("never took effect: {reason}")]
    NotSent {
        /// What stopped it.
        reason: String,
    },
    /// The vendor refused because of its rate limit; nothing happened.
    #[error("throttled by the vendor for {wait:?}")]
    Throttled {
        /// How long the vendor wants to be left alone.
        wait: Duration,
    },
    /// It may or may not have happened.
    #[error("no answer that tells: {reason}")]
    Unknown {
        /// What happened to the answer.
        reason: String,
    },
}

impl Classify for CallError {
    fn fault(&self) -> Fault {
        match self {
            Self::Refused { .. } => Fault::Permanent,
            Self::NotSent { .. } | Self::Throttled { .. } => Fault::Transient,
            Self::Unknown { .. } => Fault::UnknownOutcome,
        }
    }
}

/// What the vendor says about an act.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Probe {
    /// It happened (or was taken, when the receipt is not finished).
    Happened(VendorReceipt),
    /// No trace of it now. A request may still be in flight.
    Absent,
    /// The vendor said that it was refused, after it had been accepted.
    Refused(String),
    /// The vendor cannot be asked, or its answer does not tell.
    CannotTell(String),
    /// It wants to be left alone for so long, by all workers.
    Throttled(Duration),
}

/// The actuators of a process, by kind.
#[derive(Clone, Default)]
pub struct Registry(BTreeMap<String, Arc<dyn Actuator>>);

impl Registry {
    /// No actuator.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds one; a later one of the same kind takes its place.
    #[must_use]
    pub fn with(mut self, actuator: Arc<dyn Actuator>) -> Self {
        self.0.insert(actuator.spec().kind.clone(), actuator);
        self
    }

    /// The actuator of a kind.
    pub fn get(&self, kind: &str) -> Option<Arc<dyn Actuator>> {
        self.0.get(kind).cloned()
    }

    /// What all of them declare.
    pub fn specs(&self) -> impl Iterator<Item = &ActuatorSpec> {
        self.0.values().map(|actuator| actuator.spec())
    }

    pub(crate) fn kinds(&self) -> Vec<String> {
        self.0.keys().cloned().collect()
    }
}

/// A short word for an effect's key, which a vendor's object can carry so that a lost reply leaves an
/// object that is found again. Two keys have the same one with a chance of 2⁻⁶⁴.
pub fn token(key: &str) -> String {
    format!("hs-{}", &hex::encode(Sha256::digest(key))[..16])
}

impl fmt::Debug for Registry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

impl VendorReceipt {
    /// A finished act at the price that was held.
    pub fn done(body: Value) -> Self {
        Self {
            vendor_ref: None,
            body,
            actual: None,
            finished: true,
            deduplicated: false,
            usage: None,
        }
    }
}

impl Class {
    /// The word used in SQL and on screen.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Keyed => "keyed",
            Self::Queryable => "queryable",
            Self::Idempotent => "idempotent",
            Self::Blind => "blind",
        }
    }

    pub(crate) fn parse(word: &str) -> Result<Self, StoreError> {
        match word {
            "keyed" => Ok(Self::Keyed),
            "queryable" => Ok(Self::Queryable),
            "idempotent" => Ok(Self::Idempotent),
            "blind" => Ok(Self::Blind),
            other => Err(StoreError::corrupt(
                "effect.class",
                format!("unknown word {other:?}"),
            )),
        }
    }
}
