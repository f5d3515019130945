//! A case that every interlock lets pass, for tests that break one thing.

use homeostat_model::{Autonomy, Mode, Money, WorldTime};

use crate::{
    Action, Ask, Breaker, Grounds, KillEvidence, KillRule, Limits, PayoutGrounds, Position, Purse,
    RefundGrounds, ReplyGrounds, Scope, SensorGrounds, Verdict, WindowPosition, WindowSpec, judge,
    windows_for,
};

pub(super) struct Fixture {
    pub(super) limits: Limits,
    pub(super) position: Position,
    pub(super) ask: Ask,
}

impl Fixture {
    /// A justified, free kill: 42 EUR spent without a sale at a target of 14 EUR.
    pub(super) fn kill() -> Self {
        let at = WorldTime("2026-06-01T12:30:00Z".parse().unwrap());
        let evidence = KillEvidence {
            rule: KillRule::A,
            raw_spend_micros: 90_000_000,
            matured_spend_micros: 42_000_000,
            target_cpa_micros: 14_000_000,
            sales: 0,
            conversions_30d: 0,
            first_fired_at: None,
        };
        let ask = Ask {
            kind: "meta.pause_campaign".into(),
            action: Action::Kill,
            brand: "acme".parse().unwrap(),
            target: "c-1".into(),
            worst_case: Money::zero("EUR".parse().unwrap()),
            risk_reducing: true,
            policy: "ads.kill".into(),
            policy_version: "3".into(),
            effect_key: "meta.pause_campaign/acme/c-1/7".into(),
            request_hash: "hash".into(),
            data_as_of: at,
            at,
            evidence: Some(evidence),
            grounds: Grounds {
                sensors: vec![SensorGrounds {
                    name: "meta.insights".into(),
                    sees: true,
                    as_of: Some(at),
                    max_age_s: 7_200,
                }],
                ..Grounds::default()
            },
        };
        let purse = Purse {
            day_cap_micros: 200_000_000,
            pacing_percent: Some(100),
            ..Purse::default()
        };
        let limits = Limits {
            refunds: purse.clone(),
            payouts: purse,
            refund_cap_micros: Some(50_000_000),
            customer_room_micros: Some(100_000_000),
            ..Limits::new("EUR".parse().unwrap(), "Europe/Berlin", 100_000_000)
        };
        Self::with_windows(limits, ask)
    }

    /// An act that costs money and does not reduce risk.
    pub(super) fn spending(amount_micros: i64) -> Self {
        let mut case = Self::kill();
        case.ask.action = Action::Other;
        case.ask.evidence = None;
        case.ask.risk_reducing = false;
        case.ask.worst_case.amount_micros = amount_micros;
        Self::with_windows(case.limits, case.ask)
    }

    /// A refund of 20 EUR of an order of 60 EUR, for a customer in good standing.
    pub(super) fn refund() -> Self {
        let mut case = Self::spending(20_000_000);
        case.ask.kind = "shopify.refund".into();
        case.ask.action = Action::Refund;
        case.ask.target = "gid://shopify/Order/1".into();
        case.ask.grounds.refund = Some(RefundGrounds {
            order: "gid://shopify/Order/1".into(),
            claim: "damaged".into(),
            customer: "1:abc".into(),
            paid_micros: 60_000_000,
            refunded_micros: 0,
            pending_micros: 0,
            tier_percent: 100,
            customer_30d_micros: 0,
            open_disputes: 0,
            lost_disputes_180d: 0,
        });
        Self::with_windows(case.limits, case.ask)
    }

    /// What the refund rests on.
    pub(super) fn refund_grounds(&mut self) -> &mut RefundGrounds {
        self.ask.grounds.refund.as_mut().unwrap()
    }

    /// A payout of 80 EUR to a supplier who is owed 80 EUR.
    pub(super) fn payout() -> Self {
        let mut case = Self::spending(80_000_000);
        case.ask.kind = "revolut.payout".into();
        case.ask.action = Action::Payout;
        case.ask.target = "supplier-1".into();
        case.ask.grounds.payout = Some(PayoutGrounds {
            payee: "supplier-1".into(),
            known_payees: vec!["supplier-1".into(), "supplier-2".into()],
            owed_micros: 80_000_000,
        });
        Self::with_windows(case.limits, case.ask)
    }

    /// A reply that quotes the 20 EUR that were paid.
    pub(super) fn reply() -> Self {
        let mut case = Self::spending(0);
        case.ask.kind = "agentmail.reply".into();
        case.ask.action = Action::Reply;
        case.ask.target = "thread-1".into();
        case.ask.risk_reducing = true;
        case.ask.grounds.reply = Some(ReplyGrounds {
            amounts_micros: vec![20_000_000],
            currencies: vec!["EUR".into()],
            paid_micros: Some(20_000_000),
        });
        Self::with_windows(case.limits, case.ask)
    }

    fn with_windows(limits: Limits, ask: Ask) -> Self {
        let scope = Scope {
            mode: Mode::Normal,
            mode_cause: "started".into(),
            autonomy: Autonomy::Full,
            approved: false,
            risk_reducing: ask.risk_reducing,
            breaker: Breaker::Closed,
            quarantine: None,
            pin: None,
            schedule_disabled: None,
        };
        let position = Position {
            scope,
            windows: vec![],
            known_key: None,
            live_campaigns: 5,
        };
        let mut case = Self {
            limits,
            position,
            ask,
        };
        case.read_windows();
        case
    }

    /// Empty windows, as the limits want them.
    pub(super) fn read_windows(&mut self) {
        let specs = windows_for(&self.limits, &self.ask, self.position.live_campaigns).unwrap();
        self.position.windows = specs.into_iter().map(empty).collect();
    }

    pub(super) fn spec(&self, interlock: &str) -> WindowSpec {
        let specs = windows_for(&self.limits, &self.ask, self.position.live_campaigns).unwrap();
        specs
            .into_iter()
            .find(|spec| spec.interlock == interlock)
            .unwrap()
    }

    pub(super) fn window(&mut self, interlock: &str) -> &mut WindowPosition {
        let mut windows = self.position.windows.iter_mut();
        windows
            .find(|window| window.interlock == interlock)
            .unwrap()
    }

    pub(super) fn verdict(&self) -> Verdict {
        judge(&self.limits, &self.position, &self.ask)
    }

    pub(super) fn assert_passes(&self, name: &str) {
        let verdict = self.verdict();
        assert!(
            verdict
                .interlocks
                .iter()
                .any(|one| one.name == name && one.passed),
            "{verdict:#?}"
        );
    }

    pub(super) fn assert_refused_by(&self, name: &str) {
        let verdict = self.verdict();
        assert!(verdict.refused_by(name) && !verdict.allowed, "{verdict:#?}");
    }

    /// Refused, and by nobody else: the test is red when the interlock is removed.
    pub(super) fn assert_refused_only_by(&self, name: &str) {
        self.assert_refused_by(name);
        assert_eq!(
            self.verdict().refusals().count(),
            1,
            "{:#?}",
            self.verdict()
        );
    }
}

fn empty(spec: WindowSpec) -> WindowPosition {
    WindowPosition {
        interlock: spec.interlock,
        scope: spec.scope,
        unit: spec.unit,
        cap: spec.cap,
        held: 0,
        settled: 0,
        frozen: false,
    }
}
