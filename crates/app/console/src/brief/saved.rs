//! Saved: what pausing losing campaigns can have avoided on that day. Nobody knows what a campaign would have spent that
//! did not run, so only a bound is told: what its daily budget still allowed.

use std::collections::BTreeMap;

use homeostat_control::{Policy, kill::Kill};
use homeostat_effects::DayAct;
use homeostat_model::{Currency, Money};
use homeostat_operator::{
    actuators::{Deed, pause_campaign::PauseCampaign, resume_campaign::ResumeCampaign},
    records::day::CampaignDay,
};
use schemars::JsonSchema;
use serde::Serialize;

use super::say::{Line, Section, were};
use crate::words;

/// Acts that decide what runs.
pub(super) fn kinds() -> Vec<String> {
    vec![
        PauseCampaign::KIND.to_owned(),
        ResumeCampaign::KIND.to_owned(),
    ]
}

/// What is known about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Saved {
    /// Campaigns that the kill rule paused and that rested to the day's end.
    pub paused: u64,
    /// Of them, those without a daily budget of their own, of which nothing can be said.
    pub without_budget: u64,
    /// Paused by the kill rule and resumed on the same day; not counted.
    pub resumed: u64,
    /// The most that the others could still have spent that day, micro-units of the brand's currency.
    pub at_most_micros: i64,
}

/// Adds up the bound: each daily budget less what the ads report for that day, and never less than nothing.
pub(super) fn saved(acts: &[DayAct], campaigns: &[CampaignDay], currency: Currency) -> Saved {
    let known: BTreeMap<&str, &CampaignDay> =
        campaigns.iter().map(|one| (one.id.as_str(), one)).collect();
    // The last word of the day on each target.
    let last: BTreeMap<&str, &DayAct> = acts.iter().map(|act| (act.target.as_str(), act)).collect();
    let mut found = Saved {
        paused: 0,
        without_budget: 0,
        resumed: 0,
        at_most_micros: 0,
    };
    for (target, act) in last {
        let is_kill = |act: &DayAct| act.kind == PauseCampaign::KIND && act.policy == Kill::NAME;
        if !is_kill(act) {
            let was_killed = acts.iter().any(|one| one.target == target && is_kill(one));
            found.resumed += u64::from(was_killed && act.kind == ResumeCampaign::KIND);
            continue;
        }
        found.paused += 1;
        let campaign = known.get(target);
        let budget = campaign.and_then(|one| one.daily_budget);
        let Some(budget) = budget.filter(|amount| amount.currency == currency) else {
            found.without_budget += 1;
            continue;
        };
        let spent = campaign.and_then(|one| one.read).map(|read| read.spend);
        let spent = spent.filter(|amount| amount.currency == currency);
        let spent = spent.map_or(0, |amount| amount.amount_micros);
        let left = budget.amount_micros.saturating_sub(spent).max(0);
        found.at_most_micros = found.at_most_micros.saturating_add(left);
    }
    found
}

pub(super) fn section(saved: &Saved, currency: Currency) -> Section {
    let Saved {
        paused,
        without_budget,
        resumed,
        at_most_micros,
    } = *saved;
    let counted = paused - without_budget;
    let mut lines = Vec::new();
    match (paused, counted) {
        (0, _) => lines.push(Line::of(
            "No losing campaign was paused and left at rest, so nothing was avoided in this way.",
        )),
        (n, 0) => {
            let none = if n == 1 { "it has no" } else { "none has a" };
            lines.push(Line::of(format!(
                "What pausing {} avoided is not known: {none} daily budget of its own.",
                words::count(n, "losing campaign")
            )));
        }
        _ => {
            let amount = words::money(Money::from_micros(at_most_micros, currency));
            let whose = match counted {
                1 => "the daily budget of the 1 campaign that the kill rule paused, less what the ads report for it"
                    .to_owned(),
                n => format!(
                    "the daily budgets of the {} campaigns that the kill rule paused, less what the ads report for them",
                    words::grouped(n)
                ),
            };
            lines.push(Line::of(format!("At most {amount} on that day: {whose}.")));
            lines.push(Line::of(
                "This is an upper bound and no measurement: budgets are taken as last read, a vendor may also spend \
                 less, and sales that would have come are not in it. Later days are not counted.",
            ));
        }
    }
    if without_budget > 0 && counted > 0 {
        let its = if without_budget == 1 { "its" } else { "their" };
        lines.push(Line::of(format!(
            "{} without a daily budget of {its} own {} paused too: what that avoided is not known.",
            words::count(without_budget, "campaign"),
            were(without_budget)
        )));
    }
    if resumed > 0 {
        lines.push(Line::of(format!(
            "{} that the kill rule paused {} resumed the same day and {} not counted.",
            words::count(resumed, "campaign"),
            were(resumed),
            super::say::are(resumed)
        )));
    }
    let aside = if counted > 0 { "an upper bound" } else { "" };
    Section::new("saved", "Saved", lines).aside(aside)
}

