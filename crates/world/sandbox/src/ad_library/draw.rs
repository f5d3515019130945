//! The archive of a seed: six advertisers for each of six trades, the brands' own pages, and
//! some that only look alike.
//!
//! Each page has lanes; in a lane one ad follows the other, some days apart, for three years. All is
//! drawn once, so the archive is the same after a restart.

use homeostat_clock::Entropy;
use homeostat_model::WorldTime;
use jiff::SignedDuration;
use rand::{Rng, RngExt, seq::IndexedRandom};

use super::archive::{Ad, Archive, Page};
use crate::world::{BRANDS, ORIGIN, recipe::Competitors};

/// Lanes begin this long before the origin.
const DAYS_BEFORE: i64 = 200;
/// And go on for this long after it.
const DAYS_AFTER: i64 = 3 * 365;

/// The first page's id; the others follow.
const PAGES_FROM: u64 = 55_001;
/// The first ad's id; the others follow in steps.
const ADS_FROM: u64 = 1_184_400_921;

const WIDE: &[&str] = &["facebook", "instagram", "audience_network", "messenger"];
const USUAL: &[&str] = &["facebook", "instagram"];
const NARROW: &[&str] = &["facebook"];

/// Countries that an ad reaches: half of the ads run in Europe alone.
const WHERE: [&[&str]; 4] = [
    &["DE", "FR", "NL", "AT"],
    &["DE", "AT"],
    &["DE", "FR", "US", "GB"],
    &["US"],
];

/// What a trade's ads are about.
struct Trade {
    goods: &'static str,
    words: [&'static str; 4],
}

const TRADES: [Trade; 6] = [
    Trade {
        goods: "linen bedding",
        words: ["stonewashed", "breathable", "flax", "hotel"],
    },
    Trade {
        goods: "wool throw",
        words: ["merino", "herringbone", "heirloom", "alpine"],
    },
    Trade {
        goods: "scented candle",
        words: ["soy", "sandalwood", "handpoured", "refillable"],
    },
    Trade {
        goods: "ceramic mug",
        words: ["stoneware", "speckled", "handmade", "stackable"],
    },
    Trade {
        goods: "canvas backpack",
        words: ["waxed", "rolltop", "commuter", "weatherproof"],
    },
    Trade {
        goods: "packing cube",
        words: ["ultralight", "compression", "carryon", "mesh"],
    },
];

/// The trades of the brands, two each.
const OWN_TRADES: [[usize; 2]; 3] = [[0, 1], [2, 3], [4, 5]];

const PITCHES: [&str; 5] = [
    "Made to last.",
    "New this week.",
    "Free returns for 60 days.",
    "Our customers' favourite.",
    "Sale ends Sunday.",
];

const FIRST_NAMES: [&str; 6] = ["Nord", "Casa", "Maison", "Hearth", "Fable", "Oak"];
const LAST_NAMES: [&str; 6] = [
    "Home",
    "Atelier",
    "Goods",
    "& Daughters",
    "Supply",
    "Outfitters",
];

/// How an advertiser behaves: days that an ad runs, days between two, lanes, platforms, and how many
/// of its trade's words it uses.
struct Manner {
    runs: (i64, i64),
    rests: (i64, i64),
    lanes: usize,
    platforms: &'static [&'static str],
    words: usize,
    /// In times of the usual: at 2 everything takes half as long.
    pace: f64,
}

impl Manner {
    fn at(&self, pace: f64) -> Self {
        Self { pace, ..*self }
    }

    /// What a span becomes at this pace.
    fn paced(&self, span: SignedDuration) -> SignedDuration {
        SignedDuration::from_secs((span.as_secs() as f64 / self.pace) as i64)
    }
}

/// Keeps what works, everywhere.
const STEADY: Manner = Manner {
    runs: (60, 150),
    rests: (1, 5),
    lanes: 3,
    platforms: WIDE,
    words: 2,
    pace: 1.0,
};
/// Runs for some weeks.
const USUAL_MANNER: Manner = Manner {
    runs: (15, 40),
    rests: (2, 10),
    lanes: 2,
    platforms: USUAL,
    words: 4,
    pace: 1.0,
};
/// Tries something new all the time.
const RESTLESS: Manner = Manner {
    runs: (3, 12),
    rests: (0, 3),
    lanes: 3,
    platforms: NARROW,
    words: 4,
    pace: 1.0,
};

