//! What `homeostat up` may be told.

use std::{path::PathBuf, time::Duration};

use jiff::SignedDuration;

use homeostat_operator::config::Config;

use homeostat_sandbox::{WorldSource, check_recipe, check_recorded};
use homeostat_supervisor::mechanism::Mechanism;

use crate::{
    failure::{Failure, chain},
    run_sandbox,
    state::State,
};

use super::world::World;

/// Everything on one machine: Postgres, the sandbox's vendors, scheduler and workers.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct Options {
    /// Stop by itself after this long, such as 120s or 5m
    #[arg(long = "for", value_name = "DUR", value_parser = duration)]
    pub(crate) run_for: Option<Duration>,
    /// Seed of the sandbox's world
    #[arg(long, default_value_t = 1)]
    pub(crate) seed: u64,
    /// World seconds per real second, or max
    #[arg(long, default_value = "1440", value_name = "N|max", value_parser = run_sandbox::speed)]
    pub(crate) speed: u32,
    /// How badly the sandbox's vendors behave
    #[arg(long, default_value = "none", value_parser = ["none", "mild", "harsh"])]
    pub(crate) faults: String,
    /// A world of one's own: rates of the generated one where the name ends in .toml (docs/world.toml has
    /// every field), else real ad results, played as ad account act_1001: CSV with the columns campaign, date
    /// (ISO), spend (major units), sales
    #[arg(long, value_name = "FILE")]
    pub(crate) world: Option<PathBuf>,
    /// Print one JSON object about this run as the last line
    #[arg(long)]
    pub(crate) json_summary: bool,
    /// The configuration; absent, two demonstration brands in the sandbox
    #[arg(long, env = "HOMEOSTAT_CONFIG")]
    pub(crate) config: Option<PathBuf>,
    /// A sandbox that somebody else runs, by the file that holds its announcement; it lives on after us
    #[arg(long, value_name = "FILE", hide = true)]
    pub(crate) sandbox: Option<PathBuf>,
    /// How the guard ends trees, in place of the best way that the machine allows
    #[arg(long, value_name = "NAME", hide = true)]
    pub(crate) mechanism: Option<Mechanism>,
    /// A supervisor that lived this long is started again at once when it dies
    #[arg(long, value_name = "DUR", hide = true, value_parser = duration)]
    pub(crate) guard_healthy_after: Option<Duration>,
    /// A supervisor that is silent for longer is killed
    #[arg(long, value_name = "DUR", hide = true, value_parser = duration)]
    pub(crate) guard_heartbeat: Option<Duration>,
    /// A kind of the drills to work on, in a worker group of its own
    #[arg(long = "drill-kind", value_name = "KIND", hide = true)]
    pub(crate) drill_kinds: Vec<String>,
    /// So many workers for them
    #[arg(long, value_name = "N", hide = true, default_value_t = 1)]
    pub(crate) drill_workers: u32,
}

impl Options {
    /// What the owner wrote; else the demonstration, as far as the world has its brands.
    pub(crate) fn configuration(&self) -> Result<Config, Failure> {
        let source = self.world.clone().map(WorldSource::of_file);
        Ok(match (&self.config, &source) {
            (None, Some(WorldSource::Csv(_))) => Config::recorded()?,
            (file, _) => Config::read(file.as_deref())?,
        })
    }

    /// Refuses a world that cannot be played, before anything is made or started.
    pub(crate) fn check(&self) -> Result<(), Failure> {
        let bad = |e: &dyn std::error::Error| Failure::Usage(format!("--world: {}", chain(e)));
        match self.world.clone().map(WorldSource::of_file) {
            Some(WorldSource::Csv(file)) => check_recorded(&file).map_err(|e| bad(&e)),
            Some(WorldSource::Recipe(file)) => check_recipe(&file).map_err(|e| bad(&e)),
            Some(WorldSource::Generated) | None => Ok(()),
        }
    }

    /// The name of the system that these options mean. Each sandbox world is a system of its own.
    pub(crate) fn system(&self, sandbox: bool) -> String {
        if !sandbox {
            return "live".to_owned();
        }
        let world = match &self.world {
            Some(file) => file
                .file_stem()
                .map(|stem| stem.to_string_lossy().into_owned()),
            None => None,
        };
        let world: String = world
            .unwrap_or_default()
            .chars()
            .filter(|c| c.is_ascii_alphanumeric())
            .map(|c| c.to_ascii_lowercase())
            .collect();
        let world = if world.is_empty() {
            String::new()
        } else {
            format!("-{world}")
        };
        format!("sandbox-seed{}-{}{world}", self.seed, self.faults)
    }

    /// What a person reads when the system is up.
    pub(crate) fn greeting(
        &self,
        state: &State,
        world: Option<&World>,
        recovered: usize,
    ) -> String {
        let mut text = format!("homeostat is up ({})\n", state.name());
        if let Some(world) = world {
            text += &format!(
                "  world      sandbox at {}, {} times real time, faults {}\n",
                world.meta_url,
                world.clock.speed(),
                self.faults
            );
        }
        if recovered > 0 {
            text += &format!("  recovered  {recovered} jobs that an earlier life left behind\n");
        }
        text += "  look       homeostat status · effects · decisions · verify   (in another terminal)\n";
        text += match self.run_for {
            Some(_) => "  stop       by itself, or Ctrl-C\n",
            None => "  stop       Ctrl-C\n",
        };
        text
    }
}

pub(crate) fn duration(text: &str) -> Result<Duration, String> {
    let parsed: SignedDuration = text
        .parse()
        .map_err(|_| format!("{text:?} is no duration; write one like 120s or 5m"))?;
    match Duration::try_from(parsed) {
        Ok(duration) if !duration.is_zero() => Ok(duration),
        Ok(_) | Err(_) => Err("the duration must be above zero".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_read_or_named() {
        assert_eq!(duration("120s"), Ok(Duration::from_secs(120)));
        assert_eq!(duration("5m"), Ok(Duration::from_secs(300)));
        assert!(duration("-5m").is_err() && duration("soon").is_err() && duration("0s").is_err());
    }
}
