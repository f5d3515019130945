//! How it stands, in one sentence: worst news first, and what needs a person last.

use homeostat_effects::waiting_decisions;
use homeostat_liveness::Outage;
use homeostat_store::{Db, journal::last_event};
use jiff::tz::TimeZone;
use schemars::JsonSchema;
use serde::Serialize;

use super::{BoardError, Now};
use crate::{status, words};

/// Proposals that are counted.
const WAITING_MAX: u32 = 100;

/// The sentence at the top.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct State {
    /// `All nominal`, or what is worst.
    pub title: String,
    /// ``, `warn` or `bad`.
    pub lamp: &'static str,
    /// One or two sentences.
    pub lead: String,
    /// What only a person can do; empty: nothing.
    pub needs: String,
    /// What this rests on, and from when: `Looked at 02:47:09`.
    pub trust: Vec<String>,
}

pub(super) async fn look(
    db: &Db,
    outages: &[Outage],
    now: Now,
    zone: &TimeZone,
) -> Result<State, BoardError> {
    let status = status::look(db).await?;
    let clock = words::runtime_clock(now.runtime, zone);
    let last = last_event(db).await?;
    let events = words::grouped(last.unsigned_abs());
    let waiting = waiting_decisions(db, WAITING_MAX).await?;
    Ok(State {
        trust: vec![
            format!("Looked at {}", clock.time),
            format!("{events} events in the journal"),
        ],
        ..told(&status.wrong, outages, waiting.len())
    })
}

fn told(wrong: &[String], outages: &[Outage], waiting: usize) -> State {
    let healed = outages
        .iter()
        .filter(|outage| outage.back_at.is_some())
        .count();
    let away = outages.len() - healed;
    let crashes = match (healed, away) {
        (0, 0) => "Nothing died in the last hour.".to_owned(),
        (healed, 0) => format!(
            "{} in the last hour healed by {}.",
            many(healed, "crash", "crashes"),
            if healed == 1 { "itself" } else { "themselves" }
        ),
        (_, away) => format!("{} not back yet.", many(away, "process", "processes")),
    };
    let asks = match waiting {
        0 => String::new(),
        n if n >= WAITING_MAX as usize => format!("{n} proposals or more wait for your word."),
        n => format!(
            "{} for your word.",
            many(n, "proposal waits", "proposals wait")
        ),
    };
    match wrong {
        [] if away == 0 => State {
            title: "All nominal".into(),
            lamp: "",
            lead: format!("{crashes} No act is unknown, and no job has failed."),
            needs: asks,
            trust: Vec::new(),
        },
        [] => State {
            title: "Recovering".into(),
            lamp: "warn",
            lead: crashes,
            needs: asks,
            trust: Vec::new(),
        },
        [worst, rest @ ..] => State {
            title: first_upper(worst),
            lamp: if worst.starts_with("mode HALT") {
                "bad"
            } else {
                "warn"
            },
            lead: match rest {
                [] => crashes,
                rest => format!("{}. {crashes}", first_upper(&rest.join("; "))),
            },
            needs: "This needs a person, or time.".into(),
            trust: Vec::new(),
        },
    }
}

fn many(n: usize, one: &str, more: &str) -> String {
    match n {
        1 => format!("1 {one}"),
        n => format!("{} {more}", words::grouped(n as u64)),
    }
}

fn first_upper(text: &str) -> String {
    let mut letters = text.chars();
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use homeostat_model::{ProcessId, RuntimeTime};

    use super::*;

    fn outage(back: Option<&str>) -> Outage {
        let at = |text: &str| RuntimeTime(text.parse().unwrap());
        Outage {
            process: ProcessId(7),
            kind: "worker-ads".into(),
            died_at: at("2026-06-16T00:14:07Z"),
            back_at: back.map(at),
            reason: "killed".into(),
        }
    }

    #[test]
    fn the_worst_comes_first_and_nothing_is_claimed_beyond_what_is_known() {
        let healed = outage(Some("2026-06-16T00:14:08Z"));
        let all_well = told(&[], std::slice::from_ref(&healed), 0);
        assert_eq!(
            (all_well.title.as_str(), all_well.lamp),
            ("All nominal", "")
        );
        assert!(
            all_well
                .lead
                .starts_with("1 crash in the last hour healed by itself.")
        );
        assert!(all_well.needs.is_empty());
        let asked = told(&[], &[], 2);
        assert_eq!(asked.needs, "2 proposals wait for your word.");
        let recovering = told(&[], &[healed.clone(), outage(None), outage(None)], 0);
        assert_eq!(recovering.title, "Recovering");
        assert_eq!(recovering.lead, "2 processes not back yet.");
        let wrong = [
            "mode HALT (person: a test)".to_owned(),
            "2 failed jobs".to_owned(),
        ];
        let halted = told(&wrong, &[], 0);
        assert_eq!(
            (halted.title.as_str(), halted.lamp),
            ("Mode HALT (person: a test)", "bad")
        );
        assert!(
            halted.lead.starts_with("2 failed jobs. Nothing died"),
            "{}",
            halted.lead
        );
        assert!(!halted.needs.is_empty());
    }
}
