//! The proof as one command: what is enumerated, what is played of it, and what came of it.
//!
//! ```text
//!   quick: every point of three scenarios ─ every fault of one call and of a command ─ a seeded sample of
//!          the rest ─ mistakes
//!   full : every point of every scenario ─ pairs ─ storms ─ mistakes
//! ```

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use homeostat_clock::Entropy;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::{
    cpu,
    fault::Fault,
    layers::{self, Told},
    ledger::{Ledger, Line, Storm},
    mutants::{self, Outcome, Programs},
    points, run as trials,
    scenario::{self, Scenario},
    trial::{Ground, Trial},
    trouble::Trouble,
};

/// Played to the last point also in the quick form.
const SMALL: [&str; 3] = ["enqueue", "mode", "work"];
/// Whose call to the vendor meets every fault also in the quick form.
const CALLS: &str = "launch";
/// How many others the quick form draws.
const SAMPLE: usize = 48;
/// Whose recovery is struck too.
const PAIRED: [&str; 2] = ["work", "stop"];

/// How much.
#[derive(Debug, Clone)]
pub(crate) struct Options {
    pub(crate) full: bool,
    pub(crate) seed: u64,
    pub(crate) jobs: usize,
    /// The program with mistakes; absent: none is hunted.
    pub(crate) mutants: Option<Programs>,
    /// Storms: how many, and minutes each.
    pub(crate) storms: (u64, f64),
    /// Only these scenarios are enumerated.
    pub(crate) only: Vec<String>,
}

/// What a part of the proof came to.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Layer {
    /// Points that there are.
    pub(crate) enumerated: usize,
    /// Trials that were played.
    pub(crate) run: usize,
    /// In which the blow fell.
    pub(crate) covered: usize,
    /// In which something broke.
    pub(crate) violated: usize,
}

/// Percentiles, in milliseconds.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Spread {
    pub(crate) n: usize,
    pub(crate) p50: u64,
    pub(crate) p99: u64,
    pub(crate) max: u64,
}

/// The answer: names are those of COMMANDS.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Answer {
    pub(crate) points_enumerated: usize,
    pub(crate) points_run: usize,
    pub(crate) points_covered: usize,
    /// SIGKILLs that fell, of the trials and of the storms.
    pub(crate) kills: u64,
    /// Those of the storms: drawn by chance, so that a bound can be put on them.
    pub(crate) storm_kills: u64,
    /// Trials whose message did not come again, and which struck what was said in its place.
    pub(crate) struck_elsewhere: usize,
    pub(crate) violations: usize,
    pub(crate) mutants_total: usize,
    pub(crate) mutants_killed: usize,
    pub(crate) survivors: Vec<String>,
    pub(crate) layers: BTreeMap<String, Layer>,
    /// From the blow to the end of the work, by scenario. Undisturbed work takes its own time too.
    pub(crate) recovery_ms: BTreeMap<String, Spread>,
    /// Acts by class and end; `lost` counts those that were ever unknown.
    pub(crate) effects_by_class: BTreeMap<String, usize>,
    pub(crate) unknown_rate: f64,
    pub(crate) mutants: Vec<Outcome>,
    pub(crate) storms: Vec<serde_json::Value>,
    pub(crate) seeds: Vec<u64>,
    pub(crate) commit: String,
    /// Trials by the commit that they were played on.
    pub(crate) played_at: BTreeMap<String, usize>,
    pub(crate) cpu_s: u64,
    pub(crate) not_covered: Vec<String>,
    /// What broke, by trial: each is repeated by its name.
    pub(crate) broken: Vec<String>,
}

/// Plays it.
pub(crate) async fn run(
    ground: &Arc<Ground>,
    options: &Options,
    ledger: &mut Ledger,
) -> Result<Answer, Trouble> {
    let mut answer = Answer {
        seeds: vec![options.seed],
        commit: ledger.commit.clone(),
        ..Answer::default()
    };
    let mut plan = Plan::default();
    for scenario in wanted(options) {
        let trials = points::enumerate(ground, scenario).await?;
        eprintln!("points: {}: {} points", scenario.name, trials.len());
        plan.add(scenario, trials, options);
    }
    plan.draw(options);
    for (layer, planned) in [
        ("postgres", &plan.pg),
        ("calls", &plan.calls),
        ("commands", &plan.commands),
    ] {
        trials::all(ground, layer, planned, options.jobs, ledger).await?;
        count(&mut answer, layer, &plan, planned, ledger);
    }
    if options.full {
        // Last of all: each is found by a trial of its own.
        for name in PAIRED {
            let kills = plan.kills_of(name);
            let (pairs, missed) = points::pairs(ground, &kills, options.jobs).await?;
            plan.pairs.extend(pairs);
            answer.not_covered.extend(missed);
        }
        plan.enumerated.insert("pairs".into(), plan.pairs.len());
        trials::all(ground, "pairs", &plan.pairs, options.jobs, ledger).await?;
        count(&mut answer, "pairs", &plan, &plan.pairs, ledger);
    }
    if let Some(mutants) = &options.mutants {
        let mut outcomes = mutants::all(mutants, options.jobs, &[]).await?;
        if options.full {
            let missed = layers::all(mutants, &mut outcomes, ledger).await?;
            answer.not_covered.extend(missed);
        }
        take_mutants(&mut answer, outcomes);
    }
    storms(ground, options, ledger, &mut answer).await?;
    sum_up(&mut answer);
    answer.cpu_s = cpu::spent_s(&ground.cluster).await;
    Ok(answer)
}

