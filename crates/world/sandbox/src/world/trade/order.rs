//! An order: who bought what, and how it travels.

use homeostat_clock::Entropy;
use homeostat_model::WorldTime;
use jiff::SignedDuration;
use rand::{Rng, RngExt};
use rand_distr::{Distribution, Poisson};

use super::{
    parcel::{self, Parcel},
    people::{self, Shopper},
    shop::Shop,
};
use crate::world::{DAY_CURVE, SaleTold, recipe::Recipe};

/// One order, paid when it is placed.
#[derive(Debug)]
pub(crate) struct Order {
    /// Index of its shop.
    pub(crate) shop: usize,
    pub(crate) id: u64,
    /// As people know it, such as `#1001`.
    pub(crate) name: String,
    /// What it is drawn from; the same in every life of the world.
    pub(crate) token: String,
    pub(crate) placed_at: WorldTime,
    pub(crate) shopper: Shopper,
    pub(crate) lines: Vec<Line>,
    pub(crate) total_micros: i64,
    /// The campaign that brought it.
    pub(crate) campaign: Option<String>,
    pub(crate) parcel: Parcel,
}

/// So many of a product.
#[derive(Debug)]
pub(crate) struct Line {
    pub(crate) id: u64,
    /// Index among the shop's products.
    pub(crate) product: usize,
    pub(crate) quantity: i64,
    /// Paid for one of them.
    pub(crate) price_micros: i64,
}

impl Order {
    /// Somebody of the crowd placed it.
    pub(crate) fn is_of_crowd(&self) -> bool {
        self.token.starts_with("crowd:")
    }

    /// Gives it its place among the shop's orders.
    pub(super) fn number(&mut self, nth: u32) {
        let id = 5_000_000_000 + self.shop as u64 * 100_000_000 + u64::from(nth);
        self.id = id;
        self.name = format!("#{}", 1_000 + nth);
        for (line, n) in self.lines.iter_mut().zip(1..) {
            line.id = id * 10 + n;
        }
        self.parcel.number = format!("HX{:09}{}", id % 1_000_000_000, self.shopper.country);
    }
}

/// Where the orders of a shop are drawn.
pub(super) struct Till<'a> {
    /// Index of the shop.
    pub(super) nth: usize,
    pub(super) shop: &'a Shop,
    pub(super) entropy: Entropy,
    /// People are the same in every shop.
    pub(super) people: Entropy,
    pub(super) recipe: &'a Recipe,
}

impl Till<'_> {
    /// The orders of an hour that no ad brought.
    pub(super) fn organic(&self, hour: WorldTime) -> Vec<Order> {
        let second = hour.0.as_second();
        let entropy = self.entropy.child(&format!("hour:{second}"));
        let of_day = usize::try_from(second.div_euclid(3_600).rem_euclid(24)).unwrap_or(0);
        // The curve is in thousandths of a day; an even hour would have 1000 / 24.
        let busy = DAY_CURVE[of_day] as f64 * 24.0 / 1_000.0;
        let mut rng = entropy.rng();
        let orders = Poisson::new(self.shop.orders_per_hour * busy);
        let count = orders.map_or(0.0, |orders| orders.sample(&mut rng)) as u32;
        (0..count)
            .map(|nth| {
                let placed_at = hour.plus(SignedDuration::from_secs(rng.random_range(0..3_600)));
                let token = format!("{}:{second}:{nth}", self.shop.brand);
                self.draw(&entropy.child(&nth.to_string()), token, placed_at)
            })
            .collect()
    }

    /// The order of a sale that an ad brought.
    pub(super) fn of_ad(&self, sale: &SaleTold) -> Order {
        let clicked = sale.clicked_at.0.as_nanosecond();
        let token = format!("{}:ad:{}:{clicked}", self.shop.brand, sale.campaign);
        let entropy = self.entropy.child(&token);
        let mut order = self.draw(&entropy, token, sale.attributed_at);
        order.campaign = Some(sale.campaign.clone());
        // The basket is what the ad's sale was worth.
        order.lines.truncate(1);
        for line in &mut order.lines {
            line.quantity = 1;
            line.price_micros = sale.value_micros;
        }
        order.total_micros = sale.value_micros;
        order
    }

    fn draw(&self, entropy: &Entropy, token: String, placed_at: WorldTime) -> Order {
        let mut rng = entropy.child("basket").rng();
        let shopper = people::draw(
            (&self.people, &self.recipe.people),
            self.shop.language,
            &mut rng,
        );
        let lines = basket(self.shop, &mut rng);
        self.order(entropy, token, placed_at, shopper, lines)
    }

    /// An order of a given person.
    pub(super) fn draw_for(
        &self,
        entropy: &Entropy,
        token: String,
        placed_at: WorldTime,
        shopper: Shopper,
    ) -> Order {
        let lines = basket(self.shop, &mut entropy.child("basket").rng());
        self.order(entropy, token, placed_at, shopper, lines)
    }

    fn order(
        &self,
        entropy: &Entropy,
        token: String,
        placed_at: WorldTime,
        shopper: Shopper,
        lines: Vec<Line>,
    ) -> Order {
        let paid = lines.iter().map(|line| line.price_micros * line.quantity);
        Order {
            shop: self.nth,
            id: 0,
            name: String::new(),
            token,
            placed_at,
            total_micros: paid.sum(),
            lines,
            campaign: None,
            parcel: parcel::draw(
                placed_at,
                &shopper,
                &self.recipe.parcels,
                &entropy.child("parcel"),
            ),
            shopper,
        }
    }
}

fn basket(shop: &Shop, rng: &mut impl Rng) -> Vec<Line> {
    let count = if rng.random_bool(0.7) { 1 } else { 2 };
    let first = rng.random_range(0..shop.products.len());
    (0..count)
        .map(|nth| {
            let product = (first + nth) % shop.products.len();
            Line {
                id: 0,
                product,
                quantity: if rng.random_bool(0.85) { 1 } else { 2 },
                price_micros: shop.products[product].price_micros,
            }
        })
        .collect()
}