/// One per advertiser of a trade.
fn manners(paces: &Competitors) -> [Manner; 6] {
    let steady = || STEADY.at(paces.steady);
    let usual = || USUAL_MANNER.at(paces.usual);
    let restless = || RESTLESS.at(paces.restless);
    [steady(), steady(), usual(), usual(), restless(), restless()]
}

/// The archive of a seed, whose advertisers change their ads at these paces.
pub(super) fn archive(seed: u64, paces: &Competitors) -> Archive {
    let entropy = Entropy::from_seed(seed).child("ad_library");
    let mut archive = Archive {
        pages: Vec::new(),
        ads: Vec::new(),
    };
    for (brand, trades) in BRANDS.iter().zip(OWN_TRADES) {
        let texts = trades.map(|trade| &TRADES[trade]);
        page(&mut archive, &entropy, brand.name, &texts, &USUAL_MANNER);
    }
    for (nth, trade) in TRADES.iter().enumerate() {
        for (first, manner) in FIRST_NAMES.iter().zip(manners(paces)) {
            let name = format!("{first} {}", LAST_NAMES[nth]);
            page(&mut archive, &entropy, &name, &[trade], &manner);
        }
    }
    // It has every word and sells nothing of it.
    let all: Vec<&Trade> = TRADES.iter().collect();
    page(&mut archive, &entropy, "Coupon Radar", &all, &RESTLESS);
    let vote = Trade {
        goods: "vote for clean rivers",
        words: ["now", "this sunday", "together", "again"],
    };
    page(
        &mut archive,
        &entropy,
        "Rivers Alliance",
        &[&vote],
        &USUAL_MANNER,
    );
    if let Some(last) = archive.pages.last_mut() {
        last.is_political = true;
    }
    archive
        .ads
        .sort_by_key(|ad| (std::cmp::Reverse(ad.starts_at), ad.id));
    archive
}

/// A page with all ads it ever runs.
fn page(archive: &mut Archive, entropy: &Entropy, name: &str, trades: &[&Trade], manner: &Manner) {
    let at = archive.pages.len();
    let word: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
    archive.pages.push(Page {
        id: PAGES_FROM + at as u64,
        name: name.to_owned(),
        domain: format!("{}.example", word.to_lowercase()),
        is_political: false,
    });
    let end = ORIGIN.plus(days(DAYS_AFTER));
    for lane in 0..manner.lanes {
        let mut rng = entropy.child(&format!("{name}:{lane}")).rng();
        let lead = SignedDuration::from_hours(rng.random_range(0..40 * 24));
        let mut starts_at = ORIGIN.plus(days(-DAYS_BEFORE)).plus(lead);
        while starts_at < end {
            let ad = one(archive, at, starts_at, trades, manner, &mut rng);
            let (least, most) = manner.rests;
            let rest = days(rng.random_range(least..=most));
            starts_at = ad.ends_at.plus(manner.paced(rest));
            archive.ads.push(ad);
        }
    }
}

fn one(
    archive: &Archive,
    page: usize,
    starts_at: WorldTime,
    trades: &[&Trade],
    manner: &Manner,
    rng: &mut impl Rng,
) -> Ad {
    let (least, most) = manner.runs;
    let runs = SignedDuration::from_hours(rng.random_range(least * 24..=most * 24));
    let word = |trade: &Trade, rng: &mut _| {
        let words = &trade.words[..manner.words];
        words.choose(rng).copied().unwrap_or_default()
    };
    let pick = trades.choose(rng).copied().unwrap_or(&TRADES[0]);
    let (front, back) = (word(pick, rng), word(pick, rng));
    // Who advertises for all trades names them all.
    let goods: Vec<&str> = match trades.len() {
        3.. => trades.iter().map(|trade| trade.goods).collect(),
        _ => vec![pick.goods],
    };
    let pitch = PITCHES.choose(rng).copied().unwrap_or_default();
    let body = format!("{pitch} {} in {back}.", goods.join(", "));
    Ad {
        id: ADS_FROM + archive.ads.len() as u64 * 7,
        page,
        starts_at,
        ends_at: starts_at.plus(manner.paced(runs)),
        countries: WHERE.choose(rng).copied().unwrap_or_default(),
        platforms: manner.platforms,
        title: format!("{front} {}", goods[0]),
        body: (rng.random_range(0..20) > 0).then_some(body),
        reach_per_day: rng.random_range(300..4_000),
        is_listed_late: rng.random_range(0..25) == 0,
    }
}

fn days(n: i64) -> SignedDuration {
    SignedDuration::from_hours(n * 24)
}
