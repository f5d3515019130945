//! A customer's score in words, for receipts.

use super::{Belief, Part, Sign, Tier};
use crate::wording::{chance_text, counted};

impl Belief {
    /// The score in words, with each sign's part: `chance of abuse 4.74%, low: base -3.00, …`.
    pub fn explain(&self) -> String {
        let tier = match self.tier {
            Tier::Low => "low",
            Tier::Mid => "mid",
            Tier::High => "high",
        };
        let parts: Vec<String> = self.parts.iter().map(Part::explain).collect();
        let chance = chance_text(f64::from(self.score_ppm) / 1e6);
        format!("chance of abuse {chance}, {tier}: {}", parts.join(", "))
    }
}

impl Part {
    fn explain(&self) -> String {
        let sign = match self.sign {
            Sign::Base => "base".to_owned(),
            Sign::RefundRate { refunds, orders } => {
                format!(
                    "{} in {}",
                    counted(refunds, "refund"),
                    counted(orders, "order")
                )
            }
            Sign::Disputes { count } => counted(count, "dispute"),
            Sign::NotReceivedClaims { count } => counted(count, "claim of a lost parcel"),
            Sign::SharedAddress { accounts } => format!("{accounts} accounts on the address"),
            Sign::RefundedElsewhere => "refunded at another store".to_owned(),
            Sign::FirstContactAsksRefund => "first contact asks for money".to_owned(),
            Sign::FreshOrder { age_s } => format!("order {} h old", age_s / 3_600),
            Sign::ClaimsAgainstTracking => "claim against tracking".to_owned(),
            Sign::KeptOrders { count } => format!("{} kept", counted(count, "order")),
        };
        let hundredths = (self.z_micros.unsigned_abs() + 5_000) / 10_000;
        let mark = if self.z_micros < 0 { '-' } else { '+' };
        format!("{sign} {mark}{}.{:02}", hundredths / 100, hundredths % 100)
    }
}
