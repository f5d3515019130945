//! Pieces that many answers have in common.

use homeostat_model::{Currency, Money, WorldTime};
use serde_json::Value;

use crate::{
    money::from_major,
    wire::{Object, WireError},
};

/// A time that must be there.
pub(crate) fn time(object: &Object<'_>, name: &str) -> Result<WorldTime, WireError> {
    object.parse(name).map(WorldTime)
}

/// A time that may be absent.
pub(crate) fn time_opt(object: &Object<'_>, name: &str) -> Result<Option<WorldTime>, WireError> {
    match object.text_opt(name)? {
        None => Ok(None),
        Some(_) => time(object, name).map(Some),
    }
}

/// An id that may be absent, as the field of an object that may be absent: `order { id }`.
pub(crate) fn id_of<T>(object: &Object<'_>, name: &str) -> Result<Option<T>, WireError>
where
    T: std::str::FromStr,
    T::Err: std::fmt::Display,
{
    object
        .object_opt(name)?
        .map(|inner| inner.parse("id"))
        .transpose()
}

/// Text that may be absent.
pub(crate) fn text_opt(object: &Object<'_>, name: &str) -> Result<Option<String>, WireError> {
    Ok(object.text_opt(name)?.map(str::to_owned))
}

/// An object that must be there.
pub(crate) fn object<'a>(object: &Object<'a>, name: &str) -> Result<Object<'a>, WireError> {
    object
        .object_opt(name)?
        .ok_or_else(|| object.wrong(name, "is missing"))
}

/// `true` or `false`, which must be there.
pub(crate) fn flag(object: &Object<'_>, name: &str) -> Result<bool, WireError> {
    object
        .get(name)
        .and_then(Value::as_bool)
        .ok_or_else(|| object.wrong(name, "must be true or false"))
}

/// A whole number from 0, which must be there.
pub(crate) fn count(object: &Object<'_>, name: &str) -> Result<u32, WireError> {
    whole(object, name)?
        .try_into()
        .map_err(|_| object.wrong(name, "must be a whole number from 0 to 4294967295"))
}

/// A whole number, which must be there.
pub(crate) fn whole(object: &Object<'_>, name: &str) -> Result<i64, WireError> {
    object
        .integer_opt(name)?
        .ok_or_else(|| object.wrong(name, "is missing"))
}

/// A large count, which comes as text.
pub(crate) fn big_count(object: &Object<'_>, name: &str) -> Result<u64, WireError> {
    if object.get(name).is_none() {
        return Err(object.wrong(name, "is missing"));
    }
    object.count(name)
}

/// The objects of a list that must be there.
pub(crate) fn list<'a>(object: &Object<'a>, name: &str) -> Result<Vec<Object<'a>>, WireError> {
    match object.get(name) {
        None => Err(object.wrong(name, "is missing")),
        Some(_) => object.objects(name),
    }
}

/// The objects of a connection that must be there, and whether there are more.
pub(crate) fn nodes<'a>(
    parent: &Object<'a>,
    name: &str,
) -> Result<(Vec<Object<'a>>, bool), WireError> {
    let connection = object(parent, name)?;
    let more = match connection.object_opt("pageInfo")? {
        None => false,
        Some(info) => flag(&info, "hasNextPage")?,
    };
    Ok((list(&connection, "nodes")?, more))
}

/// An amount with its currency, which must be there.
pub(crate) fn money(parent: &Object<'_>, name: &str) -> Result<Money, WireError> {
    let amount = object(parent, name)?;
    let currency = amount.parse("currencyCode")?;
    major(&amount, "amount", currency)
}

/// An amount in the shop's currency, which must be this one: `totalPriceSet { shopMoney { … } }`.
pub(crate) fn shop_money(
    parent: &Object<'_>,
    name: &str,
    currency: Currency,
) -> Result<Money, WireError> {
    let bag = object(parent, name)?;
    let amount = money(&bag, "shopMoney")?;
    same_currency(&bag, "shopMoney.currencyCode", amount.currency, currency)?;
    Ok(amount)
}

/// A bare amount: decimal text.
pub(crate) fn major(
    object: &Object<'_>,
    name: &str,
    currency: Currency,
) -> Result<Money, WireError> {
    from_major(object.text(name)?, currency).map_err(|problem| object.wrong(name, problem))
}

/// # Errors
/// Names the field when it is another currency than the expected one.
pub(crate) fn same_currency(
    object: &Object<'_>,
    name: &str,
    found: Currency,
    expected: Currency,
) -> Result<(), WireError> {
    if found == expected {
        return Ok(());
    }
    Err(object.wrong(name, format!("is {found}, expected {expected}")))
}

/// # Errors
/// Names the field when it is about something else than what was asked.
pub(crate) fn same_id<T: PartialEq + std::fmt::Display>(
    object: &Object<'_>,
    found: &T,
    asked: &T,
) -> Result<(), WireError> {
    if found == asked {
        return Ok(());
    }
    Err(object.wrong("id", format!("is {found}, asked for {asked}")))
}
