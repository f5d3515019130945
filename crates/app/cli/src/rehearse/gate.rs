//! The envelope around a rehearsal: a proposed pause meets the same interlocks as a real one.
//!
//! All decisions of a day are asked in one hour, so the cap on kills per hour works per day here: what
//! it refuses is asked again at the next day's end.

use homeostat_control::{campaign::Belief, kill};
use homeostat_envelope::{
    Action, Ask, Breaker, EnvelopeError, Grounds, KillEvidence, KillRule, Ledger, Limits, Position,
    Scope, SensorGrounds, judge, windows_for,
};
use homeostat_model::{Autonomy, BrandId, Mode, Money, WorldTime};

use super::error::Error;

/// The interlocks with the brand's default limits, and what has been taken from their windows.
#[derive(Debug)]
pub(super) struct Gate {
    brand: BrandId,
    limits: Limits,
    ledger: Ledger,
}

impl Gate {
    pub(super) fn new(currency: homeostat_model::Currency) -> Result<Self, Error> {
        Ok(Self {
            brand: "rehearsal".parse()?,
            // A pause costs nothing, so the cap on money does not matter.
            limits: Limits::new(currency, "UTC", 0),
            ledger: Ledger::default(),
        })
    }

    /// Asks for a pause. `Some` is the refusal in words; `None` lets the pause happen.
    pub(super) fn refuses(
        &mut self,
        campaign: &str,
        inputs: &kill::Inputs,
        belief: &Belief,
        rule: kill::Rule,
        live_campaigns: u32,
    ) -> Result<Option<String>, Error> {
        let at = inputs.campaign.now;
        let ask = self.ask(campaign, inputs, belief, rule);
        let windows = windows_for(&self.limits, &ask, live_campaigns)?;
        let position = Position {
            scope: free(),
            windows: self.ledger.position(&windows, at),
            known_key: None,
            live_campaigns,
        };
        let verdict = judge(&self.limits, &position, &ask);
        let refusals: Vec<String> = verdict
            .refusals()
            .map(|one| format!("{} ({})", one.name.replace('_', " "), one.reason))
            .collect();
        if verdict.allowed {
            self.ledger.take(&windows, at);
            return Ok(None);
        }
        Ok(Some(format!(
            "rule {rule} fires, but the envelope refuses: {}",
            refusals.join("; ")
        )))
    }

    fn ask(&self, campaign: &str, inputs: &kill::Inputs, belief: &Belief, rule: kill::Rule) -> Ask {
        let at: WorldTime = inputs.campaign.now;
        Ask {
            kind: "rehearsal.pause_campaign".to_owned(),
            action: Action::Kill,
            brand: self.brand.clone(),
            target: campaign.to_owned(),
            worst_case: Money::zero(belief.currency),
            risk_reducing: true,
            policy: <kill::Kill as homeostat_control::Policy>::NAME.to_owned(),
            policy_version: <kill::Kill as homeostat_control::Policy>::VERSION.to_owned(),
            effect_key: format!("rehearsal.pause_campaign/{campaign}/{at}"),
            request_hash: String::new(),
            data_as_of: inputs.campaign.read_at.unwrap_or(at),
            at,
            evidence: Some(KillEvidence {
                rule: match rule {
                    kill::Rule::A => KillRule::A,
                    kill::Rule::B => KillRule::B,
                    kill::Rule::C => KillRule::C,
                },
                raw_spend_micros: belief.raw_spend_micros,
                matured_spend_micros: belief.matured_spend_micros,
                target_cpa_micros: belief.target_cpa_micros,
                sales: belief.sales,
                conversions_30d: inputs.conversions_30d,
                first_fired_at: inputs.flagged_at,
            }),
            grounds: Grounds {
                // The file is the sensor, and it has every day that it is asked for.
                sensors: vec![SensorGrounds {
                    name: "file".to_owned(),
                    sees: true,
                    as_of: Some(at),
                    max_age_s: 0,
                }],
                ..Grounds::default()
            },
        }
    }
}

/// Nothing but the interlocks stands in the way of a rehearsal.
fn free() -> Scope {
    Scope {
        mode: Mode::Normal,
        mode_cause: "rehearsal".to_owned(),
        autonomy: Autonomy::Full,
        approved: false,
        risk_reducing: true,
        breaker: Breaker::Closed,
        quarantine: None,
        pin: None,
        schedule_disabled: None,
    }
}

impl From<EnvelopeError> for Error {
    fn from(source: EnvelopeError) -> Self {
        Error::Envelope { source }
    }
}
