//! The supervisor's children: the sandbox first, then scheduler and worker groups.

use std::collections::BTreeMap;

use futures_util::future::join_all;
use homeostat_clock::{Anchor, WorldClock};
use serde::Deserialize;

use super::{
    Up,
    child::{Child, Role},
    options::Options,
};
use crate::failure::Failure;

/// The sandbox's name among the children.
const SANDBOX: &str = "sandbox";

/// A sandbox that serves.
#[derive(Debug, Clone)]
pub(crate) struct World {
    pub(crate) meta_url: String,
    pub(crate) clock: WorldClock,
    anchor: Anchor,
    /// What the children find in their environment to speak to the vendors.
    env: Vec<(String, String)>,
}

impl World {
    /// Its clock, as every role is told it.
    pub(super) fn anchor(&self) -> Result<String, Failure> {
        serde_json::to_string(&self.anchor).map_err(|e| Failure::environment(&e))
    }
}

/// What the sandbox announces on its first line.
#[derive(Deserialize)]
struct Announcement {
    meta: String,
    ad_library: String,
    listen: String,
    clock: Anchor,
    credentials: BTreeMap<String, BTreeMap<String, String>>,
}

/// The drills' worker group, and how many of their jobs it does at once.
const DRILL: (&str, &str) = ("drill", "64");

/// All children.
#[derive(Debug)]
pub(crate) struct Family {
    pub(crate) children: Vec<Child>,
    log_dir: std::path::PathBuf,
    common: Vec<(String, String)>,
    groups: BTreeMap<String, Vec<String>>,
    sandbox_args: Vec<String>,
    /// Holds the announcement of a sandbox that is no child of ours.
    attached: Option<std::path::PathBuf>,
}

impl World {
    /// A sandbox by what it announced, and where it listens.
    fn announced(text: &str) -> Result<(Self, String), Failure> {
        let said: Announcement = serde_json::from_str(text)
            .map_err(|e| Failure::Environment(format!("the sandbox announced {text:?}: {e}")))?;
        let secret = |vendor: &str, name: &str| {
            let secrets = said.credentials.get(vendor);
            secrets
                .and_then(|s| s.get(name))
                .cloned()
                .unwrap_or_default()
        };
        let env = [
            ("HOMEOSTAT_META_URL", said.meta.clone()),
            ("META_ACCESS_TOKEN", secret("meta", "access_token")),
            ("META_APP_SECRET", secret("meta", "app_secret")),
            ("HOMEOSTAT_AD_LIBRARY_URL", said.ad_library.clone()),
            ("AD_LIBRARY_TOKEN", secret("ad_library", "access_token")),
        ];
        let world = Self {
            meta_url: said.meta.clone(),
            clock: WorldClock::Scaled(said.clock),
            anchor: said.clock,
            env: env.map(|(name, value)| (name.to_owned(), value)).to_vec(),
        };
        Ok((world, said.listen))
    }
}

impl Family {
    pub(super) fn new(up: &Up<'_>, options: &Options) -> Self {
        let path = |p: &std::path::Path| p.to_string_lossy().into_owned();
        let mut common = vec![
            ("DATABASE_URL".to_owned(), up.url.clone()),
            ("HOMEOSTAT_RUN_DIR".to_owned(), path(&up.state.run_dir())),
        ];
        // The children read what the parent has read, whatever becomes of the owner's file meanwhile.
        common.push(("HOMEOSTAT_CONFIG".to_owned(), path(&up.state.config())));
        let mut sandbox_args: Vec<String> =
            ["run", "sandbox", "--json", "--with-parent", "--books"]
                .map(str::to_owned)
                .to_vec();
        sandbox_args.push(path(&up.state.books_dir()));
        sandbox_args.extend(["--seed".into(), options.seed.to_string()]);
        sandbox_args.extend(["--speed".into(), options.speed.to_string()]);
        sandbox_args.extend(["--faults".into(), options.faults.clone()]);
        if let Some(world) = &options.world {
            sandbox_args.extend(["--world".into(), path(world)]);
        }
        let mut groups = up.config.settings.workers.clone();
        if !options.drill_kinds.is_empty() {
            groups.insert(DRILL.0.to_owned(), options.drill_kinds.clone());
        }
        Self {
            children: Vec::new(),
            log_dir: up.state.log_dir(),
            common,
            groups,
            sandbox_args,
            attached: options.sandbox.clone(),
        }
    }

    /// Starts the sandbox, or attaches to one that runs. A later restart of ours listens at the same
    /// address.
    pub(super) async fn start_sandbox(&mut self) -> Result<World, Failure> {
        if let Some(file) = &self.attached {
            let text = std::fs::read_to_string(file).map_err(|e| {
                Failure::Usage(format!("--sandbox: cannot read {}: {e}", file.display()))
            })?;
            return Ok(World::announced(&text)?.0);
        }
        let role = Role {
            name: SANDBOX.into(),
            args: self.sandbox_args.clone(),
            env: Vec::new(),
        };
        let mut child = Child::new(role, &self.log_dir);
        let first = child.start(true).await?;
        let (world, listen) = World::announced(&first)?;
        child.role.args.extend(["--listen".into(), listen]);
        self.children.push(child);
        Ok(world)
    }

    /// Starts the scheduler and one worker process per group.
    pub(super) async fn start_workers(&mut self, world: Option<&World>) -> Result<(), Failure> {
        if let Some(world) = world {
            self.common
                .push(("HOMEOSTAT_WORLD_CLOCK".to_owned(), world.anchor()?));
            self.common.extend(world.env.iter().cloned());
        }
        self.start("scheduler".into(), vec!["run".into(), "scheduler".into()])
            .await?;
        for (name, kinds) in self.groups.clone() {
            let mut args = vec![
                "run".to_owned(),
                "worker".to_owned(),
                "--name".to_owned(),
                name.clone(),
            ];
            for kind in kinds {
                args.extend(["--kind".to_owned(), kind]);
            }
            if name == DRILL.0 {
                args.extend(["--slots".to_owned(), DRILL.1.to_owned()]);
            }
            self.start(format!("worker-{name}"), args).await?;
        }
        Ok(())
    }

    async fn start(&mut self, name: String, mut args: Vec<String>) -> Result<(), Failure> {
        args.push("--with-parent".to_owned());
        let mut child = Child::new(
            Role {
                name,
                args,
                env: self.common.clone(),
            },
            &self.log_dir,
        );
        child.start(false).await?;
        self.children.push(child);
        Ok(())
    }

    /// Starts a role whose rest is over; a failed start is one more failure of it.
    pub(super) async fn start_again(&mut self, index: usize) {
        let child = &mut self.children[index];
        let announces = Self::announces(child);
        if let Err(error) = child.start(announces).await {
            tracing::warn!(role = child.role.name, %error, "could not be started");
            child.rest();
        }
    }

    /// Whether this child announces itself on its first line.
    pub(super) fn announces(child: &Child) -> bool {
        child.role.name == SANDBOX
    }

    /// Stops the workers, then the world they act on.
    pub(super) async fn stop(&mut self) {
        let (world, workers): (Vec<_>, Vec<_>) =
            self.children.iter_mut().partition(|c| Self::announces(c));
        for group in [workers, world] {
            for child in &group {
                child.ask_to_stop();
            }
            join_all(group.into_iter().map(Child::stop)).await;
        }
    }
}
