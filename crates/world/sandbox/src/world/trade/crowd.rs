//! A crowd that writes at once: so many conversations within an hour, for drills of a shop's service.
//!
//! Everybody in it bought something earlier, such that what befell the parcel gives a reason to write now. A third
//! is hostile, and languages and shops take turns, so that each gets its share. Seeded like all the rest.

use std::sync::Arc;

use homeostat_clock::Entropy;
use homeostat_model::WorldTime;
use jiff::SignedDuration;
use rand::RngExt;

use super::{
    Shop, letter,
    order::{Order, Till},
    people::{self, Language},
};
use crate::world::{ORIGIN, recipe::Recipe};

/// The crowd begins to write so long after the origin, when shops have been looked at.
const AFTER: SignedDuration = SignedDuration::from_mins(60);
/// And has written by then.
const WITHIN_S: i64 = 60 * 60;
/// Draws until somebody has a reason to write. An honest buyer has one in about four.
const DRAWS_MAX: u32 = 400;
/// People are drawn by a number below this; how many there are is the recipe's.
const NUMBERS: u32 = 20_000;

/// The orders of a crowd, the first placed first.
pub(super) fn orders(
    count: u32,
    shops: &[Arc<Shop>],
    (entropy, recipe): (&Entropy, &Recipe),
) -> Vec<Order> {
    let crowd = entropy.child("crowd");
    let mut orders: Vec<Order> = (0..count)
        .filter_map(|nth| one((nth, count), shops, (entropy, recipe), &crowd))
        .collect();
    orders.sort_by(|a, b| (a.placed_at, &a.token).cmp(&(b.placed_at, &b.token)));
    orders
}

/// The order behind the `nth` conversation.
fn one(
    (nth, count): (u32, u32),
    shops: &[Arc<Shop>],
    (entropy, recipe): (&Entropy, &Recipe),
    crowd: &Entropy,
) -> Option<Order> {
    let language = *Language::ALL.get(nth as usize % Language::ALL.len())?;
    // Of each seven in a row the third hostile ones move on, so every language has its third.
    let is_hostile = (nth / Language::ALL.len() as u32 + nth).is_multiple_of(3);
    let at = nth as usize % shops.len().max(1);
    let till = Till {
        nth: at,
        shop: shops.get(at)?,
        entropy: entropy.child("crowd"),
        people: entropy.child("people"),
        recipe,
    };
    let people = (&till.people, &recipe.people);
    let writes_at = ORIGIN.plus(AFTER).plus(SignedDuration::from_secs(
        WITHIN_S * i64::from(nth) / i64::from(count.max(1)),
    ));
    (0..DRAWS_MAX).find_map(|draw| {
        let token = format!("crowd:{nth}:{draw}");
        let of_it = crowd.child(&token);
        let number = of_it.child("who").rng().random_range(0..NUMBERS);
        let who = if is_hostile {
            people::hostile(people, number, language)
        } else {
            people::honest(people, number, language)
        };
        let sent_at = |placed_at: WorldTime| {
            let order = till.draw_for(&of_it, token.clone(), placed_at, who.clone());
            let mut rng = entropy.child(&token).child("letters").rng();
            let reason = letter::occasion(&order, &recipe.letters, &mut rng);
            reason.map(|(_, sent_at)| (order, sent_at))
        };
        // All that follows from an order keeps its distance to it, so it is placed by when the letter is due.
        let (_, early) = sent_at(ORIGIN)?;
        let (order, _) = sent_at(writes_at.plus(-early.since(ORIGIN)))?;
        Some(order)
    })
}

#[cfg(test)]
mod tests {
    use super::{
        super::{Ads, Trade},
        *,
    };
    use crate::world::SaleTold;

    struct NoAds;

    impl Ads for NoAds {
        fn sales(&mut self, _: usize, _: WorldTime, _: WorldTime) -> Vec<SaleTold> {
            Vec::new()
        }
    }

    #[test]
    fn a_crowd_writes_within_its_hour_a_third_hostile_and_every_language_alike() {
        let mut trade = Trade::with_crowd(3, Recipe::default(), 210);
        let begins = ORIGIN.plus(AFTER);
        let ends = begins.plus(SignedDuration::from_secs(WITHIN_S));
        trade.advance(&mut NoAds, ends);
        let of_crowd = |id: u64| {
            let mut orders = trade.orders.iter();
            orders.any(|order| order.id == id && order.is_of_crowd())
        };
        let written: Vec<_> = trade
            .letters
            .iter()
            .filter(|letter| (begins..=ends).contains(&letter.sent_at) && of_crowd(letter.order_id))
            .collect();
        assert_eq!(written.len(), 210);
        for language in Language::ALL {
            let own = written.iter().filter(|letter| letter.language == language);
            let hostile = own.clone().filter(|letter| letter.is_hostile).count();
            assert_eq!((own.count(), hostile), (30, 10), "{language:?}");
        }
    }
}
