//! A brand's account at the bank: what is in it, and what became of the payments that were made from it by us.
//!
//! A payment may come back days after it was completed, so each look goes so far back. The bank's list is newest
//! first and ends where it was asked to; rows that cannot be read are counted, and hide no others.

use homeostat_clock::wall;
use homeostat_model::{Money, WorldTime};
use homeostat_store::{PgConnection, StoreError};
use homeostat_vendors::revolut::{AccountId, COUNT_MAX, Query, Transaction};
use jiff::SignedDuration;

use super::{ReadError, Sensor};
use crate::{
    Operator,
    config::Brand,
    records::bank_payment::{self, Reading},
};

/// How far back a look goes.
const BACK: SignedDuration = SignedDuration::from_hours(30 * 24);
/// Pages of one look at most.
const PAGES_MAX: u16 = 10;
/// How the key of each payment of ours begins.
const OURS: &str = "hs-";

/// What one look brought.
#[derive(Debug)]
pub struct Looked {
    /// What is in the account.
    pub balance: Money,
    /// Our payments out of it, newest first.
    pub payments: Vec<Reading>,
    /// Rows that could not be read.
    pub unreadable: usize,
}

/// The sensor. Lag: none known for the balance, seconds for the list. Known bias: none.
#[derive(Debug)]
pub struct RevolutAccount;

#[async_trait::async_trait]
impl Sensor for RevolutAccount {
    const NAME: &'static str = "revolut.account";
    const VENDOR: &'static str = "revolut";
    type Reading = Looked;

    async fn read(operator: &Operator, brand: &Brand, at: WorldTime) -> Result<Looked, ReadError> {
        let (Some(bank), Some(payouts)) = (&operator.partners.bank, &brand.payouts) else {
            let problem = format!("{} pays nobody", brand.id);
            return Err(ReadError::unusable("payouts", problem));
        };
        let accounts = bank.accounts(wall()).await?;
        let own = accounts.into_iter().find(|one| one.id == payouts.account);
        let Some(own) = own else {
            let problem = format!("the bank has no account {} of ours", payouts.account);
            return Err(ReadError::unusable("payouts.account", problem));
        };
        if own.balance.currency != brand.currency {
            let (there, here) = (own.balance.currency, brand.currency);
            let problem = format!("is in {there}, brand {} in {here}", brand.id);
            return Err(ReadError::unusable("payouts.account", problem));
        }
        let mut query = Query {
            from: Some(at.plus(-BACK)),
            account: Some(payouts.account.clone()),
            count: COUNT_MAX,
            ..Query::default()
        };
        let mut looked = Looked {
            balance: own.balance,
            payments: Vec::new(),
            unreadable: 0,
        };
        for _ in 0..PAGES_MAX {
            let page = bank.transactions(&query, wall()).await?;
            looked.unreadable += page.unreadable;
            for one in page.transactions {
                let is_known = looked
                    .payments
                    .iter()
                    .any(|known| known.id == one.id.as_str());
                // Pages repeat what stands at their edge.
                if !is_known {
                    looked.payments.extend(reading(one, &payouts.account));
                }
            }
            match page.next {
                Some(next) => query.to = Some(next),
                None => return Ok(looked),
            }
        }
        let problem = format!("has more than {PAGES_MAX} pages of {COUNT_MAX} in 30 days");
        Err(ReadError::unusable("payouts.account", problem))
    }

    async fn record(
        tx: &mut PgConnection,
        brand: &Brand,
        reading: &Looked,
        at: WorldTime,
    ) -> Result<(), StoreError> {
        bank_payment::record(tx, brand.id.as_str(), &reading.payments, at)
            .await
            .map(drop)
    }
}

/// What is kept of a transaction, where it is a payment of ours.
fn reading(found: Transaction, account: &AccountId) -> Option<Reading> {
    let request_id = found.request_id.filter(|id| id.starts_with(OURS))?;
    let leg = found.legs.into_iter().find(|leg| leg.account == *account)?;
    Some(Reading {
        id: found.id.to_string(),
        counterparty: leg.counterparty.unwrap_or_default().to_ascii_lowercase(),
        request_id,
        state: found.state,
        amount: Money {
            amount_micros: leg.amount.amount_micros.saturating_neg(),
            ..leg.amount
        },
        created_at: found.created_at,
    })
}
