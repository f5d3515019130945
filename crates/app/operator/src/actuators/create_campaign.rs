//! `meta.create_campaign`: a new campaign, which rests until somebody resumes it.
//!
//! Class *queryable*: Meta takes no key for a creation, so a lost reply may leave a campaign behind.
//! Its name therefore carries a token made of the effect's key. The probe looks for the token in the
//! account's whole list and adopts what it finds; it finds nothing for sure only after the horizon,
//! because a request may still be under way and a new campaign is missing from lists for a while.
//!
//! It is always created PAUSED. A first day's budget is held until the outcome is known, since a
//! campaign that nobody knows of could be switched on by somebody else; a paused one costs nothing, so
//! the hold is settled at 0. Undo: pause it; it is never deleted, so that its history stays.

use async_trait::async_trait;
use homeostat_clock::WorldClock;
use homeostat_control::{
    Policy,
    portfolio::Portfolio,
    request::{Request as ByPerson, Wish},
};
use homeostat_effects::{
    Actuator, ActuatorSpec, CallError, Class, DecisionView, EffectView, EffectsError, Intent,
    Permit, Probe, Request, VendorReceipt, token,
};
use homeostat_model::Money;
use homeostat_mutants::mutant;
use homeostat_queue::Failure;
use homeostat_store::PgConnection;
use homeostat_vendors::meta::{self, AccountId, Campaign, NewCampaign, Objective};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{
    Deed, Planned, Words, another_act, at_meta,
    pause_campaign::PauseCampaign,
    stored, undo,
    vendor_errors::{sort, unanswered, unusable},
};
use crate::{
    Operator,
    config::{Brand, Config},
    records::campaign,
};

/// Longest name that a person may give, in characters: the token needs its room.
pub const NAME_CHARS_MAX: usize = meta::NAME_CHARS_MAX - 30;

/// The actuator.
#[derive(Debug)]
pub struct CreateCampaign {
    spec: ActuatorSpec,
    client: meta::Client,
    clock: WorldClock,
}

/// What tells two equal launches apart, whoever wants them.
#[derive(Debug, Deserialize)]
struct Drawn {
    nonce: String,
}

/// What is stored with the effect.
#[derive(Debug, Serialize, Deserialize)]
struct Body {
    account: AccountId,
    name: String,
    daily_budget: Money,
}

#[async_trait]
impl Deed for CreateCampaign {
    const KIND: &'static str = "meta.create_campaign";
    const JOB: &'static str = "act.launch";
    const CARRIES_OUT: &'static [(&'static str, &'static str)] =
        &[(ByPerson::NAME, "launch"), (Portfolio::NAME, "launch")];
    const WORDS: Words = Words {
        subject: "Campaign",
        done: "created, at rest",
        lowers_risk: false,
    };

    fn declare(config: &Config) -> ActuatorSpec {
        ActuatorSpec {
            undo: undo(
                "pause the campaign, should it have been resumed",
                PauseCampaign::KIND,
            ),
            ..at_meta(Self::KIND, Class::Queryable, config)
        }
    }

    fn new(operator: &Operator) -> Self {
        Self {
            spec: Self::declare(&operator.config),
            client: operator.meta.clone(),
            clock: operator.clock.clone(),
        }
    }

    async fn plan(
        &self,
        operator: &Operator,
        brand: &Brand,
        decided: &DecisionView,
    ) -> Result<Planned, Failure> {
        let Wish::Launch { name, daily_budget } = stored("proposal", &decided.proposal)? else {
            return Err(another_act(decided));
        };
        let drawn: Drawn = stored("inputs", &decided.inputs)?;
        let account = brand.meta_account.parse().map_err(Failure::permanent)?;
        let target = format!("new:{name}");
        let body = Body {
            account,
            name,
            daily_budget,
        };
        let request = serde_json::to_string(&body).map_err(Failure::permanent)?;
        Ok(Planned {
            spec: self.spec.clone(),
            intent: Intent {
                // Two databases number their decisions alike; the token must not be alike.
                bound_to: Some(format!("{}-{}", decided.policy, drawn.nonce)),
                target: Some(target),
                ..Intent::new(operator.clock.now(), request, daily_budget)
            },
        })
    }
}

#[async_trait]
impl Actuator for CreateCampaign {
    fn spec(&self) -> &ActuatorSpec {
        &self.spec
    }

    async fn call(&self, permit: Permit, request: &Request) -> Result<VendorReceipt, CallError> {
        let body = read(&request.body).map_err(|problem| unusable("request", problem))?;
        let wanted = NewCampaign {
            name: full_name(&body.name, &request.key),
            objective: Objective::OutcomeSales,
            daily_budget: body.daily_budget,
        };
        let reference = format!("effect-{}", permit.effect());
        let reference = match mutant!("reference_left_out") {
            true => String::new(),
            false => reference,
        };
        let mut answer = self
            .client
            .create_campaign(&body.account, &wanted, &reference)
            .await;
        if answer.is_err() && mutant!("client_resends") {
            answer = self
                .client
                .create_campaign(&body.account, &wanted, &reference)
                .await;
        }
        match answer {
            Ok(reply) => {
                let id = reply.value.to_string();
                let said = json!({ "id": id, "name": wanted.name });
                Ok(receipt(id, said, request.worst_case))
            }
            Err(error) => Err(sort(&error)),
        }
    }

    async fn probe(&self, effect: &EffectView) -> Probe {
        let body = match read(&effect.request) {
            Ok(body) => body,
            Err(reason) => return Probe::CannotTell(reason),
        };
        let token = token(&effect.key);
        let currency = effect.worst_case.currency;
        let found = self
            .client
            .campaigns_named(&body.account, currency, &token)
            .await;
        match found {
            Ok(reply) => adopt(reply.value, effect.worst_case),
            Err(error) => unanswered(&error),
        }
    }

    async fn on_settled(
        &self,
        connection: &mut PgConnection,
        effect: &EffectView,
    ) -> Result<(), EffectsError> {
        let (Some(id), Ok(body)) = (&effect.vendor_ref, read(&effect.request)) else {
            // A person's word without an id: the next listing brings the campaign.
            return Ok(());
        };
        let created = campaign::Created {
            id,
            brand: &effect.brand,
            name: &full_name(&body.name, &effect.key),
            daily_budget: body.daily_budget,
        };
        campaign::created(connection, &created, self.clock.now()).await?;
        Ok(())
    }
}

/// What the account's list says about the creation.
fn adopt(mut found: Vec<Campaign>, worst_case: Money) -> Probe {
    found.sort_by(|a, b| a.id.cmp(&b.id));
    let Some(first) = found.first() else {
        return Probe::Absent;
    };
    let listed = |one: &Campaign| json!({ "id": one.id, "status": one.status.as_str() });
    let body = json!({
        "adopted": listed(first),
        "name": first.name,
        // One token, one campaign. More of them would be a breach of ours, to be seen in the books.
        "others": found.iter().skip(1).map(listed).collect::<Vec<_>>(),
    });
    Probe::Happened(receipt(first.id.to_string(), body, worst_case))
}

fn receipt(id: String, body: Value, worst_case: Money) -> VendorReceipt {
    VendorReceipt {
        vendor_ref: Some(id),
        actual: Some(Money::zero(worst_case.currency)),
        ..VendorReceipt::done(body)
    }
}

fn full_name(name: &str, key: &str) -> String {
    format!("{name} [{}]", token(key))
}

fn read(request: &str) -> Result<Body, String> {
    serde_json::from_str(request).map_err(|error| error.to_string())
}
