//! Dependency rings: a crate may use its own ring or an earlier one, never a later one.

use toml::{Table, Value};

use super::{Repo, Violation};

/// The rings, inside first. `crates/homeostat` is the face of the first two.
const RINGS: [&str; 4] = ["core", "runtime", "world", "app"];
/// What the first ring never has: a runtime, a database, a network, chance.
const IMPURE: [&str; 7] = [
    "axum",
    "futures-util",
    "rand",
    "reqwest",
    "rustix",
    "sqlx",
    "tokio",
];
const DEPENDENCIES: [&str; 3] = ["dependencies", "dev-dependencies", "build-dependencies"];

pub(super) fn check(repo: &Repo) -> Vec<Violation> {
    let mut violations = Vec::new();
    let root = repo
        .text("Cargo.toml")
        .and_then(|text| text.parse::<Table>().ok());
    let root = root.unwrap_or_default();
    for (folder, text) in repo.packages() {
        let path = format!("{folder}/Cargo.toml");
        let Ok(manifest) = text.parse::<Table>() else {
            violations.push(Violation::new(&path, 1, "cannot be read as TOML"));
            continue;
        };
        let at = |word: &str, advice: String| Violation::new(&path, line_with(text, word), advice);
        if manifest
            .get("lints")
            .and_then(|lints| lints.get("workspace"))
            != Some(&Value::Boolean(true))
        {
            violations.push(at("[lints]", "add [lints] workspace = true".into()));
        }
        if manifest.contains_key("features") {
            let advice = "no features in the workspace: split the crate or pass a value";
            violations.push(at("[features]", advice.into()));
        }
        for section in DEPENDENCIES {
            let Some(table) = manifest.get(section).and_then(Value::as_table) else {
                continue;
            };
            for (name, value) in table {
                let advice = judge(&root, folder, section, name, value);
                violations.extend(advice.map(|advice| at(name, advice)));
            }
        }
    }
    violations
}

/// What is wrong with one dependency, if anything.
fn judge(root: &Table, folder: &str, section: &str, name: &str, value: &Value) -> Option<String> {
    if value
        != &Value::Table(Table::from_iter([(
            "workspace".into(),
            Value::Boolean(true),
        )]))
    {
        return Some(format!(
            "write {name}.workspace = true; version and features belong to the root"
        ));
    }
    let (ring, is_dev) = (ring_of(folder), section == "dev-dependencies");
    let Some(target) = folder_of(root, name) else {
        let impure = ring == Some(0) && !is_dev && IMPURE.contains(&name);
        return impure.then(|| format!("core decides only: {name} belongs to a later ring"));
    };
    if target.starts_with("crates/proof/") {
        let allowed = is_dev || folder.starts_with("crates/proof/");
        return (!allowed).then(|| format!("{name} is for tests: move it to [dev-dependencies]"));
    }
    let Some(target_ring) = ring_of(target) else {
        return Some(format!(
            "{name} is for outsiders: depend on the crates behind it"
        ));
    };
    match ring {
        Some(ring) if target_ring > ring => Some(format!(
            "{} may not use {name} of the later ring {}",
            RINGS[ring], RINGS[target_ring]
        )),
        None if folder == "crates/homeostat" && target_ring > 1 => Some(format!(
            "the facade shows core and runtime only, not {name}"
        )),
        Some(_) | None => None,
    }
}

/// The folder of a workspace crate by its name.
fn folder_of<'a>(root: &'a Table, name: &str) -> Option<&'a str> {
    root.get("workspace")?
        .get("dependencies")?
        .get(name)?
        .get("path")?
        .as_str()
}

fn ring_of(folder: &str) -> Option<usize> {
    let ring = folder.strip_prefix("crates/")?.split_once('/')?.0;
    RINGS.iter().position(|known| *known == ring)
}

fn line_with(text: &str, word: &str) -> usize {
    text.lines()
        .position(|line| line.starts_with(word))
        .map_or(1, |index| index + 1)
}

#[cfg(test)]
mod tests {
    use super::{super::shown, *};

    const ROOT: &str = r#"[workspace.dependencies]
        model = { path = "crates/core/model" }
        queue = { path = "crates/runtime/queue" }
        sandbox = { path = "crates/world/sandbox" }
        testkit = { path = "crates/proof/testkit" }
        facade = { path = "crates/homeostat" }
        tokio = "1"
    "#;

    fn advice(folder: &str, manifest: &str) -> Vec<String> {
        let path = format!("{folder}/Cargo.toml");
        let manifest = format!("[lints]\nworkspace = true\n{manifest}");
        shown(&check(&Repo::from_files(&[
            ("Cargo.toml", ROOT),
            (&path, &manifest),
        ])))
    }

    #[test]
    fn a_later_ring_is_refused() {
        let good = "[dependencies]\nmodel.workspace = true\ntokio.workspace = true";
        assert!(advice("crates/runtime/queue", good).is_empty());
        let bad = advice(
            "crates/runtime/queue",
            "[dependencies]\nsandbox.workspace = true",
        );
        assert_eq!(
            bad,
            [
                "crates/runtime/queue/Cargo.toml:4: runtime may not use sandbox of the later ring world"
            ]
        );
        let bad = advice(
            "crates/core/model",
            "[dev-dependencies]\nqueue.workspace = true",
        );
        assert_eq!(bad.len(), 1, "{bad:?}");
    }

    #[test]
    fn the_core_stays_pure() {
        let bad = advice(
            "crates/core/model",
            "[dependencies]\ntokio.workspace = true",
        );
        assert!(bad[0].contains("core decides only: tokio"), "{bad:?}");
    }

    #[test]
    fn the_facade_shows_two_rings_and_serves_outsiders() {
        let bad = advice(
            "crates/homeostat",
            "[dependencies]\nqueue.workspace = true\nsandbox.workspace = true",
        );
        assert_eq!(bad.len(), 1, "{bad:?}");
        assert!(bad[0].contains("not sandbox"));
        let bad = advice("crates/app/cli", "[dependencies]\nfacade.workspace = true");
        assert!(bad[0].contains("for outsiders"), "{bad:?}");
    }

    #[test]
    fn test_crates_stay_in_tests() {
        let section = |name| format!("[{name}]\ntestkit.workspace = true");
        assert!(advice("crates/app/cli", &section("dev-dependencies")).is_empty());
        assert!(advice("crates/proof/points", &section("dependencies")).is_empty());
        for name in ["dependencies", "build-dependencies"] {
            assert!(advice("crates/app/cli", &section(name))[0].contains("testkit is for tests"));
        }
    }

    #[test]
    fn versions_features_and_lints_belong_to_the_workspace() {
        assert_eq!(advice("xtask", "[dependencies]\ntokio = \"1\"").len(), 1);
        let features =
            "[dependencies]\ntokio = { workspace = true, features = [\"fs\"] }\n[features]\nx = []";
        assert_eq!(advice("xtask", features).len(), 2);
        let bare = check(&Repo::from_files(&[("xtask/Cargo.toml", "[package]")]));
        assert_eq!(
            shown(&bare),
            ["xtask/Cargo.toml:1: add [lints] workspace = true"]
        );
    }
}
