//! Where this host keeps its grants of memory, and how much there is to grant.

use std::path::{Path, PathBuf};

use homeostat_supervisor::budget::{Budget, Grants};

use crate::failure::{Failure, chain};

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
