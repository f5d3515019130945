//! The brands that the sandbox plays.

use super::{
    BankSettings, Caps, MetaSettings, RawBrand, RawBrandAds, RawPayouts, RawPortfolio, RawService,
    RawShop, RawSupplier, Settings, VendorSettings,
};

/// A brand of the demonstration.
struct Played {
    id: &'static str,
    currency: &'static str,
    time_zone: &'static str,
    target_cpa: &'static str,
    test_budget: &'static str,
    meta_account: &'static str,
    keywords: [&'static str; 2],
    own_page: &'static str,
    language: &'static str,
    country: &'static str,
    bank_account: &'static str,
    suppliers: [Paid; 2],
}

/// A supplier of the demonstration: its name, its id at the sandbox's bank, its account's, and its part of the
/// net sales in percent.
type Paid = (&'static str, &'static str, &'static str, u8);

/// The first day of the sandbox's past: a week before its clock begins.
const SINCE: &str = "2026-02-23";

const BRANDS: [Played; 3] = [
    Played {
        id: "aurora",
        currency: "EUR",
        time_zone: "Europe/Berlin",
        target_cpa: "20.00",
        test_budget: "40.00",
        meta_account: "act_1001",
        keywords: ["linen bedding", "wool throw"],
        own_page: "55001",
        language: "de",
        country: "DE",
        bank_account: "7b1c9d20-0000-4000-8000-000000000001",
        suppliers: [
            (
                "Weberei Lindner",
                "5a6db0c0-0001-4001-8001-00000000000b",
                "5a6db0c0-0001-4001-8002-00000000000c",
                25,
            ),
            (
                "Nordic Wool Works",
                "5a6db0c0-0001-4002-8001-000000000015",
                "5a6db0c0-0001-4002-8002-000000000016",
                15,
            ),
        ],
    },
    Played {
        id: "borealis",
        currency: "USD",
        time_zone: "America/New_York",
        target_cpa: "25.00",
        test_budget: "50.00",
        meta_account: "act_1002",
        keywords: ["scented candle", "ceramic mug"],
        own_page: "55002",
        language: "en",
        country: "US",
        bank_account: "7b1c9d20-0000-4000-8000-000000000002",
        suppliers: [
            (
                "Hudson Wax Company",
                "5a6db0c0-0002-4001-8001-00000000006f",
                "5a6db0c0-0002-4001-8002-000000000070",
                25,
            ),
            (
                "Clay and Kiln",
                "5a6db0c0-0002-4002-8001-000000000079",
                "5a6db0c0-0002-4002-8002-00000000007a",
                15,
            ),
        ],
    },
    Played {
        id: "cirrus",
        currency: "GBP",
        time_zone: "Europe/London",
        target_cpa: "16.00",
        test_budget: "32.00",
        meta_account: "act_1003",
        keywords: ["canvas backpack", "packing cube"],
        own_page: "55003",
        language: "en",
        country: "GB",
        bank_account: "7b1c9d20-0000-4000-8000-000000000003",
        suppliers: [
            (
                "Canvas Mill Leeds",
                "5a6db0c0-0003-4001-8001-0000000000d3",
                "5a6db0c0-0003-4001-8002-0000000000d4",
                25,
            ),
            (
                "Porto Bags",
                "5a6db0c0-0003-4002-8001-0000000000dd",
                "5a6db0c0-0003-4002-8002-0000000000de",
                15,
            ),
        ],
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
        // A refund is a basket, and a bad week of parcels is not what ends the day.
        service: Some(RawService {
            inbox: format!("support@{}.example", played.id),
            refund_cap: "120".into(),
            customer_room: "200".into(),
            day: "1000".into(),
            month: "15000".into(),
        }),
        payouts: Some(RawPayouts {
            account: played.bank_account.into(),
            // A good week's sales bring each supplier some thousands.
            day: "20000".into(),
            month: "60000".into(),
            lifetime: "1000000".into(),
            suppliers: played.suppliers.iter().map(supplier).collect(),
        }),
        // One more than the world begins with, and another one for each that is stopped.
        portfolio: Some(RawPortfolio {
            campaigns: 9,
            test_budget: played.test_budget.into(),
            name: None,
        }),
    }
}

fn supplier((name, counterparty, account, cost_percent): &Paid) -> RawSupplier {
    RawSupplier {
        name: (*name).into(),
        counterparty: (*counterparty).into(),
        account: (*account).into(),
        cost_percent: *cost_percent,
        since: SINCE.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// It says that it runs like `up` without a file.
    #[test]
    fn the_example_configures_the_same_brands() {
        let example = include_str!("../../../../../examples/homeostat.toml");
        let written: Settings = toml::from_str(example).unwrap();
        let played = Settings::demonstration().brand;
        assert_eq!(written.brand.len(), played.len());
        for (written, played) in written.brand.into_iter().zip(played) {
            // The example shows both ways to say what a sale may cost.
            let target = (&written.target_cpa, &written.aov, &written.roas_target);
            assert!(target.0.is_some() || (target.1.is_some() && target.2.is_some()));
            let like = RawBrand {
                target_cpa: played.target_cpa.clone(),
                aov: None,
                roas_target: None,
                ..written
            };
            let shown = |brand: RawBrand| serde_json::to_value(brand).unwrap();
            assert_eq!(shown(like), shown(played));
        }
    }
}
