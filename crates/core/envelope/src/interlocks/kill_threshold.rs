//! Kill threshold: a kill carries evidence that justifies it, checked here once more and in integers.
//!
//! With c the target cost per sale, n the sales, k matured spend / c:
//! A: n = 0 and k >= 3 (chance of a false kill e^-3); C: n = 0 and raw spend >= 6 c;
//! B: -n ln 3 + (2/3) k >= ln 20, Wald's sequential test against a cost of 3 c (Ville: at most 5 %).
//! From 50 conversions in 30 days on, the rule must have fired on two checks 24 h apart.

use jiff::SignedDuration;

use super::{Finding, Interlock};
use crate::{Action, KillEvidence, KillRule, judge::Facts};

pub(super) const INTERLOCK: Interlock = Interlock {
    name: "kill_threshold",
    refuses: "a kill whose evidence does not reach the rule that it names",
    since: 1,
    window: None,
    judge,
};

/// ln 3 and ln 20 in units of 10⁻⁹, rounded down: in favour of the rule by less than 10⁻⁹.
const LN_3_NANOS: i128 = 1_098_612_288;
const LN_20_NANOS: i128 = 2_995_732_273;
const NANOS: i128 = 1_000_000_000;

fn judge(facts: &Facts<'_>) -> Finding {
    match (facts.ask.action, &facts.ask.evidence) {
        (Action::Adjust | Action::Refund | Action::Payout | Action::Reply | Action::Other, _) => {
            Ok("not a kill".into())
        }
        (Action::Kill, None) => Err("a kill needs evidence".into()),
        (Action::Kill, Some(evidence)) if evidence.target_cpa_micros <= 0 => {
            Err("the target cost per sale must be over 0".into())
        }
        (Action::Kill, Some(evidence)) => {
            let reason = rule(facts, evidence)?;
            second_check(facts, evidence)?;
            Ok(reason)
        }
    }
}

fn rule(facts: &Facts<'_>, evidence: &KillEvidence) -> Finding {
    let threshold = &facts.limits.kill;
    let cpas = |spend: i64| hundredths(spend, evidence.target_cpa_micros);
    let (matured, raw) = (
        cpas(evidence.matured_spend_micros),
        cpas(evidence.raw_spend_micros),
    );
    let sales = evidence.sales;
    let (holds, story) = match evidence.rule {
        KillRule::A => (
            sales == 0
                && reaches(
                    evidence.matured_spend_micros,
                    threshold.zero_sale_cpas,
                    evidence,
                ),
            format!(
                "A: {sales} sales on {matured} CPAs of matured spend, needs 0 on {}",
                threshold.zero_sale_cpas
            ),
        ),
        KillRule::B => (
            bleeds(evidence),
            format!("B: {sales} sales on {matured} CPAs of matured spend"),
        ),
        KillRule::C => (
            sales == 0
                && reaches(
                    evidence.raw_spend_micros,
                    threshold.hard_stop_cpas,
                    evidence,
                ),
            format!(
                "C: {sales} sales on {raw} CPAs of raw spend, needs 0 on {}",
                threshold.hard_stop_cpas
            ),
        ),
    };
    if holds {
        Ok(story)
    } else {
        Err(format!("{story}: not reached"))
    }
}

fn second_check(facts: &Facts<'_>, evidence: &KillEvidence) -> Result<(), String> {
    let threshold = &facts.limits.kill;
    if evidence.conversions_30d < threshold.proven_conversions {
        return Ok(());
    }
    let wait = SignedDuration::from_secs(i64::from(threshold.second_check_s));
    match evidence.first_fired_at {
        Some(first) if facts.ask.at.since(first) >= wait => Ok(()),
        Some(_) | None => Err(format!(
            "{} conversions in 30 days: a second check {} h after the first is needed",
            evidence.conversions_30d,
            wait.as_hours()
        )),
    }
}

fn reaches(spend_micros: i64, cpas: u32, evidence: &KillEvidence) -> bool {
    i128::from(spend_micros) >= i128::from(cpas) * i128::from(evidence.target_cpa_micros)
}

fn bleeds(evidence: &KillEvidence) -> bool {
    let spend = i128::from(evidence.matured_spend_micros) * 2 * NANOS;
    let cost = i128::from(evidence.target_cpa_micros) * 3;
    let gain = spend.div_euclid(cost) + i128::from(spend.rem_euclid(cost) != 0);
    gain - i128::from(evidence.sales) * LN_3_NANOS >= LN_20_NANOS
}

/// The ratio with two decimals, rounded down.
fn hundredths(spend_micros: i64, cpa_micros: i64) -> String {
    let ratio = i128::from(spend_micros.max(0)) * 100 / i128::from(cpa_micros.max(1));
    format!("{}.{:02}", ratio / 100, ratio % 100)
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;

    use super::*;
    use crate::interlocks::fixture::Fixture;

    fn evidence(case: &mut Fixture) -> &mut KillEvidence {
        case.ask.evidence.as_mut().unwrap()
    }

    #[test]
    fn rule_a_needs_three_costs_and_no_sale() {
        let mut case = Fixture::kill();
        evidence(&mut case).matured_spend_micros = 42_000_000;
        case.assert_passes("kill_threshold");
        evidence(&mut case).matured_spend_micros -= 1;
        case.assert_refused_only_by("kill_threshold");
        evidence(&mut case).matured_spend_micros += 1;
        evidence(&mut case).sales = 1;
        case.assert_refused_only_by("kill_threshold");
    }

    #[test]
    fn rule_b_is_the_sequential_test() {
        let mut case = Fixture::kill();
        evidence(&mut case).rule = KillRule::B;
        // One sale: (2/3) k >= ln 20 + ln 3, so k >= 6.1415.
        evidence(&mut case).sales = 1;
        evidence(&mut case).matured_spend_micros = 14_000_000 * 6_142 / 1_000;
        case.assert_passes("kill_threshold");
        evidence(&mut case).matured_spend_micros = 14_000_000 * 6_141 / 1_000;
        case.assert_refused_only_by("kill_threshold");
    }

    #[test]
    fn rule_c_counts_raw_spend() {
        let mut case = Fixture::kill();
        evidence(&mut case).rule = KillRule::C;
        evidence(&mut case).raw_spend_micros = 84_000_000;
        case.assert_passes("kill_threshold");
        evidence(&mut case).raw_spend_micros -= 1;
        case.assert_refused_only_by("kill_threshold");
    }

    #[test]
    fn a_proven_seller_is_never_killed_by_one_check() {
        let mut case = Fixture::kill();
        evidence(&mut case).conversions_30d = 50;
        case.assert_refused_only_by("kill_threshold");
        let day_ago = case.ask.at.plus(-SignedDuration::from_hours(24));
        evidence(&mut case).first_fired_at = Some(day_ago);
        case.assert_passes("kill_threshold");
        evidence(&mut case).first_fired_at = Some(day_ago.plus(SignedDuration::from_secs(1)));
        case.assert_refused_only_by("kill_threshold");
    }

    #[test]
    fn a_kill_without_evidence_is_refused() {
        let mut case = Fixture::kill();
        case.ask.evidence = None;
        case.assert_refused_only_by("kill_threshold");
    }
}
