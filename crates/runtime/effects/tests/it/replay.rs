//! L13: decisions replay to the same bytes. L5: the journal folds to the tables.

use homeostat_effects::{Class, DecisionFilter, Intended, decisions};
use homeostat_envelope::rejudge;

use crate::{
    stage::Stage,
    vendor::{Fault, Vendor},
};

#[tokio::test]
async fn every_judged_decision_judges_again_to_the_same_bytes() {
    let mut stage = Stage::new().await;
    stage.limits.day_cap_micros = 25_000_000;
    let vendor = Vendor::new(Class::Queryable);
    for n in 0..4 {
        let decision = stage.decide(&format!("d-{n}"), &format!("c-{n}")).await;
        let answer = stage
            .intend(&vendor, decision, &stage.spending(10_000_000))
            .await;
        assert_eq!(matches!(answer, Intended::Permitted(_)), n < 2);
    }
    let stored = decisions(&stage.ctx.db, &DecisionFilter::default())
        .await
        .unwrap();
    assert_eq!(stored.len(), 4);
    for decision in stored {
        assert_eq!(
            rejudge(&decision.judged.unwrap()).unwrap(),
            decision.verdict.unwrap()
        );
    }
    stage.assert_sound().await;
    // A verdict that was tampered with is found.
    sqlx::query("UPDATE homeostat.decision SET verdict = replace(verdict, 'false', 'true') WHERE state = 'refused'")
        .execute(stage.ctx.db.pool())
        .await
        .unwrap();
    let checks = homeostat_effects::verify(&stage.ctx.db).await.unwrap();
    let check = checks
        .iter()
        .find(|c| c.name == "decisions_judge_again")
        .unwrap();
    assert_eq!((check.examined, check.violations), (4, 2));
}

#[tokio::test]
async fn the_journal_folds_to_the_tables() {
    let stage = Stage::new().await;
    let vendor = Vendor::new(Class::Queryable);
    for fault in [Fault::LostReply, Fault::Refuse, Fault::Costs(1)] {
        vendor.next(fault);
        stage.act(&vendor, &format!("c-{}", vendor.calls())).await;
    }
    stage.recover(&vendor).await;
    for table in ["decision", "effect", "hold", "budget_window", "mode"] {
        let sql = format!(
            "SELECT count(*) FROM homeostat.{table} t
             WHERE to_jsonb(t) IS DISTINCT FROM homeostat.state_at('{table}', t.id::text, 'infinity')"
        );
        let differing: i64 = sqlx::query_scalar(sqlx::AssertSqlSafe(sql))
            .fetch_one(stage.ctx.db.pool())
            .await
            .unwrap();
        assert_eq!(differing, 0, "{table}");
    }
}
