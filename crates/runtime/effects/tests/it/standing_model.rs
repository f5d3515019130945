//! Random histories of standing holds against a model in memory: whatever is begun, observed, paused,
//! changed or interrupted, in whatever order, each window's room is its cap − held − settled as the model
//! says, the postings sum to nothing and are the windows, and no authorisation ever passed a cap.
//!
//! The history runs over both changes of the clocks and the ends of two months, with a cap on the month
//! that is lowered below use and raised again.

use std::collections::BTreeMap;

use homeostat_clock::Entropy;
use homeostat_effects::standing::{DaySpend, begin_in, end_in, observe_in, roll};
use homeostat_envelope::{bounds_of_day, day_of};
use homeostat_model::{Money, WorldTime};
use homeostat_store::PgConnection;
use jiff::{SignedDuration, ToSpan, civil::Date};
use rand::RngExt;

use crate::stage::Stage;

const LAG_H: i64 = 3;
const TARGETS: [&str; 4] = ["c-1", "c-2", "c-3", "c-4"];

/// One local day of a target: authorised, settled, open.
#[derive(Debug, Clone, Copy, Default)]
struct Day {
    amount: i64,
    settled: i64,
    open: bool,
}

#[derive(Debug, Clone, Copy)]
struct Life {
    per_day: i64,
    start: WorldTime,
    end: Option<WorldTime>,
}

/// The books as they should be, in micro-units.
#[derive(Debug, Clone, Default)]
struct Model {
    /// In the order they first began, as the rows are.
    lives: Vec<(usize, Life)>,
    days: BTreeMap<(Date, usize), Day>,
    read_at: Option<WorldTime>,
}

impl Day {
    fn held(self) -> i64 {
        i64::from(self.open) * (self.amount - self.settled).max(0)
    }
}

impl Model {
    /// Held and settled of the days that a window has.
    fn window(&self, has: impl Fn(Date) -> bool) -> (i64, i64) {
        let days = self.days.iter().filter(|((day, _), _)| has(*day));
        days.fold((0, 0), |(held, settled), (_, day)| {
            (held + day.held(), settled + day.settled)
        })
    }

    fn room(&self, stage: &Stage, date: Date) -> i64 {
        let month = date.first_of_month();
        let room = |cap: Option<i64>, (held, settled)| cap.unwrap() - held - settled;
        room(
            Some(stage.limits.day_cap_micros),
            self.window(|d| d == date),
        )
        .min(room(
            stage.limits.month_cap_micros,
            self.window(|d| d.first_of_month() == month),
        ))
        .min(room(
            stage.limits.lifetime_cap_micros,
            self.window(|_| true),
        ))
    }

    fn cover(&mut self, stage: &Stage, target: usize, date: Date, per_day: i64) {
        let room = self.room(stage, date).max(0);
        let day = self.days.entry((date, target)).or_default();
        let held = day.held() + (per_day - day.settled - day.held()).clamp(0, room);
        day.amount = if held > 0 {
            day.settled + held
        } else {
            day.amount.min(day.settled)
        };
        day.open = true;
    }

    fn begin(&mut self, stage: &Stage, target: usize, per_day: i64) {
        let new = Life {
            per_day,
            start: stage.world,
            end: None,
        };
        match self.lives.iter_mut().find(|(t, _)| *t == target) {
            Some((_, life)) if life.end.is_none() => life.per_day = per_day,
            Some((_, life)) => *life = new,
            None => self.lives.push((target, new)),
        }
        self.cover(stage, target, today(stage), per_day);
    }

    fn end(&mut self, stage: &Stage, target: usize) {
        if let Some((_, life)) = self.lives.iter_mut().find(|(t, _)| *t == target) {
            life.end = life.end.or(Some(stage.world));
        }
    }

    fn open(&mut self, stage: &Stage) {
        let now = today(stage);
        let mut wanted = Vec::new();
        for (order, (target, life)) in self.lives.iter().enumerate() {
            let date = |at| day_of(&stage.limits, at).unwrap();
            let until = life.end.map_or(now, |end| date(end).min(now));
            let last = self
                .days
                .keys()
                .filter(|(_, t)| t == target)
                .map(|(d, _)| *d)
                .max();
            let mut from = date(life.start);
            if let Some(last) = last {
                from = from.max(last.tomorrow().unwrap());
                let day = self.days[&(last, *target)];
                let short = day.open && day.amount.max(day.settled) < life.per_day;
                if life.end.is_none() && last == now && short {
                    wanted.push((now, order, *target, life.per_day));
                }
            }
            let missing = from.series(1.day()).take_while(|day| *day <= until);
            wanted.extend(missing.map(|day| (day, order, *target, life.per_day)));
        }
        wanted.sort_unstable();
        for (date, _, target, per_day) in wanted {
            self.cover(stage, target, date, per_day);
        }
    }

    fn observe(&mut self, stage: &Stage, target: usize, date: Date, spend: i64) {
        self.open(stage);
        if let Some(day) = self.days.get_mut(&(date, target)) {
            day.settled = spend;
        }
        self.read_at = Some(stage.world);
    }

