//! Every phase may be interrupted and done again: the rows at the end are the same.

use homeostat_queue::phases as checkpoints;

use crate::{
    stage::{BRAND, Stage},
    wrapped::{How, phases},
};

#[tokio::test]
async fn each_phase_done_twice_or_failed_after_its_work_leaves_the_same_rows() {
    let mut ends = Vec::new();
    for how in [How::AsItIs, How::Twice, How::FailsOnce] {
        let stage = Stage::new().await;
        let run = stage.run_by(phases(&stage.operator, how), BRAND).await;
        assert_eq!(run.state, "done", "{how:?}: {:?}", run.reason);
        // A second run on what the first has left.
        stage.pass(3);
        let run = stage.run_by(phases(&stage.operator, how), BRAND).await;
        let outputs = checkpoints(stage.db(), run.id).await.unwrap();
        let outputs: Vec<_> = outputs.into_iter().map(|phase| phase.output).collect();
        ends.push((stage.rows().await, outputs));
    }
    assert!(ends[0].0["report"].as_array().is_some_and(|r| r.len() == 2));
    assert_eq!(ends[0], ends[1], "done twice");
    assert_eq!(ends[0], ends[2], "failed once");
}

#[tokio::test]
async fn an_interrupted_phase_goes_on_at_the_page_it_had_come_to() {
    let stage = Stage::new().await;
    stage
        .run_by(phases(&stage.operator, How::AsItIs), BRAND)
        .await;
    stage.pass(4);
    let watched = stage.watched().await;
    assert!(watched.len() > 5, "more than one group: {watched:?}");
    let (first, second) = (watched[0].0.as_str(), watched[5].0.as_str());
    // The first group's requests are counted by a slowness that is none; the second's first is lost.
    stage.befall("pages", "slow", 9, Some(first)).await;
    stage.befall("pages", "lose_request", 1, Some(second)).await;
    let run = stage
        .run_by(phases(&stage.operator, How::AsItIs), BRAND)
        .await;
    assert_eq!(run.state, "done");
    assert_eq!(stage.struck("pages", "LoseRequest").await, 1);
    assert_eq!(stage.struck("pages", "Slow").await, 1, "asked for again");
    assert_eq!(stage.report().await["trust"], serde_json::json!("full"));
}
