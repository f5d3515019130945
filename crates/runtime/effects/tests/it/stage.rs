//! A database, an epoch, a clock that tests move, and the steps they take.

use std::{sync::Arc, time::Duration};

use homeostat_effects::{
    Author, Cause, Check, Ctx, DecisionDraft, EffectFilter, EffectSettings, EffectView, Intended,
    Intent, Performed, Permit, Recovered, Registry, decide, effects, intend, perform, recover,
    renew_lease, set_autonomy, set_mode, verify,
};
use homeostat_envelope::{Action, Grounds, KillEvidence, KillRule, Limits, SensorGrounds};
use homeostat_liveness::{Evidence, declare_dead};
use homeostat_model::{Autonomy, DecisionId, Mode, Money, ProcessId, RuntimeTime, WorldTime};
use homeostat_testkit::Database;
use jiff::SignedDuration;

use crate::vendor::Vendor;

pub(crate) const POLICY: &str = "ads.kill";

pub(crate) struct Stage {
    pub(crate) database: Database,
    pub(crate) ctx: Ctx,
    pub(crate) limits: Limits,
    pub(crate) world: WorldTime,
    start: RuntimeTime,
}

impl Stage {
    /// NORMAL, a lease, a policy with full autonomy, 100 EUR a day.
    pub(crate) async fn new() -> Self {
        let database = Database::fresh().await;
        // The database keeps microseconds.
        let wall = homeostat_clock::wall().0.as_microsecond();
        let start = RuntimeTime(jiff::Timestamp::from_microsecond(wall).unwrap());
        let owner = begin_epoch(&database).await;
        let ctx = Ctx::with_soundness(&database.db(), owner, EffectSettings::default(), || true);
        let world = WorldTime("2026-06-01T12:00:00Z".parse().unwrap());
        let mut limits = Limits::new("EUR".parse().unwrap(), "Europe/Berlin", 100_000_000);
        limits.pacing_percent = 100;
        let mut stage = Self {
            database,
            ctx: ctx.clone(),
            limits,
            world,
            start,
        };
        stage.at(SignedDuration::ZERO);
        renew_lease(&ctx.db, owner, Some(stage.now_after(SignedDuration::ZERO)))
            .await
            .unwrap();
        set_autonomy(&ctx.db, POLICY, Autonomy::Full, "ada", "a test")
            .await
            .unwrap();
        stage
    }

    /// Sets the database's "now" to so much after the start. The lease is renewed by nobody.
    pub(crate) fn at(&mut self, after: SignedDuration) {
        self.ctx = self.ctx.at(self.now_after(after));
    }

    /// The same with the lease renewed.
    pub(crate) async fn at_leased(&mut self, after: SignedDuration) {
        self.at(after);
        renew_lease(&self.ctx.db, self.ctx.owner, Some(self.now_after(after)))
            .await
            .unwrap();
    }

    pub(crate) fn now_after(&self, after: SignedDuration) -> RuntimeTime {
        self.start.plus(after)
    }

    /// The first epoch dies, and another one takes its place.
    pub(crate) async fn crash(&mut self, evidence: Evidence) {
        declare_dead(&self.ctx.db, self.ctx.owner, evidence, None)
            .await
            .unwrap();
        self.ctx.owner = begin_epoch(&self.database).await;
    }

    pub(crate) async fn decide(&self, key: &str, target: &str) -> DecisionId {
        decide(&self.ctx.db, &self.draft(key, target))
            .await
            .unwrap()
    }

    pub(crate) fn draft(&self, key: &str, target: &str) -> DecisionDraft {
        DecisionDraft {
            key: key.into(),
            brand: "acme".parse().unwrap(),
            target: target.into(),
            policy: POLICY.into(),
            version: "3".into(),
            seed: Some(7),
            inputs: r#"{"spend_micros":42000000}"#.into(),
            belief: r#"{"k":"3.00"}"#.into(),
            proposal: r#"{"act":"pause"}"#.into(),
            decided_at: self.world,
            data_as_of: self.world,
        }
    }

    /// An intent that costs `amount_micros`.
    pub(crate) fn spending(&self, amount_micros: i64) -> Intent {
        Intent {
            at: self.world,
            request: r#"{"status":"PAUSED"}"#.into(),
            worst_case: Money::from_micros(amount_micros, self.limits.currency),
            evidence: None,
            grounds: Grounds::default(),
            live_campaigns: 5,
            target: None,
            bound_to: None,
            schedule_disabled: None,
        }
    }

    /// A justified kill: 42 EUR without a sale at a target of 14.
    pub(crate) fn kill(&self) -> Intent {
        let evidence = KillEvidence {
            rule: KillRule::A,
            raw_spend_micros: 42_000_000,
            matured_spend_micros: 42_000_000,
            target_cpa_micros: 14_000_000,
            sales: 0,
            conversions_30d: 0,
            first_fired_at: None,
        };
        Intent {
            evidence: Some(evidence),
            grounds: Grounds {
                sensors: vec![SensorGrounds {
                    name: "meta.insights".into(),
                    sees: true,
                    as_of: Some(self.world),
                    max_age_s: 7_200,
                }],
                ..Grounds::default()
            },
            ..self.spending(0)
        }
    }

