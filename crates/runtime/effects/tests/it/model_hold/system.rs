//! The stage, the vendor, and the test.

use super::*;

struct Sut {
    stage: Stage,
    vendor: Arc<Vendor>,
    effects: Vec<(EffectId, Option<Permit>)>,
    asked: u32,
}

impl Sut {
    async fn new() -> Self {
        let mut stage = Stage::new().await;
        // Permits live in real time, histories do not.
        stage.ctx.settings.permit_ttl = Duration::from_secs(3_600);
        stage.limits.cooldown_s = 0;
        Self {
            stage,
            vendor: Vendor::new(Class::Queryable),
            effects: vec![],
            asked: 0,
        }
    }

    async fn take(&mut self, model: &Model, step: Step) {
        match step {
            Step::Wait(_) | Step::Caps(_) => {}
            Step::Intend(micros) => self.intend(model, micros).await,
            Step::Settle(nth, percent) => {
                self.call(nth, Fault::Costs(model.cost(nth, percent))).await;
            }
            Step::Refuse(nth) => self.call(nth, Fault::Refuse).await,
            Step::Lose(nth) => self.call(nth, Fault::LostReply).await,
            Step::Find => {
                recover(&self.stage.ctx, &self.registry()).await.unwrap();
            }
            Step::Say(nth, percent) => {
                let cost = percent.map(|percent| model.cost(nth, percent));
                self.say(nth, cost).await;
            }
            Step::GiveUpAndHear(nth) => self.give_up_and_hear(nth).await,
            Step::Lift => self.lift().await,
        }
        keep_breakers_closed(&self.stage).await;
    }

    fn registry(&self) -> Registry {
        Registry::new().with(self.vendor.clone())
    }

    async fn intend(&mut self, model: &Model, micros: i64) {
        self.asked += 1;
        let name = self.asked.to_string();
        let decision = self.stage.decide(&name, &name).await;
        let intent = self.stage.spending(micros);
        match self.stage.intend(&self.vendor, decision, &intent).await {
            Intended::Permitted(permit) => self.effects.push((permit.effect(), Some(permit))),
            Intended::Refused(_) => {}
            other => panic!("{other:?}"),
        }
        assert_eq!(
            self.effects.len(),
            model.holds.len(),
            "whether there was room"
        );
    }

    async fn call(&mut self, nth: usize, fault: Fault) {
        let permit = self.effects[nth].1.take().unwrap();
        self.vendor.next(fault);
        perform(&self.stage.ctx, self.vendor.clone(), permit)
            .await
            .unwrap();
    }

    async fn say(&self, nth: usize, cost: Option<i64>) {
        let currency = self.stage.limits.currency;
        let said = match cost {
            Some(cost) => Resolution::Happened(Some(Money::from_micros(cost, currency))),
            None => Resolution::Absent,
        };
        let (ctx, effect) = (&self.stage.ctx, self.effects[nth].0);
        resolve(ctx, &self.registry(), effect, said, "looked", "ada")
            .await
            .unwrap();
    }

    async fn give_up_and_hear(&mut self, nth: usize) {
        let permit = self.effects[nth].1.take().unwrap();
        self.vendor.next(Fault::Stall);
        let (ctx, vendor) = (self.stage.ctx.clone(), self.vendor.clone());
        let call = tokio::spawn(async move { perform(&ctx, vendor, permit).await.unwrap() });
        self.vendor.entered.notified().await;
        self.say(nth, None).await;
        self.vendor.let_go.notify_one();
        call.await.unwrap();
    }

    /// A person has looked at the overspend: the freeze goes, the mode is normal again.
    async fn lift(&self) {
        let db = &self.stage.ctx.db;
        for restraint in restraints(db).await.unwrap() {
            assert!(lift(db, restraint.id, "ada").await.unwrap());
        }
        self.stage.set_mode(Mode::Normal).await;
    }

