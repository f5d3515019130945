//! Programs of the owner's: jobs in any language, and daemons that run all the time.
//!
//! What can be judged from the file alone is judged here. Whether a program is there and works on this
//! machine is the preflight's to say.

use std::{collections::BTreeMap, path::PathBuf, time::Duration};

use homeostat_subprocess::Declared;
use homeostat_supervisor::{
    preflight::Kind,
    trampoline::{Setup, User},
};
use rustix::process::getuid;
use serde::{Deserialize, Serialize};

use super::ConfigError;

/// A leaf's name and a kind's name are made of it.
const NAME_BYTES_MAX: usize = 40;
/// The queue gives a job a day, a part of which is for its end.
const TIMEOUT_S_MAX: u32 = 86_000;
const MEMORY_MB_MIN: u64 = 16;
const MEMORY_MB_MAX: u64 = 1 << 24;
const CONCURRENCY_MAX: u32 = 1_000;
/// How long a preflight command may take.
const PREFLIGHT_LIMIT: Duration = Duration::from_secs(30);
/// Processes of our own, and how names of leaves begin that are not a daemon's.
const TAKEN: [&str; 6] = [
    "guard",
    "postgres",
    "sandbox",
    "scheduler",
    "supervisor",
    "web",
];
const TAKEN_BEGINNINGS: [&str; 3] = ["job-", "preflight-", "worker-"];

/// A kind of job that is a command: args as JSON on standard input, result as JSON on standard output.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct JobSettings {
    /// An absolute path, or a bare name to be found on `PATH`.
    pub command: String,
    /// Its arguments.
    #[serde(default)]
    pub args: Vec<String>,
    /// Names of the variables of our environment that it gets, and no others.
    #[serde(default = "path_alone")]
    pub env: Vec<String>,
    /// Where it starts, an absolute path.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dir: Option<PathBuf>,
    /// Whom it runs as, a name or a number; absent, as ourselves.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
    /// How long one attempt may take, in seconds.
    #[serde(default = "a_minute")]
    pub timeout_s: u32,
    /// What it needs at most, in megabytes.
    #[serde(default = "some_memory")]
    pub memory_mb: u64,
    /// How many may run at once.
    #[serde(default = "one")]
    pub concurrency: u32,
    /// A command, with its arguments, that ends with 0 when the kind can work; empty, there is none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub preflight: Vec<String>,
}

/// A program that runs all the time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DaemonSettings {
    /// As a job's.
    pub command: String,
    /// As a job's.
    #[serde(default)]
    pub args: Vec<String>,
    /// As a job's.
    #[serde(default = "path_alone")]
    pub env: Vec<String>,
    /// As a job's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dir: Option<PathBuf>,
    /// As a job's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
    /// As a job's.
    #[serde(default = "some_memory")]
    pub memory_mb: u64,
    /// As a job's.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub preflight: Vec<String>,
    /// Whether it says READY and WATCHDOG by sd_notify.
    #[serde(default)]
    pub notify: bool,
    /// Silent for longer, it hangs, in seconds; absent, it is never taken for hanging. Needs `notify`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub watchdog_s: Option<u32>,
}

/// What both have in common.
struct Program<'a> {
    command: &'a str,
    args: &'a [String],
    env: &'a [String],
    dir: Option<&'a PathBuf>,
    user: Option<&'a str>,
    memory_mb: u64,
    preflight: &'a [String],
}

fn path_alone() -> Vec<String> {
    vec!["PATH".into()]
}

fn a_minute() -> u32 {
    60
}

fn some_memory() -> u64 {
    256
}

fn one() -> u32 {
    1
}

impl JobSettings {
    /// The kind as it is run, with the values that the environment has now.
    pub fn to_kind(&self, name: &str) -> Kind {
        self.program().to_kind(name)
    }

    /// The same with its bounds.
    pub fn declared(&self, name: &str) -> Declared {
        Declared {
            kind: self.to_kind(name),
            deadline: Duration::from_secs(self.timeout_s.into()),
            memory_mb: self.memory_mb,
            concurrency: self.concurrency,
        }
    }

    fn program(&self) -> Program<'_> {
        Program {
            command: &self.command,
            args: &self.args,
            env: &self.env,
            dir: self.dir.as_ref(),
            user: self.user.as_deref(),
            memory_mb: self.memory_mb,
            preflight: &self.preflight,
        }
    }
}