    pub(crate) async fn intend(
        &self,
        vendor: &Vendor,
        decision: DecisionId,
        intent: &Intent,
    ) -> Intended {
        intend(&self.ctx, vendor.spec_ref(), decision, intent, &self.limits)
            .await
            .unwrap()
    }

    /// Decides and intends an act of 10 EUR on `target`, and expects a permit.
    pub(crate) async fn permit(&self, vendor: &Vendor, target: &str) -> Permit {
        let decision = self.decide(&format!("decision on {target}"), target).await;
        let intent = match vendor.spec_ref().action {
            Action::Kill => self.kill(),
            Action::Adjust | Action::Refund | Action::Payout | Action::Reply | Action::Other => {
                self.spending(10_000_000)
            }
        };
        permitted(self.intend(vendor, decision, &intent).await)
    }

    pub(crate) async fn act(&self, vendor: &Arc<Vendor>, target: &str) -> Performed {
        let permit = self.permit(vendor, target).await;
        perform(&self.ctx, vendor.clone(), permit).await.unwrap()
    }

    pub(crate) async fn recover(&self, vendor: &Arc<Vendor>) -> Recovered {
        recover(&self.ctx, &Registry::new().with(vendor.clone()))
            .await
            .unwrap()
    }

    pub(crate) async fn only_effect(&self) -> EffectView {
        let mut all = effects(&self.ctx.db, &EffectFilter::default())
            .await
            .unwrap();
        assert_eq!(all.len(), 1);
        all.remove(0)
    }

    pub(crate) async fn set_mode(&self, mode: Mode) {
        let author = Author::Person("ada".into());
        set_mode(&self.ctx.db, mode, Cause::Person, &author, "a test")
            .await
            .unwrap();
    }

    /// Held and settled of the day's money window.
    pub(crate) async fn day(&self) -> (i64, i64) {
        self.window("daily_budget").await
    }

    pub(crate) async fn window(&self, interlock: &str) -> (i64, i64) {
        sqlx::query_as(
            "SELECT coalesce(sum(held), 0)::bigint, coalesce(sum(settled), 0)::bigint
             FROM homeostat.budget_window WHERE interlock = $1",
        )
        .bind(interlock)
        .fetch_one(self.ctx.db.pool())
        .await
        .unwrap()
    }

    /// Every law about effects and money holds.
    pub(crate) async fn assert_sound(&self) {
        let broken: Vec<Check> = verify(&self.ctx.db)
            .await
            .unwrap()
            .into_iter()
            .filter(|c| c.violations > 0)
            .collect();
        assert!(broken.is_empty(), "{broken:#?}");
    }

    /// Returns once so many sessions wait for a lock; stops when they never do.
    pub(crate) async fn until_waiting(&self, sessions: i64) {
        for _ in 0..5_000 {
            let waiting: i64 = sqlx::query_scalar(
                "SELECT count(*) FROM pg_stat_activity
                 WHERE datname = current_database() AND wait_event_type = 'Lock'",
            )
            .fetch_one(self.ctx.db.pool())
            .await
            .unwrap();
            if waiting >= sessions {
                return;
            }
            tokio::task::yield_now().await;
        }
        panic!("fewer than {sessions} sessions wait for a lock");
    }

    pub(crate) async fn incidents(&self) -> Vec<String> {
        let open = homeostat_effects::open_incidents(&self.ctx.db)
            .await
            .unwrap();
        open.into_iter().map(|incident| incident.kind).collect()
    }
}

pub(crate) fn permitted(intended: Intended) -> Permit {
    match intended {
        Intended::Permitted(permit) => permit,
        other => panic!("no permit: {other:#?}"),
    }
}

pub(crate) fn recorded(performed: Performed) -> EffectView {
    match performed {
        Performed::Recorded(effect) => *effect,
        other => panic!("not recorded: {other:?}"),
    }
}

/// A row for an epoch that nobody has to keep alive.
pub(crate) async fn begin_epoch(database: &Database) -> ProcessId {
    let id: i64 = sqlx::query_scalar(
        "INSERT INTO homeostat.process (kind, host, boot_id, pid, lock_key, version, run_dir)
         VALUES ('test', 'here', 'boot', 1, (SELECT coalesce(max(id), 0) + 1 FROM homeostat.process), '0', '/')
         RETURNING id",
    )
    .fetch_one(database.db().pool())
    .await
    .unwrap();
    ProcessId(id)
}

pub(crate) fn seconds(seconds: i64) -> SignedDuration {
    SignedDuration::from_secs(seconds)
}

/// What else is in order, as a test says.
pub(crate) struct Says(pub(crate) bool);

#[async_trait::async_trait]
impl homeostat_effects::Order for Says {
    async fn is_in_order(
        &self,
        _: &mut homeostat_store::PgConnection,
    ) -> Result<bool, homeostat_store::StoreError> {
        Ok(self.0)
    }
}

/// Short times for tests that use the database's clock.
pub(crate) fn quick() -> EffectSettings {
    EffectSettings {
        probe_backoff: Duration::from_millis(1),
        ..EffectSettings::default()
    }
}
