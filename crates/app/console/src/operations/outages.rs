//! The strip of uptime: which minutes of the last hour were whole.

use homeostat_liveness::Outage;
use homeostat_model::RuntimeTime;
use homeostat_store::{Db, StoreError};
use jiff::{SignedDuration, tz::TimeZone};
use schemars::JsonSchema;
use serde::Serialize;

use crate::{
    plot::{self, Callout, MINUTES, Minute},
    words,
};

const MINUTE: SignedDuration = SignedDuration::from_secs(60);
/// Minutes between two words on the axis.
const LABEL_EACH: usize = 15;

/// What is drawn, and in words.
#[derive(Debug, Clone, Default, PartialEq, Serialize, JsonSchema)]
pub struct Strip {
    /// `99.978%`.
    pub share: String,
    /// `0.8 s recovering`.
    pub note: String,
    /// The plot.
    #[serde(skip)]
    pub svg: String,
}

/// Processes that died unplanned within the hour.
pub(super) async fn since_an_hour(db: &Db, now: RuntimeTime) -> Result<Vec<Outage>, StoreError> {
    homeostat_liveness::outages(db, now.plus(-MINUTE * 60)).await
}

/// How long one lasted: to the next life of its kind, or to now.
fn lasted(outage: &Outage, now: RuntimeTime) -> SignedDuration {
    let back_at = outage.back_at.unwrap_or(now);
    back_at.since(outage.died_at).max(SignedDuration::ZERO)
}

pub(super) fn strip(outages: &[Outage], now: RuntimeTime, zone: &TimeZone) -> Strip {
    let began = now.plus(-MINUTE * MINUTES as i32);
    let mut minutes = [Minute::Well; MINUTES];
    for outage in outages {
        let Some(at) = minute_of(outage.died_at.max(began), began) else {
            continue;
        };
        let until = match outage.back_at {
            Some(back_at) => minute_of(back_at, began).unwrap_or(MINUTES - 1),
            None => MINUTES - 1,
        };
        for (n, minute) in minutes.iter_mut().enumerate().take(until + 1).skip(at) {
            let is_made_up_for = n == until && outage.back_at.is_some();
            *minute = match (*minute, is_made_up_for) {
                (Minute::Down, _) | (_, false) => Minute::Down,
                (_, true) => Minute::Recovered,
            };
        }
    }
    let down = longest_union(outages, began, now);
    let share = 100.0 * (1.0 - down.as_secs_f64() / (60.0 * MINUTES as f64));
    let note = match outages.len() {
        0 => "nothing died".to_owned(),
        _ => format!("{} recovering", words::lasted(down)),
    };
    let callout = callout(outages, now, began, zone);
    let says = match &callout {
        None => "Uptime of the last 60 minutes: 60 whole minutes.".to_owned(),
        Some(callout) => format!("Uptime of the last 60 minutes: {}.", callout.text),
    };
    Strip {
        share: format!("{share:.3}%"),
        note,
        svg: plot::strip(&minutes, callout.as_ref(), &labels(began, zone), &says),
    }
}

/// How long at least one of them was away.
fn longest_union(outages: &[Outage], began: RuntimeTime, now: RuntimeTime) -> SignedDuration {
    let mut spans: Vec<(RuntimeTime, RuntimeTime)> = outages
        .iter()
        .map(|outage| (outage.died_at.max(began), outage.back_at.unwrap_or(now)))
        .collect();
    spans.sort();
    let (mut all, mut end) = (SignedDuration::ZERO, None::<RuntimeTime>);
    for (from, to) in spans {
        let from = end.map_or(from, |end| from.max(end));
        if to > from {
            all += to.since(from);
        }
        end = Some(end.map_or(to, |end| end.max(to)));
    }
    all
}

