//! What vendors tell by themselves: kept once, and taken for a hint.
//!
//! ```text
//!   raw body ──▶ signature ──▶ one transaction: its row, and a look for each brand that it may be about
//!                   │                              └ known by its hash: nothing more is done
//!                   └ wrong: nothing is written
//! ```
//! *Who is authoritative.* The vendor, as the look reads it. Nothing that a delivery claims is stored or believed; its
//! body, which may hold data of persons, is not kept. *Crash points.* Before the commit nothing is left, and the vendor
//! sends again; after it a repetition is known. *Invariant.* The look begins after the delivery came: a burst waits for
//! one look that has not begun, and a look that has begun gets one behind it. *Limits.* Equal bodies are one delivery,
//! since the vendor gives no id. A delivery that never comes costs nothing but time: the loop looks by itself.

use std::{collections::BTreeSet, time::Duration};

use homeostat_model::{BrandId, RuntimeTime};
use homeostat_queue::{Enqueue, enqueue_in, job_state_in};
use homeostat_store::{Db, PgConnection, Stamp, StoreError, transact};
use homeostat_vendors::meta::{AccountId, webhook};
use secrecy::SecretString;
use sha2::{Digest, Sha256};

use crate::{
    config::{Brand, Config, ConfigError},
    jobs::{LoopError, sense::SenseMeta},
    secrets,
};

/// The app secret's variable in the environment.
const APP_SECRET: &str = crate::context::SECRET;
/// The variable of the word that Meta proves itself with when it asks whether the address is ours.
const VERIFY_TOKEN: &str = "META_WEBHOOK_VERIFY_TOKEN";
const META: &str = "meta";
/// Between a delivery and its look; those that come meanwhile share it. Longer than [`KEY_LIFE`], so that a look whose
/// key is taken has not begun.
const GATHER: Duration = Duration::from_secs(2);
const KEY_LIFE: Duration = Duration::from_secs(1);
/// Looks of one brand that have begun or failed, beyond which no other is put behind them.
const BEHIND_MAX: usize = 8;

/// What a vendor proves itself with.
#[derive(Debug, Clone, Default)]
pub struct Webhooks {
    app_secret: Option<SecretString>,
    verify_token: Option<SecretString>,
}

/// What became of a delivery.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Taken {
    /// It is new: these brands are looked at.
    New(Vec<BrandId>),
    /// It came before; nothing was changed.
    Known,
}

