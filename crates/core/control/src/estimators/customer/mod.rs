//! How likely it is that a customer abuses refunds: one score of counts and flags.
//!
//! `z = base + 3 max(0, rate - 0.08) / 0.2 + 1.2 disputes + … - 0.25 ln(1 + kept)`, chance `1 / (1 + e^-z)`,
//! with `rate = (refunds + 0.8) / (orders + 10)`. The weights are start values, to be fitted; they belong to
//! the inputs, so a stored decision carries them. Bad signs have weights without a sign, so none of them can
//! ever lower the score.
//!
//! Everything that is stored is a whole number, and the parts add up to `z`: a receipt can tell them.

mod claims;
mod words;

use serde::{Deserialize, Serialize};

use super::EstimateError;
pub use claims::{ClaimSeen, distinct_claims};

const MICRO: i128 = 1_000_000;
/// Beyond this the chance is 0 or 1 in millionths.
const Z_MICROS_MAX: i64 = 60_000_000;

/// Everything the estimator may look at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Inputs {
    /// What each sign weighs.
    pub weights: Weights,
    /// The customer, over all stores of the owner where an identity links them.
    pub profile: Profile,
}

/// A customer as counts and flags. Repeats of one claim, or of one text, count once: [`distinct_claims`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    /// Orders ever.
    pub orders: u32,
    /// Orders with a refund.
    pub refunds: u32,
    /// Disputes with the bank, whatever came of them.
    pub disputes: u32,
    /// Claims of the last 180 days that a parcel did not arrive.
    pub not_received_claims_180d: u32,
    /// Accounts that share the address, this one included.
    pub accounts_on_address: u32,
    /// Another store of the owner refunded the same identity in the last 90 days.
    pub refunded_elsewhere_90d: bool,
    /// The first thing this customer ever wrote asks for money back.
    pub first_contact_asks_refund: bool,
    /// Age of the order in question, seconds of world time; none without an order.
    pub order_age_s: Option<u32>,
    /// The customer says that a parcel did not arrive, and tracking says that it did.
    pub claims_against_tracking: bool,
    /// Orders that were delivered, kept and paid.
    pub kept_orders: u32,
}

/// What each sign weighs, in thousandths of `z`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Weights {
    /// A stranger without any sign.
    pub base_milli: i32,
    /// Each [`Weights::refund_step_ppm`] of refund rate above what is usual.
    pub refund_rate_milli: u32,
    /// The refund rate that is usual, in millionths.
    pub refund_usual_ppm: u32,
    /// The step of the refund rate, in millionths.
    pub refund_step_ppm: u32,
    /// Orders that everybody is taken to have had before the first one.
    pub prior_orders: u32,
    /// Refunds among them, in thousandths.
    pub prior_refunds_milli: u32,
    /// Each dispute.
    pub dispute_milli: u32,
    /// Each claim that a parcel did not arrive.
    pub not_received_milli: u32,
    /// Many accounts on one address.
    pub shared_address_milli: u32,
    /// How many accounts are many.
    pub shared_address_from: u32,
    /// A refund at another store.
    pub elsewhere_milli: u32,
    /// A first contact that asks for money.
    pub first_contact_milli: u32,
    /// An order younger than [`Weights::fresh_order_s`].
    pub fresh_order_milli: u32,
    /// What young is, seconds of world time.
    pub fresh_order_s: u32,
    /// A claim against tracking.
    pub against_tracking_milli: u32,
    /// The natural logarithm of one and the kept orders; this one is subtracted.
    pub kept_milli: u32,
    /// From this chance on the tier is mid, in millionths.
    pub mid_from_ppm: u32,
    /// From this chance on the tier is high, in millionths.
    pub high_from_ppm: u32,
}

/// How much a customer is trusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tier {
    /// Served by rule.
    Low,
    /// Served by rule, up to a share of the order.
    Mid,
    /// Served by a person.
    High,
}

/// What the profile says. Stored with the decision and shown on its receipt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Belief {
    /// The chance of abuse, in millionths.
    pub score_ppm: u32,
    /// The sum behind it, in millionths.
    pub z_micros: i64,
    /// The tier that follows.
    pub tier: Tier,
    /// What the sum is made of: the base, and every sign that is there.
    pub parts: Vec<Part>,
}

/// One sign's part of the sum.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Part {
    /// The sign.
    pub sign: Sign,
    /// What it adds to `z`, in millionths.
    pub z_micros: i64,
}

/// One thing that is known of a customer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Sign {
    /// Where everybody starts.
    Base,
    /// More refunds than usual.
    RefundRate {
        /// Orders with a refund.
        refunds: u32,
        /// Orders.
        orders: u32,
    },
    /// Disputes.
    Disputes {
        /// How many.
        count: u32,
    },
    /// Claims that a parcel did not arrive.
    NotReceivedClaims {
        /// How many.
        count: u32,
    },
    /// Many accounts on one address.
    SharedAddress {
        /// How many.
        accounts: u32,
    },
    /// Refunded at another store.
    RefundedElsewhere,
    /// The first contact asks for money.
    FirstContactAsksRefund,
    /// A young order.
    FreshOrder {
        /// Its age, seconds of world time.
        age_s: u32,
    },
    /// A claim against tracking.
    ClaimsAgainstTracking,
    /// Orders that were kept.
    KeptOrders {
        /// How many.
        count: u32,
    },
}

