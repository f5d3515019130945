//! Many items in one call: who was taken, who was refused, and who was not mentioned.
//!
//! The reply has two lists in no promised order. An entry belongs to the item with its number and carrier. Where either
//! side names no carrier the number decides, as long as it fits one item only. What cannot be told stays unclear; after
//! a write it may have been done.

use serde_json::{Value, json};

use super::{
    client::Client,
    faults::{CallKind, Error, Refusal},
    parcel::Parcel,
    read::{carrier, parcel},
};
use crate::wire::{Object, WireError};

/// The most items in one call.
pub const ITEMS_MAX: usize = 40;

/// What became of the items of one call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Batch<T> {
    /// One for each item, in the order of the items.
    pub outcomes: Vec<T>,
    /// Entries of the reply that belong to no item, or cannot be read. Always 0 with a sound vendor.
    pub strangers: usize,
}

/// What can become of an item.
pub(super) trait Outcome: Sized {
    /// It stands among the accepted ones.
    ///
    /// # Errors
    /// When the entry is not what it must be.
    fn accepted(entry: &Object<'_>) -> Result<Self, WireError>;

    /// It stands among the rejected ones.
    fn rejected(refusal: Refusal) -> Self;

    /// The reply does not say.
    fn unclear(problem: String) -> Self;
}

#[derive(Debug)]
struct Entry<'a> {
    object: Object<'a>,
    parcel: Parcel,
    is_accepted: bool,
}

/// The body that names parcels.
pub(super) fn named(parcels: &[Parcel]) -> Value {
    parcels.iter().map(item).collect()
}

/// A parcel as an item of a body.
pub(super) fn item(parcel: &Parcel) -> Value {
    match parcel.carrier {
        Some(carrier) => json!({"number": parcel.number, "carrier": carrier}),
        None => json!({"number": parcel.number}),
    }
}

impl Client {
    /// Sends items of which each one is `asked` for, and sorts what became of them.
    pub(super) async fn batch<T: Outcome>(
        &self,
        kind: CallKind,
        path: &str,
        body: &Value,
        asked: &[&Parcel],
    ) -> Result<Batch<T>, Error> {
        check(asked)?;
        let reply = self.post(kind, path, body).await?;
        self.sort(&reply, asked)
            .map_err(|error| Error::unexpected(kind, error))
    }

    /// # Errors
    /// When the reply has no lists at all.
    pub(super) fn sort<T: Outcome>(
        &self,
        reply: &Value,
        asked: &[&Parcel],
    ) -> Result<Batch<T>, WireError> {
        let (entries, mut strangers) = entries(reply)?;
        let places = places(&entries, asked);
        strangers += places.iter().filter(|place| place.is_none()).count();
        let outcomes = (0..asked.len()).map(|nth| {
            let mut own = entries.iter().zip(&places);
            let mut own = own.by_ref().filter(|(_, place)| **place == Some(nth));
            match (own.next(), own.next()) {
                (Some((entry, _)), None) => self.outcome(entry),
                (Some(_), Some(_)) => T::unclear("it was answered more than once".into()),
                (None, _) => T::unclear("the reply does not mention it".into()),
            }
        });
        Ok(Batch {
            outcomes: outcomes.collect(),
            strangers,
        })
    }

    fn outcome<T: Outcome>(&self, entry: &Entry<'_>) -> T {
        let told = match entry.is_accepted {
            true => T::accepted(&entry.object),
            false => self.refusal_of_item(&entry.object).map(T::rejected),
        };
        told.unwrap_or_else(|error| T::unclear(self.shown(&error.to_string())))
    }
}

