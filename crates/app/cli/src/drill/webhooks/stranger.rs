//! Somebody who changes things at the vendors behind our back: pauses campaigns and runs them again, gives money back.

use homeostat_sandbox::{META_TOKEN, PERSON, SHOPIFY_TOKEN};
use serde_json::{Value, json};

use super::{judge::Change, scene::Scene};
use crate::{drill::http, failure::Failure};

const WHO: &str = "in-the-drill";
const GRAPH: &str = "/shopify/aurora/admin/api/2026-10/graphql.json";
/// Given back of each order, as the shop writes it and as we do.
const PART: (&str, i64) = ("1", 1_000_000);
const SUGGESTED: &str = "query S($id: ID!) { order(id: $id) { id suggestedRefund(suggestFullRefund: true) { \
     suggestedTransactions { gateway parentTransaction { id } } } } }";
const REFUND: &str = "mutation R($input: RefundInput!, $k: String!) { refundCreate(input: $input) @idempotent(key: $k) { \
     refund { id } userErrors { field message } } }";

/// Knows what there is to change.
#[derive(Debug)]
pub(super) struct Stranger {
    campaigns: Vec<String>,
    orders: Vec<String>,
}

impl Stranger {
    pub(super) async fn new(scene: &mut Scene) -> Result<Self, Failure> {
        let stranger = Self {
            campaigns: scene.campaigns().await?,
            orders: scene.orders().await?,
        };
        match stranger.campaigns.is_empty() || stranger.orders.is_empty() {
            true => Err(Failure::Law("nothing was read of the vendors".to_owned())),
            false => Ok(stranger),
        }
    }

    /// Does the `nth` change: campaigns and orders in turn, each order once.
    pub(super) async fn changes(&self, scene: &Scene, nth: u32) -> Result<Change, Failure> {
        let (turn, nth) = (nth % 2, usize::try_from(nth / 2).unwrap_or(0));
        match (turn, self.orders.get(nth)) {
            (1, Some(order)) => refund(&scene.sandbox, order).await,
            _ => {
                let lap = nth / self.campaigns.len().max(1);
                let state = if lap.is_multiple_of(2) {
                    "PAUSED"
                } else {
                    "ACTIVE"
                };
                let mut campaigns = self.campaigns.iter().cycle();
                let campaign = campaigns.nth(nth).cloned().unwrap_or_default();
                switch(&scene.sandbox, campaign, state).await
            }
        }
    }
}

async fn switch(sandbox: &str, campaign: String, state: &str) -> Result<Change, Failure> {
    let path = format!("/meta/v26.0/{campaign}?access_token={META_TOKEN}&status={state}");
    let _done: Value = http::post_as_person(sandbox, &path, WHO).await?;
    Ok(Change {
        object: campaign,
        state: state.to_owned(),
    })
}

async fn refund(sandbox: &str, order: &str) -> Result<Change, Failure> {
    let ask = async |document: &str, variables: Value| -> Result<Value, Failure> {
        // Who does not say so would be taken for us.
        let head = format!(
            "x-shopify-access-token: {SHOPIFY_TOKEN}\r\nx-client-reference: {PERSON}{WHO}\r\n"
        );
        let body = json!({"query": document, "variables": variables});
        http::post_with(sandbox, GRAPH, &body, &head).await
    };
    let suggested = ask(SUGGESTED, json!({ "id": order })).await?;
    let payment = &suggested["data"]["order"]["suggestedRefund"]["suggestedTransactions"][0];
    let input = json!({
        "orderId": order,
        "note": "as a person",
        "transactions": [{
            "kind": "REFUND",
            "orderId": order,
            "amount": PART.0,
            "gateway": payment["gateway"],
            "parentId": payment["parentTransaction"]["id"],
        }],
    });
    let key = format!("drill-{order}");
    let made = ask(REFUND, json!({"input": input, "k": key})).await?;
    match made["data"]["refundCreate"]["refund"].is_object() {
        true => Ok(Change {
            object: order.to_owned(),
            state: format!("PARTIALLY_REFUNDED {}", PART.1),
        }),
        false => Err(Failure::Environment(format!(
            "the shop gave nothing back: {made}"
        ))),
    }
}