/// A delivery that was not taken. Nothing was changed, unless the commit is in doubt.
#[derive(Debug, thiserror::Error)]
pub enum WebhookError {
    /// The secret is not there.
    #[error(
        "webhooks of Meta are switched off: set {0} in the environment of `homeostat` and start it again"
    )]
    Off(&'static str),
    /// It does not prove itself.
    #[error("this is not signed as Meta signs it")]
    Forged,
    /// It could not be kept. The vendor sends it again.
    #[error("it cannot be kept now")]
    Loop(#[from] LoopError),
}

impl Webhooks {
    /// The secrets of the environment. A variable that is absent or empty switches its part off.
    ///
    /// # Errors
    /// When a file that should have one cannot be used.
    pub fn from_environment() -> Result<Self, ConfigError> {
        Ok(Self {
            app_secret: secrets::optional(APP_SECRET)?,
            verify_token: secrets::optional(VERIFY_TOKEN)?,
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
        let token = self.verify_token.as_ref();
        let token = token.ok_or(WebhookError::Off(VERIFY_TOKEN))?;
        webhook::challenge(token, query).ok_or(WebhookError::Forged)
    }

    /// Takes a delivery of Meta. `signatures` are all values of its header, `body` is as it came.
    ///
    /// # Errors
    /// [`WebhookError::Off`] without the app's secret, [`WebhookError::Forged`] when the body does not carry its
    /// signature; else the database's.
    pub async fn take<'a>(
        &self,
        db: &Db,
        config: &Config,
        signatures: impl IntoIterator<Item = &'a [u8]>,
        body: &[u8],
    ) -> Result<Taken, WebhookError> {
        let secret = self.app_secret.as_ref();
        let secret = secret.ok_or(WebhookError::Off(APP_SECRET))?;
        if !webhook::is_signed(secret, signatures, body) {
            return Err(WebhookError::Forged);
        }
        let named = webhook::accounts(body).unwrap_or_else(|error| {
            tracing::warn!(%error, "it is signed by Meta, and nobody knows whom it is about");
            BTreeSet::new()
        });
        let brands = about(&config.brands, &named);
        let hash: [u8; 32] = Sha256::digest(body).into();
        let taken = transact!(db, |tx| -> Result<Taken, LoopError> {
            let Some(at) = keep(&mut *tx, &hash, body.len(), &brands).await? else {
                return Ok(Taken::Known);
            };
            for brand in &brands {
                look(&mut *tx, brand, at).await?;
            }
            Ok(Taken::New(brands.clone()))
        })?;
        Ok(taken)
    }
}

/// The brands that a delivery may be about: those whose account it names, else all. In the order of the configuration,
/// in which all deliveries lock their keys.
fn about(brands: &[Brand], named: &BTreeSet<AccountId>) -> Vec<BrandId> {
    let is_named = |brand: &&Brand| named.iter().any(|one| one.as_str() == brand.meta_account);
    let ids = |brands: Vec<&Brand>| brands.into_iter().map(|brand| brand.id.clone()).collect();
    match brands.iter().filter(is_named).collect::<Vec<_>>() {
        known if known.is_empty() => ids(brands.iter().collect()),
        known => ids(known),
    }
}

/// The database's time of a new delivery; `None` when it is known. Of two at once, the later one waits here.
async fn keep(
    tx: &mut PgConnection,
    hash: &[u8; 32],
    bytes: usize,
    brands: &[BrandId],
) -> Result<Option<RuntimeTime>, StoreError> {
    let brands: Vec<String> = brands.iter().map(BrandId::to_string).collect();
    let at = sqlx::query_scalar!(
        "INSERT INTO homeostat.webhook (vendor, body_hash, body_bytes, brands) VALUES ($1, $2, $3, $4)
         ON CONFLICT (vendor, body_hash) DO NOTHING RETURNING received_at",
        META,
        hash.as_slice(),
        i32::try_from(bytes).unwrap_or(i32::MAX),
        &brands,
    )
    .fetch_optional(tx)
    .await?;
    Ok(at.map(Stamp::runtime))
}

/// Asks for a look that begins after `at`.
async fn look(tx: &mut PgConnection, brand: &BrandId, at: RuntimeTime) -> Result<(), LoopError> {
    let job = SenseMeta {
        brand: brand.to_string(),
    };
    let mut key = format!("webhook:{META}:{brand}");
    for _ in 0..BEHIND_MAX {
        let how = Enqueue {
            brand: Some(brand.clone()),
            run_at: Some(RuntimeTime(at.0 + GATHER)),
            dedup_key: Some(key),
            dedup_for: Some(KEY_LIFE),
            ..Enqueue::default()
        };
        let wanted = enqueue_in(&mut *tx, &job, &how).await?;
        let state = job_state_in(&mut *tx, wanted.job).await?;
        if wanted.fresh || state.as_deref() == Some("ready") {
            return Ok(());
        }
        key = format!("webhook:{META}:{brand}:after-{}", wanted.job);
    }
    tracing::warn!(%brand, "its looks fail or do not end: this hint is left to the loop");
    Ok(())
}

/// Forgets up to 1,000 deliveries that came longer ago than `age`. A repetition of them is a new one, and costs a look.
pub(crate) async fn forget(db: &Db, age: Duration) -> Result<u64, StoreError> {
    let gone = sqlx::query!(
        r#"WITH old AS MATERIALIZED (
               SELECT id FROM homeostat.webhook
               WHERE received_at < clock_timestamp() - make_interval(secs => $1)
               ORDER BY received_at LIMIT 1000 FOR UPDATE SKIP LOCKED
           ), said AS MATERIALIZED (
               SELECT set_config('homeostat.outcome', coalesce(
                   (SELECT jsonb_object_agg(id, '{"state": "forgotten"}'::jsonb)::text FROM old), ''), true) AS x
           )
           DELETE FROM homeostat.webhook w USING old, said WHERE w.id = old.id AND said.x IS NOT NULL"#,
        age.as_secs_f64(),
    )
    .execute(db.pool())
    .await?;
    Ok(gone.rows_affected())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn brands(named: &[&str]) -> Vec<String> {
        let config = Config::read(None).unwrap();
        let named = named.iter().map(|id| id.parse().unwrap()).collect();
        let brands = about(&config.brands, &named);
        brands.iter().map(BrandId::to_string).collect()
    }

    #[test]
    fn whom_it_names_is_looked_at_and_else_everybody() {
        assert_eq!(brands(&["act_1002"]), ["borealis"]);
        assert_eq!(brands(&["act_1002", "act_9"]), ["borealis"]);
        assert_eq!(brands(&["act_1002", "act_1001"]), ["aurora", "borealis"]);
        assert_eq!(brands(&["act_9"]), ["aurora", "borealis", "cirrus"]);
        assert_eq!(brands(&[]), ["aurora", "borealis", "cirrus"]);
    }
}
