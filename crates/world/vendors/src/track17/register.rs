//! Asking the vendor to follow parcels.

use serde_json::{Value, json};

use homeostat_model::Fault;

use super::{
    batch::{Batch, Outcome, item},
    client::Client,
    faults::{ALREADY_THERE, CallKind, Error, Refusal},
    parcel::{Carrier, Parcel},
    read::carrier,
};
use crate::wire::{Object, WireError};

/// The longest tag, in characters.
const TAG_MAX: usize = 100;
/// The longest extra fact for a carrier, in characters.
const PARAM_MAX: usize = 100;

/// A parcel to be followed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewParcel {
    /// Its number and carrier.
    pub parcel: Parcel,
    /// Our own word for it, which comes back with all that is told of it. Up to 100 characters.
    pub tag: Option<String>,
    /// A fact that its carrier wants before it tells anything, such as a postcode. Up to 100 characters.
    pub param: Option<String>,
}

/// What became of a parcel that was to be followed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Registration {
    /// It is followed from now on. One unit of the quota is used.
    Registered {
        /// Whose number it is, as far as the vendor knows.
        carrier: Option<Carrier>,
    },
    /// It was followed already, and nothing is used. A registration whose reply was lost ends here.
    AlreadyThere,
    /// It is not followed. Nothing is used.
    Rejected(Refusal),
    /// The reply does not say. Register it again.
    Unclear {
        /// What was found, shortened.
        problem: String,
    },
}

impl Registration {
    /// Whether the parcel is followed now.
    pub fn is_followed(&self) -> bool {
        match self {
            Self::Registered { .. } | Self::AlreadyThere => true,
            Self::Rejected(_) | Self::Unclear { .. } => false,
        }
    }

    /// What to do when it is not; `None` when it is.
    pub fn fault(&self) -> Option<Fault> {
        match self {
            Self::Registered { .. } | Self::AlreadyThere => None,
            Self::Rejected(refusal) => Some(refusal.fault(CallKind::Write)),
            Self::Unclear { .. } => Some(Fault::UnknownOutcome),
        }
    }
}

impl Outcome for Registration {
    fn accepted(entry: &Object<'_>) -> Result<Self, WireError> {
        Ok(Self::Registered {
            carrier: carrier(entry, "carrier")?,
        })
    }

    fn rejected(refusal: Refusal) -> Self {
        match refusal.code {
            ALREADY_THERE => Self::AlreadyThere,
            _ => Self::Rejected(refusal),
        }
    }

    fn unclear(problem: String) -> Self {
        Self::Unclear { problem }
    }
}

impl Client {
    /// Has up to 40 parcels followed. Doing it twice is harmless, as long as the same carrier is named.
    ///
    /// # Errors
    /// See [`Error`]. After an unknown outcome send the same again.
    pub async fn register(&self, items: &[NewParcel]) -> Result<Batch<Registration>, Error> {
        let body = body(items)?;
        let asked: Vec<&Parcel> = items.iter().map(|item| &item.parcel).collect();
        self.batch(CallKind::Write, "register", &body, &asked).await
    }
}

/// # Errors
/// When a text is not one that the vendor takes.
pub(super) fn body(items: &[NewParcel]) -> Result<Value, Error> {
    let each = items.iter().map(|wanted| {
        let mut body = item(&wanted.parcel);
        for (name, text, chars_max) in [
            ("tag", &wanted.tag, TAG_MAX),
            ("param", &wanted.param, PARAM_MAX),
        ] {
            if let Some(text) = text {
                check(name, text, chars_max)?;
                body[name] = json!(text);
            }
        }
        Ok(body)
    });
    each.collect()
}

fn check(field: &'static str, text: &str, chars_max: usize) -> Result<(), Error> {
    let fits = (1..=chars_max).contains(&text.chars().count());
    if fits && !text.chars().any(char::is_control) {
        return Ok(());
    }
    Err(Error::Request {
        field,
        problem: format!("must be 1 to {chars_max} characters, none of them a control character"),
    })
}