/// # Errors
/// When there are not 1 to 40 items, or one of them twice.
pub(super) fn check(asked: &[&Parcel]) -> Result<(), Error> {
    let bad = |problem| Error::Request {
        field: "items",
        problem,
    };
    if asked.is_empty() || asked.len() > ITEMS_MAX {
        let problem = format!("there are {}, must be 1 to {ITEMS_MAX}", asked.len());
        return Err(bad(problem));
    }
    for (nth, parcel) in asked.iter().enumerate() {
        if asked.iter().take(nth).any(|earlier| earlier == parcel) {
            return Err(bad(format!("{parcel} stands there twice; name it once")));
        }
    }
    Ok(())
}

/// All entries whose parcel can be read, and how many others there are.
fn entries(reply: &Value) -> Result<(Vec<Entry<'_>>, usize), WireError> {
    let root = Object::new("", reply)?;
    let data = root
        .object_opt("data")?
        .ok_or_else(|| root.wrong("data", "is missing"))?;
    if data.get("accepted").is_none() && data.get("rejected").is_none() {
        return Err(data.wrong("accepted", "is missing, and so is rejected"));
    }
    let (mut found, mut unreadable) = (Vec::new(), 0);
    for (name, is_accepted) in [("accepted", true), ("rejected", false)] {
        for (nth, value) in list(&data, name)?.iter().enumerate() {
            match entry(format!("{}[{nth}]", data.path(name)), value, is_accepted) {
                Ok(entry) => found.push(entry),
                Err(_) => unreadable += 1,
            }
        }
    }
    Ok((found, unreadable))
}

/// A list whose entries may be anything; absent counts as empty.
pub(super) fn list<'a>(data: &Object<'a>, name: &str) -> Result<&'a [Value], WireError> {
    match data.get(name) {
        None => Ok(&[]),
        Some(Value::Array(list)) => Ok(list),
        Some(_) => Err(data.wrong(name, "must be a list")),
    }
}

fn entry(path: String, value: &Value, is_accepted: bool) -> Result<Entry<'_>, WireError> {
    let object = Object::new(path, value)?;
    let parcel = match is_accepted {
        true => parcel(&object)?,
        // The echo of what was refused may be as wrong as what was refused.
        false => Parcel {
            number: object.parse("number")?,
            carrier: carrier(&object, "carrier").unwrap_or_default(),
        },
    };
    Ok(Entry {
        object,
        parcel,
        is_accepted,
    })
}

