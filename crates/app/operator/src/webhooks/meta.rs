//! Meta: signed with the app's secret. It has neither a name nor a time, and names ad accounts.

use std::collections::BTreeSet;

use homeostat_queue::Job;
use homeostat_vendors::meta::webhook;
use secrecy::SecretString;

use super::{Delivery, News, WebhookError, about};
use crate::{
    config::{Brand, ConfigError},
    context::SECRET,
    jobs::sense::SenseMeta,
    secrets,
};

/// The variable of the word that Meta proves itself with when it asks whether the address is ours.
const VERIFY_TOKEN: &str = "META_WEBHOOK_VERIFY_TOKEN";
const META: &str = "Meta";

/// What it proves itself with.
#[derive(Debug, Clone, Default)]
pub(super) struct Words {
    app_secret: Option<SecretString>,
    verify_token: Option<SecretString>,
}

impl Words {
    pub(super) fn from_environment() -> Result<Self, ConfigError> {
        Ok(Self {
            app_secret: secrets::optional(SECRET)?,
            verify_token: secrets::optional(VERIFY_TOKEN)?,
        })
    }

    pub(super) fn challenge<'a>(
        &self,
        query: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Result<&'a str, WebhookError> {
        let token = self.verify_token.as_ref();
        let token = token.ok_or(WebhookError::Off(META, VERIFY_TOKEN))?;
        webhook::challenge(token, query).ok_or(WebhookError::Forged(META))
    }

    pub(super) fn read(
        &self,
        brands: &[Brand],
        delivery: Delivery<'_>,
    ) -> Result<News, WebhookError> {
        let secret = self.app_secret.as_ref();
        let secret = secret.ok_or(WebhookError::Off(META, SECRET))?;
        let signatures = delivery.values(webhook::SIGNATURE_HEADER);
        if !webhook::is_signed(secret, signatures, delivery.body) {
            return Err(delivery.forged());
        }
        let named = webhook::accounts(delivery.body).unwrap_or_else(|error| {
            tracing::warn!(%error, "it is signed by Meta, and nobody knows whom it is about");
            BTreeSet::new()
        });
        let is_named = |brand: &Brand| named.iter().any(|one| one.as_str() == brand.meta_account);
        Ok(News {
            name: None,
            brands: about(brands, |_| true, is_named),
            look: SenseMeta::KIND,
            parcels: Vec::new(),
        })
    }

    #[cfg(test)]
    pub(super) fn of(app_secret: &str) -> Self {
        Self {
            app_secret: Some(app_secret.into()),
            verify_token: None,
        }
    }
}