impl DaemonSettings {
    /// The daemon as it is run, with the values that the environment has now.
    pub fn to_kind(&self, name: &str) -> Kind {
        self.program().to_kind(name)
    }

    fn program(&self) -> Program<'_> {
        Program {
            command: &self.command,
            args: &self.args,
            env: &self.env,
            dir: self.dir.as_ref(),
            user: self.user.as_deref(),
            memory_mb: self.memory_mb,
            preflight: &self.preflight,
        }
    }
}

/// # Errors
/// Naming the field and the fix.
pub(super) fn validate_jobs(jobs: &BTreeMap<String, JobSettings>) -> Result<(), ConfigError> {
    for (name, job) in jobs {
        let at = |field: &str| format!("jobs.{name}.{field}");
        validate_name("jobs", name)?;
        job.program().validate(&at)?;
        if !(1..=TIMEOUT_S_MAX).contains(&job.timeout_s) {
            let problem = format!("must be from 1 to {TIMEOUT_S_MAX}");
            return Err(ConfigError::field(at("timeout_s"), problem));
        }
        if !(1..=CONCURRENCY_MAX).contains(&job.concurrency) {
            let problem = format!("must be from 1 to {CONCURRENCY_MAX}");
            return Err(ConfigError::field(at("concurrency"), problem));
        }
    }
    Ok(())
}

/// # Errors
/// Naming the field and the fix.
pub(super) fn validate_daemons(
    daemons: &BTreeMap<String, DaemonSettings>,
) -> Result<(), ConfigError> {
    for (name, daemon) in daemons {
        let at = |field: &str| format!("daemons.{name}.{field}");
        validate_name("daemons", name)?;
        let begins = TAKEN_BEGINNINGS.iter().any(|word| name.starts_with(word));
        if begins || TAKEN.contains(&name.as_str()) {
            let problem = "is a name of our own processes; give it another";
            return Err(ConfigError::field(format!("daemons.{name}"), problem));
        }
        daemon.program().validate(&at)?;
        match daemon.watchdog_s {
            None => {}
            Some(1..=86_400) if daemon.notify => {}
            Some(1..=86_400) => {
                let problem = "is heard by sd_notify only; set notify = true, or leave it out";
                return Err(ConfigError::field(at("watchdog_s"), problem));
            }
            Some(_) => {
                let problem = "must be from 1 to 86400";
                return Err(ConfigError::field(at("watchdog_s"), problem));
            }
        }
    }
    Ok(())
}

/// A worker group's process has a leaf of its name, as has the one that works alone beside it.
///
/// # Errors
/// Naming the section and the rule.
pub(super) fn validate_group(name: &str) -> Result<(), ConfigError> {
    validate_name("workers", name)?;
    if name == "drill" || name.ends_with("-alone") {
        let problem = format!("{name:?} is a name of our own processes; give it another");
        return Err(ConfigError::field("workers", problem));
    }
    Ok(())
}

fn validate_name(section: &str, name: &str) -> Result<(), ConfigError> {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '_');
    let begins = name.starts_with(|c: char| c.is_ascii_lowercase());
    if begins && name.len() <= NAME_BYTES_MAX && name.chars().all(plain) {
        return Ok(());
    }
    let problem = format!(
        "{name:?} must begin with a-z and have only a-z, 0-9, - and _, at most {NAME_BYTES_MAX}"
    );
    Err(ConfigError::field(section, problem))
}