/// For each entry the item that it belongs to.
fn places(entries: &[Entry<'_>], asked: &[&Parcel]) -> Vec<Option<usize>> {
    let exact = |entry: &Entry<'_>| {
        let carrier = entry.parcel.carrier?;
        let same = |parcel: &&Parcel| {
            parcel.number == entry.parcel.number && parcel.carrier == Some(carrier)
        };
        asked.iter().position(same)
    };
    let exact: Vec<Option<usize>> = entries.iter().map(exact).collect();
    let by_number = |entry: &Entry<'_>| {
        let fits = |parcel: &Parcel| {
            let unnamed = parcel.carrier.is_none() || entry.parcel.carrier.is_none();
            parcel.number == entry.parcel.number && unnamed
        };
        let fitting: Vec<usize> = (asked.iter().enumerate())
            .filter(|(_, parcel)| fits(parcel))
            .map(|(nth, _)| nth)
            .collect();
        if let [only] = fitting[..] {
            return Some(only);
        }
        let mut open = fitting
            .into_iter()
            .filter(|nth| !exact.contains(&Some(*nth)));
        open.next().filter(|_| open.next().is_none())
    };
    entries
        .iter()
        .zip(&exact)
        .map(|(entry, exact)| exact.or_else(|| by_number(entry)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::track17::{Config, Registration};

    fn parcel(number: &str, carrier: u32) -> Parcel {
        Parcel {
            number: number.parse().unwrap(),
            carrier: crate::track17::Carrier::new(carrier),
        }
    }

    /// The codes of the outcomes; 0 where it was accepted, 1 where it is unclear.
    fn sorted(accepted: &Value, rejected: &Value, asked: &[Parcel]) -> (Vec<i64>, usize) {
        let client = Client::new(Config::new("key".into())).unwrap();
        let reply = json!({"code": 0, "data": {"accepted": accepted, "rejected": rejected}});
        let asked: Vec<&Parcel> = asked.iter().collect();
        let batch: Batch<Registration> = client.sort(&reply, &asked).unwrap();
        let code = |outcome: &Registration| match outcome {
            Registration::Registered { .. } => 0,
            Registration::AlreadyThere => -18_019_901,
            Registration::Rejected(refusal) => refusal.code,
            Registration::Unclear { .. } => 1,
        };
        (batch.outcomes.iter().map(code).collect(), batch.strangers)
    }

    fn no(number: &str, carrier: Value, code: i64) -> Value {
        json!({"number": number, "carrier": carrier, "error": {"code": code, "message": "no"}})
    }

    #[test]
    fn outcomes_are_matched_by_number_and_carrier_and_never_by_order() {
        let asked = [
            parcel("AAAAA", 3_011),
            parcel("AAAAA", 2_151),
            parcel("BBBBB", 0),
            parcel("CCCCC", 3_011),
        ];
        let accepted = json!([
            {"number": "ccccc", "carrier": "3011"},
            {"number": "BBBBB", "carrier": 190_012},
        ]);
        let rejected = json!([
            no("AAAAA", json!("2151"), -2),
            no("AAAAA", json!(3_011), -3)
        ]);
        let told = sorted(&accepted, &rejected, &asked);
        assert_eq!(told, (vec![-3, -2, 0, 0], 0));
    }

    #[test]
    fn an_entry_without_a_carrier_belongs_to_the_only_item_that_it_fits() {
        let two = [parcel("AAAAA", 3_011), parcel("AAAAA", 2_151)];
        let rejected = json!([no("AAAAA", Value::Null, -2)]);
        // Both fit: nobody knows which one is meant.
        assert_eq!(sorted(&json!([]), &rejected, &two), (vec![1, 1], 1));
        // One of them has its own answer, so it is the other one.
        let accepted = json!([{"number": "AAAAA", "carrier": 3_011}]);
        assert_eq!(sorted(&accepted, &rejected, &two), (vec![0, -2], 0));
        assert_eq!(sorted(&json!([]), &rejected, &two[..1]), (vec![-2], 0));
        let odd = json!([no("AAAAA", json!({"key": 3_011}), -2)]);
        assert_eq!(sorted(&json!([]), &odd, &two[..1]), (vec![-2], 0));
    }

    #[test]
    fn another_carriers_answer_is_not_ours() {
        let asked = [parcel("AAAAA", 3_011)];
        let accepted = json!([{"number": "AAAAA", "carrier": 2_151}]);
        assert_eq!(sorted(&accepted, &json!([]), &asked), (vec![1], 1));
    }

    #[test]
    fn an_item_that_is_answered_twice_or_not_at_all_is_unclear() {
        let asked = [parcel("AAAAA", 0), parcel("BBBBB", 0)];
        let accepted = json!([
            {"number": "AAAAA", "carrier": 3_011},
            {"number": "AAAAA", "carrier": 2_151},
            {"number": "DDDDD", "carrier": 2_151},
            {"number": 7}, 5, null,
        ]);
        assert_eq!(sorted(&accepted, &json!([]), &asked), (vec![1, 1], 4));
    }

    #[test]
    fn forty_items_are_taken_each_once() {
        let parcels: Vec<Parcel> = (0..41).map(|n| parcel(&format!("AAAA{n}"), 0)).collect();
        let asked: Vec<&Parcel> = parcels.iter().collect();
        check(&asked[..40]).unwrap();
        let error = check(&asked).unwrap_err().to_string();
        assert_eq!(error, "items: there are 41, must be 1 to 40");
        assert!(check(&[]).is_err());
        let error = check(&[asked[0], asked[1], asked[0]]).unwrap_err();
        assert!(error.to_string().contains("AAAA0 stands there twice"));
    }
}
