//! What the vendor really took: nothing after a pause was settled, and of each day what the ledger says.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Deserialize;

use super::{
    Field, Finding,
    books::{Act, MICROS_PER_MINOR},
};
use crate::{
    drill::{http, witness::Witness},
    failure::Failure,
};

/// The sandbox's own account of the money.
#[derive(Debug, Deserialize)]
struct Told {
    accounts: Vec<Account>,
}

#[derive(Debug, Deserialize)]
struct Account {
    days: Vec<Day>,
}

#[derive(Debug, Deserialize)]
struct Day {
    campaign: String,
    day: String,
    spend_micros: i64,
}

/// What the ledger charged for one campaign and day.
#[derive(Debug, Deserialize)]
struct Charge {
    campaign: String,
    day: String,
    micros: i64,
    /// A complete reading after the day's close is in it.
    is_over: bool,
    /// The day in the account's zone, in world time.
    starts_at: Timestamp,
    ends_at: Timestamp,
}

impl Charge {
    /// On this day a person made the campaign run, which the ledger learns only from a reading.
    fn was_begun_by_a_person(&self, act: &Act) -> bool {
        let is_it = act.is_a_persons() && act.applied && act.to == "ACTIVE";
        let at: Option<Timestamp> = act.delivery_from.parse().ok();
        let is_then = at.is_some_and(|at| (self.starts_at..self.ends_at).contains(&at));
        is_it && act.object == self.campaign && is_then
    }
}

