//! Each question turns red once, by a deliberate corruption, and only a broken system makes it so.

use homeostat_testkit::Database;
use sqlx::AssertSqlSafe;

use super::*;

/// A system in which nothing is wrong: an epoch that lives, an act that was done, one under way, money
/// held for both.
const SOUND: &str = "
    INSERT INTO homeostat.process (id, kind, host, boot_id, pid, lock_key, version, run_dir)
    OVERRIDING SYSTEM VALUE VALUES (1, 'worker', 'h', 'b', 1, 1, '1.0.0', '/');
    INSERT INTO homeostat.job (id, kind, args, state, priority, created_at, run_at, give_up_at, fence, owner,
        claimed_at, deadline, timeout_ms, attempts_max, snoozes_max, interruptions_max)
    OVERRIDING SYSTEM VALUE VALUES (1, 'k', '{}', 'running', 0, now(), now(), now() + '1 h', 2, 1, now(),
        now() + '1 h', 1000, 3, 1, 1);
    INSERT INTO homeostat.decision (id, key, brand, target, policy, version, inputs, belief, proposal, decided_at,
        data_as_of)
    OVERRIDING SYSTEM VALUE VALUES (1, 'k1', 'acme', 't', 'request', '1', 'drill wish 1-launch', '', '', now(), now());
    INSERT INTO homeostat.budget_window (id, brand, interlock, scope, unit, period, currency, starts_at, ends_at, cap)
    OVERRIDING SYSTEM VALUE VALUES (1, 'acme', 'daily', 'brand:acme', 'money', 'day', 'EUR', now(), now() + '1 d', 90);
    INSERT INTO homeostat.effect (id, key, decision_id, kind, vendor, class, brand, target, request, request_hash,
        amount_micros, currency, risk_reducing, state, owner, call_deadline, sender, horizon_at)
    OVERRIDING SYSTEM VALUE VALUES (1, 'e1', 1, 'meta.create_campaign', 'meta', 'queryable', 'acme', 't', '{}', 'h',
        60, 'EUR', false, 'sending', 1, now() + '1 h', 1, now());
    UPDATE homeostat.budget_window SET held = 60;
    INSERT INTO homeostat.hold (id, brand, effect_id, window_id, amount)
    OVERRIDING SYSTEM VALUE VALUES (1, 'acme', 1, 1, 60);
    INSERT INTO homeostat.posting (transfer_id, brand, window_id, effect_id, account, kind, amount)
    VALUES (1, 'acme', 1, 1, 'held', 'hold', 60), (1, 'acme', 1, 1, 'available', 'hold', -60);
";

/// What breaks which promise.
const CORRUPTIONS: [(Field, &str); 18] = [
    (
        Field::EventsMissing,
        "INSERT INTO homeostat.event (entity, entity_id, from_state, to_state, data)
         VALUES ('breaker', 'x', 'open', 'closed', '{\"$gone\": true}')",
    ),
    (Field::EventsMissing, "DELETE FROM homeostat.job"),
    (
        Field::EventsMissing,
        "INSERT INTO homeostat.event (entity, entity_id, to_state, data) VALUES ('job', '9', 'ready', '{}')",
    ),
    (
        Field::EventsMissing,
        "ALTER TABLE homeostat.job DISABLE TRIGGER journal_update; UPDATE homeostat.job SET priority = 5",
    ),
    (
        Field::EventsMissing,
        "ALTER TABLE homeostat.job DISABLE TRIGGER journal_delete; DELETE FROM homeostat.job",
    ),
    (
        Field::StaleResultsAccepted,
        "INSERT INTO homeostat.event (entity, entity_id, from_state, to_state, fence, data)
         VALUES ('job', '1', 'running', 'done', 3, '{\"$gone\": true, \"result\": {\"fence\": 1}}')",
    ),
    (Field::StaleResultsAccepted, "UPDATE homeostat.job SET fence = 1"),
    (
        Field::WorkStuck,
        "UPDATE homeostat.process SET state = 'ended', ended_at = now(), end_reason = 'x', ended_by = 'guess'",
    ),
    (Field::WorkStuck, "UPDATE homeostat.job SET deadline = now() - interval '1 min'"),
    (
        Field::WorkStuck,
        "UPDATE homeostat.job SET state = 'failed', failed_at = now(), last_cause = 'error', owner = NULL,
             claimed_at = NULL, deadline = NULL",
    ),
    (
        Field::WorkStuck,
        "INSERT INTO homeostat.run (id, pipeline, phases, args, created_at, give_up_at)
         VALUES (99, 'k', '{a}', '{}', now(), now() + '1 h')",
    ),
    (
        Field::CompletedPhasesRerun,
        "INSERT INTO homeostat.event (entity, entity_id, to_state, data)
         SELECT 'phase', n::text, 'live', '{\"run_id\": 7, \"no\": 3}' FROM generate_series(1, 2) n",
    ),
    (
        Field::CompletedPhasesRerun,
        "INSERT INTO homeostat.event (entity, entity_id, to_state, data)
         SELECT 'job', n::text, 'ready', '{\"run_id\": 7, \"phase\": \"track\"}' FROM generate_series(8, 9) n",
    ),
    (
        Field::DecidedAnew,
        "INSERT INTO homeostat.decision (id, key, brand, target, policy, version, inputs, belief, proposal, decided_at,
             data_as_of) OVERRIDING SYSTEM VALUE SELECT 2, 'k2', brand, target, policy, version, inputs, '', '', now(), now()
         FROM homeostat.decision",
    ),
    (
        Field::MoneyLeakedMicros,
        "UPDATE homeostat.effect SET state = 'void', reason = 'x', finished_at = now(), owner = NULL,
             call_deadline = NULL",
    ),
    (Field::MoneyLeakedMicros, "UPDATE homeostat.hold SET amount = 59"),
    (Field::MoneyLeakedMicros, "UPDATE homeostat.budget_window SET settled = 7"),
    (
        Field::CapsPassed,
        "UPDATE homeostat.budget_window SET cap = 70; UPDATE homeostat.budget_window SET held = 71",
    ),
];

