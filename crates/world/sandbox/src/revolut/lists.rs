//! Accounts, counterparties and transactions as JSON.

use std::sync::Arc;

use homeostat_model::{Currency, Money, WorldTime};
use homeostat_vendors::revolut::{COUNT_DEFAULT, COUNT_MAX, REQUEST_ID_DAYS, to_major};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::{
    answer::Answer,
    call::{Pairs, one},
    payment::Payment,
    state::State,
};
use crate::{
    app::App,
    faults::{Fault, Strike},
    world::{
        BRANDS, ORIGIN,
        trade::{Shop, Supplier},
    },
};

/// A state that no client knows.
const NEW_STATE: &str = "under_review";

/// The id of a brand's account at the sandbox's bank; the same in every world.
pub fn revolut_account_id(brand: &str) -> Option<String> {
    let nth = BRANDS.iter().position(|known| known.name == brand)?;
    Some(format!("7b1c9d20-0000-4000-8000-{:012x}", nth + 1))
}

/// The id of the `n`th transaction.
pub(super) fn transaction_id(n: u64) -> String {
    format!("69c2f0a1-1b2c-4d3e-8f90-{n:012x}")
}

/// To the microsecond.
pub(super) fn wire_time(at: WorldTime) -> String {
    at.0.strftime("%Y-%m-%dT%H:%M:%S%.6fZ").to_string()
}

/// The shop that an account is of, and its currency.
pub(super) fn own_account<'a>(
    shops: &'a [Arc<Shop>],
    id: &str,
) -> Option<(&'a Arc<Shop>, Currency)> {
    let mut shops = shops.iter();
    let shop = shops.find(|shop| revolut_account_id(shop.brand).as_deref() == Some(id))?;
    Some((shop, shop.currency?))
}

/// The supplier that a counterparty is.
pub(super) fn supplier<'a>(shops: &'a [Arc<Shop>], id: &str) -> Option<&'a Supplier> {
    let mut all = shops.iter().flat_map(|shop| &shop.suppliers);
    all.find(|supplier| supplier.counterparty_id == id)
}

pub(super) fn accounts(app: &App) -> Answer {
    let shops = app.shops();
    let (state, now) = (app.revolut(), app.now().world);
    let each = shops.iter();
    Answer::ok(
        &each
            .filter_map(|shop| account_json(shop, &state, now))
            .collect(),
    )
}

pub(super) fn account(app: &App, id: &str) -> Result<Answer, Answer> {
    let shops = app.shops();
    let (state, now) = (app.revolut(), app.now().world);
    own_account(&shops, id)
        .and_then(|(shop, _)| account_json(shop, &state, now))
        .map(|account| Answer::ok(&account))
        .ok_or_else(|| Answer::not_found("Account"))
}

fn account_json(shop: &Shop, state: &State, now: WorldTime) -> Option<Value> {
    let id = revolut_account_id(shop.brand)?;
    let balance = Money::from_micros(state.balance_micros(&id, now), shop.currency?);
    Some(json!({
        "id": id,
        "name": shop.brand,
        "balance": to_major(balance)?,
        "currency": shop.currency,
        "state": "active",
        "public": false,
        "created_at": wire_time(ORIGIN),
        "updated_at": wire_time(now),
    }))
}

pub(super) fn counterparties(app: &App) -> Answer {
    let shops = app.shops();
    let all = shops.iter().flat_map(|shop| {
        let each = shop.suppliers.iter();
        each.map(|supplier| counterparty_json(shop, supplier))
    });
    Answer::ok(&all.collect())
}

pub(super) fn counterparty(app: &App, id: &str) -> Result<Answer, Answer> {
    let shops = app.shops();
    let mut all = shops
        .iter()
        .flat_map(|shop| shop.suppliers.iter().map(move |supplier| (shop, supplier)));
    all.find(|(_, supplier)| supplier.counterparty_id == id)
        .map(|(shop, supplier)| Answer::ok(&counterparty_json(shop, supplier)))
        .ok_or_else(|| Answer::not_found("Counterparty"))
}

fn counterparty_json(shop: &Shop, supplier: &Supplier) -> Value {
    json!({
        "id": supplier.counterparty_id,
        "name": supplier.name,
        "profile_type": "business",
        "country": "DE",
        "state": "created",
        "created_at": wire_time(ORIGIN),
        "updated_at": wire_time(ORIGIN),
        "accounts": [{
            "id": supplier.account_id,
            "name": supplier.name,
            "bank_country": "DE",
            "currency": shop.currency,
            "type": "external",
        }],
    })
}

