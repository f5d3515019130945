//! Payments: taken once for a request id, and on disk before the answer leaves.

use std::sync::Arc;

use homeostat_model::{Currency, Money, WorldTime};
use homeostat_vendors::revolut::{REFERENCE_CHARS_MAX, REQUEST_ID_CHARS_MAX, from_major, to_major};
use jiff::SignedDuration;
use serde_json::{Value, json};

use super::{
    answer::Answer,
    lists::{self, wire_time},
    payment::{Fate, Payment},
    state::{PAY, State, VENDOR},
};
use crate::{
    app::{App, Instant},
    books::Act,
    faults::{Fault, Strike},
    world::trade::Shop,
};

/// What is asked for, with everything found.
struct Wanted {
    request_id: String,
    account_id: String,
    counterparty_id: String,
    counterparty_account_id: String,
    amount: Money,
    reference: String,
}

/// Makes a payment.
///
/// # Errors
/// The answer that Revolut gives to such a request.
pub(super) fn answer(app: &App, order: &Value, strike: Option<Strike>) -> Result<Answer, Answer> {
    let wanted = read(order, &app.shops())?;
    let mut state = app.revolut();
    // Read under the lock, so that payments are numbered in the order of their times.
    let now = app.now();
    if let Some(known) = state.remembered(&wanted.request_id, now.world) {
        let again = strike.is_some_and(|strike| strike.fault == Fault::AnswerAgain);
        return match again {
            true => Ok(accepted(known, now.world)),
            false => Err(Answer::duplicate(&wanted.request_id)),
        };
    }
    let payment = payment(app, &state, wanted, now, strike);
    let act = act(&state, &payment, now, strike).ok_or_else(Answer::outage)?;
    let answer = accepted(&payment, now.world);
    app.confirm(&mut *state, act)
        .map_err(|_| Answer::outage())?;
    Ok(answer)
}

fn payment(
    app: &App,
    state: &State,
    wanted: Wanted,
    now: Instant,
    strike: Option<Strike>,
) -> Payment {
    let n = state.books.next_n();
    let created_at = State::instant(now.world);
    let left = state.balance_micros(&wanted.account_id, created_at);
    let fate = if left < wanted.amount.amount_micros {
        Fate::without_funds(created_at)
    } else {
        let late = strike.map_or(SignedDuration::ZERO, |strike| app.world_ms(strike.after_ms));
        Fate::draw(n, created_at, strike.map(|strike| strike.fault), late)
    };
    Payment {
        id: lists::transaction_id(n),
        request_id: wanted.request_id,
        account_id: wanted.account_id,
        counterparty_id: wanted.counterparty_id,
        counterparty_account_id: wanted.counterparty_account_id,
        amount_micros: wanted.amount.amount_micros,
        currency: wanted.amount.currency,
        reference: wanted.reference,
        created_at,
        fate,
    }
}

fn act(state: &State, payment: &Payment, now: Instant, strike: Option<Strike>) -> Option<Act> {
    let minor = payment.amount_micros / payment.currency.micros_per_minor();
    Some(Act {
        act: PAY.to_owned(),
        object: payment.id.clone(),
        to: minor.to_string(),
        request_id: payment.request_id.clone(),
        applied: payment.held_micros(now.world) > 0,
        detail: serde_json::to_value(payment).ok()?,
        fault: strike.map(|strike| strike.fault),
        ..Act::blank(VENDOR, state.books.next_n(), now)
    })
}

fn accepted(payment: &Payment, now: WorldTime) -> Answer {
    let mut body = json!({
        "id": payment.id,
        "state": payment.state(now).0,
        "created_at": wire_time(payment.created_at),
    });
    if let Some(at) = payment.completed_at(now) {
        body["completed_at"] = json!(wire_time(at));
    }
    Answer::ok(&body)
}

fn read(order: &Value, shops: &[Arc<Shop>]) -> Result<Wanted, Answer> {
    let request_id = text(order, "request_id")?;
    if !(1..=REQUEST_ID_CHARS_MAX).contains(&request_id.chars().count()) {
        return Err(Answer::bad("'request_id' must have 1 to 40 characters"));
    }
    let account_id = text(order, "account_id")?;
    let (_, currency) =
        lists::own_account(shops, account_id).ok_or_else(|| Answer::not_found("Account"))?;
    let receiver = order.get("receiver").unwrap_or(&Value::Null);
    let counterparty_id = text(receiver, "counterparty_id")?;
    let supplier =
        lists::supplier(shops, counterparty_id).ok_or_else(|| Answer::not_found("Counterparty"))?;
    let counterparty_account_id = receiver.get("account_id").and_then(Value::as_str);
    if counterparty_account_id.is_some_and(|id| id != supplier.account_id) {
        return Err(Answer::not_theirs());
    }
    let told: Currency = text(order, "currency")?
        .parse()
        .map_err(|_| Answer::bad("'currency' is unknown"))?;
    if told != currency {
        return Err(Answer::bad_request("the sandbox exchanges no currencies"));
    }
    let amount = from_major(text(order, "amount")?, currency)
        .ok()
        .filter(|amount| amount.amount_micros > 0 && to_major(*amount).is_some())
        .ok_or_else(|| Answer::bad("'amount' must be above 0, in whole minor units"))?;
    let reference = order.get("reference").and_then(Value::as_str);
    let reference = reference.unwrap_or_default();
    if reference.chars().count() > REFERENCE_CHARS_MAX {
        return Err(Answer::bad("'reference' must have at most 140 characters"));
    }
    Ok(Wanted {
        request_id: request_id.to_owned(),
        account_id: account_id.to_owned(),
        counterparty_id: counterparty_id.to_owned(),
        counterparty_account_id: supplier.account_id.clone(),
        amount,
        reference: reference.to_owned(),
    })
}

fn text<'a>(object: &'a Value, name: &str) -> Result<&'a str, Answer> {
    let text = object.get(name).and_then(Value::as_str);
    text.ok_or_else(|| Answer::bad(&format!("Required '{name}' is missing")))
}
