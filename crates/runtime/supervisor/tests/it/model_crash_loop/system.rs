//! The record and its file, kept as the kinds keep them, and the test.

use super::*;

/// What the kinds of a supervisor do with a record.
struct Kept {
    policy: Policy,
    path: PathBuf,
    memory: Memory,
    run: Run,
    _dir: tempfile::TempDir,
}

impl Kept {
    fn record(&mut self) -> &mut Record {
        self.memory.kinds.entry(KIND.into()).or_default()
    }

    fn load(&mut self, wall_ms: i64) {
        let found = Memory::load(&self.path, &self.policy, wall_ms);
        assert!(found.unreadable.is_none());
        self.memory = found.memory;
    }

    fn take(&mut self, model: &Model, step: Step) -> Option<Alert> {
        let policy = self.policy.clone();
        let run = self.run.clone();
        let before = self.memory.clone();
        let mut alert = None;
        match step {
            Step::Pass(ms) => self.run.uptime += Duration::from_millis(ms),
            Step::Jump(_) | Step::Change => {}
            Step::Start | Step::StartByOperator => {
                let by_operator = matches!(step, Step::StartByOperator);
                self.record().started(&model.fingerprint(), by_operator);
                self.run = Run::NONE;
            }
            Step::Shows { ready, worked } => {
                self.run.ready |= ready;
                self.run.worked |= worked;
            }
            Step::Look => alert = self.record().going(&policy, KIND, &run),
            Step::End {
                ending,
                chance,
                saved,
            } => {
                let cause = Cause {
                    ending,
                    last_words: "out of luck".into(),
                };
                let wall_ms = model.wall_ms;
                let ended = self
                    .record()
                    .ended(&policy, KIND, (&run, cause), wall_ms, chance);
                if !saved {
                    self.load(wall_ms);
                    return None;
                }
                alert = ended.alert;
            }
            Step::Die => self.load(model.wall_ms),
            Step::Pardon => self.record().pardon(),
        }
        self.save_what_is_new(&before);
        alert
    }

    fn save_what_is_new(&self, before: &Memory) {
        if self.memory != *before {
            self.memory.save(&self.path).unwrap();
        }
    }

    fn assert_due(&mut self, model: &Model) {
        let fingerprint = model.fingerprint();
        let (policy, before) = (self.policy.clone(), self.memory.clone());
        let due = self.record().due(&policy, model.wall_ms, &fingerprint);
        self.save_what_is_new(&before);
        match (due, model.stands) {
            (Due::Nothing, Stands::Runs { .. }) => {}
            (Due::Now, _) => assert_ne!(model.is_due(), Some(false)),
            (Due::InMs(ms), Stands::Rests { left_ms, .. }) => {
                assert_ne!(model.is_due(), Some(true), "{ms} ms are left");
                let ms = i64::try_from(ms).unwrap();
                assert!((left_ms.0..=left_ms.1).contains(&ms), "{ms} ms are left");
            }
            (due, stands) => panic!("{due:?}, and it stands at {stands:?}"),
        }
    }
}

struct CrashLoop;

impl StateMachineTest for CrashLoop {
    type SystemUnderTest = Kept;
    type Reference = Model;

    fn init_test(model: &Model) -> Kept {
        let dir = tempfile::tempdir().unwrap();
        Kept {
            policy: model.policy.clone(),
            path: dir.path().join("memory.json"),
            memory: Memory::default(),
            run: Run::NONE,
            _dir: dir,
        }
    }

    fn apply(mut kept: Kept, model: &Model, step: Step) -> Kept {
        let alert = kept.take(model, step);
        let told = alert.map(|alert| (alert.stage, alert.id, alert.unhealthy as usize));
        let tells = model
            .tells
            .map(|(stage, since, n)| (stage, format!("crash-loop/{KIND}/{since}"), n));
        assert_eq!(told, tells, "what a person hears");
        kept.assert_due(model);
        kept
    }

    fn check_invariants(kept: &Kept, model: &Model) {
        let unknown = Record::default();
        let record = kept.memory.kinds.get(KIND).unwrap_or(&unknown);
        assert_eq!(record.unhealthy as usize, model.ends.len());
        assert_eq!(record.configuration as usize, model.configuration_tail());
        assert_eq!(record.starts, model.starts);
        assert_eq!(record.loop_since_ms, model.loop_since_ms());
        assert_eq!(record.alerted, model.loop_since_ms().filter(|_| model.told));
        let quarantine = match record.phase {
            Phase::Quarantined { class, .. } => Some(class),
            Phase::Due | Phase::Running { .. } | Phase::Waiting { .. } => None,
        };
        let wanted = match model.stands {
            Stands::Rests { class, .. } => class,
            Stands::Due | Stands::Runs { .. } => None,
        };
        assert_eq!(quarantine, wanted);
        // Whatever the order of things: nobody loops unheard.
        let unheard = model.ends.len() >= model.policy.alert_at as usize && !model.told;
        assert!(
            !unheard,
            "{} bad ends in a row, and nobody knows",
            model.ends.len()
        );
    }
}

/// `PROPTEST_CASES` asks for more.
fn config() -> ProptestConfig {
    let usual = ProptestConfig::default();
    let asked = std::env::var_os("PROPTEST_CASES").is_some();
    ProptestConfig {
        cases: if asked { usual.cases } else { 2_000 },
        ..usual
    }
}

prop_state_machine! {
    #![proptest_config(config())]

    #[test]
    fn any_history_is_counted_as_the_model_counts(sequential 1..60 => CrashLoop);
}
