//! Discount codes: one of each, however it is spelt.

use homeostat_model::WorldTime;
use serde_json::{Value, json};

use super::{
    Told, Visit,
    answer::Answer,
    show::{gid, micros, user_error},
    state::{Discount, What},
};
use crate::books::Act;

/// Numbers of discounts begin here.
const IDS_FROM: u64 = 501_000_000;

impl Visit<'_> {
    pub(super) fn discount_by_code(&self) -> Told {
        let code = self.request.text("code")?;
        let found = self
            .coded(code)
            .map(|discount| self.discount_told(discount));
        Ok(json!({"codeDiscountNodeByCode": found}))
    }

    pub(super) fn discount_create(&mut self) -> Told {
        const ROOT: &str = "discountCodeBasicCreate";
        let input = self.request.variables.get("d").cloned().unwrap_or_default();
        let wanted = match self.check_discount(&input) {
            Ok(wanted) => wanted,
            Err(error) => return Ok(Answer::refused(ROOT, &[error])),
        };
        let act = Act {
            act: "discount_create".to_owned(),
            object: gid("DiscountCodeNode", wanted.id),
            to: wanted.code.clone(),
            ..self.blank(What::Discount(wanted.clone()))?
        };
        self.confirm(act)?;
        Ok(json!({ROOT: {"codeDiscountNode": self.discount_told(&wanted), "userErrors": []}}))
    }

    pub(super) fn discount_deactivate(&mut self) -> Told {
        const ROOT: &str = "discountCodeDeactivate";
        let id = self.request.id("id", "DiscountCodeNode")?;
        let shop = &self.request.shop;
        let mut known = self.state.discounts.iter();
        let found = known.find(|discount| discount.id == id && &discount.shop == shop);
        let Some(before) = found.map(|discount| status(discount, self.now.world)) else {
            let error = user_error(&["id"], Some("INVALID"), "Code discount does not exist.");
            return Ok(Answer::refused(ROOT, &[error]));
        };
        if before != "EXPIRED" {
            let act = Act {
                act: "discount_deactivate".to_owned(),
                object: gid("DiscountCodeNode", id),
                from: before.to_owned(),
                to: "EXPIRED".to_owned(),
                ..self.blank(What::Stop(id))?
            };
            self.confirm(act)?;
        }
        let mut known = self.state.discounts.iter();
        let told = known.find(|discount| discount.id == id);
        let told = told.map(|discount| self.discount_told(discount));
        Ok(json!({ROOT: {"codeDiscountNode": told, "userErrors": []}}))
    }

    fn coded(&self, code: &str) -> Option<&Discount> {
        let code = code.to_lowercase();
        self.state.discounts.iter().find(|discount| {
            discount.shop == self.request.shop && discount.code.to_lowercase() == code
        })
    }

    fn check_discount(&self, input: &Value) -> Result<Discount, Value> {
        let text = |name| input.get(name).and_then(Value::as_str);
        let bad =
            |field, code, message| user_error(&["basicCodeDiscount", field], Some(code), message);
        let needed = |name| {
            let value = text(name).filter(|value| !value.trim().is_empty());
            value.ok_or_else(|| bad(name, "BLANK", "can't be blank"))
        };
        let (title, code) = (needed("title")?, needed("code")?);
        if self.coded(code).is_some() {
            let message = "Code must be unique. Please try a different code.";
            return Err(bad("code", "TAKEN", message));
        }
        let time = |name| match text(name) {
            None => Ok(None),
            Some(text) => text
                .parse()
                .map(|at| Some(WorldTime(at)))
                .map_err(|_| bad(name, "INVALID", "is no time")),
        };
        let starts_at =
            time("startsAt")?.ok_or_else(|| bad("startsAt", "BLANK", "can't be blank"))?;
        let ends_at = time("endsAt")?;
        if ends_at.is_some_and(|end| end <= starts_at) {
            let message = "Ends at needs to be after starts at";
            return Err(bad("endsAt", "END_DATE_BEFORE_START_DATE", message));
        }
        let value = input.pointer("/customerGets/value");
        let share = value
            .and_then(|value| value.get("percentage"))
            .and_then(Value::as_f64);
        let amount = value.and_then(|value| value.pointer("/discountAmount/amount"));
        let amount = amount.and_then(Value::as_str).and_then(micros);
        let is_sound = share.is_some_and(|share| share > 0.0 && share <= 1.0)
            || amount.is_some_and(|amount| amount > 0);
        if !is_sound {
            let message = "Value must be between 0.0 and 1.0";
            return Err(bad("customerGets", "VALUE_OUTSIDE_RANGE", message));
        }
        let limit = input.get("usageLimit").and_then(Value::as_u64);
        Ok(Discount {
            id: IDS_FROM + self.state.books.next_n(),
            shop: self.request.shop.clone(),
            title: title.to_owned(),
            code: code.to_owned(),
            starts_at,
            ends_at,
            usage_limit: limit.and_then(|limit| u32::try_from(limit).ok()),
        })
    }

    fn discount_told(&self, discount: &Discount) -> Value {
        json!({
            "id": gid("DiscountCodeNode", discount.id),
            "codeDiscount": {
                "__typename": "DiscountCodeBasic",
                "title": discount.title,
                "status": status(discount, self.now.world),
                "startsAt": discount.starts_at,
                "endsAt": discount.ends_at,
                "usageLimit": discount.usage_limit,
                "asyncUsageCount": 0,
                "codes": {"nodes": [{"code": discount.code}]},
            },
        })
    }
}

fn status(discount: &Discount, now: WorldTime) -> &'static str {
    if discount.ends_at.is_some_and(|end| end <= now) {
        return "EXPIRED";
    }
    if discount.starts_at > now {
        return "SCHEDULED";
    }
    "ACTIVE"
}
