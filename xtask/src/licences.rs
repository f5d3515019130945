//! Licences and bans of the dependencies, by the same deny.toml that cargo-deny reads.

use std::{path::Path, process::Command};

use serde::Deserialize;

use crate::{Outcome, spdx};

#[derive(Deserialize)]
struct Deny {
    licenses: Licenses,
    bans: Bans,
}

#[derive(Deserialize)]
struct Licenses {
    allow: Vec<String>,
}

#[derive(Deserialize)]
struct Bans {
    #[serde(default)]
    deny: Vec<Ban>,
}

#[derive(Deserialize)]
struct Ban {
    #[serde(rename = "crate")]
    name: String,
    reason: String,
}

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
}

#[derive(Deserialize)]
struct Package {
    name: String,
    version: String,
    license: Option<String>,
}

/// Checks every package of the lock file.
pub(crate) fn run(root: &Path) -> Outcome {
    let deny: Deny = toml::from_str(&std::fs::read_to_string(root.join("deny.toml"))?)?;
    let packages = metadata(root)?.packages;
    let complaints = complaints(&deny, &packages);
    for complaint in &complaints {
        println!("{complaint}");
    }
    println!(
        "licences: {} packages read; advisories: NOT RUN (they need a network)",
        packages.len()
    );
    Ok(complaints.is_empty())
}

/// The dependency graph: from what is on the disk, else with downloads.
fn metadata(root: &Path) -> Result<Metadata, Box<dyn std::error::Error>> {
    let mut text = String::new();
    for offline in [true, false] {
        let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        cargo
            .args(["metadata", "--format-version", "1", "--locked"])
            .current_dir(root);
        if offline {
            cargo.arg("--offline");
        }
        let output = cargo.output()?;
        if output.status.success() {
            return Ok(serde_json::from_slice(&output.stdout)?);
        }
        text = String::from_utf8_lossy(&output.stderr).into_owned();
    }
    Err(format!("cargo metadata failed:\n{text}").into())
}

fn complaints(deny: &Deny, packages: &[Package]) -> Vec<String> {
    let accepted: Vec<&str> = deny.licenses.allow.iter().map(String::as_str).collect();
    let mut complaints = Vec::new();
    for Package {
        name,
        version,
        license,
    } in packages
    {
        let expression = license.as_deref().unwrap_or_default();
        match spdx::satisfied(expression, &accepted) {
            Some(true) => {}
            Some(false) => complaints.push(format!(
                "{name} {version}: licence `{expression}` is not accepted in deny.toml"
            )),
            None => complaints.push(format!(
                "{name} {version}: cannot read the licence `{expression}`"
            )),
        }
        if let Some(ban) = deny.bans.deny.iter().find(|ban| ban.name == *name) {
            complaints.push(format!("{name} {version}: banned: {}", ban.reason));
        }
    }
    complaints
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_licence_and_a_ban_go_red() {
        let deny: Deny = toml::from_str(
            "[licenses]\nallow = [\"MIT\"]\n[bans]\ndeny = [{ crate = \"bad\", reason = \"use good\" }]",
        )
        .unwrap();
        let package = |name: &str, license: Option<&str>| Package {
            name: name.into(),
            version: "1.0.0".into(),
            license: license.map(Into::into),
        };
        let packages = [
            package("good", Some("MIT")),
            package("bad", Some("MIT")),
            package("gpl", Some("GPL-3.0")),
            package("none", None),
        ];
        assert_eq!(
            complaints(&deny, &packages),
            [
                "bad 1.0.0: banned: use good",
                "gpl 1.0.0: licence `GPL-3.0` is not accepted in deny.toml",
                "none 1.0.0: cannot read the licence ``",
            ]
        );
    }
}
