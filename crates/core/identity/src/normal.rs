//! A text in the one form under which it is compared. Never shown, never stored.

use std::fmt;

use homeostat_model::{Classify, Fault};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};

use crate::{PostalAddress, address, email, fold::RAW_BYTES_MAX, phone};

/// What an identity is made from. Each kind has keys of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// An email address.
    Email,
    /// A telephone number.
    Phone,
    /// A house that parcels go to.
    Address,
}

/// A text in its one form. `Debug` shows the kind and no more; the text is wiped when it is dropped.
#[derive(Debug, Clone)]
pub struct Normal {
    kind: Kind,
    text: SecretString,
}

/// No identity can be made of this text, and none is guessed. It names the kind and the reason, never
/// the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no identity from this {kind}: {why}")]
pub struct Unidentifiable {
    /// What was to be normalised.
    pub kind: Kind,
    /// What is wrong with it.
    pub why: &'static str,
}

impl Kind {
    /// All of them, in the order they are shown.
    pub const ALL: [Self; 3] = [Self::Email, Self::Phone, Self::Address];

    /// The word in the keyed message and in the stored form.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Phone => "phone",
            Self::Address => "address",
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Classify for Unidentifiable {
    fn fault(&self) -> Fault {
        Fault::Permanent
    }
}

impl Normal {
    /// An email address: compatibility form, lower case; at Gmail dots and what follows a plus count
    /// for nothing.
    ///
    /// # Errors
    /// When the text is not one plain address.
    pub fn email(raw: &str) -> Result<Self, Unidentifiable> {
        Self::of(Kind::Email, &[raw], || email::normalise(raw))
    }

    /// A telephone number as E.164. `country` is the ISO code that a national number is read in.
    ///
    /// # Errors
    /// When the text is no number, or one whose country's rules are not known here.
    pub fn phone(raw: &str, country: &str) -> Result<Self, Unidentifiable> {
        Self::of(Kind::Phone, &[raw, country], || {
            phone::normalise(raw, country)
        })
    }

    /// A house: country, postcode, house number and folded street.
    ///
    /// # Errors
    /// When a part is missing, or the address is one that strangers share, such as a parcel locker.
    pub fn address(raw: &PostalAddress<'_>) -> Result<Self, Unidentifiable> {
        Self::of(
            Kind::Address,
            &[raw.country, raw.postcode, raw.street],
            || address::normalise(raw),
        )
    }

    /// What it was made from.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// The message that is keyed: the kind, a colon, the text.
    pub(crate) fn message(&self) -> SecretString {
        format!("{}:{}", self.kind, self.text.expose_secret()).into()
    }

    fn of(
        kind: Kind,
        raw: &[&str],
        normalise: impl FnOnce() -> Result<String, &'static str>,
    ) -> Result<Self, Unidentifiable> {
        let fail = |why| Unidentifiable { kind, why };
        if raw.iter().any(|text| text.len() > RAW_BYTES_MAX) {
            return Err(fail("it is far too long"));
        }
        let text = normalise().map_err(fail)?.into();
        Ok(Self { kind, text })
    }
}