fn wanted(options: &Options) -> impl Iterator<Item = &'static Scenario> + '_ {
    let is_wanted = |scenario: &&Scenario| {
        !scenario.is_whole
            && (options.only.is_empty() || options.only.iter().any(|name| name == scenario.name))
    };
    scenario::ALL.iter().filter(is_wanted)
}

/// What is to be played.
#[derive(Debug, Default)]
struct Plan {
    pg: Vec<Trial>,
    calls: Vec<Trial>,
    /// Few, and so never left out.
    commands: Vec<Trial>,
    pairs: Vec<Trial>,
    rest: Vec<Trial>,
    enumerated: BTreeMap<String, usize>,
}

impl Plan {
    fn add(&mut self, scenario: &Scenario, trials: Vec<Trial>, options: &Options) {
        for trial in trials {
            let layer = layer_of(&trial);
            *self.enumerated.entry(layer.into()).or_default() += 1;
            let is_small = SMALL.contains(&scenario.name);
            let is_call = layer == "calls" && scenario.name == CALLS;
            let is_whole = options.full || !options.only.is_empty();
            match is_whole || is_small || is_call || layer == "commands" {
                true => self.take(trial),
                false => self.rest.push(trial),
            }
        }
    }

    fn take(&mut self, trial: Trial) {
        match layer_of(&trial) {
            "calls" => self.calls.push(trial),
            "commands" => self.commands.push(trial),
            _ => self.pg.push(trial),
        }
    }

    /// The sample of what is not played to the last point.
    fn draw(&mut self, options: &Options) {
        let mut rng = Entropy::from_seed(options.seed).child("sample").rng();
        for trial in points::sample(std::mem::take(&mut self.rest), SAMPLE, &mut rng) {
            self.take(trial);
        }
    }

    fn kills_of(&self, scenario: &str) -> Vec<Trial> {
        let of = self
            .pg
            .iter()
            .filter(|trial| trial.scenario.name == scenario);
        let kills = of.filter(|trial| {
            let name = trial.first.as_ref().map(|strike| strike.fault.name());
            name.as_deref() == Some("pg.kill_before")
        });
        kills.cloned().collect()
    }
}

/// The part of the proof that a trial belongs to.
fn layer_of(trial: &Trial) -> &'static str {
    match trial.first.as_ref().map(|strike| strike.fault) {
        Some(Fault::Http(_)) => "calls",
        Some(Fault::Run(_)) => "commands",
        Some(Fault::Pg(_)) | None => "postgres",
    }
}

fn count(answer: &mut Answer, name: &str, plan: &Plan, trials: &[Trial], ledger: &Ledger) {
    let mut layer = Layer {
        enumerated: plan.enumerated.get(name).copied().unwrap_or_default(),
        ..Layer::default()
    };
    let mut recoveries: BTreeMap<String, Vec<u64>> = BTreeMap::new();
    for trial in trials {
        let trial_name = trial.to_string();
        let Some(line) = ledger.trial(trial) else {
            answer.not_covered.push(trial_name);
            continue;
        };
        layer.run += 1;
        *answer.played_at.entry(line.commit.clone()).or_default() += 1;
        if trial.is_covered(line.struck.as_deref(), line.struck_second.as_deref()) {
            layer.covered += 1;
        } else {
            answer.not_covered.push(trial_name.clone());
        }
        if trial.is_elsewhere(line.struck.as_deref(), line.struck_second.as_deref()) {
            answer.struck_elsewhere += 1;
        }
        answer.kills += kills(trial, line);
        if !line.violations.is_empty() {
            layer.violated += 1;
            answer
                .broken
                .push(format!("{trial_name}: {}", line.violations.join("; ")));
        }
        for effect in &line.effects {
            *answer.effects_by_class.entry(effect.clone()).or_default() += 1;
        }
        recoveries
            .entry(trial.scenario.name.into())
            .or_default()
            .extend(line.recovery_ms);
    }
    for (scenario, times) in recoveries {
        answer
            .recovery_ms
            .insert(format!("{name}/{scenario}"), spread(times));
    }
    answer.layers.insert(name.into(), layer);
}

