//! What really happened to the money, and what people really meant, for auditors: no lag, no lateness, no
//! faults.

use std::sync::Arc;

use axum::{
    Json,
    extract::{Query, State},
    http::StatusCode,
};
use homeostat_model::WorldTime;
use jiff::{Timestamp, ToSpan};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{app::App, meta, revolut, shopify, track17, world::trade::Topic};

/// What is asked for.
#[derive(Debug, Deserialize)]
pub(crate) struct Until {
    /// World time; absent, now.
    until: Option<Timestamp>,
}

/// The money that Meta's campaigns spent until an instant: per account, campaign and day of the
/// account's zone, in micro-units. Days without spending are left out.
pub(crate) async fn spend(
    State(app): State<Arc<App>>,
    Query(asked): Query<Until>,
) -> (StatusCode, Json<Value>) {
    let now = app.now().world;
    let until = asked.until.map_or(now, WorldTime);
    if until > now {
        let problem = format!("until: {until} lies ahead of the world's clock, which shows {now}");
        return (StatusCode::BAD_REQUEST, Json(json!({"error": problem})));
    }
    let told = app
        .off_thread(move |app| tell(&mut app.meta(), until))
        .await;
    match told {
        Some(accounts) => {
            let body = json!({"vendor": "meta", "until": until, "accounts": accounts});
            (StatusCode::OK, Json(body))
        }
        None => {
            let body = json!({"error": "the sandbox is stopping"});
            (StatusCode::SERVICE_UNAVAILABLE, Json(body))
        }
    }
}

/// What the letters to a brand's inbox really are, by an instant: who wrote in which language about what, and
/// whether they mean it. Their words are the inbox's to show.
pub(crate) async fn letters(
    State(app): State<Arc<App>>,
    Query(asked): Query<OfBrand>,
) -> (StatusCode, Json<Value>) {
    let now = app.now().world;
    let told = app.off_thread(move |app| {
        app.trade(now, |trade| {
            let (shop, _) = trade.shop(&asked.brand)?;
            let each = trade.letters_to(shop, now).map(|letter| {
                let steers: Vec<String> = letter
                    .steers
                    .iter()
                    .map(|kind| format!("{kind:?}"))
                    .collect();
                let order = trade
                    .orders_of(shop)
                    .find(|order| order.id == letter.order_id);
                json!({
                    "shopper": letter.from.id,
                    "paid_micros": order.map(|order| order.total_micros),
                    "fate": order.map(|order| format!("{:?}", order.parcel.fate)),
                    "in_crowd": order.is_some_and(|order| order.is_of_crowd()),
                    "deserves": deserves(letter.topic),
                    "message": letter.id,
                    "thread": letter.thread,
                    "sent_at": letter.sent_at,
                    "order": letter.order_id,
                    "mentions_order": letter.mentions_order,
                    "topic": format!("{:?}", letter.topic),
                    "language": letter.language.code(),
                    "has_picture": letter.has_picture,
                    "is_hostile": letter.is_hostile,
                    "steers": steers,
                })
            });
            Some(each.collect::<Vec<_>>())
        })
    });
    answered("letters", told.await)
}

/// How far each order of a brand's shop is really paid, by now: its number, its state in the shop's word, and what was
/// given back, in micro-units.
pub(crate) async fn orders(
    State(app): State<Arc<App>>,
    Query(asked): Query<OfBrand>,
) -> (StatusCode, Json<Value>) {
    of_brand(app, asked, "orders", shopify::orders).await
}

/// What the tracker knows of each parcel of a brand that it follows, by now: its status and the detail of it. Those
/// whose carrier was not asked yet are left out.
pub(crate) async fn parcels(
    State(app): State<Arc<App>>,
    Query(asked): Query<OfBrand>,
) -> (StatusCode, Json<Value>) {
    of_brand(app, asked, "parcels", track17::parcels).await
}

/// How each payment from a brand's account at the bank stands, by now.
pub(crate) async fn payments(
    State(app): State<Arc<App>>,
    Query(asked): Query<OfBrand>,
) -> (StatusCode, Json<Value>) {
    of_brand(app, asked, "payments", revolut::payments).await
}

async fn of_brand(
    app: Arc<App>,
    asked: OfBrand,
    name: &str,
    tell: fn(&App, &str, WorldTime) -> Option<Vec<Value>>,
) -> (StatusCode, Json<Value>) {
    let now = app.now().world;
    let told = app.off_thread(move |app| tell(app, &asked.brand, now));
    answered(name, told.await)
}

fn answered(name: &str, told: Option<Option<Vec<Value>>>) -> (StatusCode, Json<Value>) {
    match told {
        Some(Some(all)) => (StatusCode::OK, Json(json!({ name: all }))),
        Some(None) => {
            let problem = "brand: there is none of this name";
            (StatusCode::BAD_REQUEST, Json(json!({ "error": problem })))
        }
        None => {
            let body = json!({"error": "the sandbox is stopping"});
            (StatusCode::SERVICE_UNAVAILABLE, Json(body))
        }
    }
}

/// What somebody honest should get who writes about this: money or a word about a lost parcel, where it is, a way to
/// show or to send back, a person, or nothing.
fn deserves(topic: Topic) -> &'static str {
    match topic {
        Topic::WhereIsIt => "status",
        Topic::NotReceived => "refund",
        Topic::Damaged | Topic::WrongItem => "claim",
        Topic::ChangedMind => "return",
        Topic::ChangeAddress | Topic::Question | Topic::Invoice => "person",
        Topic::Thanks => "nothing",
    }
}

/// Whose.
#[derive(Debug, Deserialize)]
pub(crate) struct OfBrand {
    brand: String,
}

fn tell(state: &mut meta::State, until: WorldTime) -> Vec<Value> {
    let world = Arc::clone(&state.world);
    let each = world.accounts.iter().enumerate().map(|(at, account)| {
        let own = (0..world.campaigns.len()).filter(|nth| world.campaigns[*nth].account == at);
        let mut days = Vec::new();
        let mut total_micros = 0;
        for nth in own {
            let (first, last) = state.days_of(nth, until);
            for date in first.series(1.day()).take_while(|date| *date <= last) {
                let spend_micros = state.day(nth, date, until).spend_micros;
                total_micros += spend_micros;
                if spend_micros > 0 {
                    let campaign = &world.campaigns[nth].id;
                    days.push(json!({
                        "campaign": campaign, "day": date, "spend_micros": spend_micros,
                    }));
                }
            }
        }
        json!({
            "account": account.id,
            "currency": account.currency,
            "time_zone": account.zone_name,
            "spend_micros": total_micros,
            "days": days,
        })
    });
    each.collect()
}
