//! Discount codes. They take no key, but a code exists once: creating it again is refused as taken, and it is found by
//! its text, however it is spelt.

use homeostat_model::{Money, WorldTime};
use serde_json::{Value, json};

use super::{
    client::{Client, Reply, refuse},
    documents::{DISCOUNT_BY_CODE, DISCOUNT_CREATE, DISCOUNT_DEACTIVATE, Document},
    faults::Error,
    ids::DiscountId,
    read,
    values::open_enum,
};
use crate::{
    money::to_major_fixed,
    wire::{Object, WireError},
};

/// Longest code and title that are sent, in characters.
const TEXT_CHARS_MAX: usize = 255;

open_enum! {
    /// Whether a code works.
    DiscountStatus {
        Active = "ACTIVE",
        Expired = "EXPIRED",
        Scheduled = "SCHEDULED",
    }
}

/// What a code takes off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DiscountValue {
    /// A share of the price in hundredths of a percent, 1 to 10,000. 10% is 1,000.
    BasisPoints(u16),
    /// An amount off the order, in the shop's currency.
    Amount(Money),
}

/// A code to be created.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewDiscount {
    /// For people.
    pub title: String,
    /// What is typed at the till. Choose one that nobody else would.
    pub code: String,
    /// What it takes off.
    pub value: DiscountValue,
    /// How often it works, over all customers; `None`: without end.
    pub usage_limit: Option<u32>,
    /// Whether each customer may use it once only.
    pub once_per_customer: bool,
    /// From when it works.
    pub starts_at: WorldTime,
    /// Until when; `None`: without end.
    pub ends_at: Option<WorldTime>,
}

/// A code that exists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Discount {
    /// Its id.
    pub id: DiscountId,
    /// The vendor's type, such as `DiscountCodeBasic`. Of other types only this and the id are read.
    pub kind: String,
    /// For people.
    pub title: Option<String>,
    /// What is typed at the till.
    pub code: Option<String>,
    /// Whether it works.
    pub status: Option<DiscountStatus>,
    /// From when it works.
    pub starts_at: Option<WorldTime>,
    /// Until when.
    pub ends_at: Option<WorldTime>,
    /// How often it works.
    pub usage_limit: Option<u32>,
    /// How often it has been used; trails.
    pub used: Option<u32>,
}

impl Client {
    /// The discount behind a code, in any spelling; `None` when there is none. May trail a creation by seconds.
    ///
    /// # Errors
    /// See [`Error`]; a read has no unknown outcome.
    pub async fn discount_by_code(&self, code: &str) -> Result<Reply<Option<Discount>>, Error> {
        check_text("code", code)?;
        self.ask(&DISCOUNT_BY_CODE, json!({"code": code}), |data| {
            let found = data.object_opt(DISCOUNT_BY_CODE.root)?;
            found.map(|node| read(&node)).transpose()
        })
        .await
    }

    /// Creates a code for all customers and everything that is sold.
    ///
    /// # Errors
    /// See [`Error`]; when the code exists already, [`Refusal::is_taken`](super::Refusal::is_taken). After an unknown
    /// outcome look for it by its code.
    pub async fn discount_code_create(
        &self,
        wanted: &NewDiscount,
        reference: &str,
    ) -> Result<Reply<Discount>, Error> {
        let variables = json!({"d": wanted.input()?});
        self.tell(&DISCOUNT_CREATE, variables, reference, |data| {
            let discount = of_payload(data, &DISCOUNT_CREATE)?;
            let spelt_alike = discount.code.as_ref().map(|code| code.to_lowercase());
            if spelt_alike.as_ref() == Some(&wanted.code.to_lowercase()) {
                return Ok(discount);
            }
            let at = "discountCodeBasicCreate.codeDiscountNode.codeDiscount.codes";
            Err(data.wrong(at, format!("must be the code {:?}", wanted.code)))
        })
        .await
    }

    /// Stops a code. Doing it twice leaves the same state.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn discount_code_deactivate(
        &self,
        id: DiscountId,
        reference: &str,
    ) -> Result<Reply<Discount>, Error> {
        let variables = json!({"id": id.to_string()});
        self.tell(&DISCOUNT_DEACTIVATE, variables, reference, |data| {
            let discount = of_payload(data, &DISCOUNT_DEACTIVATE)?;
            read::same_id(data, &discount.id, &id)?;
            Ok(discount)
        })
        .await
    }
}

impl NewDiscount {
    /// The mutation's `basicCodeDiscount`.
    pub(crate) fn input(&self) -> Result<Value, Error> {
        check_text("title", &self.title)?;
        check_text("code", &self.code)?;
        if self.usage_limit == Some(0) {
            return Err(refuse("usage_limit", "must be more than zero"));
        }
        if self.ends_at.is_some_and(|end| end <= self.starts_at) {
            return Err(refuse("ends_at", "must be later than starts_at"));
        }
        Ok(json!({
            "title": self.title,
            "code": self.code,
            "startsAt": self.starts_at,
            "endsAt": self.ends_at,
            "usageLimit": self.usage_limit,
            "appliesOncePerCustomer": self.once_per_customer,
            "context": {"all": "ALL"},
            "customerGets": {"value": self.value.input()?, "items": {"all": true}},
        }))
    }
}

impl DiscountValue {
    fn input(self) -> Result<Value, Error> {
        match self {
            // The vendor takes a fraction: 0.1 is 10%.
            Self::BasisPoints(points @ 1..=10_000) => {
                Ok(json!({"percentage": f64::from(points) / 10_000.0}))
            }
            Self::BasisPoints(points) => Err(refuse(
                "value",
                format!("{points} basis points, must be 1 to 10000"),
            )),
            Self::Amount(amount) => to_major_fixed(amount)
                .filter(|_| amount.amount_micros > 0)
                .map(|text| json!({"discountAmount": {"amount": text, "appliesOnEachItem": false}}))
                .ok_or_else(|| {
                    refuse(
                        "value",
                        format!("{amount} is no positive number of minor units"),
                    )
                }),
        }
    }
}

fn check_text(field: &'static str, text: &str) -> Result<(), Error> {
    let chars = text.chars().count();
    if text.trim().is_empty() || chars > TEXT_CHARS_MAX || text.chars().any(char::is_control) {
        let problem =
            format!("must have 1 to {TEXT_CHARS_MAX} characters and no control characters");
        return Err(refuse(field, problem));
    }
    Ok(())
}

fn of_payload(data: &Object<'_>, document: &Document) -> Result<Discount, WireError> {
    let payload = read::object(data, document.root)?;
    read(&read::object(&payload, "codeDiscountNode")?)
}

pub(crate) fn read(node: &Object<'_>) -> Result<Discount, WireError> {
    let basic = read::object(node, "codeDiscount")?;
    let codes = match basic.get("codes") {
        None => Vec::new(),
        Some(_) => read::nodes(&basic, "codes")?.0,
    };
    let code = codes.first().map(|code| code.text("code")).transpose()?;
    let count = |name| match basic.get(name) {
        None => Ok(None),
        Some(_) => read::count(&basic, name).map(Some),
    };
    Ok(Discount {
        id: node.parse("id")?,
        kind: basic.text("__typename")?.to_owned(),
        title: read::text_opt(&basic, "title")?,
        code: code.map(str::to_owned),
        status: basic.text_opt("status")?.map(DiscountStatus::from),
        starts_at: read::time_opt(&basic, "startsAt")?,
        ends_at: read::time_opt(&basic, "endsAt")?,
        usage_limit: count("usageLimit")?,
        used: count("asyncUsageCount")?,
    })
}
