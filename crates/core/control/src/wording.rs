//! A decision in one line, for receipts and screens.

use std::fmt;

use homeostat_model::Money;

use crate::{
    estimators::campaign::Belief,
    policies::{
        Policy,
        answer::{self, Answer},
        cadence::{Cadence, Inputs as Watched, Interval, Proposal as Looks},
        discount::{self, Discount},
        kill::{KeepReason, Kill, Proposal, Rule},
        payout::{self, Payout},
        portfolio::{self, Portfolio},
        refund::{self, Refund},
        request::{Inputs as Asked, Request},
        scale::Scale,
        spend_cap::{Inputs as Account, SpendCap},
        stock::{self, Stock},
    },
};

/// What a stored decision rests on. `None` for another policy's, or another version's texts.
pub fn because(policy: &str, inputs: &str, belief: &str, proposal: &str) -> Option<String> {
    match policy {
        Kill::NAME => Some(match serde_json::from_str(proposal).ok()? {
            Proposal::Pause { rule, .. } => receipt(&serde_json::from_str(belief).ok()?, rule),
            Proposal::Keep { reason, .. } => reason.to_string(),
        }),
        Request::NAME => {
            let asked: Asked = serde_json::from_str(inputs).ok()?;
            Some(format!("{} asks for it: {}", asked.by, asked.reason))
        }
        Scale::NAME => {
            let belief: Belief = serde_json::from_str(belief).ok()?;
            let money = |micros| Money::from_micros(micros, belief.currency);
            Some(format!(
                "{} sales on {} that have matured, target CPA {}, chance of being on target {}",
                belief.sales,
                money(belief.matured_spend_micros),
                money(belief.target_cpa_micros),
                chance_text(1.0 - belief.chance_below_target),
            ))
        }
        SpendCap::NAME => {
            let account: Account = serde_json::from_str(inputs).ok()?;
            let money = |micros| Money::from_micros(micros, account.currency);
            let (spent, day) = (money(account.spent_micros), money(account.day_cap_micros));
            Some(format!("{spent} spent so far, {day} for the day"))
        }
        Answer::NAME => Some(answer::because(&read(inputs)?, read(belief)?)),
        Refund::NAME => Some(refund::because(&read(belief)?, &read(proposal)?)),
        Payout::NAME => {
            let (belief, proposal) = (read(belief)?, read(proposal)?);
            Some(payout::because(&read(inputs)?, &belief, &proposal))
        }
        Portfolio::NAME => Some(portfolio::because(&read(inputs)?, &read(proposal)?)),
        Stock::NAME => {
            let (belief, proposal) = (read(belief)?, read(proposal)?);
            Some(stock::because(&read(inputs)?, &belief, &proposal))
        }
        Discount::NAME => Some(discount::because(read(belief)?).to_owned()),
        Cadence::NAME => {
            let watched: Watched = serde_json::from_str(inputs).ok()?;
            Some(looks(
                &serde_json::from_str(proposal).ok()?,
                watched.budget_per_day,
            ))
        }
        _ => None,
    }
}

fn read<T: serde::de::DeserializeOwned>(text: &str) -> Option<T> {
    serde_json::from_str(text).ok()
}

/// Who is looked at how often: `58 daily, 100 every three days, 142 weekly: 111.6 of 122 looks a day`.
fn looks(plan: &Looks, budget_per_day: u32) -> String {
    let count = |every| plan.competitors.iter().filter(|s| s.every == every).count();
    let fits = match plan.weekly_fits {
        true => "",
        false => ", too few for a weekly look at every competitor",
    };
    format!(
        "{} daily, {} every three days, {} weekly: {:.1} of {budget_per_day} looks a day{fits}",
        count(Interval::Daily),
        count(Interval::ThreeDays),
        count(Interval::Weekly),
        plan.granted_per_day_milli as f64 / 1e3,
    )
}

