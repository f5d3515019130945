//! What a person asks for: each request is a decision of the policy `request`, approved by name, with
//! the job that acts on it, in one transaction. From there on it takes the road of every act: the
//! envelope, a hold, one call.
//!
//! Nothing here speaks to a vendor. A request that makes no sense is refused with the name of its
//! field, and changes nothing.

use homeostat_clock::Entropy;
use homeostat_control::{
    DecideError, Policy, record,
    request::{Inputs, Request, Wish},
};
use homeostat_effects::{
    DecisionDraft, EffectState, EffectView, approve_in, decide_in, effect, ensure_autonomy,
};
use homeostat_model::{
    Autonomy, BrandId, Classify, Currency, DecisionId, EffectId, Fault, JobId, Money, WorldTime,
};
use homeostat_store::{Db, StoreError, transact};
use homeostat_vendors::meta;
use rand::RngExt;
use rust_decimal::{Decimal, prelude::ToPrimitive};

use crate::{
    actuators::{
        Deed, create_campaign, pause_campaign::PauseCampaign, resume_campaign::ResumeCampaign,
        specs,
    },
    config::{Brand, Config},
    jobs::{LoopError, act::wish_in},
    records::campaign::{self, Known},
};

/// Who asks, why, and in which world.
#[derive(Debug)]
pub struct Asker<'a> {
    /// The database.
    pub db: &'a Db,
    /// What the owner wrote.
    pub config: &'a Config,
    /// The person's name.
    pub who: &'a str,
    /// Why.
    pub reason: &'a str,
    /// World time.
    pub now: WorldTime,
    /// Tells this request apart from an equal one.
    pub entropy: &'a Entropy,
}

/// A request that is on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct Asked {
    /// The decision.
    pub decision: DecisionId,
    /// The job that acts on it.
    pub job: JobId,
}

