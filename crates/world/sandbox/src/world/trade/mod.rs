//! The trade of the brands' shops: who buys what, how it travels, and what people write about it.
//!
//! Everything is a pure function of the seed and of what the ads really did: an order of an ad's sale is
//! placed when that sale is attributed, so pausing a campaign ends its orders too. What lies in the past
//! never changes, so a restarted sandbox numbers the same orders the same way.
//!
//! ```text
//! shop ── products, suppliers, inbox         people ── honest, serial refunders, rings, manipulators
//!    └─ order ── lines, parcel ── scans         └─ letter ── what somebody writes, in which language
//! ```
//!
//! The truth about fates and characters is for auditors; no vendor's face shows it.

mod crowd;
mod letter;
mod order;
mod parcel;
mod people;
mod shop;
mod words;

use std::{
    collections::{BTreeMap, VecDeque},
    sync::Arc,
};

use homeostat_clock::Entropy;
use homeostat_model::WorldTime;
use jiff::{SignedDuration, ToSpan};

pub(crate) use letter::{Letter, Topic};
pub(crate) use order::Order;
use order::Till;
pub(crate) use parcel::{Fate, Parcel};
pub(crate) use people::{Character, Language};
pub(crate) use shop::{Product, Shop, Supplier};

use super::{BRANDS, ORIGIN, SaleTold, recipe::Recipe};

/// How long before the origin the trade begins.
const BEFORE: SignedDuration = SignedDuration::from_hours(7 * 24);

/// All shops, and what has happened in them so far.
#[derive(Debug)]
pub(crate) struct Trade {
    pub(crate) shops: Vec<Arc<Shop>>,
    entropy: Entropy,
    recipe: Recipe,
    /// Everything until here is below, and fixed.
    until: WorldTime,
    /// In the order in which they were placed, over all shops.
    pub(crate) orders: Vec<Arc<Order>>,
    /// In the order in which they will be, or were, sent; some lie ahead.
    pub(crate) letters: Vec<Arc<Letter>>,
    /// Orders of each shop so far, which numbers them.
    counts: Vec<u32>,
    /// Orders of a crowd that are still to be placed.
    crowd: VecDeque<Order>,
    /// Letters that are sent before their time: when, by their ids.
    hurried: BTreeMap<String, WorldTime>,
}

/// Tells what the ads sold, by the time it was attributed.
pub(crate) trait Ads {
    /// Sales of an account's campaigns attributed after `from` and until `to`, in any order.
    fn sales(&mut self, account: usize, from: WorldTime, to: WorldTime) -> Vec<SaleTold>;
}

impl Trade {
    /// The trade of a seed at some rates. It begins a week before the origin, so that parcels are under way and
    /// people have something to write about.
    pub(crate) fn new(seed: u64, recipe: Recipe) -> Self {
        let entropy = Entropy::from_seed(seed).child("trade");
        let shops: Vec<Arc<Shop>> = BRANDS
            .iter()
            .enumerate()
            .map(|(nth, brand)| {
                let (rates, own) = (recipe.shop(brand.name), entropy.child(brand.name));
                Arc::new(shop::shop(nth, brand, &rates, &own))
            })
            .collect();
        Self {
            counts: vec![0; shops.len()],
            shops,
            entropy,
            recipe,
            until: ORIGIN.plus(-BEFORE),
            orders: Vec::new(),
            letters: Vec::new(),
            crowd: VecDeque::new(),
            hurried: BTreeMap::new(),
        }
    }

    /// The same with a crowd that writes so many letters, or a few more, early on.
    pub(crate) fn with_crowd(seed: u64, recipe: Recipe, conversations: u32) -> Self {
        let mut trade = Self::new(seed, recipe);
        let of = (&trade.entropy, &trade.recipe);
        trade.crowd = crowd::orders(conversations, &trade.shops, of).into();
        trade
    }

    /// The same with letters that are sent before their time: when, by their ids.
    pub(crate) fn with_hurried(mut self, hurried: BTreeMap<String, WorldTime>) -> Self {
        self.hurried = hurried;
        self
    }

    /// The letter that a shop will be sent next, of those that are known.
    pub(crate) fn next_letter_to(&self, shop: usize, now: WorldTime) -> Option<&Arc<Letter>> {
        let mut all = self.letters.iter();
        all.find(|letter| letter.shop == shop && letter.sent_at > now)
    }