fn kills(trial: &Trial, line: &Line) -> u64 {
    let first = trial
        .first
        .as_ref()
        .is_some_and(|strike| strike.fault.kills())
        && line.struck.is_some();
    let second = trial
        .second_strike()
        .is_some_and(|strike| strike.fault.kills())
        && line.struck_second.is_some();
    u64::from(first) + u64::from(second)
}

fn spread(mut times: Vec<u64>) -> Spread {
    times.sort_unstable();
    let at = |percent: usize| {
        let place = (times.len() * percent).div_ceil(100).saturating_sub(1);
        times.get(place).copied().unwrap_or_default()
    };
    Spread {
        n: times.len(),
        p50: at(50),
        p99: at(99),
        max: times.last().copied().unwrap_or_default(),
    }
}

fn take_mutants(answer: &mut Answer, outcomes: Vec<Outcome>) {
    answer.mutants_total = outcomes.len();
    let survivors = outcomes.iter().filter(|one| one.killed_by.is_none());
    answer.survivors = survivors.map(|one| one.name.clone()).collect();
    answer.mutants_killed = answer.mutants_total - answer.survivors.len();
    answer.mutants = outcomes;
}

fn sum_up(answer: &mut Answer) {
    for layer in answer.layers.values() {
        answer.points_enumerated += layer.enumerated;
        answer.points_run += layer.run;
        answer.points_covered += layer.covered;
        answer.violations += layer.violated;
    }
    let all: usize = answer.effects_by_class.values().sum();
    let unknown: usize = answer
        .effects_by_class
        .iter()
        .filter(|(end, _)| end.ends_with("/true"))
        .map(|(_, n)| n)
        .sum();
    if all > 0 {
        #[expect(clippy::cast_precision_loss, reason = "a share of some thousands")]
        let rate = unknown as f64 / all as f64;
        answer.unknown_rate = rate;
    }
    let names: BTreeSet<String> = std::mem::take(&mut answer.not_covered)
        .into_iter()
        .collect();
    answer.not_covered = names.into_iter().collect();
}

/// Storms, by the product's own drill.
async fn storms(
    ground: &Ground,
    options: &Options,
    ledger: &mut Ledger,
    answer: &mut Answer,
) -> Result<(), Trouble> {
    let (n, minutes) = options.storms;
    for seed in options.seed..options.seed + n {
        if ledger.storm(seed, minutes).is_none() {
            let storm = Storm {
                commit: ledger.commit.clone(),
                seed,
                minutes,
                answer: storm(ground, seed, minutes).await?,
            };
            ledger.write_storm(storm)?;
        }
        let Some(Storm { answer: storm, .. }) = ledger.storm(seed, minutes) else {
            continue;
        };
        let kills = storm["kills"].as_u64().unwrap_or_default();
        answer.kills += kills;
        answer.storm_kills += kills;
        for finding in storm["findings"].as_array().into_iter().flatten() {
            let what = format!("drill storm --minutes {minutes} --seed {seed}: {finding}");
            answer.broken.push(what);
        }
        for missing in storm["not_done"].as_array().into_iter().flatten() {
            answer.not_covered.push(format!("drill storm: {missing}"));
        }
        // An answer without this figure shows nothing.
        let violations = storm["violations"].as_u64().unwrap_or(1);
        answer.violations += usize::try_from(violations).unwrap_or(usize::MAX);
        answer.storms.push(storm.clone());
    }
    Ok(())
}

async fn storm(ground: &Ground, seed: u64, minutes: f64) -> Result<serde_json::Value, Trouble> {
    let (minutes, seed) = (minutes.to_string(), seed.to_string());
    let words = ["storm", "--minutes", &minutes, "--seed", &seed];
    match layers::drill(&ground.program, &words).await? {
        Told::Answer(answer) => Ok(answer),
        // A law was broken before there was anything to count.
        Told::Broken(text) => Ok(json!({
            "seed": seed, "minutes": minutes, "kills": 0, "violations": 1, "findings": [text],
        })),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_of_what_there_is() {
        let some = spread((1..=200).collect());
        assert_eq!((some.n, some.p50, some.p99, some.max), (200, 100, 198, 200));
        assert_eq!(spread(Vec::new()).max, 0);
    }
}