pub(super) fn transaction(app: &App, id: &str, strike: Option<Strike>) -> Result<Answer, Answer> {
    let (state, now) = (app.revolut(), app.now().world);
    let mut payments = state.payments.iter();
    payments
        .find(|one| one.id == id)
        .map(|one| Answer::ok(&transaction_json(one, now, strike)))
        .ok_or_else(|| Answer::not_found("Transaction"))
}

/// A page of transactions, newest first.
///
/// # Errors
/// The answer that Revolut gives to such a question.
pub(super) fn transactions(
    app: &App,
    query: &Pairs,
    strike: Option<Strike>,
) -> Result<Answer, Answer> {
    let (state, now) = (app.revolut(), app.now().world);
    let count = match one(query, "count").map(str::parse) {
        None => COUNT_DEFAULT,
        Some(Ok(count)) if (1..=COUNT_MAX).contains(&count) => count,
        Some(_) => return Err(Answer::bad("'count' must be 1 to 1000")),
    };
    let time = |name: &str| {
        let text = one(query, name).map(str::parse::<Timestamp>).transpose();
        let problem = |_| Answer::bad(&format!("'{name}' is no ISO 8601 time"));
        text.map(|at| at.map(WorldTime)).map_err(problem)
    };
    let (from, to) = (time("from")?, time("to")?);
    let request_id = one(query, "request_id");
    if request_id.is_some() {
        let from = from.ok_or_else(|| Answer::bad("Required 'from' is missing"))?;
        let longest = SignedDuration::from_hours(24 * REQUEST_ID_DAYS);
        if to.unwrap_or(now).since(from) > longest {
            return Err(Answer::bad("'from' and 'to' must be within 14 days"));
        }
    }
    let known = known_until(app, now, strike);
    let states: Vec<&str> = query
        .iter()
        .filter(|(name, _)| name == "state")
        .map(|(_, value)| value.as_str())
        .collect();
    let is_wanted = |one_payment: &&Payment| {
        let at = one_payment.created_at;
        from.is_none_or(|from| at >= from)
            && to.is_none_or(|to| at < to)
            && at <= known
            && request_id.is_none_or(|id| one_payment.request_id == id)
            && one(query, "account").is_none_or(|id| one_payment.account_id == id)
            && one(query, "type").is_none_or(|kind| kind == "transfer")
            && (states.is_empty() || states.contains(&one_payment.state(now).0.as_str()))
    };
    let mut found: Vec<&Payment> = state.payments.iter().filter(is_wanted).collect();
    // Stable: of one instant the last accepted comes first.
    found.reverse();
    found.sort_by_key(|one| std::cmp::Reverse(one.created_at));
    let page = found.into_iter().take(usize::from(count));
    Ok(Answer::ok(
        &page.map(|one| transaction_json(one, now, strike)).collect(),
    ))
}

/// Payments after this instant are not in lists yet.
fn known_until(app: &App, now: WorldTime, strike: Option<Strike>) -> WorldTime {
    match strike {
        Some(strike) if strike.fault == Fault::StaleIndex => {
            now.plus(-app.world_ms(strike.after_ms))
        }
        Some(_) | None => WorldTime(Timestamp::MAX),
    }
}

pub(super) fn transaction_json(payment: &Payment, now: WorldTime, strike: Option<Strike>) -> Value {
    let (state, since) = payment.state(now);
    let has_new_word = strike.is_some_and(|strike| strike.fault == Fault::NewWord);
    let amount = to_major(payment.amount()).unwrap_or_default();
    let mut body = json!({
        "id": payment.id,
        "type": "transfer",
        "request_id": payment.request_id,
        "state": if has_new_word { NEW_STATE } else { state.as_str() },
        "created_at": wire_time(payment.created_at),
        "updated_at": wire_time(since),
        "reference": payment.reference,
        "legs": [{
            "leg_id": payment.id,
            "amount": format!("-{amount}"),
            "currency": payment.currency,
            "account_id": payment.account_id,
            "counterparty": {
                "id": payment.counterparty_id,
                "account_id": payment.counterparty_account_id,
                "account_type": "external",
            },
        }],
    });
    if let Some(at) = payment.completed_at(now) {
        body["completed_at"] = json!(wire_time(at));
    }
    if let Some(reason) = &payment.fate.reason_code
        && !state.holds_money()
    {
        body["reason_code"] = json!(reason);
    }
    body
}
