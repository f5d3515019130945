//! The report: figures for people, and the same as JSON beside them.

mod storms;

use std::{collections::BTreeSet, fmt::Write, fs, path::Path};

use crate::{mutants::Outcome, proof::Answer, scenario, trouble::Trouble};

/// Writes `RESULTS.md` and `results.json`.
pub(crate) fn write(dir: &Path, answer: &Answer) -> Result<(), Trouble> {
    fs::create_dir_all(dir)?;
    fs::write(dir.join("RESULTS.md"), page(answer))?;
    let text = serde_json::to_string_pretty(answer).map_err(std::io::Error::other)?;
    fs::write(dir.join("results.json"), text + "\n")?;
    Ok(())
}

/// A few lines for a terminal.
pub(crate) fn summary(answer: &Answer) -> String {
    let mut text = format!(
        "{} points of {} struck, {} of {} covered, {} violations, {} kills; {} of {} mistakes noticed",
        answer.points_run,
        answer.points_enumerated,
        answer.points_covered,
        answer.points_run,
        answer.violations,
        answer.kills,
        answer.mutants_killed,
        answer.mutants_total
    );
    for broken in &answer.broken {
        let _ = write!(text, "\nbroken: {broken}");
    }
    for survivor in &answer.survivors {
        let _ = write!(text, "\nsurvived: {survivor}");
    }
    text
}

fn page(answer: &Answer) -> String {
    let mut page = String::from(
        "# Results\n\nWritten by `./dev proof --full`; do not edit. The method and its limits are in [README.md](README.md), \
         the same figures for programs in [results.json](results.json).\n\n",
    );
    let _ = writeln!(page, "- commit: `{}`", answer.commit);
    for (commit, trials) in &answer.played_at {
        let _ = writeln!(page, "- trials played at `{commit}`: {trials}");
    }
    let seeds: Vec<String> = answer.seeds.iter().map(u64::to_string).collect();
    let _ = writeln!(page, "- seeds: {}", seeds.join(", "));
    let _ = writeln!(
        page,
        "- processor time of the last sitting: {} s",
        answer.cpu_s
    );
    scenarios(&mut page);
    layers(&mut page, answer);
    kills(&mut page, answer);
    mutants(&mut page, answer);
    effects(&mut page, answer);
    recovery(&mut page, answer);
    storms::write(&mut page, &answer.storms);
    uncovered(&mut page, answer);
    page
}

fn scenarios(page: &mut String) {
    page.push_str("\n## Scenarios\n\n| name | what is under way |\n|---|---|\n");
    for scenario in &scenario::ALL {
        let _ = writeln!(page, "| {} | {} |", scenario.name, scenario.about);
    }
}

fn layers(page: &mut String, answer: &Answer) {
    page.push_str("\n## Crash points\n\n| layer | points | played | struck | broken |\n|---|---|---|---|---|\n");
    for (name, layer) in &answer.layers {
        let _ = writeln!(
            page,
            "| {name} | {} | {} | {} | {} |",
            layer.enumerated, layer.run, layer.covered, layer.violated
        );
    }
    let _ = writeln!(
        page,
        "| **all** | {} | {} | {} | {} |",
        answer.points_enumerated, answer.points_run, answer.points_covered, answer.violations
    );
    let _ = writeln!(
        page,
        "\nOf those struck, {} at the place of a message that did not come again.",
        answer.struck_elsewhere
    );
    for broken in &answer.broken {
        let _ = writeln!(page, "\n- broken: `{broken}`");
    }
}

fn kills(page: &mut String, answer: &Answer) {
    let _ = writeln!(
        page,
        "\n## Kills\n\n{} processes were killed, {} of them by chance, in storms; {} violations.",
        answer.kills, answer.storm_kills, answer.violations
    );
    if answer.violations == 0 && answer.storm_kills > 0 {
        let per_million = 3_000_000_u64.div_ceil(answer.storm_kills);
        let _ = writeln!(
            page,
            "With none in N, the chance of one per kill by chance is below 3/N at 95 %: {per_million} in a million."
        );
    }
}

fn mutants(page: &mut String, answer: &Answer) {
    let _ = writeln!(
        page,
        "\n## Mistakes made on purpose\n\n{} of {} were noticed by a crash point.",
        answer.mutants_killed, answer.mutants_total
    );
    let drills: BTreeSet<&String> = answer
        .mutants
        .iter()
        .flat_map(|one| one.drills.keys())
        .collect();
    for drill in &drills {
        let noticed = |one: &&Outcome| matches!(one.drills.get(*drill), Some(Some(_)));
        let n = answer.mutants.iter().filter(noticed).count();
        let _ = writeln!(
            page,
            "\nThe {drill} noticed {n} of them, without a scene made for them."
        );
    }
    let heads: String = drills.iter().map(|drill| format!(" {drill} |")).collect();
    let _ = writeln!(
        page,
        "\n| mistake | what it takes away | noticed by | because | s |{heads}\n|---|---|---|---|---|{}",
        "---|".repeat(drills.len())
    );
    for one in &answer.mutants {
        let by = one.killed_by.as_deref().unwrap_or("NOBODY");
        let by = by.split("|mutant|").next().unwrap_or(by).replace('|', " ");
        let because = one.because.as_deref().unwrap_or("").replace('|', " ");
        let told: String = drills
            .iter()
            .map(|drill| match one.drills.get(*drill) {
                Some(Some(_)) => " yes |",
                Some(None) => " no |",
                None => " not played |",
            })
            .collect();
        let _ = writeln!(
            page,
            "| `{}` | {} | {by} | {because} | {} |{told}",
            one.name, one.what, one.took_s
        );
    }
}

fn effects(page: &mut String, answer: &Answer) {
    page.push_str("\n## Acts\n\nHow the acts of all trials ended. Lost: the answer to a call was missing at some time.\n\n");
    page.push_str("| class | end | how it is known | lost | acts |\n|---|---|---|---|---|\n");
    for (end, n) in &answer.effects_by_class {
        let parts: Vec<&str> = end.split('/').collect();
        if let [class, state, provenance, lost] = parts[..] {
            let lost = if lost == "true" { "yes" } else { "no" };
            let _ = writeln!(page, "| {class} | {state} | {provenance} | {lost} | {n} |");
        }
    }
    let _ = writeln!(
        page,
        "\nShare of acts whose answer was lost: {:.3}.",
        answer.unknown_rate
    );
}

fn recovery(page: &mut String, answer: &Answer) {
    page.push_str("\n## From the blow to the end of the work\n\nIn milliseconds; the work itself is part of it.\n\n");
    page.push_str("| layer and scenario | trials | p50 | p99 | longest |\n|---|---|---|---|---|\n");
    for (name, spread) in &answer.recovery_ms {
        let _ = writeln!(
            page,
            "| {name} | {} | {} | {} | {} |",
            spread.n, spread.p50, spread.p99, spread.max
        );
    }
}

fn uncovered(page: &mut String, answer: &Answer) {
    page.push_str("\n## Not covered\n\n");
    if answer.not_covered.is_empty() {
        page.push_str("Every point that was enumerated was struck.\n");
    }
    for trial in &answer.not_covered {
        let _ = writeln!(page, "- `{trial}`");
    }
}