/// A request that was not taken. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum RequestError {
    /// A field is wrong.
    #[error("{field}: {problem}")]
    Wrong {
        /// The field.
        field: &'static str,
        /// What is wrong with it and what would be right.
        problem: String,
    },
    /// The policy refuses the inputs.
    #[error(transparent)]
    Decide(#[from] DecideError),
    /// The database, the queue or the effects.
    #[error(transparent)]
    Loop(#[from] LoopError),
}

impl Classify for RequestError {
    fn fault(&self) -> Fault {
        match self {
            Self::Wrong { .. } | Self::Decide(_) => Fault::Permanent,
            Self::Loop(error) => error.fault(),
        }
    }
}

impl From<StoreError> for RequestError {
    fn from(error: StoreError) -> Self {
        Self::Loop(error.into())
    }
}

/// Asks for a new campaign of a brand, which rests until it is resumed. `daily_budget` is decimal text
/// in the brand's currency, such as `20.00`.
///
/// # Errors
/// When a field is wrong, or the database does not answer.
pub async fn launch(
    asker: &Asker<'_>,
    brand: &BrandId,
    name: &str,
    daily_budget: &str,
) -> Result<Asked, RequestError> {
    let brand = known(asker.config, brand.as_str())?;
    let name = checked_name(name)?;
    let daily_budget = amount("daily_budget", daily_budget, brand.currency)?;
    // Not an id yet: the vendor gives one to the campaign.
    let target = format!("new:{name}");
    let name = name.to_owned();
    ask(asker, brand, target, Wish::Launch { name, daily_budget }).await
}

/// Asks for a paused campaign to spend again.
///
/// # Errors
/// When the campaign is not known, not paused or has no budget of its own; or the database.
pub async fn resume(asker: &Asker<'_>, campaign: &str) -> Result<Asked, RequestError> {
    let found = find(asker.db, campaign).await?;
    let brand = known(asker.config, &found.brand)?;
    if found.state != "PAUSED" {
        let problem = format!(
            "{campaign} is {}; only a paused one is resumed",
            found.state
        );
        return Err(wrong("campaign", problem));
    }
    let Some(daily_budget) = found.daily_budget else {
        let problem = format!(
            "{campaign} has no daily budget of its own, so nobody knows what it would cost; resume it \
             in Ads Manager"
        );
        return Err(wrong("campaign", problem));
    };
    let wish = Wish::Resume {
        campaign: found.id.clone(),
        daily_budget,
    };
    ask(asker, brand, found.id, wish).await
}

/// Asks for another limit of a brand's ad account, over the account's life. The next day's start sets
/// it anew.
///
/// # Errors
/// When a field is wrong, or the database does not answer.
pub async fn spend_cap(
    asker: &Asker<'_>,
    brand: &BrandId,
    cap: &str,
) -> Result<Asked, RequestError> {
    let brand = known(asker.config, brand.as_str())?;
    let account = brand.meta_account.clone();
    let wish = Wish::SpendCap {
        account: account.clone(),
        cap: amount("cap", cap, brand.currency)?,
    };
    ask(asker, brand, account, wish).await
}

/// Asks for the opposite of an act that happened.
///
/// # Errors
/// When there is no such effect, it did not happen, or nothing undoes it; or the database.
pub async fn undo(asker: &Asker<'_>, id: EffectId) -> Result<Asked, RequestError> {
    let found = effect(asker.db, id).await?;
    let done = found.ok_or_else(|| {
        wrong(
            "effect",
            format!("there is no effect {id}; `homeostat effects` lists them"),
        )
    })?;
    if done.state != EffectState::Settled {
        let state = format!("{:?}", done.state).to_lowercase();
        return Err(wrong(
            "effect",
            format!("{id} is {state}; only a settled act is undone"),
        ));
    }
    let by = undone_by(asker.config, &done)?;
    let campaign = subject(&done)?;
    if by == ResumeCampaign::KIND {
        return resume(asker, &campaign).await;
    }
    let brand = known(asker.config, &done.brand)?;
    let wish = Wish::Pause {
        campaign: campaign.clone(),
    };
    ask(asker, brand, campaign, wish).await
}

/// The kind of effect that undoes one.
fn undone_by(config: &Config, done: &EffectView) -> Result<String, RequestError> {
    let declared = specs(config).into_iter().find(|one| one.kind == done.kind);
    let undo = declared.and_then(|spec| spec.undo);
    let known = [PauseCampaign::KIND, ResumeCampaign::KIND];
    match undo {
        Some(undo) => match undo.kind {
            Some(kind) if known.contains(&kind.as_str()) => Ok(kind),
            Some(_) | None => Err(wrong(
                "effect",
                format!("{} is undone by hand: {}", done.kind, undo.words),
            )),
        },
        None => Err(wrong("effect", format!("{} cannot be undone", done.kind))),
    }
}

/// The campaign that an act was about: its target, or what it created.
fn subject(done: &EffectView) -> Result<String, RequestError> {
    if done.kind != create_campaign::CreateCampaign::KIND {
        return Ok(done.target.clone());
    }
    done.vendor_ref.clone().ok_or_else(|| {
        wrong(
            "effect",
            format!("{} created something, but nobody knows its id", done.id),
        )
    })
}

async fn ask(
    asker: &Asker<'_>,
    brand: &Brand,
    target: String,
    wish: Wish,
) -> Result<Asked, RequestError> {
    let nonce = format!(
        "{:016x}",
        asker.entropy.child("request").rng().random::<u64>()
    );
    let inputs = Inputs {
        by: asker.who.to_owned(),
        reason: asker.reason.to_owned(),
        nonce: nonce.clone(),
        wish,
    };
    let decided = record::<Request>(&inputs, 0)?;
    let draft = DecisionDraft {
        key: format!("{}:{nonce}", Request::NAME),
        brand: brand.id.clone(),
        target,
        policy: Request::NAME.to_owned(),
        version: Request::VERSION.to_owned(),
        seed: None,
        inputs: decided.inputs_json,
        belief: decided.belief_json,
        proposal: decided.proposal_json,
        decided_at: asker.now,
        // A person looked just now.
        data_as_of: asker.now,
    };
    // A person's word is trusted in full, unless a person has said otherwise.
    ensure_autonomy(asker.db, Request::NAME, Autonomy::Full).await?;
    let asked = transact!(asker.db, |tx| -> Result<Asked, LoopError> {
        let decision = decide_in(&mut *tx, &draft).await?;
        approve_in(&mut *tx, decision, asker.who).await?;
        let what = (draft.policy.as_str(), draft.proposal.as_str());
        let queued = wish_in(&mut *tx, decision, &draft.brand, what).await?;
        Ok(Asked {
            decision,
            job: queued.job,
        })
    })?;
    Ok(asked)
}

async fn find(db: &Db, id: &str) -> Result<Known, RequestError> {
    let found = campaign::find(db, id).await?;
    found.ok_or_else(|| {
        let problem = format!("{id:?} is no known campaign; `homeostat campaigns` lists them");
        wrong("campaign", problem)
    })
}

fn known<'a>(config: &'a Config, brand: &str) -> Result<&'a Brand, RequestError> {
    config.brand(brand).ok_or_else(|| {
        let known: Vec<&str> = config.brands.iter().map(|b| b.id.as_str()).collect();
        let problem = format!("{brand:?} is no brand; known: {}", known.join(", "));
        wrong("brand", problem)
    })
}

