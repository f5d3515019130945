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
    stage.pass(1);
    let watched = stage.watched().await;
    assert!(watched.len() > 5, "more than one group: {watched:?}");
    // The second group's first request is lost.
    let second = watched[5].0.as_str();
    stage.befall("pages", "lose_request", 1, Some(second)).await;
    let run = stage
        .run_by(phases(&stage.operator, How::AsItIs), BRAND)
        .await;
    assert_eq!(run.state, "done");
    let causes = sqlx::query!(
        r#"SELECT e.cause AS "cause!", jsonb_array_length(e.data #> '{progress,done}') AS done
           FROM homeostat.event e
           WHERE e.entity = 'job' AND e.cause IN ('progress', 'snooze')
             AND e.entity_id::bigint = (SELECT p.id FROM homeostat.phase p WHERE p.run_id = $1 AND p.name = 'track')
           ORDER BY e.id"#,
        run.id.0
    );
    let told = causes.fetch_all(stage.db().pool()).await.unwrap();
    let told: Vec<(&str, Option<i32>)> = told.iter().map(|r| (r.cause.as_str(), r.done)).collect();
    let groups = i32::try_from(watched.len().div_ceil(5)).unwrap();
    let mut expected = vec![("progress", Some(1)), ("snooze", None)];
    expected.extend((2..=groups).map(|n| ("progress", Some(n))));
    assert_eq!(told, expected, "no group is asked for again");
}
