//! A fresh database with a brand, a live epoch and a clock that tests move.

use std::{sync::Arc, time::Duration};

use homeostat_control::{
    Delay, Policy, SpendInterval, campaign,
    kill::{Inputs, Kill, Params, Proposal, Rule},
    record,
};
use homeostat_effects::{
    Actuator, Check, Ctx, DecisionDraft, EffectFilter, EffectSettings, EffectView, Intended,
    Intent, Performed, Permit, Recovered, Registry, decide, effects, intend, perform, recover,
    renew_lease, set_autonomy, verify,
};
use homeostat_envelope::{Action, Grounds, KillEvidence, KillRule, Limits, SensorGrounds};
use homeostat_liveness::{Evidence, declare_dead};
use homeostat_model::{Autonomy, DecisionId, Money, ProcessId, RuntimeTime, WorldTime};
use homeostat_sandbox::ORIGIN;
use homeostat_testkit::Database;
use jiff::SignedDuration;
use sqlx::AssertSqlSafe;

/// The brand that acts.
pub(crate) const BRAND: &str = "aurora";
/// A sale may cost this, micro-units of EUR.
const CPA_MICROS: i64 = 20_000_000;
/// Spent without a sale: four times that.
const SPENT_MICROS: i64 = 80_000_000;

pub(crate) struct Stage {
    pub(crate) database: Database,
    pub(crate) ctx: Ctx,
    pub(crate) limits: Limits,
    /// World time of the next decision and intent.
    pub(crate) world: WorldTime,
    start: RuntimeTime,
}

impl Stage {
    /// NORMAL, a renewed lease, full autonomy, 100 EUR a day in Berlin.
    pub(crate) async fn new() -> Self {
        let database = Database::fresh().await;
        // The database keeps microseconds.
        let wall = homeostat_clock::wall().0.as_microsecond();
        let start = RuntimeTime(jiff::Timestamp::from_microsecond(wall).unwrap());
        let owner = begin_epoch(&database).await;
        // Nothing here is about a slow machine.
        let settings = EffectSettings {
            permit_ttl: Duration::from_secs(60),
            ..EffectSettings::default()
        };
        let ctx = Ctx::with_soundness(&database.db(), owner, settings, || true);
        let mut limits = Limits::new("EUR".parse().unwrap(), "Europe/Berlin", 100_000_000);
        limits.pacing_percent = 100;
        set_autonomy(&ctx.db, Kill::NAME, Autonomy::Full, "ada", "a test")
            .await
            .unwrap();
        let mut stage = Self {
            database,
            ctx,
            limits,
            world: ORIGIN,
            start,
        };
        stage.at(SignedDuration::ZERO).await;
        stage
    }

    /// Runtime time is so long after the start; the lease is renewed.
    pub(crate) async fn at(&mut self, after: SignedDuration) {
        let now = self.start.plus(after);
        self.ctx = self.ctx.at(now);
        renew_lease(&self.ctx.db, self.ctx.owner, Some(now))
            .await
            .unwrap();
    }

    /// The epoch dies and another one takes its place. Returns what the dead one still holds.
    pub(crate) async fn crash(&mut self, evidence: Evidence) {
        declare_dead(&self.ctx.db, self.ctx.owner, evidence, None)
            .await
            .unwrap();
        self.ctx.owner = begin_epoch(&self.database).await;
    }

    /// A real decision of the kill policy on a campaign that sells nothing.
    pub(crate) async fn decide(&self, key: &str, target: &str) -> DecisionId {
        decide(&self.ctx.db, &self.draft(key, target))
            .await
            .unwrap()
    }

    pub(crate) fn draft(&self, key: &str, target: &str) -> DecisionDraft {
        let hours_ago = |hours: i64| self.world.plus(SignedDuration::from_hours(-hours));
        let spend = SpendInterval {
            from: hours_ago(20 * 24),
            until: hours_ago(10 * 24),
            amount_micros: SPENT_MICROS,
        };
        let inputs = Inputs {
            params: Params::default(),
            campaign: campaign::Inputs {
                currency: self.limits.currency,
                target: campaign::Target::Cpa {
                    cpa_micros: CPA_MICROS,
                },
                delay: Delay::default(),
                now: self.world,
                read_at: Some(self.world),
                spend: vec![spend],
                sales: 0,
            },
            conversions_30d: 0,
            flagged_at: None,
        };
        let decided = record::<Kill>(&inputs, 0).unwrap();
        assert!(matches!(
            decided.proposal,
            Proposal::Pause { rule: Rule::A, .. }
        ));
        DecisionDraft {
            key: key.into(),
            brand: BRAND.parse().unwrap(),
            target: target.into(),
            policy: Kill::NAME.into(),
            version: Kill::VERSION.into(),
            seed: Some(0),
            inputs: decided.inputs_json,
            belief: decided.belief_json,
            proposal: decided.proposal_json,
            decided_at: self.world,
            data_as_of: self.world,
        }
    }

