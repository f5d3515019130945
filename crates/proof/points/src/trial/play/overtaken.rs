//! Who is given up while it lives: its answer is late, and others have its work.

use std::time::Duration;

use homeostat_clock::{Stopwatch, pause};

use super::{LOOK, Play};
use crate::{plant::Process, scenario::Role, trial::taps::Taps, trouble::Trouble};

/// An answer to nobody in particular is held so long when there is no epoch to be given up.
const HELD: Duration = Duration::from_secs(4);

impl Play<'_> {
    /// Everybody else gives the subject up; its answer comes when its work is done by others.
    pub(super) async fn delayed(
        &mut self,
        subject: &mut Process,
        taps: &Taps,
    ) -> Result<(), Trouble> {
        // As if it were on another machine: nothing of it can be seen from here.
        let hidden = subject.run_dir.with_extension("hidden");
        std::fs::rename(&subject.run_dir, &hidden)?;
        taps.pg.cut_line();
        self.succeed().await?;
        let begun = format!(
            "SELECT count(*) FROM homeostat.process WHERE pid = {}",
            subject.pid
        );
        let is_command = matches!(self.trial.scenario.subject, Role::Command(_));
        let has_begun = !is_command && self.plant.database.number(&begun).await? > 0;
        if is_command {
            pause(HELD).await;
        }
        if has_begun {
            let given_up = format!(
                "{begun} AND id = (SELECT max(id) FROM homeostat.process WHERE pid = {}) AND state = 'ended'",
                subject.pid
            );
            self.until(&given_up, "it is given up").await?;
        }
        // An act may wait for the proof that its sender is dead; all else is done without it.
        if !self.trial.scenario.world {
            self.goal().await?;
        }
        taps.let_go();
        if !is_command && !has_begun {
            // There is nothing to give up in it. Where it did not need the answer it begins only now.
            return Ok(());
        }
        // It hears the answer, and that it is over.
        self.must_end(subject).await?;
        // It may have made a new one, to say of its command that it runs.
        let _ = std::fs::remove_dir_all(&subject.run_dir);
        std::fs::rename(&hidden, &subject.run_dir)?;
        Ok(())
    }

    /// Who was given up, or was asked to stop, ends by itself.
    pub(super) async fn must_end(&mut self, subject: &mut Process) -> Result<(), Trouble> {
        let watch = Stopwatch::start();
        while !subject.has_ended() {
            if watch.elapsed() > self.ground.patience {
                return Err(Trouble::Broken(
                    "work_stuck: the process that was struck does not end".into(),
                ));
            }
            pause(LOOK).await;
        }
        Ok(())
    }
}
