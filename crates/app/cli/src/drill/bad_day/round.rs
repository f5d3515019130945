//! One bad day, from the morning on which everything is under way to the evening on which nothing is
//! left over.

use super::{
    boot::{self, Split},
    scenes::{
        Stage,
        crew::Crew,
        early::{self, Early},
        run::Run,
        spared::{self, Spared},
        wishes::Wishes,
    },
    timeline::Timeline,
    trouble::Trouble,
};
use crate::drill::{plant::Plant, witness::Witness};

/// What one round measured.
#[derive(Debug, Clone)]
pub(super) struct Round {
    pub(super) split: Split,
    pub(super) jobs_rescued: i64,
    pub(super) run_resumed_from: Option<String>,
    pub(super) effects_recovered: i64,
    /// Events before everything died.
    pub(super) died_after: i64,
}

/// Everything that is under way.
struct Morning {
    crew: Crew,
    run: Run,
    wishes: Wishes,
    early: Early,
    spared: Spared,
}

/// Plays one.
pub(super) async fn play(
    plant: &mut Plant,
    timeline: &Timeline,
    round: u32,
) -> Result<Round, Trouble> {
    timeline.say(format!("round {round} begins"));
    let mut stage = Stage {
        witness: plant.witness()?,
        plant,
        timeline: timeline.clone(),
        round,
    };
    let morning = arrange(&mut stage).await?;
    let lock = morning.early.dies(&mut stage).await?;
    let Stage {
        plant, mut witness, ..
    } = stage;
    let newest = "SELECT coalesce(max(id), 0) FROM homeostat.event";
    let died_after = witness.number(newest, &[]).await?;
    let split = boot::kill_and_boot(plant, &mut witness, timeline, morning.spared.epoch).await?;
    drop(lock);
    let url = witness.url().to_owned();
    let evening = plant.start_worker("evening", &[early::KIND, spared::KIND], &url)?;
    let mut round = loose_ends(plant, timeline, &morning).await?;
    plant.dismiss_worker(morning.spared.pid).await;
    plant.dismiss_worker(evening).await;
    morning.wishes.tidy(plant).await?;
    round.split = split;
    round.died_after = died_after;
    Ok(round)
}

/// What has to be caught within seconds comes last.
async fn arrange(stage: &mut Stage<'_>) -> Result<Morning, Trouble> {
    let crew = Crew::arrange(stage).await?;
    let to_be_spared = Spared::prepare(stage).await?;
    let early = Early::arrange(stage).await?;
    let run = Run::arrange(stage).await?;
    let wishes = Wishes::arrange(stage).await?;
    let spared = Spared::stop(stage, to_be_spared).await?;
    run.must_be_held(&mut stage.witness).await?;
    Ok(Morning {
        crew,
        run,
        wishes,
        early,
        spared,
    })
}

/// Waits until everything that was under way has come to its end. The woken worker needs somebody to
/// be at its job, so that goes on beside the rest.
async fn loose_ends(
    plant: &Plant,
    timeline: &Timeline,
    morning: &Morning,
) -> Result<Round, Trouble> {
    let (mut own, mut other) = (plant.witness()?, plant.witness()?);
    let said = || plant.said(spared::NAME);
    let (woken, round) = tokio::join!(
        morning.spared.wake(&mut other, timeline, said),
        come_to_an_end(plant, timeline, morning, &mut own),
    );
    woken?;
    round
}

async fn come_to_an_end(
    plant: &Plant,
    timeline: &Timeline,
    morning: &Morning,
    witness: &mut Witness,
) -> Result<Round, Trouble> {
    let jobs_rescued = morning.crew.rescued(witness).await?;
    timeline.say(format!(
        "{jobs_rescued} of the named jobs were given back and are done"
    ));
    morning.early.made_up(witness).await?;
    timeline.say("what the broken rescue left is done too");
    let run_resumed_from = morning.run.resumed(witness).await?;
    timeline.say(match &run_resumed_from {
        Some(phase) => format!("the run went on from {phase} and is done"),
        None => "the run is not done".to_owned(),
    });
    let effects_recovered = morning.wishes.settled(plant, witness, timeline).await?;
    Ok(Round {
        split: Split::default(),
        jobs_rescued,
        run_resumed_from,
        effects_recovered,
        died_after: 0,
    })
}