    fn roll(&mut self, stage: &Stage) {
        for ((date, target), day) in &mut self.days {
            let close = bounds_of_day(&stage.limits, *date).unwrap().1;
            let (_, life) = self.lives.iter().find(|(t, _)| t == target).unwrap();
            let last = life.end.map_or(close, |end| end.min(close));
            let read = self.read_at.map(|at| at.since(last).as_secs());
            day.open &= read.is_none_or(|secs| secs < LAG_H * 3_600);
        }
        self.open(stage);
    }
}

fn today(stage: &Stage) -> Date {
    day_of(&stage.limits, stage.world).unwrap()
}

#[derive(Debug, Clone, Copy)]
enum Step {
    Begin(usize, i64),
    End(usize),
    Observe(usize, i64, i64),
    Roll,
}

/// Takes a step within a transaction of the test's.
async fn take(connection: &mut PgConnection, stage: &Stage, step: Step) {
    let brand = "acme".parse().unwrap();
    let money = |micros| Money::from_micros(micros, stage.limits.currency);
    match step {
        Step::Begin(target, per_day) => {
            let (name, limits, at) = (TARGETS[target], &stage.limits, stage.world);
            begin_in(connection, &brand, name, money(per_day), None, limits, at)
                .await
                .unwrap();
        }
        Step::End(target) => {
            end_in(connection, &brand, TARGETS[target], stage.world)
                .await
                .unwrap();
        }
        Step::Observe(target, back, spend) => {
            let spend = DaySpend {
                target: TARGETS[target].into(),
                day: today(stage).saturating_sub(back.days()),
                spend: money(spend),
            };
            observe_in(connection, &brand, &stage.limits, &[spend], stage.world)
                .await
                .unwrap();
        }
        Step::Roll => {
            let lag = std::time::Duration::from_secs(LAG_H as u64 * 3_600);
            roll(&stage.ctx.db, &brand, &stage.limits, lag, stage.world)
                .await
                .unwrap();
        }
    }
}

async fn windows_are(stage: &Stage, model: &Model, seen: &str) {
    let windows = homeostat_effects::budgets(&stage.ctx.db, None, None)
        .await
        .unwrap();
    for window in windows.iter().filter(|w| w.unit == "money") {
        let within = |day: Date| {
            let opens = bounds_of_day(&stage.limits, day).unwrap().0;
            window.starts_at <= opens && opens < window.ends_at
        };
        let wanted = model.window(within);
        assert_eq!((window.held, window.settled), wanted, "{seen}: {window:?}");
    }
}

async fn history(seed: u64, from: &str) {
    let mut rng = Entropy::from_seed(seed).child("standing").rng();
    let mut stage = Stage::new().await;
    stage.world = WorldTime(from.parse().unwrap());
    stage.limits.month_cap_micros = Some(600_000_000);
    stage.limits.lifetime_cap_micros = Some(1_500_000_000);
    let mut model = Model::default();
    for nth in 0..70 {
        let hours = [0, 1, 2, 5, 11, 26][rng.random_range(0..6)];
        stage.world = stage.world.plus(SignedDuration::from_mins(hours * 60 + 7));
        if rng.random_range(0..12) == 0 {
            // Below use, and back.
            let month = [150_000_000, 600_000_000][rng.random_range(0..2)];
            stage.limits.month_cap_micros = Some(month);
        }
        let target = rng.random_range(0..TARGETS.len());
        let step = match rng.random_range(0..10) {
            0..=1 => Step::Begin(target, rng.random_range(1..60) * 1_000_000),
            2 => Step::End(target),
            3..=6 => {
                let back = rng.random_range(0..4_i64).min(2);
                Step::Observe(target, back, rng.random_range(0..66) * 1_000_000)
            }
            _ => Step::Roll,
        };
        let seen = format!("seed {seed}, step {nth} at {}: {step:?}", stage.world);
        // A crash takes the transaction with it; afterwards it is done again, or never.
        let mut connection = stage.ctx.db.pool().acquire().await.unwrap();
        if !matches!(step, Step::Roll) {
            sqlx::query("BEGIN")
                .execute(&mut *connection)
                .await
                .unwrap();
            take(&mut connection, &stage, step).await;
            sqlx::query("ROLLBACK")
                .execute(&mut *connection)
                .await
                .unwrap();
        }
        windows_are(&stage, &model, &format!("{seen}, after a crash")).await;
        if rng.random_range(0..8) == 0 {
            continue;
        }
        take(&mut connection, &stage, step).await;
        match step {
            Step::Begin(target, per_day) => model.begin(&stage, target, per_day),
            Step::End(target) => model.end(&stage, target),
            Step::Observe(target, back, spend) => {
                let day = today(&stage).saturating_sub(back.days());
                model.observe(&stage, target, day, spend);
            }
            Step::Roll => model.roll(&stage),
        }
        windows_are(&stage, &model, &seen).await;
    }
    stage.assert_sound().await;
}

#[tokio::test]
async fn any_history_over_the_spring_change_agrees_with_the_model() {
    for seed in 1..=3 {
        history(seed, "2026-03-20T10:00:00Z").await;
    }
}

#[tokio::test]
async fn any_history_over_the_autumn_change_agrees_with_the_model() {
    for seed in 11..=13 {
        history(seed, "2026-10-17T10:00:00Z").await;
    }
}
