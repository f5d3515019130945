//! Who runs the server, and where: Postgres refuses root.

use std::{
    fs,
    os::unix::{fs::MetadataExt, process::CommandExt},
    path::{Path, PathBuf},
    process::Command,
};

use sha2::{Digest, Sha256};

use super::EmbeddedError;

/// What programs of Postgres find in their environment.
pub(super) const ENVIRONMENT: [(&str, &str); 2] = [("LC_ALL", "C"), ("PATH", "/usr/bin:/bin")];

/// The user the server runs as.
#[derive(Debug, Clone)]
pub(super) enum Owner {
    /// The user we are.
    Ourselves,
    /// Somebody unprivileged, because we are root.
    Other {
        /// User id.
        uid: u32,
        /// Group id.
        gid: u32,
        /// Whether this user can enter the wanted directory.
        reaches: bool,
    },
}

impl Owner {
    /// Ourselves, or as root the user `postgres`, else `nobody`.
    ///
    /// # Errors
    /// [`EmbeddedError::NoUser`] when root has nobody to hand over to.
    pub(super) fn choose(dir: &Path) -> Result<Self, EmbeddedError> {
        if !rustix::process::geteuid().is_root() {
            return Ok(Self::Ourselves);
        }
        let users = fs::read_to_string("/etc/passwd").unwrap_or_default();
        let (uid, gid) = find_user(&users, "postgres")
            .or_else(|| find_user(&users, "nobody"))
            .ok_or(EmbeddedError::NoUser)?;
        Ok(Self::Other {
            uid,
            gid,
            reaches: reaches(dir, uid, gid),
        })
    }

    /// The directory to use: the wanted one, or a fallback of its own for each wanted path.
    pub(super) fn base(&self, wanted: &Path) -> PathBuf {
        match self {
            Self::Ourselves | Self::Other { reaches: true, .. } => wanted.to_owned(),
            Self::Other { reaches: false, .. } => {
                Path::new("/var/lib/homeostat").join(short_hash(wanted))
            }
        }
    }

    /// User and group, where they are not ours.
    pub(super) fn ids(&self) -> Option<(u32, u32)> {
        match self {
            Self::Ourselves => None,
            Self::Other { uid, gid, .. } => Some((*uid, *gid)),
        }
    }

    /// A command that runs as this user, with hardly an environment.
    pub(super) fn command(&self, program: &Path, cwd: &Path) -> Command {
        let mut command = Command::new(program);
        command.env_clear().envs(ENVIRONMENT).current_dir(cwd);
        if let Some((uid, gid)) = self.ids() {
            command.uid(uid).gid(gid);
        }
        command
    }
}

/// Eight hex digits that stand for a path.
pub(super) fn short_hash(path: &Path) -> String {
    hex::encode(&Sha256::digest(path.as_os_str().as_encoded_bytes())[..4])
}

fn find_user(passwd: &str, name: &str) -> Option<(u32, u32)> {
    let mut fields = passwd
        .lines()
        .map(|line| line.split(':').collect::<Vec<_>>());
    let user = fields.find(|fields| fields.first() == Some(&name))?;
    Some((user.get(2)?.parse().ok()?, user.get(3)?.parse().ok()?))
}

/// Every existing directory above must let the user pass.
fn reaches(dir: &Path, uid: u32, gid: u32) -> bool {
    let absolute = std::path::absolute(dir).unwrap_or_else(|_| dir.to_owned());
    absolute
        .ancestors()
        .skip(1)
        .filter_map(|parent| fs::metadata(parent).ok())
        .all(|meta| {
            let needed = match (meta.uid() == uid, meta.gid() == gid) {
                (true, _) => 0o100,
                (false, true) => 0o010,
                (false, false) => 0o001,
            };
            meta.mode() & needed != 0
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn users_are_found_by_their_whole_name() {
        let passwd = "postgresx:x:1:2::/:\npostgres:x:101:104:admin:/var:/bin/sh\n";
        assert_eq!(find_user(passwd, "postgres"), Some((101, 104)));
        assert_eq!(find_user(passwd, "nobody"), None);
    }

    #[test]
    fn an_unreachable_directory_gets_a_fallback_of_its_own() {
        let owner = Owner::Other {
            uid: 1,
            gid: 1,
            reaches: false,
        };
        let (a, b) = (
            owner.base(Path::new("/root/a")),
            owner.base(Path::new("/root/b")),
        );
        assert!(a.starts_with("/var/lib/homeostat") && a != b);
    }
}