/// The worst one, and how many more there were.
fn callout(
    outages: &[Outage],
    now: RuntimeTime,
    began: RuntimeTime,
    zone: &TimeZone,
) -> Option<Callout> {
    let worst = outages
        .iter()
        .max_by_key(|outage| (outage.back_at.is_none(), lasted(outage, now)))?;
    let at = words::runtime_clock(worst.died_at, zone);
    let time = at.time.get(..5).unwrap_or(&at.time).to_owned();
    let end = match worst.back_at {
        Some(_) => format!("auto-recovered in {}", words::lasted(lasted(worst, now))),
        None => format!("{} is not back yet", words::name(&worst.kind)),
    };
    let more = match outages.len() - 1 {
        0 => String::new(),
        n => format!(", and {n} more"),
    };
    Some(Callout {
        minute: minute_of(worst.died_at.max(began), began)?,
        text: format!("{time} crash, {end}{more}"),
        href: format!("/incidents?process={}", worst.process.0),
    })
}

fn minute_of(at: RuntimeTime, began: RuntimeTime) -> Option<usize> {
    let minute = usize::try_from(at.since(began).as_secs() / 60).ok()?;
    (minute < MINUTES).then_some(minute)
}

fn labels(began: RuntimeTime, zone: &TimeZone) -> Vec<(usize, String)> {
    let mut labels: Vec<(usize, String)> = (0..MINUTES)
        .step_by(LABEL_EACH)
        .map(|minute| {
            let at = words::runtime_clock(began.plus(MINUTE * minute as i32), zone);
            (minute, at.time.get(..5).unwrap_or_default().to_owned())
        })
        .collect();
    labels.push((MINUTES, "now".into()));
    labels
}

#[cfg(test)]
mod tests {
    use homeostat_model::ProcessId;

    use super::*;

    fn at(text: &str) -> RuntimeTime {
        RuntimeTime(format!("2026-06-16T{text}Z").parse().unwrap())
    }

    fn outage(died: &str, back: Option<&str>) -> Outage {
        Outage {
            process: ProcessId(7),
            kind: "worker-ads".into(),
            died_at: at(died),
            back_at: back.map(at),
            reason: "killed".into(),
        }
    }

    #[test]
    fn a_crash_that_healed_is_a_mark_and_a_share_of_the_hour() {
        let strip = strip(
            &[outage("00:14:07.104", Some("00:14:07.904"))],
            at("00:47:12"),
            &TimeZone::UTC,
        );
        assert_eq!(strip.share, "99.978%");
        assert_eq!(strip.note, "0.8 s recovering");
        assert!(
            strip.svg.contains("00:14 crash, auto-recovered in 0.8 s"),
            "{}",
            strip.svg
        );
        assert_eq!(strip.svg.matches("cell hit").count(), 1);
    }

    #[test]
    fn who_is_not_back_is_down_until_now_and_told_first() {
        let outages = [
            outage("00:10:00", Some("00:20:00")),
            outage("00:46:30", None),
        ];
        let strip = strip(&outages, at("00:47:12"), &TimeZone::UTC);
        assert!(
            strip.svg.contains("worker-ads is not back yet, and 1 more"),
            "{}",
            strip.svg
        );
        assert!(
            strip.svg.matches("cell down").count() >= 11,
            "{}",
            strip.svg
        );
    }

    #[test]
    fn two_at_once_are_away_once() {
        let outages = [
            outage("00:10:00", Some("00:10:10")),
            outage("00:10:05", Some("00:10:08")),
        ];
        assert_eq!(
            longest_union(&outages, at("00:00:00"), at("00:47:12")),
            SignedDuration::from_secs(10)
        );
    }

    /// Red when what began before the hour is left out, or counted from before it.
    #[test]
    fn what_began_before_the_hour_counts_from_its_beginning() {
        let now = at("02:00:00");
        let outages = [
            outage("00:30:00", Some("01:10:00")),
            outage("00:59:00", None),
        ];
        let strip = strip(&outages[..1], now, &TimeZone::UTC);
        assert_eq!(strip.note, "10 min recovering");
        let down = longest_union(&outages, at("01:00:00"), now);
        assert_eq!(down, SignedDuration::from_hours(1));
    }
}
