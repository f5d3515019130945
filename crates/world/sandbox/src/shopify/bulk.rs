//! Bulk operations over orders: five at a time, a file for seven days.

use std::sync::Arc;

use jiff::SignedDuration;
use serde_json::{Value, json};

use super::{
    Told, Visit,
    answer::Answer,
    orders::Filter,
    show::{gid, user_error},
    state::{Bulk, What},
};
use crate::{books::Act, faults::Fault, world::trade::Order};

const ROOT: &str = "bulkOperationRunQuery";
/// Numbers of operations begin here.
const IDS_FROM: u64 = 601_000_000;
/// How long one takes.
const RUNS: SignedDuration = SignedDuration::from_secs(60);
/// How many run at a time.
const AT_A_TIME: usize = 5;
/// How long a file lives.
const LIVES: SignedDuration = SignedDuration::from_hours(7 * 24);

impl Visit<'_> {
    pub(super) fn bulk_run(&mut self) -> Told {
        let query = self.request.text("query")?;
        let filter = query.split_once("orders(query: \"");
        let filter = filter.and_then(|(_, rest)| rest.split_once('"'));
        let Some(filter) = filter.map(|(filter, _)| filter.to_owned()) else {
            let message = "the sandbox runs the client's query over orders only";
            let error = user_error(&["query"], Some("INVALID"), message);
            return Ok(Answer::refused(ROOT, &[error]));
        };
        Filter::parse(&filter)?;
        let now = self.now.world;
        let shop = self.request.shop.clone();
        let mut bulks = self.state.bulks.iter();
        let running = bulks
            .by_ref()
            .filter(|bulk| bulk.shop == shop && bulk.ends_at > now);
        if running.count() >= AT_A_TIME {
            let message = "Too many bulk operations are in progress";
            let error = user_error(&["query"], Some("LIMIT_REACHED"), message);
            return Ok(Answer::refused(ROOT, &[error]));
        }
        let badly = self.lag(Fault::SettleBadly);
        let more = badly.or(self.lag(Fault::SettleLater)).unwrap_or_default();
        let bulk = Bulk {
            id: IDS_FROM + self.state.books.next_n(),
            shop,
            filter,
            at: now,
            ends_at: now.plus(RUNS).plus(more),
            fails: badly.is_some(),
        };
        let id = gid("BulkOperation", bulk.id);
        let act = Act {
            act: "bulk_run".to_owned(),
            object: id.clone(),
            to: "CREATED".to_owned(),
            effective_from: bulk.ends_at,
            ..self.blank(What::Bulk(bulk))?
        };
        self.confirm(act)?;
        Ok(json!({ROOT: {"bulkOperation": {"id": id, "status": "CREATED"}, "userErrors": []}}))
    }

    pub(super) fn bulk_operation(&self) -> Told {
        let id = self.request.id("id", "BulkOperation")?;
        let told = self.bulk(id).map(|bulk| {
            let has_ended = bulk.ends_at <= self.now.world;
            let found = match has_ended {
                true => self.found_by(bulk),
                false => Vec::new(),
            };
            let lines: usize = found.iter().map(|order| 1 + order.lines.len()).sum();
            let url = format!(
                "http://{}/shopify/{}/bulk/{id}.jsonl",
                self.request.host, bulk.shop
            );
            let file = (has_ended && lines > 0).then_some(url);
            let (whole, part) = if bulk.fails {
                (None, file)
            } else {
                (file, None)
            };
            let status = match (has_ended, bulk.fails) {
                (false, _) => "RUNNING",
                (true, false) => "COMPLETED",
                (true, true) => "FAILED",
            };
            json!({
                "id": gid("BulkOperation", id),
                "status": status,
                "errorCode": (status == "FAILED").then_some("INTERNAL_SERVER_ERROR"),
                "createdAt": bulk.at,
                "completedAt": has_ended.then_some(bulk.ends_at),
                "objectCount": lines.to_string(),
                "url": whole,
                "partialDataUrl": part,
            })
        });
        Ok(json!({"bulkOperation": told}))
    }

    pub(super) fn bulk_file(&self, id: u64) -> Answer {
        let now = self.now.world;
        let alive = |bulk: &&Bulk| bulk.ends_at <= now && now.since(bulk.ends_at) < LIVES;
        let Some(bulk) = self.bulk(id).filter(alive) else {
            return Answer::no_shop();
        };
        let lines = self
            .lines_of(bulk)
            .into_iter()
            .map(|line| format!("{line}\n"));
        Answer::lines(lines.collect())
    }

    fn bulk(&self, id: u64) -> Option<&Bulk> {
        let mut bulks = self.state.bulks.iter();
        bulks.find(|bulk| bulk.id == id && bulk.shop == self.request.shop)
    }

    /// The orders of an operation as of its end, half of them after a failure.
    fn found_by(&self, bulk: &Bulk) -> Vec<Arc<Order>> {
        let Ok(filter) = Filter::parse(&bulk.filter) else {
            return Vec::new();
        };
        let mut found = self.matching(&filter, bulk.ends_at);
        if bulk.fails {
            found.truncate(found.len() / 2);
        }
        found.into_iter().map(|(_, order)| order).collect()
    }

    /// The file: each order as it was when the operation ended, its lines after it.
    fn lines_of(&self, bulk: &Bulk) -> Vec<Value> {
        let mut lines = Vec::new();
        for order in self.found_by(bulk) {
            let mut parent = self.order_told(&order, bulk.ends_at);
            let children = parent["lineItems"]["nodes"].take();
            let id = parent["id"].clone();
            if let Some(parent) = parent.as_object_mut() {
                parent.remove("lineItems");
            }
            lines.push(parent);
            for mut child in children.as_array().cloned().unwrap_or_default() {
                child["__parentId"] = id.clone();
                lines.push(child);
            }
        }
        lines
    }
}
