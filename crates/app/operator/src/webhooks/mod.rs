//! What vendors tell by themselves: kept once, and taken for a hint.
//!
//! ```text
//!   raw body ──▶ signature ──▶ one transaction: its row, and a look for each brand that it may be about
//!                   │                              └ known by its name or its hash: nothing more is done
//!                   └ wrong, or of another time: nothing is written
//! ```
//! *Who is authoritative.* The vendor, as the look reads it. Nothing that a delivery claims is stored or believed:
//! whom and which parcel it names is only where we look. Its body, which may hold data of persons, is not kept. *Crash
//! points.* Before the commit nothing is left, and the vendor sends again; after it a repetition is known.
//! *Invariant.* The look begins after the delivery came: a burst waits for one look that has not begun, and a look
//! that has begun gets one behind it. Where a look leaves alone what it has seen lately, as with parcels, what a
//! delivery names is looked at by itself. *Limits.* A delivery is known again by what its vendor calls it, and by its
//! body: a header that is not signed can be changed by whoever saw the delivery. A delivery that never comes costs
//! nothing but time: the loop looks by itself.
//!
//! Each vendor has a file of the same shape: its secrets, and what a delivery is about once it has proven itself.

mod agentmail;
mod keep;
mod meta;
mod refused;
mod revolut;
mod shopify;
mod track17;

use homeostat_model::{BrandId, RuntimeTime};
use homeostat_store::{Db, transact};
use homeostat_vendors as vendors;
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};

pub(crate) use self::keep::forget;
use self::refused::Refused;
use crate::{
    config::{Brand, Config, ConfigError},
    jobs::LoopError,
    secrets,
};

/// Who may tell something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Vendor {
    /// The ads.
    Meta,
    /// The brands' shops.
    Shopify,
    /// Parcels.
    Track17,
    /// The inboxes.
    AgentMail,
    /// The bank.
    Revolut,
}

/// What each vendor proves itself with. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct Webhooks {
    meta: meta::Words,
    shopify: shopify::Words,
    track17: Option<SecretString>,
    agentmail: Option<SecretString>,
    revolut: Vec<SecretString>,
    refused: Refused,
}

/// A delivery as it came.
#[derive(Debug, Clone, Copy)]
pub struct Delivery<'a> {
    /// At whose door.
    pub vendor: Vendor,
    /// The brand that the door is of, where the path names one.
    pub brand: Option<&'a str>,
    /// All headers, their names in lower case.
    pub headers: &'a [(&'a str, &'a [u8])],
    /// The raw body.
    pub body: &'a [u8],
    /// When it came, by the clock that vendors sign with.
    pub at: RuntimeTime,
}

/// What became of a delivery.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Taken {
    /// It is new: these brands are looked at.
    New(Vec<BrandId>),
    /// It came before; nothing was changed.
    Known,
}

/// What a delivery is about, once it has proven itself.
#[derive(Debug)]
struct News {
    /// What the vendor calls it; none where it has no name.
    name: Option<String>,
    /// Whom it may be about, in the order of the configuration, in which all deliveries lock their keys.
    brands: Vec<BrandId>,
    /// The kind of the job that looks.
    look: &'static str,
    /// Parcels that are looked at each by itself; none: the look is at everything that is due.
    parcels: Vec<String>,
}

/// A delivery that was not taken. Nothing was changed, unless the commit is in doubt.
#[derive(Debug, thiserror::Error)]
pub enum WebhookError {
    /// The secret is not there.
    #[error(
        "webhooks of {0} are switched off: set {1} in the environment of `homeostat` and start it again"
    )]
    Off(&'static str, &'static str),
    /// The path names no brand that has to do with this vendor.
    #[error("no brand of this name has to do with {0}")]
    NoBrand(&'static str),
    /// It does not prove itself.
    #[error("this is not signed as {0} signs it")]
    Forged(&'static str),
    /// It proves itself, and was sent at another time than now.
    #[error("this was signed for another time than now: it is old, or this machine's clock is off")]
    NotNow,
    /// It is longer than any of this vendor.
    #[error("this has more than {0} bytes, and is none of the vendor's")]
    TooLarge(usize),
    /// It could not be kept. The vendor sends it again.
    #[error("it cannot be kept now")]
    Loop(#[from] LoopError),
}

impl Vendor {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::Meta,
        Self::Shopify,
        Self::Track17,
        Self::AgentMail,
        Self::Revolut,
    ];

    /// As paths and rows name it.
    pub fn id(self) -> &'static str {
        match self {
            Self::Meta => "meta",
            Self::Shopify => "shopify",
            Self::Track17 => "track17",
            Self::AgentMail => "agentmail",
            Self::Revolut => "revolut",
        }
    }

    /// As people name it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Meta => "Meta",
            Self::Shopify => "Shopify",
            Self::Track17 => "17TRACK",
            Self::AgentMail => "AgentMail",
            Self::Revolut => "Revolut",
        }
    }

    /// A longer delivery is refused unread, in bytes.
    pub fn body_bytes_max(self) -> usize {
        match self {
            Self::Meta => vendors::meta::webhook::BODY_BYTES_MAX,
            Self::Shopify => vendors::shopify::webhook::BODY_BYTES_MAX,
            Self::Track17 => vendors::track17::push::BODY_BYTES_MAX,
            Self::AgentMail => vendors::agentmail::webhook::BODY_BYTES_MAX,
            Self::Revolut => vendors::revolut::webhook::BODY_BYTES_MAX,
        }
    }
}

