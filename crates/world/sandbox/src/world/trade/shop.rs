//! A brand's shop: what it sells, where it is written to, and whom it owes.

use homeostat_clock::Entropy;
use homeostat_model::Currency;
use rand::RngExt;

use super::people::Language;
use crate::world::{Brand, recipe::ShopRates};

/// One shop.
#[derive(Debug)]
pub(crate) struct Shop {
    /// The brand's name, which is also the shop's in URLs.
    pub(crate) brand: &'static str,
    pub(crate) currency: Option<Currency>,
    /// Its customers write to this address.
    pub(crate) inbox: String,
    /// Most of its customers speak this.
    pub(crate) language: Language,
    pub(crate) location_id: u64,
    pub(crate) products: Vec<Product>,
    pub(crate) suppliers: Vec<Supplier>,
    /// Orders an hour at an even hour of the day, without ads.
    pub(crate) orders_per_hour: f64,
}

/// A product with its one variant.
#[derive(Debug, Clone)]
pub(crate) struct Product {
    pub(crate) id: u64,
    pub(crate) variant_id: u64,
    pub(crate) inventory_item_id: u64,
    pub(crate) sku: String,
    pub(crate) title: &'static str,
    pub(crate) price_micros: i64,
    /// In stock at the world's beginning, a week before the origin.
    pub(crate) stock: i64,
    /// What each delivery brings; none where there is enough.
    pub(crate) delivered: i64,
}

/// Somebody who is paid for what is sold.
#[derive(Debug, Clone)]
pub(crate) struct Supplier {
    pub(crate) name: String,
    pub(crate) counterparty_id: String,
    pub(crate) account_id: String,
}

const TITLES: [[&str; 6]; 3] = [
    [
        "Linen duvet cover",
        "Washed linen sheet",
        "Wool throw",
        "Linen napkins, set of 4",
        "Cushion cover",
        "Bath towel",
    ],
    [
        "Scented candle",
        "Ceramic mug",
        "Stoneware bowl",
        "Tea towel, set of 2",
        "Incense holder",
        "Glass carafe",
    ],
    [
        "Canvas backpack",
        "Packing cubes, set of 3",
        "Rain cover",
        "Waist pouch",
        "Tech pouch",
        "Bottle, 0.7 l",
    ],
];
const SUPPLIERS: [[&str; 2]; 3] = [
    ["Weberei Lindner", "Nordic Wool Works"],
    ["Hudson Wax Company", "Clay and Kiln"],
    ["Canvas Mill Leeds", "Porto Bags"],
];
/// In stock of the product that is always short, and what a delivery of it brings.
const SHORT: (i64, i64) = (40, 12);
/// Without ads.
const ORDERS_PER_DAY: f64 = 28.8;
const LANGUAGES: [Language; 3] = [Language::German, Language::English, Language::French];

/// The shop of a brand.
pub(super) fn shop(nth: usize, brand: &Brand, rates: &ShopRates, entropy: &Entropy) -> Shop {
    let row = nth % TITLES.len();
    let base = 8_000_000 + nth as u64 * 10_000;
    let mut rng = entropy.child("products").rng();
    let products = TITLES[row].iter().zip(1_u64..).map(|(title, n)| Product {
        id: base + n,
        variant_id: base + 1_000 + n,
        inventory_item_id: base + 2_000 + n,
        sku: format!("{}-{n:02}", brand.name[..3].to_uppercase()),
        title,
        price_micros: rng.random_range(19..=89_i64) * 1_000_000 + 900_000,
        stock: rng.random_range(400..=1_200),
        delivered: 0,
    });
    let mut products: Vec<Product> = products.collect();
    if let Some(last) = products.last_mut() {
        (last.stock, last.delivered) = SHORT;
    }
    let supplier = |(name, n): (String, u64)| Supplier {
        name,
        counterparty_id: uuid(nth as u64, n, 1),
        account_id: uuid(nth as u64, n, 2),
    };
    let usual = || SUPPLIERS[row].map(str::to_owned).to_vec();
    let suppliers = rates.suppliers.clone().unwrap_or_else(usual);
    let language = rates.language.as_deref().and_then(Language::of_code);
    Shop {
        brand: brand.name,
        currency: brand.currency.parse().ok(),
        inbox: format!("support@{}.example", brand.name),
        language: language.unwrap_or(LANGUAGES[nth % LANGUAGES.len()]),
        location_id: base,
        products,
        suppliers: suppliers.into_iter().zip(1_u64..).map(supplier).collect(),
        orders_per_hour: rates.orders_per_day.unwrap_or(ORDERS_PER_DAY) / 24.0,
    }
}

/// An id of the form that banks use, the same in every world.
fn uuid(shop: u64, n: u64, what: u64) -> String {
    format!(
        "5a6db0c0-{:04x}-4{:03x}-8{:03x}-{:012x}",
        shop + 1,
        n,
        what,
        shop * 100 + n * 10 + what
    )
}
