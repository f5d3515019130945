//! The brands that the sandbox plays.

use super::{
    BankSettings, Caps, MetaSettings, RawBrand, RawBrandAds, RawShop, Settings, VendorSettings,
};

/// A brand of the demonstration.
struct Played {
    id: &'static str,
    currency: &'static str,
    time_zone: &'static str,
    target_cpa: &'static str,
    meta_account: &'static str,
    keywords: [&'static str; 2],
    own_page: &'static str,
    language: &'static str,
    country: &'static str,
}

const BRANDS: [Played; 3] = [
    Played {
        id: "aurora",
        currency: "EUR",
        time_zone: "Europe/Berlin",
        target_cpa: "20.00",
        meta_account: "act_1001",
        keywords: ["linen bedding", "wool throw"],
        own_page: "55001",
        language: "de",
        country: "DE",
    },
    Played {
        id: "borealis",
        currency: "USD",
        time_zone: "America/New_York",
        target_cpa: "25.00",
        meta_account: "act_1002",
        keywords: ["scented candle", "ceramic mug"],
        own_page: "55002",
        language: "en",
        country: "US",
    },
    Played {
        id: "cirrus",
        currency: "GBP",
        time_zone: "Europe/London",
        target_cpa: "16.00",
        meta_account: "act_1003",
        keywords: ["canvas backpack", "packing cube"],
        own_page: "55003",
        language: "en",
        country: "GB",
    },
];

impl Settings {
    /// The three brands that the sandbox plays, with its shorter times.
    pub fn demonstration() -> Self {
        Self {
            shopify: VendorSettings::sandbox(),
            track17: VendorSettings::sandbox(),
            agentmail: VendorSettings::sandbox(),
            revolut: BankSettings::sandbox(),
            meta: MetaSettings {
                base_url: None,
                call_timeout_ms: 2_000,
                horizon_ms: 8_000,
                ..MetaSettings::default()
            },
            brand: BRANDS.iter().map(brand).collect(),
            ..Self::default()
        }
    }
}

fn brand(played: &Played) -> RawBrand {
    RawBrand {
        id: played.id.into(),
        currency: played.currency.into(),
        time_zone: played.time_zone.into(),
        target_cpa: Some(played.target_cpa.into()),
        aov: None,
        roas_target: None,
        meta_account: played.meta_account.into(),
        autonomy: Some("full".into()),
        // Eight campaigns of each run by themselves: their budgets fit, and there is room for acts.
        caps: Caps {
            hour: "250".into(),
            day: "1000".into(),
            month: "20000".into(),
            lifetime: "200000".into(),
        },
        ads: Some(RawBrandAds {
            keywords: played.keywords.map(str::to_owned).to_vec(),
            own_pages: vec![played.own_page.to_owned()],
        }),
        shop: Some(RawShop {
            url: None,
            language: played.language.into(),
            country: played.country.into(),
        }),
        service: None,
        payouts: None,
    }
}