impl Webhooks {
    /// The secrets of the environment. A variable that is absent or empty switches its part off.
    ///
    /// # Errors
    /// When a file that should have one cannot be used.
    pub fn from_environment(config: &Config) -> Result<Self, ConfigError> {
        Ok(Self {
            meta: meta::Words::from_environment()?,
            shopify: shopify::Words::from_environment(&config.brands)?,
            track17: secrets::optional(track17::KEY)?,
            agentmail: secrets::optional(agentmail::SECRET)?,
            revolut: several(secrets::optional(revolut::SECRET)?),
            refused: Refused::default(),
        })
    }

    /// What Meta is answered when it asks whether the address is ours.
    ///
    /// # Errors
    /// [`WebhookError::Off`] without a word of ours; [`WebhookError::Forged`] when it does not know it.
    pub fn challenge<'a>(
        &self,
        query: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Result<&'a str, WebhookError> {
        self.meta.challenge(query)
    }

    /// Takes a delivery.
    ///
    /// # Errors
    /// [`WebhookError::Off`] without the vendor's secret; [`WebhookError::Forged`] or [`WebhookError::NotNow`] when the
    /// raw body does not carry its signature of now; [`WebhookError::TooLarge`]; else the database's.
    pub async fn take(
        &self,
        db: &Db,
        config: &Config,
        delivery: Delivery<'_>,
    ) -> Result<Taken, WebhookError> {
        let news = match self.read(config, delivery) {
            Ok(news) => news,
            Err(error) => {
                self.refused.count(delivery.vendor, &error);
                return Err(error);
            }
        };
        let taken = transact!(db, |tx| -> Result<Taken, LoopError> {
            let Some(at) = keep::keep(&mut *tx, delivery, &news).await? else {
                return Ok(Taken::Known);
            };
            for brand in &news.brands {
                for about in news.looks() {
                    keep::look(&mut *tx, delivery.vendor, news.look, (brand, about), at).await?;
                }
            }
            Ok(Taken::New(news.brands.clone()))
        })?;
        Ok(taken)
    }

    /// How many deliveries were refused so far, by this process.
    pub fn refused(&self, vendor: Vendor) -> u64 {
        self.refused.so_far(vendor)
    }

    fn read(&self, config: &Config, delivery: Delivery<'_>) -> Result<News, WebhookError> {
        let bytes_max = delivery.vendor.body_bytes_max();
        if delivery.body.len() > bytes_max {
            return Err(WebhookError::TooLarge(bytes_max));
        }
        let brands = &config.brands;
        match delivery.vendor {
            Vendor::Meta => self.meta.read(brands, delivery),
            Vendor::Shopify => self.shopify.read(brands, delivery),
            Vendor::Track17 => track17::read(self.track17.as_ref(), brands, delivery),
            Vendor::AgentMail => agentmail::read(self.agentmail.as_ref(), brands, delivery),
            Vendor::Revolut => revolut::read(&self.revolut, brands, delivery),
        }
    }
}

impl News {
    /// What each look is at: a parcel, or everything.
    fn looks(&self) -> Vec<Option<&str>> {
        match self.parcels.is_empty() {
            true => vec![None],
            false => self.parcels.iter().map(|one| Some(one.as_str())).collect(),
        }
    }
}

impl<'a> Delivery<'a> {
    /// All values of a header, whose name is in lower case.
    fn values(&self, name: &str) -> impl Iterator<Item = &'a [u8]> {
        let named = self.headers.iter().filter(move |(known, _)| *known == name);
        named.map(|(_, value)| *value)
    }

    fn forged(&self) -> WebhookError {
        WebhookError::Forged(self.vendor.name())
    }
}

/// The brands that `is_meant` holds for, else all that `may_be` holds for.
fn about(
    brands: &[Brand],
    may_be: impl Fn(&Brand) -> bool,
    is_meant: impl Fn(&Brand) -> bool,
) -> Vec<BrandId> {
    let all = || brands.iter().filter(|brand| may_be(brand));
    let ids = |brand: &Brand| brand.id.clone();
    let meant: Vec<BrandId> = all().filter(|brand| is_meant(brand)).map(ids).collect();
    match meant.is_empty() {
        true => all().map(ids).collect(),
        false => meant,
    }
}

/// While a secret is changed there are two: they stand in one variable with a comma between them.
fn several(secrets: Option<SecretString>) -> Vec<SecretString> {
    let text = secrets.unwrap_or_default();
    let each = text.expose_secret().split(',').map(str::trim);
    each.filter(|one| !one.is_empty())
        .map(SecretString::from)
        .collect()
}

fn digest(text: &[u8]) -> [u8; 32] {
    Sha256::digest(text).into()
}

#[cfg(test)]
mod tests;
