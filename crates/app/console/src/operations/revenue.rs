//! Is it earning? What the ads report of the last hour beside the hour before: there is no store yet, and the screen says so.

use homeostat_model::{Currency, Money, WorldTime};
use homeostat_operator::records::observation::Increment;
use jiff::SignedDuration;

use super::{
    instruments::{Instrument, key},
    readings::NEWS,
};
use crate::{plot, words};

const HOUR: SignedDuration = SignedDuration::from_hours(1);
/// Steps in which an hour is drawn.
const STEPS: usize = 30;

/// Two hours in steps, the latest step last.
struct Hours {
    last: [i64; STEPS],
    before: [i64; STEPS],
}

impl Hours {
    fn of(reported: &[Increment], now: WorldTime, what: impl Fn(&Increment) -> i64) -> Self {
        let (hour_s, step_s) = (HOUR.as_secs(), HOUR.as_secs() / STEPS as i64);
        let (mut last, mut before) = ([0; STEPS], [0; STEPS]);
        for one in reported {
            let age_s = now.since(one.read_at).as_secs().max(0);
            let steps = match age_s / hour_s {
                0 => &mut last,
                1 => &mut before,
                _ => continue,
            };
            let at = usize::try_from(age_s % hour_s / step_s).unwrap_or(0);
            if let Some(step) = steps.iter_mut().rev().nth(at) {
                *step = what(one).saturating_add(*step);
            }
        }
        Self { last, before }
    }
}

fn sum(steps: &[i64; STEPS]) -> i64 {
    steps.iter().fold(0, |sum, one| one.saturating_add(sum))
}

/// Revenue where its worth is known of all that was reported; else the count of sales.
pub(super) fn told(reported: &[Increment], currency: Currency, now: WorldTime) -> Instrument {
    let money = |micros| Money::from_micros(micros, currency);
    let is_known = reported
        .iter()
        .filter(|one| now.since(one.read_at) < NEWS)
        .all(|one| one.value_micros.is_some());
    let hours = Hours::of(reported, now, |one| match is_known {
        true => one.value_micros.unwrap_or_default(),
        false => one.sales,
    });
    let (n, n_before) = (sum(&hours.last), sum(&hours.before));
    let spend = sum(&Hours::of(reported, now, |one| one.spend_micros).last);
    let (what, figure, unit, in_words): (_, _, _, fn(Money) -> String) = match is_known {
        true => {
            let words::Figure { whole, cents } = words::figure(money(n));
            ("Revenue", whole, cents, words::money)
        }
        false => ("Sales", counted(n), String::new(), |n| {
            counted(n.amount_micros)
        }),
    };
    let says = format!(
        "{what} as the ads report, in steps of two minutes: {} in the last hour, {} in the hour before.",
        in_words(money(n)),
        in_words(money(n_before)),
    );
    let drawn = |steps: [i64; STEPS]| steps.map(|one| one as f64);
    Instrument {
        id: "i-revenue",
        label: format!("{what}, 1 h"),
        aside: trend(n, n_before),
        figure,
        unit,
        keys: vec![
            key(
                "",
                format!("as the ads report; {} spent", words::money(money(spend))),
            ),
            key("k-ghost", "the hour before".into()),
        ],
        svg: plot::line_over_time(&drawn(hours.last), &drawn(hours.before), &says),
    }
}

/// With its sign: corrections may take back more than was sold.
fn counted(n: i64) -> String {
    let sign = if n < 0 { "−" } else { "" };
    format!("{sign}{}", words::grouped(n.unsigned_abs()))
}

/// `↑ 12%`, where there is something to compare with.
fn trend(now: i64, before: i64) -> String {
    if before <= 0 {
        return String::new();
    }
    let change = (now as f64 - before as f64) / before as f64 * 100.0;
    match change.round() as i64 {
        0 => "→ 0%".into(),
        up @ 1.. => format!("↑ {up}%"),
        down => format!("↓ {}%", down.unsigned_abs()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(minutes_ago: i64, sales: i64, value_micros: Option<i64>) -> Increment {
        Increment {
            read_at: noon().plus(SignedDuration::from_mins(-minutes_ago)),
            spend_micros: 2_000_000,
            sales,
            value_micros,
        }
    }

    fn noon() -> WorldTime {
        WorldTime("2026-06-20T12:00:00Z".parse().unwrap())
    }

    fn figures(reported: &[Increment]) -> [String; 4] {
        let told = told(reported, "EUR".parse().unwrap(), noon());
        [told.label, told.figure, told.unit, told.aside]
    }

    #[test]
    fn revenue_of_the_hour_is_told_beside_the_hour_before() {
        let reported = [
            at(119, 1, Some(100_000_000)),
            at(59, 1, Some(60_500_000)),
            at(0, 2, Some(60_000_000)),
        ];
        assert_eq!(figures(&reported), ["Revenue, 1 h", "€120", ".50", "↑ 21%"]);
        let hours = Hours::of(&reported, noon(), |one| one.sales);
        assert_eq!((hours.before[0], hours.last[0], hours.last[29]), (1, 1, 2));
        let told = told(&reported, "EUR".parse().unwrap(), noon());
        assert_eq!(told.keys[0].text, "as the ads report; €4.00 spent");
    }

    #[test]
    fn sales_are_counted_where_a_worth_is_not_known_and_keep_their_sign() {
        let reported = [at(70, 4, Some(9_000_000)), at(5, 2, None), at(3, -5, None)];
        assert_eq!(figures(&reported), ["Sales, 1 h", "−3", "", "↓ 175%"]);
        let back = [at(5, -1, Some(-40_250_000))];
        assert_eq!(figures(&back), ["Revenue, 1 h", "−€40", ".25", ""]);
        let old = [at(120, 3, None), at(5, 1, Some(7_000_000))];
        assert_eq!(figures(&old), ["Revenue, 1 h", "€7", ".00", ""]);
        assert_eq!(figures(&[]), ["Revenue, 1 h", "€0", ".00", ""]);
    }

    #[test]
    fn a_trend_needs_something_to_compare_with() {
        assert_eq!(trend(112, 100), "↑ 12%");
        assert_eq!(trend(90, 100), "↓ 10%");
        assert_eq!(trend(5, 0), "");
    }
}