    /// Has a letter be sent at an instant that is before its time.
    pub(crate) fn hurry(&mut self, letter: &str, at: WorldTime) {
        self.hurried.insert(letter.to_owned(), at);
        if let Some(one) = self.letters.iter_mut().find(|one| one.id == letter) {
            *one = Arc::new(in_time(one.as_ref().clone(), &self.hurried));
        }
        self.sort_letters();
    }

    /// Brings the trade up to an instant.
    pub(crate) fn advance(&mut self, ads: &mut impl Ads, now: WorldTime) {
        if now <= self.until {
            return;
        }
        let mut placed = Vec::new();
        for (nth, shop) in self.shops.iter().enumerate() {
            let till = Till {
                nth,
                shop,
                entropy: self.entropy.child(shop.brand),
                people: self.entropy.child("people"),
                recipe: &self.recipe,
            };
            for sale in ads.sales(nth, self.until, now) {
                placed.push(till.of_ad(&sale));
            }
            for hour in hours(self.until, now) {
                let own = till.organic(hour);
                placed.extend(
                    own.into_iter()
                        .filter(|order| self.until < order.placed_at && order.placed_at <= now),
                );
            }
        }
        while self
            .crowd
            .front()
            .is_some_and(|order| order.placed_at <= now)
        {
            placed.extend(self.crowd.pop_front());
        }
        placed.sort_by(|a, b| (a.placed_at, &a.token).cmp(&(b.placed_at, &b.token)));
        for mut order in placed {
            let count = &mut self.counts[order.shop];
            *count += 1;
            order.number(*count);
            let entropy = self.entropy.child(&order.token);
            let letters = letter::about(
                &self.shops[order.shop],
                &order,
                &self.recipe.letters,
                &entropy,
            );
            let hurried = &self.hurried;
            let sent = letters
                .into_iter()
                .map(|letter| Arc::new(in_time(letter, hurried)));
            self.letters.extend(sent);
            self.orders.push(Arc::new(order));
        }
        self.sort_letters();
        self.until = now;
    }

    fn sort_letters(&mut self) {
        self.letters
            .sort_by(|a, b| (a.sent_at, &a.id).cmp(&(b.sent_at, &b.id)));
    }

    /// A shop by the name of its brand.
    pub(crate) fn shop(&self, brand: &str) -> Option<(usize, &Arc<Shop>)> {
        let mut shops = self.shops.iter().enumerate();
        shops.find(|(_, shop)| shop.brand == brand)
    }

    /// The orders of a shop, the first placed first.
    pub(crate) fn orders_of(&self, shop: usize) -> impl DoubleEndedIterator<Item = &Arc<Order>> {
        self.orders.iter().filter(move |order| order.shop == shop)
    }

    /// The letters that a shop has been sent by an instant, the first first.
    pub(crate) fn letters_to(
        &self,
        shop: usize,
        now: WorldTime,
    ) -> impl DoubleEndedIterator<Item = &Arc<Letter>> {
        let sent = self.letters.iter();
        sent.filter(move |letter| letter.shop == shop && letter.sent_at <= now)
    }
}

fn in_time(letter: Letter, hurried: &BTreeMap<String, WorldTime>) -> Letter {
    let sent_at = hurried.get(&letter.id).copied();
    Letter {
        sent_at: sent_at.unwrap_or(letter.sent_at),
        ..letter
    }
}

/// The beginnings of all hours that a span touches.
fn hours(from: WorldTime, to: WorldTime) -> impl Iterator<Item = WorldTime> {
    let first = from.0.as_second().div_euclid(3_600) * 3_600;
    let first = jiff::Timestamp::from_second(first).unwrap_or(from.0);
    first
        .series(1.hour())
        .take_while(move |start| *start <= to.0)
        .map(WorldTime)
}

#[cfg(test)]
mod tests {
    use super::*;

    struct NoAds;

    impl Ads for NoAds {
        fn sales(&mut self, _: usize, _: WorldTime, _: WorldTime) -> Vec<SaleTold> {
            Vec::new()
        }
    }

    fn told(trade: &Trade) -> String {
        format!("{:?}{:?}", trade.orders, trade.letters)
    }

