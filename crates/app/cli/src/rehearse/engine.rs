//! Walks the days in order and lets estimator, policy and envelope decide at each day's
//! end.
//!
//! A pause proposed by the policy takes effect with the next day: spend and sales after it count as
//! saved and lost. The file's numbers are final, so all spend counts as matured.

use std::collections::VecDeque;

use homeostat_control::{
    Delay, Policy as _, SpendInterval, campaign,
    kill::{Inputs, KeepReason, Kill, Params, Proposal, Rule},
    receipt,
};
use homeostat_model::{Currency, WorldTime};
use jiff::{Timestamp, ToSpan as _, civil::Date, tz::TimeZone};

use super::{
    error::Error,
    gate::Gate,
    ledger::{Campaign, Day, Ledger},
};

/// What the owner asks for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Terms {
    pub(super) target_cpa_micros: i64,
    pub(super) currency: Currency,
    /// Nothing named the currency.
    pub(super) currency_guessed: bool,
}

/// What would have become of one campaign.
#[derive(Debug)]
pub(super) struct Outcome {
    pub(super) campaign: String,
    pub(super) total: Day,
    pub(super) pause: Option<Pause>,
    /// A rule fired at the last check, but a guard or the envelope held it back.
    pub(super) held: bool,
    /// The receipt of a pause, or why the campaign runs on.
    pub(super) reason: String,
}

/// A pause at a day's end.
#[derive(Debug)]
pub(super) struct Pause {
    pub(super) day: Date,
    pub(super) rule: Rule,
    pub(super) at_decision: Day,
    pub(super) false_kill_chance: f64,
}

/// A campaign on its way through the days.
struct Walk<'a> {
    campaign: &'a Campaign,
    so_far: Day,
    /// Sales of the last 30 days.
    recent: VecDeque<(Date, u32)>,
    flagged_at: Option<WorldTime>,
    /// The envelope refused a pause at the last check.
    refused: bool,
    pause: Option<Pause>,
    reason: String,
}

/// Decides for every campaign.
pub(super) fn run(ledger: &Ledger, terms: &Terms) -> Result<Vec<Outcome>, Error> {
    let mut gate = Gate::new(terms.currency)?;
    let mut walks: Vec<Walk<'_>> = ledger.campaigns.iter().map(Walk::new).collect();
    for &day in &ledger.days {
        let live = walks.iter().filter(|walk| walk.is_live(day)).count();
        let live = u32::try_from(live).unwrap_or(u32::MAX);
        for walk in &mut walks {
            if walk.has_news(day) {
                walk.end_of(day, terms, &mut gate, live)?;
            }
        }
    }
    Ok(walks.into_iter().map(Walk::outcome).collect())
}

impl<'a> Walk<'a> {
    fn new(campaign: &'a Campaign) -> Self {
        Self {
            campaign,
            so_far: Day::default(),
            recent: VecDeque::new(),
            flagged_at: None,
            refused: false,
            pause: None,
            reason: KeepReason::NoRule.to_string(),
        }
    }

    fn is_live(&self, day: Date) -> bool {
        let days = &self.campaign.days;
        let within = |first: &Date, last: &Date| (first..=last).contains(&&day);
        self.pause.is_none()
            && days
                .keys()
                .next()
                .zip(days.keys().next_back())
                .is_some_and(|(first, last)| within(first, last))
    }

    /// Without figures of the day only a second check or a refused pause can come out differently.
    fn has_news(&self, day: Date) -> bool {
        let open = self.flagged_at.is_some() || self.refused;
        self.pause.is_none() && (open || self.campaign.days.contains_key(&day))
    }

    fn end_of(
        &mut self,
        day: Date,
        terms: &Terms,
        gate: &mut Gate,
        live: u32,
    ) -> Result<(), Error> {
        if let Some(today) = self.campaign.days.get(&day) {
            // Bounded by the ledger's total, which was added up with checks.
            self.so_far.spend_micros += today.spend_micros;
            self.so_far.sales += today.sales;
            self.recent.push_back((day, today.sales));
        }
        let inputs = self.inputs(day, terms);
        let belief = Kill::believe(&inputs).map_err(|source| Error::Estimate {
            campaign: self.campaign.name.clone(),
            source,
        })?;
        self.refused = false;
        match Kill::decide(&inputs, &belief, 0) {
            Proposal::Keep { reason, flagged_at } => {
                self.flagged_at = flagged_at;
                self.reason = reason.to_string();
            }
            Proposal::Pause {
                rule,
                false_kill_chance,
                ..
            } => match gate.refuses(&self.campaign.name, &inputs, &belief, rule, live)? {
                Some(refusal) => {
                    self.refused = true;
                    self.reason = refusal;
                }
                None => {
                    self.reason = receipt(&belief, rule);
                    self.pause = Some(Pause {
                        day,
                        rule,
                        at_decision: self.so_far,
                        false_kill_chance,
                    });
                }
            },
        }
        Ok(())
    }

    fn inputs(&mut self, day: Date, terms: &Terms) -> Inputs {
        while let Some((first, _)) = self.recent.front()
            && first.saturating_add(30.days()) <= day
        {
            self.recent.pop_front();
        }
        let start = self.campaign.days.keys().next().copied().unwrap_or(day);
        let now = midnight(day.saturating_add(1.day()));
        Inputs {
            params: Params::default(),
            campaign: campaign::Inputs {
                currency: terms.currency,
                target: campaign::Target::Cpa {
                    cpa_micros: terms.target_cpa_micros,
                },
                delay: Delay::Immediate,
                now,
                read_at: Some(now),
                spend: vec![SpendInterval {
                    from: midnight(start),
                    until: now,
                    amount_micros: self.so_far.spend_micros,
                }],
                sales: self.so_far.sales,
            },
            conversions_30d: self.recent.iter().map(|(_, sales)| sales).sum(),
            flagged_at: self.flagged_at,
        }
    }

    fn outcome(self) -> Outcome {
        Outcome {
            campaign: self.campaign.name.clone(),
            total: self.campaign.total,
            held: self.pause.is_none() && (self.refused || self.flagged_at.is_some()),
            pause: self.pause,
            reason: self.reason,
        }
    }
}

/// The start of a day. Exports do not say their zone; only differences of days matter here.
fn midnight(day: Date) -> WorldTime {
    let start = day.to_zoned(TimeZone::UTC).map(|start| start.timestamp());
    WorldTime(start.unwrap_or(Timestamp::UNIX_EPOCH))
}

impl Outcome {
    /// Money not spent thanks to the pause, micro-units.
    pub(super) fn saved_micros(&self) -> i64 {
        self.pause.as_ref().map_or(0, |pause| {
            self.total.spend_micros - pause.at_decision.spend_micros
        })
    }

    /// Sales not made because of it.
    pub(super) fn sales_lost(&self) -> u32 {
        self.pause
            .as_ref()
            .map_or(0, |pause| self.total.sales - pause.at_decision.sales)
    }
}
