//! Whether the credentials are good: one harmless read per vendor and brand. Nothing is written anywhere.

use homeostat_model::{RuntimeTime, chain};
use homeostat_vendors::{CallError, Refusal, ad_library};
use serde::Serialize;

use crate::{
    Partners, VendorUrls, ad_library_client,
    config::{Brand, Config, ConfigError},
    meta_client,
};

/// What one vendor answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Answered {
    /// The vendor.
    pub vendor: &'static str,
    /// Whose account it is; absent where it is the operator's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub brand: Option<String>,
    /// It knows us, and what it shows fits what is written down.
    pub is_good: bool,
    /// What it showed, or why it did not.
    pub told: String,
}

/// Asks every vendor that the configuration speaks to. `now` is what the bank's assertion is dated by.
///
/// # Errors
/// When a secret is missing or a setting cannot be used; both are named. What a vendor refuses is an answer.
pub async fn ask(
    config: &Config,
    urls: &VendorUrls,
    now: RuntimeTime,
) -> Result<Vec<Answered>, ConfigError> {
    let meta = meta_client(config, urls.meta.clone(), 1)?;
    let archive = ad_library_client(config, urls.ad_library.clone(), 1)?;
    let partners = Partners::new(config, urls.sandbox.as_deref(), 1)?;
    let mut all = Vec::new();
    for brand in &config.brands {
        all.push(meta_of(&meta, brand).await);
        if let Some(shop) = partners.shops.get(&brand.id) {
            let told = shop.shop().await.map(|reply| {
                let shop = reply.value;
                fits(brand, shop.currency.as_str(), &shop.domain)
            });
            all.push(answered("shopify", Some(brand), told));
        }
    }
    if let Some(archive) = &archive {
        all.push(archive_of(archive, config).await);
    }
    if let Some(parcels) = &partners.parcels {
        let quota = parcels.get_quota().await;
        let told =
            quota.map(|quota| Ok(format!("{} of {} parcels left", quota.remain, quota.total)));
        all.push(answered("track17", None, told));
    }
    if let Some(mail) = &partners.mail {
        let told = mail
            .whoami()
            .await
            .map(|key| Ok(format!("a key of the {}", key.scope_type)));
        all.push(answered("agentmail", None, told));
    }
    if let Some(bank) = &partners.bank {
        let accounts = bank.accounts(now).await;
        let told = accounts.map(|accounts| payers(config, &accounts));
        all.push(answered("revolut", None, told));
    }
    Ok(all)
}

async fn meta_of(meta: &homeostat_vendors::meta::Client, brand: &Brand) -> Answered {
    // The configuration has checked its form.
    let Ok(id) = brand.meta_account.parse() else {
        return bad(
            "meta",
            Some(brand),
            format!("{:?} is no ad account", brand.meta_account),
        );
    };
    let told = meta.account(&id).await.map(|reply| {
        let account = reply.value;
        fits(brand, account.currency.as_str(), &brand.meta_account)
    });
    answered("meta", Some(brand), told)
}

/// One search for words that certainly bring ads.
async fn archive_of(archive: &ad_library::Client, config: &Config) -> Answered {
    let ads = &config.settings.ads;
    let words = ads.control_terms.parse().map(ad_library::Subject::Terms);
    let query = words.and_then(|words| ad_library::Query::new(words, ads.countries(), true));
    match query {
        Ok(query) => {
            let page = archive.page(&query, &ad_library::Walk::default()).await;
            let told =
                page.map(|reply| Ok(format!("{} ads on the first page", reply.value.ads.len())));
            answered("ad_library", None, told)
        }
        Err(error) => bad("ad_library", None, error.to_string()),
    }
}

/// The accounts that brands pay from are there, in the brand's currency.
fn payers(
    config: &Config,
    accounts: &[homeostat_vendors::revolut::Account],
) -> Result<String, String> {
    for brand in &config.brands {
        let Some(payouts) = &brand.payouts else {
            continue;
        };
        let own = accounts.iter().find(|one| one.id == payouts.account);
        let Some(own) = own else {
            return Err(format!(
                "brand {}: there is no account {}",
                brand.id, payouts.account
            ));
        };
        if own.balance.currency != brand.currency {
            let there = own.balance.currency;
            return Err(format!("brand {}: its account is in {there}", brand.id));
        }
    }
    Ok(format!("{} accounts", accounts.len()))
}

fn fits(brand: &Brand, currency: &str, name: &str) -> Result<String, String> {
    if currency == brand.currency.as_str() {
        Ok(format!("{name}, in {currency}"))
    } else {
        Err(format!(
            "{name} is in {currency}, the brand in {}",
            brand.currency
        ))
    }
}

fn answered<R: Refusal>(
    vendor: &'static str,
    brand: Option<&Brand>,
    told: Result<Result<String, String>, CallError<R>>,
) -> Answered {
    match told {
        Ok(Ok(told)) => Answered {
            vendor,
            brand: brand.map(|brand| brand.id.to_string()),
            is_good: true,
            told,
        },
        Ok(Err(problem)) => bad(vendor, brand, problem),
        Err(error) => bad(vendor, brand, chain(&error)),
    }
}

fn bad(vendor: &'static str, brand: Option<&Brand>, told: String) -> Answered {
    Answered {
        vendor,
        brand: brand.map(|brand| brand.id.to_string()),
        is_good: false,
        told,
    }
}