    async fn assert_as(&self, model: &Model) {
        let db = &self.stage.ctx.db;
        for window in budgets(db, None, None).await.unwrap() {
            if window.unit == "money" {
                assert_window(&window, model);
            }
        }
        assert!(compare_postings(db).await.unwrap().is_empty());
        let frozen = restraints(db).await.unwrap().len();
        assert_eq!(frozen, usize::from(model.breached), "freezes");
        self.assert_holds(model).await;
    }

    async fn assert_holds(&self, model: &Model) {
        let rows: Vec<(i64, String, String, i64, i64)> = sqlx::query_as(
            "SELECT h.effect_id, w.unit || ' ' || w.period, h.state, h.amount, coalesce(h.settled_amount, 0)
             FROM homeostat.hold h JOIN homeostat.budget_window w ON w.id = h.window_id",
        )
        .fetch_all(self.stage.ctx.db.pool())
        .await
        .unwrap();
        let mut found: BTreeMap<i64, usize> = BTreeMap::new();
        for (effect, window, state, amount, settled) in &rows {
            let nth = self.effects.iter().position(|(id, _)| id.0 == *effect);
            let hold = &model.holds[nth.unwrap()];
            let (word, cost) = match hold.stands {
                Stands::Held | Stands::Unknown => ("held", 0),
                Stands::Settled(cost) => ("settled", cost),
                Stands::Released => ("released", 0),
            };
            let is_money = window.starts_with("money");
            let wanted = match is_money {
                true => (word, hold.micros, cost),
                // An act counts as one, whatever it costs.
                false => (word, 1, i64::from(word == "settled")),
            };
            assert_eq!(
                (state.as_str(), *amount, *settled),
                wanted,
                "{window}: {hold:?}"
            );
            *found.entry(*effect).or_default() += usize::from(is_money);
        }
        for ((effect, _), hold) in self.effects.iter().zip(&model.holds) {
            let wanted = PERIODS
                .iter()
                .filter(|p| hold.is_in(p, begins(p, hold.at)))
                .count();
            assert_eq!(found[&effect.0], wanted, "money windows of {hold:?}");
        }
    }

    async fn close_incidents(&self) {
        let db = &self.stage.ctx.db;
        for incident in open_incidents(db).await.unwrap() {
            close_incident(db, incident.id, "ada").await.unwrap();
        }
    }
}

/// A window is what the holds in it come to.
fn assert_window(window: &BudgetView, model: &Model) {
    let start = match window.period.as_str() {
        "lifetime" => None,
        _ => Some(window.starts_at),
    };
    let wanted = model.window(&window.period, start);
    assert_eq!((window.held, window.settled), wanted, "{window:?}");
}

struct Holds;

impl StateMachineTest for Holds {
    type SystemUnderTest = Played<Sut>;
    type Reference = Model;

    fn init_test(_: &Model) -> Played<Sut> {
        Played::new(Sut::new())
    }

    fn apply(mut played: Played<Sut>, model: &Model, step: Step) -> Played<Sut> {
        played.step(async |sut| {
            sut.stage.world = model.now;
            let limits = &mut sut.stage.limits;
            limits.hour_cap_micros = model.caps.hour;
            limits.day_cap_micros = model.caps.day;
            limits.month_cap_micros = model.caps.month;
            limits.lifetime_cap_micros = model.caps.lifetime;
            limits.pacing_percent = model.caps.pacing_percent;
            sut.take(model, step).await;
            sut.assert_as(model).await;
        });
        played
    }

    fn teardown(mut played: Played<Sut>, _: Model) {
        played.step(async |sut| {
            // A person has looked at what was heard too late.
            sut.close_incidents().await;
            sut.stage.assert_sound().await;
        });
    }
}

prop_state_machine! {
    #![proptest_config(config(16))]

    #[test]
    fn any_history_of_holds_agrees_with_the_ledger(sequential 10..40 => Holds);
}
