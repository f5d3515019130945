//! L13: a decision stores what it was made from; running it again gives the same bytes, and judging it
//! again the same verdict. One byte that was changed afterwards is found.
//!
//! Under test: `redecide` and `rejudge` on rows of the database, and `homeostat verify`, as a person
//! runs it.

use std::process::Command;

use homeostat_control::redecide;
use homeostat_effects::{Class, DecisionFilter, DecisionView, Intended, decisions};
use homeostat_envelope::rejudge;
use homeostat_testkit::Database;
use serde_json::Value;

use crate::{acts::Acts, crew::Crew, stage::Stage};

/// Four decisions: room for two.
async fn history() -> Stage {
    let mut stage = Stage::new().await;
    stage.limits.day_cap_micros = 25_000_000;
    let acts = Acts::new(Class::Queryable);
    for n in 0..4 {
        let decision = stage.decide(&format!("d-{n}"), &format!("c-{n}")).await;
        let intended = stage
            .intend(&*acts, decision, &stage.spending(10_000_000))
            .await;
        match intended {
            Intended::Permitted(permit) => {
                homeostat_effects::perform(&stage.ctx, acts.clone(), permit)
                    .await
                    .unwrap();
            }
            Intended::Refused(_) => assert!(n >= 2),
            other => panic!("{other:?}"),
        }
    }
    stage
}

async fn stored(stage: &Stage) -> Vec<DecisionView> {
    decisions(&stage.ctx.db, &DecisionFilter::default())
        .await
        .unwrap()
}

/// Red when anything but the stored bytes goes into a decision or a verdict: let `judge` in the
/// envelope put a number of its own into a reason.
#[tokio::test]
async fn a_stored_decision_decides_and_judges_again_byte_for_byte() {
    let stage = history().await;
    let all = stored(&stage).await;
    assert_eq!(all.len(), 4);
    for decision in all {
        let seed = u64::try_from(decision.seed.unwrap()).unwrap();
        let again = redecide(&decision.policy, &decision.version, &decision.inputs, seed).unwrap();
        assert_eq!(
            (again.belief_json, again.proposal_json),
            (decision.belief, decision.proposal)
        );
        assert_eq!(
            rejudge(&decision.judged.unwrap()).unwrap(),
            decision.verdict.unwrap()
        );
    }
}

/// Red when the case that was judged is not the one that is stored: leave a field out of `Case`.
#[tokio::test]
async fn another_case_judges_to_another_verdict() {
    let stage = history().await;
    let refused = stored(&stage)
        .await
        .into_iter()
        .find(|d| d.state == "refused")
        .unwrap();
    let (case, verdict) = (refused.judged.unwrap(), refused.verdict.unwrap());
    // The same ask under a wider cap: the verdict follows its inputs and nothing else.
    let wider = case.replace("25000000", "250000000");
    assert_ne!(wider, case);
    assert_ne!(rejudge(&wider).unwrap(), verdict);
}

/// Red when `verify` stops running decisions again: drop `decisions_replay` from its checks, or one of
/// the comparisons inside.
#[tokio::test]
async fn one_changed_byte_is_found_by_verify() {
    let stage = history().await;
    let (code, checks) = verify(&stage.database);
    assert_eq!(
        (code, violations(&checks, "decisions_replay")),
        (0, 0),
        "{checks:#}"
    );
    let verdict = "verdict = replace(verdict, '\"allowed\":false', '\"allowed\":true')";
    let belief = "belief = replace(belief, '80000000', '80000001')";
    let proposal = "proposal = replace(proposal, 'pause', 'pausf')";
    let inputs = "inputs = replace(inputs, '\"sales\":0', '\"sales\":9')";
    let case = "judged = replace(judged, '25000000', '250000000')";
    for change in [verdict, belief, proposal, inputs, case] {
        let stage = history().await;
        let one = format!(
            "UPDATE homeostat.decision SET {change}
             WHERE id = (SELECT max(id) FROM homeostat.decision WHERE state = 'refused')"
        );
        // Who owns the database can get past its own guards.
        stage
            .sql("ALTER TABLE homeostat.decision DISABLE TRIGGER decision_is_what_was_decided")
            .await
            .unwrap();
        stage.sql(&one).await.unwrap();
        let (code, checks) = verify(&stage.database);
        assert_eq!(
            (code, violations(&checks, "decisions_replay")),
            (1, 1),
            "{change}: {checks:#}"
        );
        let words = named(&checks, "decisions_replay")["first"]
            .as_str()
            .unwrap_or_default();
        assert!(words.contains("decision 4"), "{words}");
    }
}

/// Red without the trigger `decision_is_what_was_decided`.
#[tokio::test]
async fn what_was_decided_cannot_be_rewritten() {
    let stage = history().await;
    for column in ["inputs", "belief", "proposal", "version", "policy"] {
        let change = format!("UPDATE homeostat.decision SET {column} = {column} || ' '");
        assert!(stage.sql(&change).await.is_err(), "{column}");
    }
    // A retry finds the first decision, whatever it would decide now.
    let mut draft = stage.draft("d-0", "c-0");
    draft.proposal = "{}".into();
    let first = homeostat_effects::decide(&stage.ctx.db, &draft)
        .await
        .unwrap();
    let kept = homeostat_effects::decision(&stage.ctx.db, first)
        .await
        .unwrap()
        .unwrap();
    assert_eq!((kept.id.0, kept.proposal.contains("pause")), (1, true));
}

/// Red when a job hands the policy more than it stores: let `decide.kill` store other inputs than it
/// decided on.
#[tokio::test]
async fn what_the_loop_decided_on_a_worlds_readings_decides_again() {
    let crew = Crew::new(7).await;
    crew.ten_days().await;
    let (code, checks) = verify(&crew.database);
    assert_eq!(
        (code, violations(&checks, "decisions_replay")),
        (0, 0),
        "{checks:#}"
    );
    let examined = named(&checks, "decisions_replay")["examined"]
        .as_i64()
        .unwrap();
    let acted = crew.vendor.applied().len();
    assert!(acted >= 2, "{checks:#}");
    let count = async |table: &str| -> usize {
        let n = crate::stage::count(&crew.database, table).await;
        usize::try_from(n).unwrap()
    };
    let made = count("homeostat.decision").await;
    assert_eq!(acted, made, "each was acted on");
    // Also those to leave things alone were run again.
    let kept = count("homeostat.kept_decision").await;
    assert!(kept > 0);
    assert_eq!(examined, i64::try_from(made + kept).unwrap());
}

/// Exit code and checks of the binary's `verify` on this database.
fn verify(database: &Database) -> (i32, Value) {
    let output = Command::new(env!("CARGO_BIN_EXE_homeostat"))
        .arg("--state-dir")
        .arg(database.dir().join("state"))
        .args(["verify", "--json"])
        .env("DATABASE_URL", database.url())
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    let answer: Value = serde_json::from_str(text.trim()).unwrap_or_else(|error| {
        panic!("{error}: {text}{}", String::from_utf8_lossy(&output.stderr))
    });
    (output.status.code().unwrap(), answer["checks"].clone())
}

fn violations(checks: &Value, name: &str) -> i64 {
    named(checks, name)["violations"].as_i64().unwrap()
}

fn named<'a>(checks: &'a Value, name: &str) -> &'a Value {
    checks
        .as_array()
        .unwrap()
        .iter()
        .find(|check| check["name"] == name)
        .unwrap()
}