impl Program<'_> {
    fn validate(&self, at: &impl Fn(&str) -> String) -> Result<(), ConfigError> {
        let no = |field: &str, problem: String| Err(ConfigError::field(at(field), problem));
        if let Some(problem) = command_problem(self.command) {
            return no("command", problem);
        }
        if let Some(problem) = self.preflight.first().and_then(|c| command_problem(c)) {
            return no("preflight", problem);
        }
        let words = self.args.iter().chain(self.preflight);
        if words.into_iter().any(|word| word.contains('\0')) {
            return no("args", "a byte of zero ends a word; leave it out".into());
        }
        for name in self.env {
            if name.is_empty() || name.contains(['=', '\0']) {
                let problem = format!("{name:?} is no name of a variable; give names, not values");
                return no("env", problem);
            }
        }
        if let Some(dir) = self.dir.filter(|dir| !dir.is_absolute()) {
            let problem = format!("{:?} is relative; give an absolute path", dir.display());
            return no("dir", problem);
        }
        if let Some(user) = self.user {
            match find_user(user) {
                None => {
                    let problem = format!("{user:?} is no user here; give a name or a number");
                    return no("user", problem);
                }
                Some(found) if !may_become(found) => {
                    let problem =
                        format!("{user:?}: only root may run it as another; leave it out");
                    return no("user", problem);
                }
                Some(_) => {}
            }
        }
        if !(MEMORY_MB_MIN..=MEMORY_MB_MAX).contains(&self.memory_mb) {
            let problem = format!("must be from {MEMORY_MB_MIN} to {MEMORY_MB_MAX}");
            return no("memory_mb", problem);
        }
        Ok(())
    }

    fn to_kind(&self, name: &str) -> Kind {
        let value = |name: &String| Some((name.clone(), std::env::var(name).ok()?));
        let preflight = self.preflight.split_first();
        // Who it is already it need not become.
        let user = self.user.and_then(find_user);
        let user = user.filter(|user| user.uid != getuid().as_raw());
        Kind {
            name: name.to_owned(),
            command: self.command.to_owned(),
            args: self.args.iter().map(Into::into).collect(),
            env: self.env.iter().filter_map(value).collect(),
            setup: Setup {
                user,
                dir: self.dir.cloned(),
                ..Setup::default()
            },
            preflight: preflight.map(|(command, args)| {
                let args = args.iter().map(Into::into).collect();
                (command.clone(), args)
            }),
            preflight_limit: PREFLIGHT_LIMIT,
        }
    }
}

fn command_problem(command: &str) -> Option<String> {
    if command.is_empty() {
        return Some("is empty; give a program".into());
    }
    if command.contains('/') && !command.starts_with('/') {
        return Some(format!(
            "{command:?} is relative; give an absolute path, or a bare name to be found on PATH"
        ));
    }
    None
}

fn may_become(user: User) -> bool {
    let me = getuid();
    me.is_root() || me.as_raw() == user.uid
}

/// By number, or by the name that the machine's list of users has for it.
fn find_user(user: &str) -> Option<User> {
    let users = std::fs::read_to_string("/etc/passwd").unwrap_or_default();
    find_user_in(user, &users)
}

fn find_user_in(user: &str, users: &str) -> Option<User> {
    let number: Option<u32> = user.parse().ok();
    let entries = users.lines().filter_map(|line| {
        let mut fields = line.split(':');
        let (name, _) = (fields.next()?, fields.next()?);
        let (uid, gid) = (fields.next()?.parse().ok()?, fields.next()?.parse().ok()?);
        Some((name, User { uid, gid }))
    });
    let known = |(name, found): &(&str, User)| match number {
        Some(uid) => found.uid == uid,
        None => *name == user,
    };
    let listed = entries.into_iter().find(known).map(|(_, found)| found);
    // A number need not be listed; its group has the same one then.
    listed.or(number.map(|uid| User { uid, gid: uid }))
}

#[cfg(test)]
mod tests {
    use super::*;

    const USERS: &str = "root:x:0:0:root:/root:/bin/sh\nweb:x:33:34::/:/bin/false\nodd\n";

    #[test]
    fn users_are_found_by_name_and_by_number() {
        let user = |uid, gid| Some(User { uid, gid });
        assert_eq!(find_user_in("web", USERS), user(33, 34));
        assert_eq!(find_user_in("33", USERS), user(33, 34));
        assert_eq!(find_user_in("77", USERS), user(77, 77));
        assert_eq!(find_user_in("nobody", USERS), None);
        assert_eq!(find_user_in("-1", USERS), None);
    }

    #[test]
    fn a_kind_gets_what_is_listed_and_nothing_else() {
        let job = JobSettings {
            command: "sh".into(),
            args: vec!["-c".into(), "exit 0".into()],
            env: vec!["PATH".into(), "HOMEOSTAT_NO_SUCH_VARIABLE".into()],
            dir: None,
            user: Some("root".into()),
            timeout_s: 5,
            memory_mb: 64,
            concurrency: 2,
            preflight: vec!["true".into()],
        };
        let declared = job.declared("scrape");
        let kind = &declared.kind;
        assert_eq!(kind.env.len(), 1, "what is not set is not passed on");
        assert_eq!(kind.path(), std::env::var("PATH").ok().as_deref());
        assert_eq!(kind.preflight, Some(("true".into(), Vec::new())));
        assert_eq!(declared.queue_name(), "job.scrape");
        assert!(declared.defaults().timeout > Duration::from_secs(5));
        assert_eq!(declared.defaults().concurrency, Some(2));
    }
}
