//! Insights: what each campaign spent and sold, day by day.

use std::collections::BTreeMap;

use homeostat_model::{Currency, Money};
use jiff::civil::Date;

use super::{
    client::{Client, Reply},
    faults::Error,
    ids::{AccountId, CampaignId},
    money,
};
use crate::wire::{Object, WireError};

const FIELDS: &str = "campaign_id,campaign_name,account_currency,impressions,clicks,spend,actions,\
                      action_values,date_start,date_stop";

/// Names of a purchase, best first. They are overlapping views of the same sales, so exactly one
/// of them is read and they are never added up.
const PURCHASE_TYPES: [&str; 3] = [
    "omni_purchase",
    "purchase",
    "offsite_conversion.fb_pixel_purchase",
];

/// One campaign on one day of the account's time zone, as known now: the numbers move for days.
///
/// A campaign without delivery on a day has no row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InsightRow {
    /// The campaign.
    pub campaign_id: CampaignId,
    /// Its name at the time of asking.
    pub campaign_name: String,
    /// The day, in the account's time zone.
    pub date: Date,
    /// Spent so far.
    pub spend: Money,
    /// Times shown.
    pub impressions: u64,
    /// Times clicked.
    pub clicks: u64,
    /// Sales attributed so far to clicks of this day.
    pub purchases: u64,
    /// Worth of those sales; `None` when it was not told.
    pub purchase_value: Option<Money>,
    /// The view of purchases that was read; `None` when there was none, which means no sale.
    pub purchase_type: Option<&'static str>,
}

impl Client {
    /// Rows per campaign and day, `since` and `until` included.
    ///
    /// # Errors
    /// See [`Error`]; a read has no unknown outcome.
    pub async fn insights(
        &self,
        account: &AccountId,
        since: Date,
        until: Date,
    ) -> Result<Reply<Vec<InsightRow>>, Error> {
        if since > until {
            return Err(Error::Request {
                field: "since",
                problem: format!("{since} is after until, {until}"),
            });
        }
        let path = format!("{account}/insights");
        let range = format!(r#"{{"since":"{since}","until":"{until}"}}"#);
        let query = [
            ("level", "campaign"),
            ("fields", FIELDS),
            ("time_range", &range),
            ("time_increment", "1"),
            ("limit", "500"),
        ];
        let reply = self.list(&path, &query, read).await?;
        // A row may move to a later page between two calls; its later reading counts, once.
        let rows: BTreeMap<_, _> = reply
            .value
            .into_iter()
            .map(|row| ((row.campaign_id.clone(), row.date), row))
            .collect();
        Ok(Reply {
            value: rows.into_values().collect(),
            usage: reply.usage,
        })
    }
}

pub(crate) fn read(row: &Object<'_>) -> Result<InsightRow, WireError> {
    let currency: Currency = row.parse("account_currency")?;
    let date: Date = row.parse("date_start")?;
    let stop: Date = row.parse("date_stop")?;
    if date != stop {
        let problem = format!("is {stop}, but one row must be one day, {date}");
        return Err(row.wrong("date_stop", problem));
    }
    let spend = match row.number_text("spend")? {
        None => Money::zero(currency),
        Some(text) => {
            money::from_major(&text, currency).map_err(|problem| row.wrong("spend", problem))?
        }
    };
    let actions = row.objects("actions")?;
    let purchase_type = purchase_type(&actions)?;
    let mut purchases = 0;
    let mut purchase_value = Some(Money::zero(currency));
    if let Some(wanted) = purchase_type {
        if let Some(action) = find(&actions, wanted)? {
            purchases = action.count("value")?;
        }
        let values = row.objects("action_values")?;
        if let Some(value) = find(&values, wanted)?
            && let Some(text) = value.number_text("value")?
        {
            let worth = money::from_major(&text, currency);
            purchase_value = Some(worth.map_err(|problem| value.wrong("value", problem))?);
        } else if purchases > 0 {
            purchase_value = None;
        }
    }
    Ok(InsightRow {
        campaign_id: row.parse("campaign_id")?,
        campaign_name: row
            .text_opt("campaign_name")?
            .unwrap_or_default()
            .to_owned(),
        date,
        spend,
        impressions: row.count("impressions")?,
        clicks: row.count("clicks")?,
        purchases,
        purchase_value,
        purchase_type,
    })
}

fn purchase_type(actions: &[Object<'_>]) -> Result<Option<&'static str>, WireError> {
    for wanted in PURCHASE_TYPES {
        if find(actions, wanted)?.is_some() {
            return Ok(Some(wanted));
        }
    }
    Ok(None)
}

fn find<'a, 'b>(
    actions: &'b [Object<'a>],
    wanted: &str,
) -> Result<Option<&'b Object<'a>>, WireError> {
    for action in actions {
        if action.text("action_type")? == wanted {
            return Ok(Some(action));
        }
    }
    Ok(None)
}