#[cfg(test)]
mod tests {
    use homeostat_model::{EffectId, WorldTime};
    use homeostat_operator::records::day::DayRead;

    use super::*;
    use crate::brief::say::texts;

    fn eur() -> Currency {
        "EUR".parse().unwrap()
    }

    fn euros(n: i64) -> Money {
        Money::from_micros(n * 1_000_000, eur())
    }

    fn act(kind: &str, target: &str, policy: &str) -> DayAct {
        DayAct {
            id: EffectId(1),
            kind: kind.into(),
            target: target.into(),
            policy: policy.into(),
        }
    }

    fn pause(target: &str) -> DayAct {
        act(PauseCampaign::KIND, target, Kill::NAME)
    }

    fn campaign(id: &str, budget: Option<i64>, spent: Option<i64>) -> CampaignDay {
        CampaignDay {
            id: id.into(),
            name: id.into(),
            daily_budget: budget.map(euros),
            read: spent.map(|spent| DayRead {
                spend: euros(spent),
                sales: 0,
                read_at: WorldTime("2026-06-15T20:00:00Z".parse().unwrap()),
            }),
        }
    }

    #[test]
    fn a_pause_avoids_at_most_what_the_budget_still_allowed() {
        let campaigns = [
            campaign("a", Some(40), Some(12)),
            campaign("b", Some(20), None),
            // Over its budget: nothing was left to avoid.
            campaign("c", Some(20), Some(25)),
            campaign("d", None, Some(5)),
        ];
        let acts = [
            pause("a"),
            pause("b"),
            pause("c"),
            pause("d"),
            pause("gone"),
        ];
        let found = saved(&acts, &campaigns, eur());
        let wanted = Saved {
            paused: 5,
            without_budget: 2,
            resumed: 0,
            at_most_micros: 48_000_000,
        };
        assert_eq!(found, wanted);
    }

    #[test]
    fn what_ran_again_or_was_a_persons_wish_is_not_counted() {
        let campaigns = [campaign("a", Some(40), None), campaign("b", Some(40), None)];
        let acts = [
            pause("a"),
            act(ResumeCampaign::KIND, "a", "request"),
            act(PauseCampaign::KIND, "b", "request"),
        ];
        let found = saved(&acts, &campaigns, eur());
        assert_eq!(
            (found.paused, found.resumed, found.at_most_micros),
            (0, 1, 0)
        );
        assert_eq!(
            texts(&section(&found, eur())),
            [
                "No losing campaign was paused and left at rest, so nothing was avoided in this way.",
                "1 campaign that the kill rule paused was resumed the same day and is not counted."
            ]
        );
    }

    #[test]
    fn the_bound_says_that_it_is_one_and_how_it_is_computed() {
        let one = Saved {
            paused: 1,
            without_budget: 0,
            resumed: 0,
            at_most_micros: 28_000_000,
        };
        let found = section(&one, eur());
        assert_eq!(found.aside, "an upper bound");
        assert_eq!(
            texts(&found)[0],
            "At most €28.00 on that day: the daily budget of the 1 campaign that the kill rule paused, less what the \
             ads report for it."
        );
        assert!(texts(&found)[1].starts_with("This is an upper bound and no measurement"));
        let many = Saved {
            paused: 3,
            without_budget: 1,
            ..one
        };
        let found = section(&many, eur());
        assert!(texts(&found)[0].contains("the daily budgets of the 2 campaigns"));
        assert_eq!(
            texts(&found)[2],
            "1 campaign without a daily budget of its own was paused too: what that avoided is not known."
        );
    }

    #[test]
    fn where_nothing_can_be_said_it_is_not_known() {
        let found = section(
            &Saved {
                paused: 2,
                without_budget: 2,
                resumed: 0,
                at_most_micros: 0,
            },
            eur(),
        );
        assert_eq!(
            texts(&found),
            [
                "What pausing 2 losing campaigns avoided is not known: none has a daily budget of its own."
            ]
        );
        assert_eq!(found.aside, "");
    }
}