    #[test]
    fn a_trade_told_in_steps_is_the_trade_told_at_once() {
        let end = ORIGIN.plus(SignedDuration::from_hours(60));
        let mut once = Trade::new(3, Recipe::default());
        once.advance(&mut NoAds, end);
        let mut steps = Trade::new(3, Recipe::default());
        for minutes in (0..=3_600).step_by(7) {
            steps.advance(&mut NoAds, ORIGIN.plus(SignedDuration::from_mins(minutes)));
        }
        steps.advance(&mut NoAds, end);
        assert!(once.orders.len() > 100, "{}", once.orders.len());
        assert_eq!(told(&once), told(&steps));
    }

    #[test]
    fn every_shop_numbers_its_orders_from_1001_on() {
        let mut trade = Trade::new(4, Recipe::default());
        trade.advance(&mut NoAds, ORIGIN);
        for shop in 0..trade.shops.len() {
            for (nth, order) in trade.orders_of(shop).enumerate() {
                assert_eq!(order.name, format!("#{}", 1_001 + nth));
            }
        }
    }

    #[test]
    fn most_people_are_honest_and_everything_that_can_befall_a_parcel_does() {
        let mut trade = Trade::new(5, Recipe::default());
        trade.advance(&mut NoAds, ORIGIN.plus(SignedDuration::from_hours(24 * 40)));
        let share = |is: &dyn Fn(&Order) -> bool| {
            let some = trade.orders.iter().filter(|order| is(order)).count();
            some * 1_000 / trade.orders.len()
        };
        let honest = share(&|order| order.shopper.character == Character::Honest);
        assert!((850..980).contains(&honest), "{honest} of 1000");
        for fate in [
            Fate::Delivered,
            Fate::Late,
            Fate::Lost,
            Fate::Damaged,
            Fate::WrongItem,
            Fate::Returned,
        ] {
            assert!(share(&|order| order.parcel.fate == fate) > 0, "{fate:?}");
        }
        let hostile = trade
            .letters
            .iter()
            .filter(|letter| letter.is_hostile)
            .count();
        assert!(hostile > 10, "{hostile} of {}", trade.letters.len());
    }

    const EXAMPLE: &str = include_str!("../../../../../../docs/world.toml");

    fn after_days(days: i64, text: &str) -> Trade {
        let mut trade = Trade::new(3, Recipe::parse(text).unwrap());
        trade.advance(
            &mut NoAds,
            ORIGIN.plus(SignedDuration::from_hours(24 * days)),
        );
        trade
    }

    #[test]
    fn the_documented_world_is_the_usual_one() {
        let (documented, usual) = (after_days(3, EXAMPLE), after_days(3, ""));
        assert_eq!(told(&documented), told(&usual));
        let shops = |trade: &Trade| format!("{:?}", trade.shops);
        assert_eq!(shops(&documented), shops(&usual));
    }

    #[test]
    fn a_changed_rate_changes_the_trade_and_only_what_it_is_about() {
        let usual = after_days(20, "");
        let lossy = after_days(20, "[parcels]\nlost = 500");
        let lost = |trade: &Trade| {
            let lost = trade
                .orders
                .iter()
                .filter(|one| one.parcel.fate == Fate::Lost);
            lost.count() * 100 / trade.orders.len()
        };
        assert!(
            lost(&usual) < 5 && lost(&lossy) > 40,
            "{} {}",
            lost(&usual),
            lost(&lossy)
        );
        let placed = |trade: &Trade| {
            let orders = trade.orders.iter();
            orders
                .map(|one| (one.placed_at, one.total_micros))
                .collect::<Vec<_>>()
        };
        assert_eq!(placed(&usual), placed(&lossy));
        let honest = after_days(20, "[people]\nhostile_share = 0.0");
        let mut shoppers = honest.orders.iter().map(|one| one.shopper.character);
        assert!(shoppers.all(|one| one == Character::Honest));
        let busy = after_days(20, "[shops.aurora]\norders_per_day = 288.0");
        let of = |trade: &Trade, shop| trade.orders_of(shop).count();
        assert!(of(&busy, 0) > 8 * of(&usual, 0));
        assert_eq!(of(&busy, 1), of(&usual, 1));
        let spanish = after_days(
            0,
            "[shops.cirrus]\nlanguage = \"es\"\nsuppliers = [\"Telas Ruiz\"]",
        );
        let cirrus = &spanish.shops[2];
        assert_eq!(cirrus.language, Language::Spanish);
        assert_eq!(cirrus.suppliers.len(), 1);
        assert_eq!(
            cirrus.suppliers[0].counterparty_id,
            usual.shops[2].suppliers[0].counterparty_id
        );
    }
}