/// What a pause rests on: `42.00 spent, 42.00 matured, 0 sales, target CPA 14.00, chance of this
/// if on target 4.98%, rule A`.
pub fn receipt(belief: &Belief, rule: Rule) -> String {
    let money = |amount_micros| {
        let text = Money::from_micros(amount_micros, belief.currency).to_string();
        text.split(' ').next().unwrap_or_default().to_owned()
    };
    let sales = match belief.sales {
        1 => "1 sale".to_owned(),
        n => format!("{n} sales"),
    };
    format!(
        "{} spent, {} matured, {sales}, target CPA {}, chance of this if on target {}, rule {rule}",
        money(belief.raw_spend_micros),
        money(belief.matured_spend_micros),
        money(belief.target_cpa_micros),
        chance_text(belief.chance_if_on_target),
    )
}

/// A count with its noun: `1 order`, `3 orders`, `2 claims of a lost parcel`.
pub(crate) fn counted(count: u32, noun: &str) -> String {
    match (count, noun.split_once(' ')) {
        (1, _) => format!("1 {noun}"),
        (_, None) => format!("{count} {noun}s"),
        (_, Some((first, rest))) => format!("{count} {first}s {rest}"),
    }
}

/// A chance as a percentage with the digits that matter: `4.98%`, `0.25%`, `<0.01%`.
pub fn chance_text(chance: f64) -> String {
    if chance < 0.000_1 {
        "<0.01%".to_owned()
    } else {
        format!("{:.2}%", chance * 100.0)
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Rule::A => "A",
            Rule::B => "B",
            Rule::C => "C",
        })
    }
}

impl fmt::Display for KeepReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            KeepReason::NoRule => f.write_str("no rule fires"),
            KeepReason::NeverRead => f.write_str("never read: no kill without a reading"),
            KeepReason::Stale { age_s } if *age_s < 0 => {
                write!(f, "reading dated {} s in the future: no kill on it", -age_s)
            }
            KeepReason::Stale { age_s } => {
                write!(f, "reading {} min old: no kill on stale data", age_s / 60)
            }
            KeepReason::SecondCheck { rule, not_before } => write!(
                f,
                "rule {rule} fires, but with so many conversions a second check is due, not before {not_before}"
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_receipt_of_the_boundary_case() {
        let belief = Belief {
            currency: "EUR".parse().unwrap(),
            target_cpa_micros: 14_000_000,
            raw_spend_micros: 42_000_000,
            matured_spend_micros: 42_000_000,
            sales: 0,
            k: 3.0,
            chance_if_on_target: 0.049_787_068_368,
            chance_below_target: 0.98,
        };
        assert_eq!(
            receipt(&belief, Rule::A),
            "42.00 spent, 42.00 matured, 0 sales, target CPA 14.00, chance of this if on target 4.98%, rule A"
        );
    }

    #[test]
    fn every_policys_reason_is_told_and_a_strangers_is_not() {
        let asked =
            r#"{"by":"ada","reason":"spring","nonce":"1","wish":{"act":"pause","campaign":"7"}}"#;
        let told = because("request", asked, asked, "{}");
        assert_eq!(told.as_deref(), Some("ada asks for it: spring"));
        let account = r#"{"currency":"EUR","spent_micros":5000000,"day_cap_micros":200000000,"step_micros":10000}"#;
        let told = because("spend_cap", account, "{}", "{}");
        assert_eq!(
            told.as_deref(),
            Some("5.00 EUR spent so far, 200.00 EUR for the day")
        );
        let keep = r#"{"act":"keep","reason":{"why":"no_rule"},"flagged_at":null}"#;
        assert_eq!(
            because("kill", "{}", "{}", keep).as_deref(),
            Some("no rule fires")
        );
        assert_eq!(because("kill", "{}", "{}", "{}"), None);
        assert_eq!(because("stranger", "{}", "{}", "{}"), None);
    }

    #[test]
    fn small_chances_stay_readable() {
        assert_eq!(chance_text(0.0), "<0.01%");
        assert_eq!(chance_text(0.000_09), "<0.01%");
        assert_eq!(chance_text(0.002_5), "0.25%");
        assert_eq!(chance_text(1.0), "100.00%");
    }
}