/// Every day on which the ledger and the vendor differ. A day that goes on may still lack what was spent
/// since the last reading, and so may the very day on which a person made the campaign run behind our back;
/// none says more than the vendor.
pub(super) async fn days(
    witness: &mut Witness,
    sandbox: &str,
    acts: &[Act],
) -> Result<Vec<Finding>, Failure> {
    let sql = "SELECT s.target AS campaign, h.day::text AS day, max(h.settled_amount) AS micros,
                      bool_and(h.state <> 'held') AS is_over,
                      to_char(min(w.starts_at) AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"') AS starts_at,
                      to_char(max(w.ends_at) AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"') AS ends_at
               FROM homeostat.hold h JOIN homeostat.standing_hold s ON s.id = h.standing_id
               JOIN homeostat.budget_window w ON w.id = h.window_id
               WHERE w.period = 'day' GROUP BY s.target, h.day";
    let mut charges: Vec<Charge> = witness.rows(sql, &[]).await?;
    for charge in &mut charges {
        charge.is_over &= !acts.iter().any(|act| charge.was_begun_by_a_person(act));
    }
    // Read after the charges: what the vendor took only grows.
    let told: Told = http::get(sandbox, "/books/spend").await?;
    Ok(differences(&charges, told))
}

fn differences(charges: &[Charge], told: Told) -> Vec<Finding> {
    let days = told.accounts.into_iter().flat_map(|account| account.days);
    let taken: BTreeMap<(String, String), i64> = days
        .map(|day| ((day.campaign, day.day), day.spend_micros))
        .collect();
    let differs = |charge: &Charge| {
        let key = (charge.campaign.clone(), charge.day.clone());
        let taken = taken.get(&key).copied().unwrap_or(0);
        // The vendor reports whole cents, and nobody can charge what was never reported.
        let taken = taken - taken.rem_euclid(MICROS_PER_MINOR);
        let n = match charge.is_over {
            true => (charge.micros - taken).abs(),
            false => charge.micros - taken,
        };
        (n > 0).then(|| Finding {
            field: Field::MoneyLeakedMicros,
            n,
            what: format!(
                "{} on {}: the ledger says {}, the vendor took {taken}",
                charge.campaign, charge.day, charge.micros
            ),
        })
    };
    charges.iter().filter_map(differs).collect()
}

/// Spend of each campaign that was paused, from its pause until it was made to run again or now.
pub(super) async fn judge(sandbox: &str, acts: &[Act]) -> Result<Vec<Finding>, Failure> {
    let pauses = rests(acts);
    if pauses.is_empty() {
        return Ok(Vec::new());
    }
    let now = spent(sandbox, None).await?;
    let mut found = Vec::new();
    for rest in pauses {
        let before = spent(sandbox, Some(&rest.from)).await?;
        let after = match &rest.until {
            Some(until) => &spent(sandbox, Some(until)).await?,
            None => &now,
        };
        let of = |told: &BTreeMap<String, i64>| told.get(&rest.campaign).copied().unwrap_or(0);
        let leaked = of(after) - of(&before);
        if leaked > 0 {
            found.push(Finding {
                field: Field::MoneyLeakedMicros,
                n: leaked,
                what: format!(
                    "{} spent {leaked} after its pause, act {}",
                    rest.campaign, rest.act
                ),
            });
        }
    }
    Ok(found)
}

/// A time in which a campaign must not spend.
#[derive(Debug)]
struct Rest {
    act: u64,
    campaign: String,
    from: String,
    until: Option<String>,
}

/// The rests that our acts began: to the next change of the status, or still lasting.
fn rests(acts: &[Act]) -> Vec<Rest> {
    let changes = |act: &&Act| act.applied && act.act == "set_status";
    let pauses = acts
        .iter()
        .filter(changes)
        .filter(|act| act.to == "PAUSED" && act.request_id.starts_with("effect-"));
    let rest = |pause: &Act| Rest {
        act: pause.n,
        campaign: pause.object.clone(),
        from: pause.delivery_from.clone(),
        until: acts
            .iter()
            .filter(changes)
            .find(|next| next.n > pause.n && next.object == pause.object)
            .map(|next| next.delivery_from.clone()),
    };
    pauses.map(rest).collect()
}

async fn spent(sandbox: &str, until: Option<&str>) -> Result<BTreeMap<String, i64>, Failure> {
    let path = match until {
        Some(until) => format!("/books/spend?until={until}"),
        None => "/books/spend".to_owned(),
    };
    let told: Told = http::get(sandbox, &path).await?;
    let mut sums = BTreeMap::new();
    for day in told.accounts.into_iter().flat_map(|account| account.days) {
        *sums.entry(day.campaign).or_default() += day.spend_micros;
    }
    Ok(sums)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn charge() -> Charge {
        Charge {
            campaign: "7".into(),
            day: "2026-03-02".into(),
            micros: 0,
            is_over: true,
            starts_at: "2026-03-01T23:00:00Z".parse().unwrap(),
            ends_at: "2026-03-02T23:00:00Z".parse().unwrap(),
        }
    }

    /// Only the very day, only when it began to run, and only when a person did it.
    #[test]
    fn a_person_excuses_one_day() {
        let act = |by: &str, to: &str, at: &str| -> Act {
            serde_json::from_value(serde_json::json!({
                "n": 1, "act": "set_status", "object": "7", "to": to, "request_id": by,
                "applied": true, "delivery_from": at,
            }))
            .unwrap()
        };
        let begun = |by, to, at| charge().was_begun_by_a_person(&act(by, to, at));
        assert!(begun("person-1", "ACTIVE", "2026-03-01T23:00:00Z"));
        assert!(
            !begun("person-1", "ACTIVE", "2026-03-02T23:00:00Z"),
            "the day after"
        );
        assert!(
            !begun("person-1", "ACTIVE", "2026-03-01T22:59:59Z"),
            "the day before"
        );
        assert!(!begun("person-1", "PAUSED", "2026-03-02T06:00:00Z"));
        assert!(!begun("effect-1", "ACTIVE", "2026-03-02T06:00:00Z"));
        assert!(!begun("", "ACTIVE", "2026-03-02T06:00:00Z"));
    }

    #[test]
    fn a_day_says_what_the_vendor_took_and_never_more() {
        let told = || Told {
            accounts: vec![Account {
                days: vec![Day {
                    campaign: "7".into(),
                    day: "2026-03-02".into(),
                    spend_micros: 507_000,
                }],
            }],
        };
        let leak = |micros, is_over| {
            let charge = Charge {
                campaign: "7".into(),
                day: "2026-03-02".into(),
                micros,
                is_over,
                ..charge()
            };
            differences(&[charge], told()).first().map(|found| found.n)
        };
        assert_eq!(
            (
                leak(500_000, true),
                leak(300_000, false),
                leak(500_000, false)
            ),
            (None, None, None)
        );
        assert_eq!(
            (
                leak(300_000, true),
                leak(600_000, true),
                leak(600_000, false)
            ),
            (Some(200_000), Some(100_000), Some(100_000))
        );
    }

    #[test]
    fn a_rest_lasts_from_our_pause_to_the_next_change() {
        let act = |n: u64, to: &str, by: &str| -> Act {
            serde_json::from_value(serde_json::json!({
                "n": n, "act": "set_status", "object": "7", "to": to, "request_id": by,
                "applied": true, "delivery_from": format!("2026-03-02T06:00:0{n}Z"),
            }))
            .unwrap()
        };
        let acts = [
            act(1, "PAUSED", ""),
            act(2, "ACTIVE", ""),
            act(3, "PAUSED", "effect-1"),
            act(4, "ACTIVE", ""),
        ];
        let found = rests(&acts);
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!(
            (found[0].act, found[0].until.as_deref()),
            (3, Some("2026-03-02T06:00:04Z"))
        );
        assert!(rests(&acts[..3])[0].until.is_none());
    }
}
