//! Shopify: signed with the secret of the app that subscribed, which each brand may have of its own. Its headers name
//! the event, and are not signed: they say which of two deliveries is the other again, never what is true. It signs no
//! time, so an old delivery is known by its body for as long as rows are kept.

use std::collections::BTreeMap;

use homeostat_model::BrandId;
use homeostat_queue::Job;
use homeostat_vendors::shopify::webhook::{self, SIGNATURE_HEADER, Secrets};
use secrecy::SecretString;

use super::{Delivery, News, WebhookError, several};
use crate::{
    config::{Brand, ConfigError},
    jobs::sense_shop::SenseShop,
    secrets,
};

/// The secret of all shops; a brand's own has its name behind it. Without one the secret of the app is taken.
const SECRET: &str = "SHOPIFY_WEBHOOK_SECRET";
const APP_SECRET: &str = "SHOPIFY_CLIENT_SECRET";
const SHOPIFY: &str = "Shopify";

/// What each brand's shop proves itself with.
#[derive(Debug, Clone, Default)]
pub(super) struct Words(BTreeMap<BrandId, Secrets>);

impl Words {
    pub(super) fn from_environment(brands: &[Brand]) -> Result<Self, ConfigError> {
        let mut words = BTreeMap::new();
        for brand in brands.iter().filter(|brand| brand.shop.is_some()) {
            let own = brand.id.as_str().to_uppercase().replace('-', "_");
            let names = [
                format!("{SECRET}_{own}"),
                format!("{APP_SECRET}_{own}"),
                SECRET.to_owned(),
                APP_SECRET.to_owned(),
            ];
            for name in names {
                if let Some(secrets) = both(secrets::optional(&name)?) {
                    words.insert(brand.id.clone(), secrets);
                    break;
                }
            }
        }
        Ok(Self(words))
    }

    /// Whoever's secret has signed it is looked at. Without a brand in the path the header says whose shop it is, and
    /// where no shop has that address all are tried.
    pub(super) fn read(
        &self,
        brands: &[Brand],
        delivery: Delivery<'_>,
    ) -> Result<News, WebhookError> {
        let told = webhook::Delivery::from_headers(delivery.headers.iter().copied());
        let candidates = candidates(brands, delivery.brand, told.as_ref().ok())?;
        let known: Vec<_> = candidates
            .iter()
            .filter_map(|brand| Some((&brand.id, self.0.get(&brand.id)?)))
            .collect();
        if known.is_empty() {
            return Err(WebhookError::Off(SHOPIFY, SECRET));
        }
        let has_signed = |secrets: &Secrets| {
            webhook::is_signed(secrets, delivery.values(SIGNATURE_HEADER), delivery.body)
        };
        let signed = known.into_iter().filter(|(_, secrets)| has_signed(secrets));
        let brands: Vec<BrandId> = signed.map(|(brand, _)| brand.clone()).collect();
        if brands.is_empty() {
            return Err(delivery.forged());
        }
        let name = told.map(|told| told.once_key());
        let name = name.inspect_err(|error| tracing::warn!(%error, "it is signed by Shopify"));
        Ok(News {
            name: name.ok(),
            brands,
            look: SenseShop::KIND,
            parcels: Vec::new(),
        })
    }

    #[cfg(test)]
    pub(super) fn of(words: &[(&str, &str)]) -> Self {
        let each = words.iter().filter_map(|(brand, secret)| {
            Some((brand.parse().ok()?, both(Some((*secret).into()))?))
        });
        Self(each.collect())
    }
}

/// The secret in force, and the one before it.
fn both(secrets: Option<SecretString>) -> Option<Secrets> {
    let mut each = several(secrets).into_iter();
    Some(Secrets {
        current: each.next()?,
        previous: each.next(),
    })
}

fn candidates<'a>(
    brands: &'a [Brand],
    named: Option<&str>,
    told: Option<&webhook::Delivery>,
) -> Result<Vec<&'a Brand>, WebhookError> {
    let shops = || brands.iter().filter(|brand| brand.shop.is_some());
    if let Some(named) = named {
        let one = shops().find(|brand| brand.id.as_str() == named);
        return Ok(vec![one.ok_or(WebhookError::NoBrand(SHOPIFY))?]);
    }
    let is_of = |brand: &&Brand| {
        let url = brand.shop.as_ref().and_then(|shop| shop.url.as_deref());
        let host = url.and_then(|url| url.split("://").nth(1));
        let host = host.map(|host| host.trim_end_matches('/'));
        matches!((host, told), (Some(host), Some(told)) if host.eq_ignore_ascii_case(&told.shop))
    };
    let addressed: Vec<&Brand> = shops().filter(is_of).collect();
    Ok(match addressed.is_empty() {
        true => shops().collect(),
        false => addressed,
    })
}