struct Scene {
    database: Database,
    books: tempfile::TempDir,
}

impl Scene {
    async fn new() -> Self {
        let scene = Self {
            database: Database::fresh().await,
            books: tempfile::tempdir().unwrap(),
        };
        scene.run(SOUND).await;
        scene
    }

    async fn run(&self, sql: &'static str) {
        let db = self.database.db();
        sqlx::raw_sql(AssertSqlSafe(sql))
            .execute(db.pool())
            .await
            .unwrap();
    }

    async fn found(&self) -> Vec<Finding> {
        self.found_if(false).await
    }

    async fn found_if(&self, may_fail: bool) -> Vec<Finding> {
        let mut witness = Witness::at(self.database.url().to_owned());
        let audit = Audit {
            books: self.books.path().to_owned(),
            sandbox: None,
            may_fail,
        };
        audit.take(&mut witness).await.unwrap()
    }
}

#[tokio::test]
async fn a_sound_system_has_no_findings() {
    let found = Scene::new().await.found().await;
    assert!(found.is_empty(), "{found:?}");
}

#[tokio::test]
async fn each_corruption_is_found_under_its_field() {
    for (field, sql) in CORRUPTIONS {
        let scene = Scene::new().await;
        scene.run(sql).await;
        let found = scene.found().await;
        assert!(
            found.iter().any(|one| one.field == field && one.n > 0),
            "{sql}: {found:?}"
        );
    }
}

/// Where work may fail, it is for a cause that was given, and no run is left behind by it.
#[tokio::test]
async fn what_may_fail_must_say_why() {
    const FAIL: &str =
        "UPDATE homeostat.job SET state = 'failed', failed_at = now(), last_cause = 'timeout',
                            owner = NULL, claimed_at = NULL, deadline = NULL";
    let scene = Scene::new().await;
    scene.run(FAIL).await;
    assert_eq!(scene.found_if(true).await.len(), 0);
    scene
        .run("UPDATE homeostat.job SET last_cause = 'poison'")
        .await;
    let found = scene.found_if(true).await;
    assert!(
        found
            .iter()
            .any(|one| one.what.contains("no cause that was given")),
        "{found:?}"
    );
    scene
        .run(
            "UPDATE homeostat.job SET last_cause = 'timeout';
             INSERT INTO homeostat.run (id, pipeline, phases, args, created_at, give_up_at)
             VALUES (1, 'k', '{a}', '{}', now(), now() + '1 h');
             UPDATE homeostat.job SET run_id = 1, phase = 'a', phase_no = 1",
        )
        .await;
    let found = scene.found_if(true).await;
    assert!(
        found.iter().any(|one| one.what.contains("has no job")),
        "{found:?}"
    );
}

#[tokio::test]
async fn the_books_balance_and_do_not() {
    let scene = Scene::new().await;
    let mut witness = Witness::at(scene.database.url().to_owned());
    let act: books::Act = books::tests::act(1, "effect-1");
    let acts = [act];
    let balance = Balance {
        acts: &acts,
        epochs_after: 0,
        spared: 0,
    };
    assert_eq!(balance.look(&mut witness).await.unwrap(), None);
    let dead = Balance {
        epochs_after: 1,
        ..balance
    };
    assert_eq!(
        dead.look(&mut witness).await.unwrap(),
        Some(Imbalance::Nobody)
    );
    scene
        .run("UPDATE homeostat.hold SET state = 'released'")
        .await;
    let open = balance.look(&mut witness).await.unwrap();
    assert!(
        matches!(open, Some(Imbalance::Open { holds: 1, .. })),
        "{open:?}"
    );
    scene.run("UPDATE homeostat.hold SET state = 'held'").await;
    scene
        .run(
            "UPDATE homeostat.effect SET state = 'void', reason = 'x', finished_at = now(), owner = NULL,
                 call_deadline = NULL",
        )
        .await;
    let unlisted = balance.look(&mut witness).await.unwrap();
    assert_eq!(unlisted, Some(Imbalance::Unlisted("effect-1".into())));
}