fn checked_name(name: &str) -> Result<&str, RequestError> {
    let name = name.trim();
    let chars = name.chars().count();
    if !(1..=create_campaign::NAME_CHARS_MAX).contains(&chars) {
        let most = create_campaign::NAME_CHARS_MAX;
        return Err(wrong(
            "name",
            format!("has {chars} characters, must have 1 to {most}"),
        ));
    }
    if name.chars().any(char::is_control) {
        return Err(wrong("name", "must have no control characters".into()));
    }
    Ok(name)
}

/// An amount above zero that the vendor can take: whole minor units.
fn amount(field: &'static str, text: &str, currency: Currency) -> Result<Money, RequestError> {
    let bad = || {
        let problem = format!(
            "{text:?} must be an amount of {currency} above zero, in whole minor units, such as 20.00"
        );
        wrong(field, problem)
    };
    let value = Decimal::from_str_exact(text).map_err(|_| bad())?;
    let micros = value.checked_mul(Decimal::from(1_000_000));
    let whole = micros.filter(Decimal::is_integer).and_then(|m| m.to_i64());
    let money = Money::from_micros(whole.ok_or_else(bad)?, currency);
    match meta::to_minor(money) {
        Some(minor) if minor > 0 => Ok(money),
        Some(_) | None => Err(bad()),
    }
}

fn wrong(field: &'static str, problem: String) -> RequestError {
    RequestError::Wrong { field, problem }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_and_names_are_read_or_named() {
        let eur: Currency = "EUR".parse().unwrap();
        let read = |text| amount("daily_budget", text, eur).map(|money| money.amount_micros);
        assert_eq!(read("20.00").unwrap(), 20_000_000);
        assert_eq!(read("20").unwrap(), 20_000_000);
        for text in [
            "0",
            "-1",
            "20.001",
            "1e3",
            "lots",
            "",
            "99999999999999999999",
        ] {
            let error = read(text).unwrap_err().to_string();
            assert!(error.starts_with("daily_budget: "), "{text}: {error}");
        }
        assert_eq!(checked_name(" Linen ").unwrap(), "Linen");
        for name in ["", "  ", "a\nb", &"x".repeat(400)] {
            let error = checked_name(name).unwrap_err().to_string();
            assert!(error.starts_with("name: "), "{error}");
        }
    }
}
