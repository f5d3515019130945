//! What the database that is left does not know, and what of it is a broken promise.
//!
//! A synchronous standby has every commit that was answered: whatever the auditor finds is one. An asynchronous
//! one may be promoted without the newest commits, and with them go decisions, intents and receipts. Then an act
//! in the vendor's books may have no row of ours, and nobody but the vendor can tell of it.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::{
    drill::{
        auditor::{Act, Audit, Field, Finding, read_books},
        http,
        witness::Witness,
    },
    failure::Failure,
};

/// Micro-units in a minor unit of the currencies that the drills use: euro and dollar have cents.
const MICROS_PER_MINOR: i64 = 10_000;

/// Acts in the books that no row of ours tells of.
#[derive(Debug, Default)]
pub(super) struct Unknown {
    /// In words, by the number of the act.
    pub(super) acts: BTreeMap<u64, String>,
    /// What the campaigns among them may take a day, if somebody switches them on.
    pub(super) budget_micros: i64,
    /// What they have taken.
    pub(super) spent_micros: i64,
}

/// An effect, as far as it says which act is its own.
#[derive(Debug, Deserialize)]
struct Effect {
    id: i64,
    target: String,
    vendor_ref: Option<String>,
    is_creation: bool,
}

impl Effect {
    /// Whether the act may be this effect's: the same reference, and the same object.
    fn is_of(&self, act: &Act) -> bool {
        if act.request_id != format!("effect-{}", self.id) {
            return false;
        }
        match &act.created {
            Some(created) => {
                let name = self.target.strip_prefix("new:").unwrap_or(&self.target);
                self.is_creation && created.name.starts_with(name)
            }
            None => act.object == self.target,
        }
    }

    /// Whether it rests on the act, whoever asked for it first: a creation that was found again by its name.
    fn has_adopted(&self, act: &Act) -> bool {
        self.vendor_ref.as_ref() == Some(&act.object)
    }
}

#[derive(Debug, Deserialize)]
struct Told {
    accounts: Vec<Account>,
}

#[derive(Debug, Deserialize)]
struct Account {
    days: Vec<Day>,
}

#[derive(Debug, Deserialize)]
struct Day {
    campaign: String,
    spend_micros: i64,
}

/// Looks for acts of ours that we know nothing of.
pub(super) async fn unknown(audit: &Audit, witness: &mut Witness) -> Result<Unknown, Failure> {
    let sql = "SELECT id, target, vendor_ref, kind = 'meta.create_campaign' AS is_creation FROM homeostat.effect";
    let effects: Vec<Effect> = witness.rows(sql, &[]).await?;
    let acts = read_books(&audit.books)?;
    let mut unknown = Unknown::default();
    let mut created = Vec::new();
    for act in acts.iter().filter(|act| is_ours(act)) {
        if effects
            .iter()
            .any(|effect| effect.is_of(act) || effect.has_adopted(act))
        {
            continue;
        }
        let what = format!(
            "act {} ({}) on {} by {}",
            act.n, act.act, act.object, act.request_id
        );
        unknown.acts.insert(act.n, what);
        if let Some(new) = &act.created {
            unknown.budget_micros += new.daily_budget.saturating_mul(MICROS_PER_MINOR);
            created.push(act.object.clone());
        }
    }
    if let Some(sandbox) = &audit.sandbox {
        let told: Told = http::get(sandbox, "/books/spend").await?;
        let days = told.accounts.into_iter().flat_map(|account| account.days);
        let of_unknown = days.filter(|day| created.contains(&day.campaign));
        unknown.spent_micros = of_unknown.map(|day| day.spend_micros).sum();
    }
    Ok(unknown)
}

fn is_ours(act: &Act) -> bool {
    act.applied && act.request_id.starts_with("effect-")
}

/// The findings that count: all of them, but for what an asynchronous standby may lose.
pub(super) fn findings(asynchronous: bool, found: Vec<Finding>, unknown: &Unknown) -> Vec<Finding> {
    if !asynchronous {
        return found;
    }
    let is_lost = |finding: &Finding| {
        let by_act = |n: &u64| finding.what.starts_with(&format!("act {n} "));
        finding.field == Field::EffectsLost && unknown.acts.keys().any(by_act)
    };
    found
        .into_iter()
        .filter(|finding| !is_lost(finding))
        .collect()
}
