//! A disk that can be full: the whole drill is played again on a small one of its own, where this user may
//! mount. The vendor keeps its books elsewhere, since it is another machine's business.

use std::{
    fs::{self, File, Permissions},
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::{ExitCode, Stdio},
};

use homeostat_supervisor::budget::Budget;
use rustix::fs::{FallocateFlags, fallocate};
use tokio::process::Command;

use super::Options;
use crate::failure::Failure;

/// A fresh system takes about eighty megabytes, its log grows with the storm.
const DISK_MB: f64 = 700.0;
const DISK_MB_A_MINUTE: f64 = 60.0;
/// By this code the script says that it has no disk.
const NO_DISK: i32 = 77;

/// Plays the drill on a small disk. None when it cannot be had here.
pub(super) async fn apart(options: &Options, json: bool) -> Result<Option<ExitCode>, Failure> {
    let broken = |e: std::io::Error| Failure::environment(&e);
    if !can_mount().await {
        return Ok(None);
    }
    let place = tempfile::Builder::new()
        .prefix("homeostat-drill-")
        .permissions(Permissions::from_mode(0o711))
        .tempdir()
        .map_err(broken)?;
    let disk = place.path().join("disk");
    fs::create_dir(&disk).map_err(broken)?;
    let size = (DISK_MB + DISK_MB_A_MINUTE * options.minutes) as u64;
    // Its pages are the host's memory, and the drill fills it to the last.
    let host = Budget::find().map_err(|e| Failure::environment(&e))?.mb();
    if size > host / 4 {
        return Ok(None);
    }
    let mount = format!(
        "mount -t tmpfs -o size={size}m,mode=0711 homeostat-drill \"$0\" || exit {NO_DISK}; exec \"$@\""
    );
    let mut command = Command::new("unshare");
    command
        .args(["--mount", "sh", "-c", &mount])
        .arg(&disk)
        .arg(std::env::current_exe().map_err(broken)?)
        .args(json.then_some("--json"))
        .args(["drill", "storm", "--minutes", &options.minutes.to_string()])
        .args(["--seed", &options.seed.to_string()])
        .args(["--kills-per-s", &options.kills_per_s.to_string()])
        .arg("--outside")
        .arg(place.path())
        .env("TMPDIR", &disk)
        .stdin(Stdio::null());
    if let Some(keep) = &options.keep_logs {
        command.arg("--keep-logs").arg(keep);
    }
    if let Some(mutant) = &options.mutant {
        command.args(["--mutant", mutant]);
    }
    let status = command.status().await.map_err(broken)?;
    if status.code() == Some(NO_DISK) {
        return Ok(None);
    }
    let code = status.code().and_then(|code| u8::try_from(code).ok());
    Ok(Some(ExitCode::from(code.unwrap_or(1))))
}

/// Whether a disk can be mounted here by this user, in a namespace that nobody else sees.
async fn can_mount() -> bool {
    let tried = Command::new("unshare")
        .args(["--mount", "mount", "-t", "tmpfs", "none", "/mnt"])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    tried.await.is_ok_and(|status| status.success())
}

/// What takes the last of a small disk.
#[derive(Debug, Clone)]
pub(super) struct Filler(PathBuf);

impl Filler {
    /// On the disk that the drill is played on.
    pub(super) fn on(disk: &Path) -> Self {
        Self(disk.join("filler"))
    }

    /// Takes the last page.
    pub(super) fn fill(&self) -> Result<(), Failure> {
        let file = File::create(&self.0).map_err(|e| Failure::environment(&e))?;
        let mut taken = 0;
        for size in [64 << 20, 1 << 20, 4096] {
            while fallocate(&file, FallocateFlags::empty(), taken, size).is_ok() {
                taken += size;
            }
        }
        Ok(())
    }

    /// Gives it back.
    pub(super) fn clear(&self) {
        // There is none, or it goes with the disk.
        let _ = fs::remove_file(&self.0);
    }
}
