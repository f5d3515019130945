//! What people write about their orders, and when. The words are in [`words`](super::words).

use homeostat_clock::Entropy;
use homeostat_model::WorldTime;
use jiff::SignedDuration;
use rand::{Rng, RngExt};

use super::{
    order::Order,
    parcel::Fate,
    people::{Character, Language, Shopper},
    shop::Shop,
    words::{self, Steer},
};
use crate::world::recipe::Letters;

/// What somebody wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Topic {
    WhereIsIt,
    NotReceived,
    Damaged,
    WrongItem,
    ChangedMind,
    ChangeAddress,
    Question,
    Invoice,
    Thanks,
}

/// One message to a shop's inbox.
#[derive(Debug, Clone)]
pub(crate) struct Letter {
    /// Index of the shop.
    pub(crate) shop: usize,
    /// As mail programs name it, `<…@mail.example>`.
    pub(crate) id: String,
    pub(crate) thread: String,
    pub(crate) sent_at: WorldTime,
    pub(crate) from: Shopper,
    pub(crate) subject: String,
    pub(crate) text: String,
    /// The order that it is about.
    pub(crate) order_id: u64,
    /// The order's number can be read in it.
    pub(crate) mentions_order: bool,
    pub(crate) topic: Topic,
    pub(crate) language: Language,
    /// A picture of what came is attached.
    pub(crate) has_picture: bool,
    /// It claims what is not so, or tries to steer whoever reads it.
    pub(crate) is_hostile: bool,
    /// How it tries to steer.
    pub(crate) steers: Vec<Steer>,
}

/// Everything that will be written about an order.
pub(super) fn about(shop: &Shop, order: &Order, rates: &Letters, entropy: &Entropy) -> Vec<Letter> {
    let mut rng = entropy.child("letters").rng();
    let Some((topic, at)) = occasion(order, rates, &mut rng) else {
        return Vec::new();
    };
    let hostile = order.shopper.character != Character::Honest;
    // Some ask twice, in the same words.
    let times = if rng.random_bool(rates.again_share) {
        2
    } else {
        1
    };
    let wanted = words::Wanted {
        topic,
        language: order.shopper.language,
        steers: order.shopper.character == Character::Manipulator,
        order: &order.name,
        first_name: order.shopper.first_name,
        product: shop.products[order.lines.first().map_or(0, |line| line.product)].title,
        total_micros: order.total_micros,
        currency: shop.currency.map(|c| c.to_string()).unwrap_or_default(),
    };
    let said = words::write(&wanted, &mut rng);
    let can_show = matches!(topic, Topic::Damaged | Topic::WrongItem);
    let shows = entropy
        .child("picture")
        .rng()
        .random_bool(rates.picture_share);
    (0..times)
        .map(|n| {
            let key = entropy.child(&format!("letter:{n}")).rng().random::<u64>();
            let thread = entropy.child("thread").rng().random::<u64>();
            Letter {
                shop: order.shop,
                id: format!("<{key:016x}@mail.example>"),
                thread: format!("{thread:016x}"),
                sent_at: at.plus(SignedDuration::from_hours(n * 40)),
                from: order.shopper.clone(),
                subject: said.subject.clone(),
                text: said.text.clone(),
                order_id: order.id,
                mentions_order: said.mentions_order,
                topic,
                language: order.shopper.language,
                has_picture: can_show && (shows || n > 0),
                is_hostile: hostile,
                steers: said.steers.clone(),
            }
        })
        .collect()
}

/// What an order gives reason to write about, and when.
pub(super) fn occasion(
    order: &Order,
    rates: &Letters,
    rng: &mut impl Rng,
) -> Option<(Topic, WorldTime)> {
    let days = |from: WorldTime, rng: &mut dyn Rng, least: i64, most: i64| {
        from.plus(SignedDuration::from_mins(
            rng.random_range(least * 1_440..=most * 1_440),
        ))
    };
    let (placed, delivered) = (order.placed_at, order.parcel.delivered_at());
    let arrived = delivered.unwrap_or(order.parcel.shipped_at);
    let claims = match order.shopper.character {
        Character::Honest => None,
        Character::Ring(_) => Some((Topic::NotReceived, rates.ring_share)),
        Character::SerialRefunder => Some((Topic::Damaged, rates.refunder_share)),
        Character::Manipulator => Some((Topic::NotReceived, rates.manipulator_share)),
    };
    if let Some((topic, share)) = claims {
        return rng
            .random_bool(share)
            .then(|| (topic, days(arrived, rng, 1, 3)));
    }
    match order.parcel.fate {
        Fate::Lost => Some((
            Topic::NotReceived,
            days(order.parcel.shipped_at, rng, 16, 22),
        )),
        Fate::Damaged => Some((Topic::Damaged, days(arrived, rng, 0, 2))),
        Fate::WrongItem => Some((Topic::WrongItem, days(arrived, rng, 0, 2))),
        Fate::Late => Some((Topic::WhereIsIt, days(placed, rng, 7, 9))),
        Fate::Returned => Some((Topic::WhereIsIt, days(placed, rng, 6, 10))),
        Fate::Delivered => {
            let drawn = rng.random_range(0..100);
            let (topic, from, least, most) = reason(rates, drawn, placed, arrived)?;
            Some((topic, days(from, rng, least, most)))
        }
    }
}

/// What an order that arrived as it should gives reason to write about, when it drew this of a hundred: from when, and
/// how many days later, at least and at most.
fn reason(
    rates: &Letters,
    drawn: u32,
    placed: WorldTime,
    arrived: WorldTime,
) -> Option<(Topic, WorldTime, i64, i64)> {
    let mut below = 0;
    let reasons = [
        (rates.where_is_it, (Topic::WhereIsIt, placed, 1, 3)),
        (rates.changed_mind, (Topic::ChangedMind, arrived, 1, 8)),
        (rates.change_address, (Topic::ChangeAddress, placed, 0, 1)),
        (rates.question, (Topic::Question, placed, 0, 5)),
        (rates.invoice, (Topic::Invoice, placed, 0, 9)),
        (rates.thanks, (Topic::Thanks, arrived, 0, 3)),
    ];
    let mut reasons = reasons.into_iter();
    let found = reasons.find(|(share, _)| {
        below += share;
        drawn < below
    });
    found.map(|(_, reason)| reason)
}
