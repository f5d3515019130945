//! Where this host keeps its grants of memory, how much there is to grant, and what is said to who gets none.

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};

use homeostat_supervisor::budget::{Budget, Grants, Refusal};
use serde_json::json;

use crate::{
    failure::{Failure, chain},
    ui,
};

/// How the trees of one-off commands are named.
pub(crate) const TREE: &str = "exec-";

/// The file with the grants, for a host that wants it elsewhere.
const FILE: &str = "HOMEOSTAT_GRANTS";
/// Lowers what there is to grant.
const MEMORY: &str = "HOMEOSTAT_MEMORY_MB";
/// Shared by all systems of a host, and gone with its boot.
const RUN_DIR: &str = "/run/homeostat";

/// What this host can grant, in the file that all who ask here use.
pub(crate) fn grants(root: &Path) -> Result<Grants, Failure> {
    Ok(Grants::new(file(root)?, budget()?.mb()))
}

/// What may be taken in all.
pub(crate) fn budget() -> Result<Budget, Failure> {
    let found = Budget::find().map_err(|e| Failure::Environment(chain(&e)))?;
    let Some(setting) = std::env::var_os(MEMORY) else {
        return Ok(found);
    };
    let mb = setting.to_str().and_then(|text| text.parse().ok());
    match mb.filter(|mb| *mb > 0) {
        Some(mb) => Ok(found.lowered_to(mb)),
        None => Err(Failure::Usage(format!(
            "{MEMORY}: {setting:?} is no number of megabytes; give a whole number above 0"
        ))),
    }
}

fn file(root: &Path) -> Result<PathBuf, Failure> {
    if let Some(file) = std::env::var_os(FILE) {
        let file = PathBuf::from(file);
        if file.is_absolute() {
            return Ok(file);
        }
        // One per directory in which somebody stands would be none of the host.
        return Err(Failure::Usage(format!(
            "{FILE}: {} is relative; give an absolute path",
            file.display()
        )));
    }
    let run_dir = Path::new(RUN_DIR);
    let is_ours = std::fs::create_dir_all(run_dir).is_ok()
        && rustix::fs::access(run_dir, rustix::fs::Access::WRITE_OK).is_ok();
    let dir = if is_ours { run_dir } else { root };
    let path = std::path::absolute(dir.join("grants.json"));
    path.map_err(|e| Failure::environment(&e))
}

/// Says why not, and who has what. `never` is what to do about more than the host ever has.
pub(crate) fn refused(grants: &Grants, refusal: &Refusal, never: &str, json: bool) -> ExitCode {
    let code = if refusal.never { 2 } else { 75 };
    let advice = if refusal.never {
        never
    } else {
        "nothing was started; try again when something has ended"
    };
    let error = format!("{refusal}; {advice}");
    ui::note(&format!("homeostat: {error}"));
    // The figures stand without these.
    let holders = grants.entries().unwrap_or_default();
    let strays = grants.strays(|tree| !tree.starts_with(TREE));
    let strays = strays.unwrap_or_default();
    for entry in &holders {
        let (what, pid) = (ui::printable(&entry.what), entry.process.pid);
        ui::note(&format!("  {} MB: {what}, process {pid}", entry.mb));
    }
    for stray in &strays {
        let (command, pid) = (ui::printable(&stray.command), stray.process.pid);
        let mb = stray.mb;
        ui::note(&format!(
            "  {mb} MB without a grant: {command}, process {pid}"
        ));
    }
    if json {
        let Refusal {
            what,
            asked_mb,
            free_mb,
            never,
            ..
        } = refusal;
        ui::json(&json!({
            "error": error, "exit_code": code, "what": what, "asked_mb": asked_mb,
            "free_mb": free_mb, "never": never, "holders": holders, "strays": strays,
        }));
    }
    ExitCode::from(code)
}
