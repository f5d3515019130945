//! Somebody who changes things at the vendors behind our back: pauses campaigns and runs them again, gives money back,
//! makes payments. Letters and parcels move by themselves, and are hurried: the next letter comes, the next scan is
//! made.

use homeostat_sandbox::{META_TOKEN, PERSON, SHOPIFY_TOKEN};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{bank, books::Vendor, judge::Change, scene::Scene, setting::BRAND};
use crate::{drill::http, failure::Failure};

const WHO: &str = "in-the-drill";
const GRAPH: &str = "/shopify/aurora/admin/api/2026-10/graphql.json";
/// Given back of each order, as the shop writes it and as we do.
const PART: (&str, i64) = ("1", 1_000_000);
/// The bank takes 60 calls a minute of everybody together, and each payment is two, and two of each look at it.
const PAYMENTS_MAX: usize = 12;
const SUGGESTED: &str = "query S($id: ID!) { order(id: $id) { id suggestedRefund(suggestFullRefund: true) { \
     suggestedTransactions { gateway parentTransaction { id } } } } }";
const REFUND: &str = "mutation R($input: RefundInput!, $k: String!) { refundCreate(input: $input) @idempotent(key: $k) { \
     refund { id } userErrors { field message } } }";

/// Knows what there is to change.
#[derive(Debug)]
pub(super) struct Stranger {
    sandbox: String,
    campaigns: Vec<String>,
    orders: Vec<String>,
    /// So far, of all, of campaigns, of orders and of payments.
    changes: usize,
    switched: usize,
    refunded: usize,
    paid: usize,
}

impl Stranger {
    pub(super) async fn new(scene: &mut Scene) -> Result<Self, Failure> {
        let stranger = Self {
            sandbox: scene.sandbox.clone(),
            campaigns: scene.campaigns().await?,
            orders: scene.orders().await?,
            changes: 0,
            switched: 0,
            refunded: 0,
            paid: 0,
        };
        match stranger.campaigns.is_empty() || stranger.orders.is_empty() {
            true => Err(Failure::Law("nothing was read of the vendors".to_owned())),
            false => Ok(stranger),
        }
    }

    /// Does the next change: at each vendor in turn. Where nothing is left to change, a campaign is switched.
    pub(super) async fn changes(&mut self) -> Result<Change, Failure> {
        let mut turns = Vendor::ALL.iter().cycle();
        let turn = turns.nth(self.changes).copied().unwrap_or(Vendor::Meta);
        self.changes += 1;
        let changed = match turn {
            Vendor::Meta => None,
            Vendor::Shopify => self.refund().await?,
            Vendor::Track17 | Vendor::AgentMail => hurry(&self.sandbox, turn).await?,
            Vendor::Revolut if self.paid < PAYMENTS_MAX => {
                self.paid += 1;
                Some(bank::pay(&self.sandbox, self.paid).await?)
            }
            Vendor::Revolut => None,
        };
        match changed {
            Some(change) => Ok(change),
            None => self.switch().await,
        }
    }

    /// The next campaign, paused in one lap and run again in the one after.
    async fn switch(&mut self) -> Result<Change, Failure> {
        let lap = self.switched / self.campaigns.len().max(1);
        let state = match lap.is_multiple_of(2) {
            true => "PAUSED",
            false => "ACTIVE",
        };
        let mut campaigns = self.campaigns.iter().cycle();
        let campaign = campaigns.nth(self.switched).cloned().unwrap_or_default();
        self.switched += 1;
        let path = format!("/meta/v26.0/{campaign}?access_token={META_TOKEN}&status={state}");
        let _done: Value = http::post_as_person(&self.sandbox, &path, WHO).await?;
        Ok(Change {
            object: (Vendor::Meta, campaign),
            state: state.to_owned(),
        })
    }

    /// A part of the next order, each once; `None` when there is no other.
    async fn refund(&mut self) -> Result<Option<Change>, Failure> {
        let Some(order) = self.orders.get(self.refunded) else {
            return Ok(None);
        };
        self.refunded += 1;
        refund(&self.sandbox, order).await.map(Some)
    }
}

/// `None` when nothing lies ahead there.
async fn hurry(sandbox: &str, vendor: Vendor) -> Result<Option<Change>, Failure> {
    #[derive(Deserialize)]
    struct Hurried {
        object: String,
        state: String,
    }
    let asked = json!({ "vendor": vendor, "brand": BRAND });
    let hurried: Option<Hurried> = http::post(sandbox, "/_hurry", &asked).await?;
    Ok(hurried.map(|one| Change {
        object: (vendor, one.object),
        state: one.state,
    }))
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
            object: (Vendor::Shopify, order.to_owned()),
            state: format!("PARTIALLY_REFUNDED {}", PART.1),
        }),
        false => Err(Failure::Environment(format!(
            "the shop gave nothing back: {made}"
        ))),
    }
}