    /// An intent that costs so much at most.
    pub(crate) fn spending(&self, micros: i64) -> Intent {
        Intent {
            at: self.world,
            request: r#"{"status":"PAUSED"}"#.into(),
            worst_case: Money::from_micros(micros, self.limits.currency),
            evidence: None,
            grounds: Grounds::default(),
            live_campaigns: 8,
            target: None,
            bound_to: None,
            schedule_disabled: None,
        }
    }

    /// What the actuator is for: a kill with its evidence, or an act of 10 EUR.
    pub(crate) fn intent(&self, actuator: &dyn Actuator) -> Intent {
        if actuator.spec().action != Action::Kill {
            return self.spending(10_000_000);
        }
        let evidence = KillEvidence {
            rule: KillRule::A,
            raw_spend_micros: SPENT_MICROS,
            matured_spend_micros: SPENT_MICROS,
            target_cpa_micros: CPA_MICROS,
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
        actuator: &dyn Actuator,
        decision: DecisionId,
        intent: &Intent,
    ) -> Intended {
        intend(&self.ctx, actuator.spec(), decision, intent, &self.limits)
            .await
            .unwrap()
    }

    /// Decides on `target`, and expects a permit.
    pub(crate) async fn permit(&self, actuator: &dyn Actuator, target: &str) -> Permit {
        let decision = self
            .decide(&format!("on {target} at {}", self.world), target)
            .await;
        permitted(
            self.intend(actuator, decision, &self.intent(actuator))
                .await,
        )
    }

    pub(crate) async fn act(
        &self,
        actuator: &Arc<impl Actuator + 'static>,
        target: &str,
    ) -> Performed {
        let permit = self.permit(&**actuator, target).await;
        perform(&self.ctx, actuator.clone(), permit).await.unwrap()
    }

    pub(crate) async fn recover(&self, actuator: &Arc<impl Actuator + 'static>) -> Recovered {
        recover(&self.ctx, &Registry::new().with(actuator.clone()))
            .await
            .unwrap()
    }

    pub(crate) async fn only_effect(&self) -> EffectView {
        let mut all = effects(&self.ctx.db, &EffectFilter::default())
            .await
            .unwrap();
        assert_eq!(all.len(), 1, "{all:?}");
        all.remove(0)
    }

    /// Held and settled of the windows of an interlock.
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

    /// Held and settled money of the days.
    pub(crate) async fn money(&self) -> (i64, i64) {
        self.window("daily_budget").await
    }

    /// Everything that effects and money promise holds.
    pub(crate) async fn assert_sound(&self) {
        let checks = verify(&self.ctx.db).await.unwrap();
        let broken: Vec<&Check> = checks.iter().filter(|check| check.violations > 0).collect();
        assert!(broken.is_empty(), "{broken:#?}");
    }

    pub(crate) async fn count(&self, from: &str) -> i64 {
        count(&self.database, from).await
    }

    pub(crate) async fn sql(&self, statement: &str) -> Result<u64, sqlx::Error> {
        let done = sqlx::query(AssertSqlSafe(statement.to_owned()))
            .execute(self.ctx.db.pool())
            .await?;
        Ok(done.rows_affected())
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

/// Rows of a table, or of what follows FROM.
pub(crate) async fn count(database: &Database, from: &str) -> i64 {
    sqlx::query_scalar(AssertSqlSafe(format!("SELECT count(*) FROM {from}")))
        .fetch_one(database.db().pool())
        .await
        .unwrap()
}

/// A row for an epoch that nobody has to keep alive.
async fn begin_epoch(database: &Database) -> ProcessId {
    let id: i64 = sqlx::query_scalar(
        "INSERT INTO homeostat.process (kind, host, boot_id, pid, lock_key, version, run_dir)
         VALUES ('test', 'here', 'boot', 1, (SELECT coalesce(max(id), 0) + 1 FROM homeostat.process), '99.0.0', '/')
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
