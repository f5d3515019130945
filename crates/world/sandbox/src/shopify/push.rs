//! What the shops tell by themselves: orders, refunds and disputes, in the shape of the older interface.

use homeostat_model::WorldTime;
use serde_json::{Value, json};

use super::{
    orders::{financial_status, left_micros},
    people::dispute,
    show::{gid, major},
    state::State,
};
use crate::{
    app::App,
    webhooks::{News, Vendor},
    world::trade::Order,
};

/// Everything that changed after `from` and until `to`.
pub(crate) fn news(app: &App, from: WorldTime, to: WorldTime) -> Vec<News> {
    let is_within = |at: WorldTime| from < at && at <= to;
    app.trade(to, |trade| {
        let state = app.shopify();
        let mut news = Vec::new();
        for order in &trade.orders {
            let Some(shop) = trade.shops.get(order.shop) else {
                continue;
            };
            for (topic, at, body) in changes(&state, order, to) {
                if is_within(at) {
                    let body = body.to_string();
                    news.push(News {
                        vendor: Vendor::Shopify,
                        brand: Some(shop.brand),
                        topic,
                        name: format!("{topic}:{}:{}", order.id, at.0.as_millisecond()),
                        object: gid("Order", order.id),
                        body,
                    });
                }
            }
        }
        news
    })
}

/// How far each order of a shop is paid at an instant, for auditors; `None` when there is no such shop.
pub(crate) fn orders(app: &App, brand: &str, now: WorldTime) -> Option<Vec<Value>> {
    app.trade(now, |trade| {
        let (nth, _) = trade.shop(brand)?;
        let state = app.shopify();
        let placed = trade.orders_of(nth).filter(|order| order.placed_at <= now);
        let told = placed.map(|order| {
            json!({
                "order": gid("Order", order.id),
                "state": financial_status(&state, order, now),
                "refunded_micros": order.total_micros - left_micros(&state, order, now),
            })
        });
        Some(told.collect())
    })
}

/// What is to be told of an order so far, and when.
fn changes(state: &State, order: &Order, now: WorldTime) -> Vec<(&'static str, WorldTime, Value)> {
    let mut changes = vec![
        (
            "orders/create",
            order.placed_at,
            order_told(state, order, order.placed_at),
        ),
        (
            "orders/updated",
            order.parcel.shipped_at,
            order_told(state, order, order.parcel.shipped_at),
        ),
    ];
    for refund in state.refunds_of(order.id) {
        let body = json!({
            "id": refund.id, "order_id": order.id, "created_at": refund.at, "note": refund.note,
            "refund_line_items": [], "transactions": [], "order_adjustments": [],
        });
        changes.push(("refunds/create", refund.at, body));
        let settled = order_told(state, order, refund.settles_at);
        changes.push(("orders/updated", refund.settles_at, settled));
    }
    if let Some(dispute) = dispute(state, order, now) {
        let (opened_at, changed_at) = (dispute.opened_at(), dispute.changed_at(now));
        changes.push((
            "disputes/create",
            opened_at,
            dispute.pushed(order, opened_at),
        ));
        if changed_at != opened_at {
            changes.push((
                "disputes/update",
                changed_at,
                dispute.pushed(order, changed_at),
            ));
        }
    }
    changes
}

fn order_told(state: &State, order: &Order, at: WorldTime) -> Value {
    json!({
        "id": order.id,
        "admin_graphql_api_id": gid("Order", order.id),
        "name": order.name,
        "created_at": order.placed_at,
        "updated_at": at,
        "financial_status": financial_status(state, order, at).to_lowercase(),
        "total_price": major(order.total_micros),
    })
}
