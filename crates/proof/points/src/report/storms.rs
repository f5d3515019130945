//! What the storms came to. Their answers are the drill's own; a field that is not there is left out.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write,
};

use serde_json::Value;

/// How the acts of a storm ended, as its answer names them.
const ENDS: [&str; 7] = [
    "first_answer",
    "probed",
    "recovered",
    "refused",
    "void",
    "open",
    "ever_unknown",
];

pub(super) fn write(page: &mut String, storms: &[Value]) {
    if storms.is_empty() {
        return;
    }
    page.push_str(
        "\n## Storms\n\n| seed | minutes | kills | violations | acts | ever unknown | looks at the books | settled after, s |\n\
         |---|---|---|---|---|---|---|---|\n",
    );
    for storm in storms {
        let _ = writeln!(
            page,
            "| {} | {} | {} | {} | {} | {:.3} | {} | {} |",
            storm["seed"],
            storm["minutes"],
            storm["kills"],
            storm["violations"],
            acts(storm),
            storm["unknown_rate"].as_f64().unwrap_or_default(),
            storm["conservation_checks"],
            storm["settled_after_s"],
        );
    }
    faults(page, storms);
    ends(page, storms);
    recovery(page, storms);
    for lacking in lacking(storms) {
        let _ = writeln!(page, "\nNot played: {lacking}.");
    }
}

fn acts(storm: &Value) -> u64 {
    let classes = storm["effects_by_class"].as_object();
    let acts = classes.into_iter().flatten();
    acts.filter_map(|(_, class)| class["effects"].as_u64())
        .sum()
}

fn faults(page: &mut String, storms: &[Value]) {
    let mut all: BTreeMap<&str, u64> = BTreeMap::new();
    for (fault, n) in storms
        .iter()
        .filter_map(|storm| storm["faults"].as_object())
        .flatten()
    {
        *all.entry(fault).or_default() += n.as_u64().unwrap_or_default();
    }
    let told: Vec<String> = all
        .iter()
        .map(|(fault, n)| format!("{fault} {n}"))
        .collect();
    let _ = writeln!(page, "\nFaults in all: {}.", told.join(", "));
}

fn ends(page: &mut String, storms: &[Value]) {
    let mut all: BTreeMap<&str, [u64; ENDS.len()]> = BTreeMap::new();
    for (class, told) in storms
        .iter()
        .filter_map(|storm| storm["effects_by_class"].as_object())
        .flatten()
    {
        let sums = all.entry(class).or_default();
        for (sum, end) in sums.iter_mut().zip(ENDS) {
            *sum += told[end].as_u64().unwrap_or_default();
        }
    }
    let heads = ENDS.map(|end| end.replace('_', " ")).join(" | ");
    let _ = writeln!(
        page,
        "\nActs by class:\n\n| class | {heads} |\n|---|{}",
        "---|".repeat(ENDS.len())
    );
    for (class, sums) in all {
        let _ = writeln!(
            page,
            "| {class} | {} |",
            sums.map(|n| n.to_string()).join(" | ")
        );
    }
}

/// Percentiles of several storms do not add up: the range of the middles, and the worst of the rest.
fn recovery(page: &mut String, storms: &[Value]) {
    let times = |kind: &str, field: &str| {
        let of = storms
            .iter()
            .filter_map(|storm| storm["recovery_ms"][kind][field].as_f64());
        of.collect::<Vec<f64>>()
    };
    let kinds: BTreeSet<&String> = storms
        .iter()
        .filter_map(|storm| storm["recovery_ms"].as_object())
        .flat_map(serde_json::Map::keys)
        .collect();
    page.push_str(
        "\nFrom a kill to the next work of its kind, in milliseconds, under all other faults:\n\n\
         | process | kills | p50, lowest and highest of a storm | p99, highest | longest |\n|---|---|---|---|---|\n",
    );
    for kind in kinds {
        let kills: u64 = storms
            .iter()
            .filter_map(|storm| storm["kills_by_kind"][kind.as_str()].as_u64())
            .sum();
        let worst = |field| times(kind, field).into_iter().fold(0.0, f64::max);
        let least = times(kind, "p50").into_iter().fold(f64::INFINITY, f64::min);
        let _ = writeln!(
            page,
            "| {kind} | {kills} | {least:.0} – {:.0} | {:.0} | {:.0} |",
            worst("p50"),
            worst("p99"),
            worst("max")
        );
    }
}

fn lacking(storms: &[Value]) -> BTreeSet<&str> {
    let all = storms
        .iter()
        .filter_map(|storm| storm["not_done"].as_array())
        .flatten();
    all.filter_map(Value::as_str).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn storms_are_added_up_and_their_worst_is_told() {
        let storm = |seed: u64, p50: f64| {
            json!({
                "seed": seed, "minutes": 5.0, "kills": 100, "violations": 0, "unknown_rate": 0.25,
                "conservation_checks": 9, "settled_after_s": 1.5, "faults": {"kill_crew": 40},
                "effects_by_class": {"queryable": {"effects": 7, "first_answer": 6, "open": 1}},
                "recovery_ms": {"worker": {"p50": p50, "p99": 900.0, "max": 950.0}},
                "kills_by_kind": {"worker": 30}, "not_done": [],
            })
        };
        let mut page = String::new();
        write(&mut page, &[storm(1, 200.0), storm(2, 300.0)]);
        for told in [
            "| 2 | 5.0 | 100 | 0 | 7 | 0.250 | 9 | 1.5 |",
            "kill_crew 80",
            "| queryable | 12 | 0 | 0 | 0 | 0 | 2 | 0 |",
            "| worker | 60 | 200 – 300 | 900 | 950 |",
        ] {
            assert!(page.contains(told), "{told} is not in {page}");
        }
    }
}