impl Default for Weights {
    fn default() -> Self {
        Self {
            base_milli: -3_000,
            refund_rate_milli: 3_000,
            refund_usual_ppm: 80_000,
            refund_step_ppm: 200_000,
            prior_orders: 10,
            prior_refunds_milli: 800,
            dispute_milli: 1_200,
            not_received_milli: 800,
            shared_address_milli: 900,
            shared_address_from: 3,
            elsewhere_milli: 700,
            first_contact_milli: 500,
            fresh_order_milli: 400,
            fresh_order_s: 48 * 3_600,
            against_tracking_milli: 600,
            kept_milli: 250,
            mid_from_ppm: 150_000,
            high_from_ppm: 500_000,
        }
    }
}

/// Forms the belief.
///
/// # Errors
/// When a weight or a count makes no sense; the field is named.
pub fn estimate(inputs: &Inputs) -> Result<Belief, EstimateError> {
    let Inputs { weights, profile } = inputs;
    check(weights, profile)?;
    let parts: Vec<Part> = parts(weights, profile)
        .into_iter()
        .filter(|part| part.sign == Sign::Base || part.z_micros != 0)
        .collect();
    let z_micros = parts
        .iter()
        .fold(0_i64, |sum, part| sum.saturating_add(part.z_micros));
    let score_ppm = score_ppm(z_micros);
    Ok(Belief {
        score_ppm,
        z_micros,
        tier: weights.tier(score_ppm),
        parts,
    })
}

impl Weights {
    /// The tier of a score.
    pub fn tier(&self, score_ppm: u32) -> Tier {
        if score_ppm >= self.high_from_ppm {
            Tier::High
        } else if score_ppm >= self.mid_from_ppm {
            Tier::Mid
        } else {
            Tier::Low
        }
    }
}

fn check(weights: &Weights, profile: &Profile) -> Result<(), EstimateError> {
    for (field, value) in [
        ("weights.refund_step_ppm", weights.refund_step_ppm),
        ("weights.prior_orders", weights.prior_orders),
    ] {
        if value == 0 {
            return Err(EstimateError::NotPositive { field, value: 0 });
        }
    }
    if weights.mid_from_ppm > weights.high_from_ppm {
        return Err(EstimateError::OutOfRange {
            field: "weights.mid_from_ppm",
            value: weights.mid_from_ppm.into(),
            fix: "it must not be above weights.high_from_ppm",
        });
    }
    if profile.kept_orders > profile.orders {
        return Err(EstimateError::OutOfRange {
            field: "profile.kept_orders",
            value: profile.kept_orders.into(),
            fix: "it must not be above profile.orders",
        });
    }
    Ok(())
}

fn parts(weights: &Weights, profile: &Profile) -> [Part; 10] {
    let each = |count: u32, milli: u32| i128::from(count) * i128::from(milli) * 1_000;
    let when = |is_so: bool, milli: u32| each(is_so.into(), milli);
    let part = |sign, z_micros: i128| Part {
        sign,
        z_micros: z_micros.try_into().unwrap_or(i64::MAX),
    };
    let Profile {
        orders,
        refunds,
        disputes,
        not_received_claims_180d: claims,
        accounts_on_address: accounts,
        kept_orders: kept,
        ..
    } = *profile;
    let age_s = profile.order_age_s.unwrap_or(u32::MAX);
    let is_shared = accounts >= weights.shared_address_from;
    let is_fresh = profile
        .order_age_s
        .is_some_and(|s| s < weights.fresh_order_s);
    let kept_micros = (f64::from(kept).ln_1p() * f64::from(weights.kept_milli) * 1e3).round();
    let [elsewhere, first, against] = [
        when(profile.refunded_elsewhere_90d, weights.elsewhere_milli),
        when(
            profile.first_contact_asks_refund,
            weights.first_contact_milli,
        ),
        when(
            profile.claims_against_tracking,
            weights.against_tracking_milli,
        ),
    ];
    [
        part(Sign::Base, i128::from(weights.base_milli) * 1_000),
        part(
            Sign::RefundRate { refunds, orders },
            refund_rate(weights, profile),
        ),
        part(
            Sign::Disputes { count: disputes },
            each(disputes, weights.dispute_milli),
        ),
        part(
            Sign::NotReceivedClaims { count: claims },
            each(claims, weights.not_received_milli),
        ),
        part(
            Sign::SharedAddress { accounts },
            when(is_shared, weights.shared_address_milli),
        ),
        part(Sign::RefundedElsewhere, elsewhere),
        part(Sign::FirstContactAsksRefund, first),
        part(
            Sign::FreshOrder { age_s },
            when(is_fresh, weights.fresh_order_milli),
        ),
        part(Sign::ClaimsAgainstTracking, against),
        part(Sign::KeptOrders { count: kept }, -(kept_micros as i128)),
    ]
}

/// What the refund rate adds, in millionths, rounded down.
fn refund_rate(weights: &Weights, profile: &Profile) -> i128 {
    let refunds =
        i128::from(profile.refunds) * MICRO + i128::from(weights.prior_refunds_milli) * 1_000;
    let rate_ppm = refunds / (i128::from(profile.orders) + i128::from(weights.prior_orders));
    let above_ppm = (rate_ppm - i128::from(weights.refund_usual_ppm)).max(0);
    i128::from(weights.refund_rate_milli) * 1_000 * above_ppm / i128::from(weights.refund_step_ppm)
}

fn score_ppm(z_micros: i64) -> u32 {
    let z = z_micros.clamp(-Z_MICROS_MAX, Z_MICROS_MAX) as f64 / 1e6;
    (1e6 / (1.0 + (-z).exp())).round() as u32
}
