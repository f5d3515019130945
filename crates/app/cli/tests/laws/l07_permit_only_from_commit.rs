//! L7: a policy proposes, the envelope decides, an actuator acts. An actuator asks for a permit, and
//! only the commit of a reservation makes one.
//!
//! The compiler holds most of this: the permit has no public constructor and cannot be copied; the
//! documentation tests of `Permit` show that it refuses both. Under test here: that the constructor
//! stays in its crate with the two callers that follow a commit, that they rest on the compiler, and
//! that a decision without a permit reaches no vendor.

use std::time::Duration;

use homeostat_effects::{
    Author, Cause, Class, Intended, Performed, intend, perform, set_autonomy, set_mode,
};
use homeostat_model::{Autonomy, Mode};

use crate::{
    acts::Acts,
    sources,
    stage::{Stage, recorded},
    vendor::{Vendor, campaign},
};

/// Red when the constructor is made public, the permit `Clone`, or a third place issues one.
#[test]
fn permits_are_made_after_a_commit_and_nowhere_else() {
    let mut files: Vec<String> = sources::places(concat!("Permit::", "issue("))
        .into_iter()
        .map(|place| place.split(':').next().unwrap_or_default().to_owned())
        .collect();
    files.sort();
    let effects = "crates/runtime/effects/src";
    assert_eq!(
        files,
        [
            format!("{effects}/intend/mod.rs"),
            format!("{effects}/recovery/resend.rs")
        ]
    );
    let permit = std::fs::read_to_string(sources::root().join(effects).join("permit.rs")).unwrap();
    assert!(
        permit.contains("pub(crate) fn issue("),
        "the constructor is the crate's own"
    );
    assert!(
        permit.contains("#[derive(Debug)]\npub struct Permit {"),
        "no Clone, no Deserialize"
    );
    assert!(
        permit.matches("```compile_fail").count() >= 2,
        "the compiler's refusals are tested"
    );
    for public in permit
        .lines()
        .filter(|line| line.trim_start().starts_with("pub fn"))
    {
        assert!(
            public.contains("&self"),
            "{public}: nothing public makes or takes a permit"
        );
    }
}

/// Red when a verdict is not heeded: drop the `if !verdict.allowed` of `attempt` in `effects/intend`.
#[tokio::test]
async fn a_decision_that_is_refused_reaches_no_vendor() {
    for why in ["halt", "shadow", "over the cap", "stale"] {
        let mut stage = Stage::new().await;
        let acts = Acts::new(Class::Queryable);
        let decision = stage.decide("d", "c-1").await;
        let mut intent = stage.spending(10_000_000);
        match why {
            "halt" => {
                let ada = Author::Person("ada".into());
                set_mode(&stage.ctx.db, Mode::Halt, Cause::Person, &ada, "stop")
                    .await
                    .unwrap();
            }
            "shadow" => {
                let policy = homeostat_effects::decision(&stage.ctx.db, decision)
                    .await
                    .unwrap()
                    .unwrap()
                    .policy;
                set_autonomy(&stage.ctx.db, &policy, Autonomy::Shadow, "ada", "watch")
                    .await
                    .unwrap();
            }
            "over the cap" => stage.limits.day_cap_micros = 9_999_999,
            _ => intent.at = stage.world.plus(crate::stage::seconds(30 * 24 * 3_600)),
        }
        let intended = stage.intend(&*acts, decision, &intent).await;
        assert!(
            matches!(intended, Intended::Refused(_)),
            "{why}: {intended:?}"
        );
        stage.recover(&acts).await;
        assert_eq!(acts.calls(), 0, "{why}");
        assert_eq!(stage.count("homeostat.effect").await, 0, "{why}");
        assert_eq!(stage.count("homeostat.hold").await, 0, "{why}");
    }
}

/// Red when the permit is made before the commit's answer.
#[tokio::test]
async fn a_reservation_that_does_not_commit_gives_no_permit() {
    let stage = Stage::new().await;
    let acts = Acts::new(Class::Queryable);
    let decision = stage.decide("d", "c-1").await;
    let break_commits = "CREATE FUNCTION break_it() RETURNS trigger LANGUAGE plpgsql AS
             'BEGIN RAISE EXCEPTION ''the disk is full''; END';
         CREATE CONSTRAINT TRIGGER breaks AFTER INSERT ON homeostat.hold DEFERRABLE INITIALLY DEFERRED
             FOR EACH ROW EXECUTE FUNCTION break_it()";
    sqlx::raw_sql(break_commits)
        .execute(stage.ctx.db.pool())
        .await
        .unwrap();
    let spec = homeostat_effects::Actuator::spec(&*acts).clone();
    let intended = intend(
        &stage.ctx,
        &spec,
        decision,
        &stage.spending(10_000_000),
        &stage.limits,
    )
    .await;
    assert!(intended.is_err(), "{intended:?}");
    assert_eq!(
        (stage.count("homeostat.effect").await, stage.money().await),
        (0, (0, 0))
    );
    assert_eq!(acts.calls(), 0);
}

/// Red without `hindrance` in `effects/perform`: an old permit, or one for another act, would do.
#[tokio::test]
async fn a_permit_is_good_for_its_own_act_and_for_a_moment() {
    let (mut stage, vendor) = Vendor::stage(1).await;
    let acts = Acts::new(Class::Queryable);
    let permit = stage.permit(&*acts, "c-1").await;
    unsent(
        perform(&stage.ctx, vendor.pause.clone(), permit)
            .await
            .unwrap(),
    );
    stage.ctx.settings.permit_ttl = Duration::ZERO;
    let permit = stage.permit(&*vendor.pause, &campaign(0)).await;
    assert!(permit.is_expired());
    unsent(
        perform(&stage.ctx, vendor.pause.clone(), permit)
            .await
            .unwrap(),
    );
    assert_eq!((acts.calls(), vendor.handle.acts().len()), (0, 0));
    stage.assert_sound().await;
}

fn unsent(performed: Performed) {
    let effect = recorded(performed);
    assert_eq!(
        effect.state,
        homeostat_effects::EffectState::Sending,
        "{effect:?}"
    );
}
