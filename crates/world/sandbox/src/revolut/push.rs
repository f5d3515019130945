//! What Revolut tells by itself: that a payment began, and that its state has changed.

use homeostat_model::WorldTime;
use homeostat_vendors::revolut::json as wire;
use serde_json::{Value, json};

use super::{
    lists::{revolut_account_id, transaction_json, wire_time},
    payment::Payment,
};
use crate::{
    app::App,
    webhooks::{News, Vendor},
};

/// What happened after `from` and until `to`.
pub(crate) fn news(app: &App, from: WorldTime, to: WorldTime) -> Vec<News> {
    let is_within = |at: WorldTime| from < at && at <= to;
    let state = app.revolut();
    let mut news = Vec::new();
    for payment in &state.payments {
        let at = payment.created_at;
        if is_within(at) {
            let data = transaction_json(payment, at, None);
            news.push(event(payment, "TransactionCreated", at, &data));
        }
        for (at, before, after) in payment.changes() {
            if is_within(at) {
                let data = json!({
                    "id": payment.id,
                    "request_id": payment.request_id,
                    "old_state": before.as_str(),
                    "new_state": after.as_str(),
                });
                news.push(event(payment, "TransactionStateChanged", at, &data));
            }
        }
    }
    news
}

/// How each payment from a brand's account stands at an instant, for auditors; `None` when there is no such account.
pub(crate) fn payments(app: &App, brand: &str, now: WorldTime) -> Option<Vec<Value>> {
    let account = revolut_account_id(brand)?;
    let state = app.revolut();
    let own = state
        .payments
        .iter()
        .filter(|one| one.account_id == account);
    let told = own.map(|one| {
        let (state, _) = one.state(now);
        json!({"payment": one.id, "state": state.as_str()})
    });
    Some(told.collect())
}

fn event(payment: &Payment, topic: &'static str, at: WorldTime, data: &Value) -> News {
    let body = json!({"event": topic, "timestamp": wire_time(at), "data": data});
    News {
        vendor: Vendor::Revolut,
        brand: None,
        topic,
        name: format!("{topic}:{}:{}", payment.id, at.0.as_microsecond()),
        object: payment.id.clone(),
        body: wire::write(&body),
    }
}
