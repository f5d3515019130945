//! A case that every interlock lets pass, for tests that break one thing.

use homeostat_model::{Autonomy, Mode, Money, WorldTime};

use crate::{
    Action, Ask, Breaker, KillEvidence, KillRule, Limits, Position, Scope, Verdict, WindowPosition,
    WindowSpec, judge, windows_for,
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
        };
        let limits = Limits::new("EUR".parse().unwrap(), "Europe/Berlin", 100_000_000);
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
