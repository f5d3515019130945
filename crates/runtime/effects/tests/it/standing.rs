//! Standing holds: recurring spend is held before it is spent, day by day, and settled by readings.

use std::time::Duration;

use homeostat_effects::{
    Intended, lift, restraints,
    standing::{
        DaySpend, Observed, Rolled, begin_in, change_in, end_in, observe_in, roll, short_holds,
        standing_holds,
    },
};
use homeostat_model::{BrandId, Mode, Money, WorldTime};
use jiff::SignedDuration;

use crate::{stage::Stage, vendor::Vendor};

/// Readings so long after a day's close have its late figures.
const LAG: Duration = Duration::from_secs(3 * 3_600);

fn acme() -> BrandId {
    "acme".parse().unwrap()
}

fn world(text: &str) -> WorldTime {
    WorldTime(text.parse().unwrap())
}

/// 100 EUR a day, 1000 a month, 5000 for ever; 2026-06-01 12:00 UTC.
async fn stage() -> Stage {
    let mut stage = Stage::new().await;
    stage.limits.month_cap_micros = Some(1_000_000_000);
    stage.limits.lifetime_cap_micros = Some(5_000_000_000);
    stage
}

/// The brand's standing holds as a test moves them, in euros.
impl Stage {
    fn euros(&self, euros: i64) -> Money {
        Money::from_micros(euros * 1_000_000, self.limits.currency)
    }

    async fn begin(&self, target: &str, euros: i64) -> i64 {
        let mut connection = self.ctx.db.pool().acquire().await.unwrap();
        let per_day = self.euros(euros);
        begin_in(
            &mut connection,
            &acme(),
            target,
            per_day,
            None,
            &self.limits,
            self.world,
        )
        .await
        .unwrap()
            / 1_000_000
    }

    async fn change(&self, target: &str, euros: i64) -> Option<i64> {
        let mut connection = self.ctx.db.pool().acquire().await.unwrap();
        change_in(
            &mut connection,
            &acme(),
            target,
            self.euros(euros),
            &self.limits,
            self.world,
        )
        .await
        .unwrap()
        .map(|micros| micros / 1_000_000)
    }

    async fn end(&self, target: &str) -> bool {
        let mut connection = self.ctx.db.pool().acquire().await.unwrap();
        end_in(&mut connection, &acme(), target, self.world)
            .await
            .unwrap()
    }

    /// A complete reading now: target, local day, euros.
    async fn observe(&self, spends: &[(&str, &str, i64)]) -> Observed {
        let spends: Vec<DaySpend> = spends
            .iter()
            .map(|(target, day, euros)| DaySpend {
                target: (*target).to_owned(),
                day: day.parse().unwrap(),
                spend: self.euros(*euros),
            })
            .collect();
        let mut connection = self.ctx.db.pool().acquire().await.unwrap();
        observe_in(&mut connection, &acme(), &self.limits, &spends, self.world)
            .await
            .unwrap()
    }

    async fn roll(&self) -> Rolled {
        roll(&self.ctx.db, &acme(), &self.limits, LAG, self.world)
            .await
            .unwrap()
    }

    /// Held and settled of the day, month and lifetime windows that cover now, in euros.
    async fn rooms(&self) -> [(i64, i64); 3] {
        let windows = homeostat_effects::budgets(&self.ctx.db, None, Some(self.world))
            .await
            .unwrap();
        ["daily_budget", "monthly_budget", "lifetime_budget"].map(|interlock| {
            let mut of = windows.iter().filter(|w| w.interlock == interlock);
            of.next()
                .map_or((0, 0), |w| (w.held / 1_000_000, w.settled / 1_000_000))
        })
    }
}

#[tokio::test]
async fn a_running_campaign_leaves_less_room_for_everything_else() {
    let stage = stage().await;
    assert_eq!(stage.begin("c-1", 60).await, 0);
    assert_eq!(stage.rooms().await, [(60, 0); 3]);
    // Again, by the next look: nothing new.
    assert_eq!(stage.begin("c-1", 60).await, 0);
    assert_eq!(stage.rooms().await, [(60, 0); 3]);
    let vendor = Vendor::new(homeostat_effects::Class::Queryable);
    let decision = stage.decide("d", "c-2").await;
    let Intended::Refused(verdict) = stage
        .intend(&vendor, decision, &stage.spending(41_000_000))
        .await
    else {
        panic!("money that a campaign is about to spend was given away");
    };
    assert!(verdict.refused_by("daily_budget"));
    let decision = stage.decide("e", "c-2").await;
    crate::stage::permitted(
        stage
            .intend(&vendor, decision, &stage.spending(40_000_000))
            .await,
    );
    stage.assert_sound().await;
}

#[tokio::test]
async fn what_does_not_fit_is_an_incident_and_never_over_the_cap() {
    let stage = stage().await;
    assert_eq!(stage.begin("c-1", 60).await, 0);
    assert_eq!(stage.begin("c-2", 70).await, 30);
    assert_eq!(stage.rooms().await, [(100, 0); 3]);
    assert_eq!(stage.begin("c-3", 10).await, 10, "no room at all");
    assert_eq!(
        stage.incidents().await,
        ["standing_hold_short", "standing_hold_short"]
    );
    let short = short_holds(&stage.ctx.db, &acme()).await.unwrap();
    let short: Vec<_> = short
        .iter()
        .map(|s| (s.target.as_str(), s.missing_micros / 1_000_000))
        .collect();
    assert_eq!(short, [("c-2", 30), ("c-3", 10)]);
    stage.assert_sound().await;
    // Room appears: a paused campaign's rest, once a reading shows that it stopped.
    stage.end("c-1").await;
    assert_eq!(stage.roll().await.closed, 0, "nobody has looked yet");
    let mut stage = stage;
    stage.world = stage.world.plus(SignedDuration::from_hours(3));
    stage.observe(&[("c-1", "2026-06-01", 20)]).await;
    let rolled = stage.roll().await;
    assert_eq!((rolled.closed, rolled.short.len()), (1, 0));
    assert_eq!(stage.rooms().await, [(80, 20); 3]);
    // The cause is gone, and so are the incidents.
    assert!(stage.incidents().await.is_empty());
    stage.assert_sound().await;
}

#[tokio::test]
async fn spend_settles_by_differences_and_a_smaller_figure_corrects() {
    let stage = stage().await;
    stage.begin("c-1", 60).await;
    for (spent, moved, rooms) in [
        (10, 1, [(50, 10); 3]),
        (10, 0, [(50, 10); 3]),
        (45, 1, [(15, 45); 3]),
        (40, 1, [(20, 40); 3]),
        (60, 1, [(0, 60); 3]),
    ] {
        let seen = stage.observe(&[("c-1", "2026-06-01", spent)]).await;
        assert_eq!((seen.moved, seen.overspent), (moved, 0), "{spent}");
        assert_eq!(seen.corrected, u32::from(spent == 40));
        assert_eq!(stage.rooms().await, rooms, "{spent}");
        stage.assert_sound().await;
    }
    let kinds: Vec<(String, i64)> = sqlx::query_as(
        "SELECT p.kind, p.amount / 1000000 FROM homeostat.posting p
         JOIN homeostat.budget_window w ON w.id = p.window_id
         WHERE w.interlock = 'daily_budget' AND p.account = 'settled' ORDER BY p.id",
    )
    .fetch_all(stage.ctx.db.pool())
    .await
    .unwrap();
    let kinds: Vec<_> = kinds.iter().map(|(kind, n)| (kind.as_str(), *n)).collect();
    assert_eq!(
        kinds,
        [
            ("settle", 10),
            ("settle", 35),
            ("correct", -5),
            ("settle", 20)
        ]
    );
}

#[tokio::test]
async fn an_older_reading_changes_nothing() {
    let mut stage = stage().await;
    stage.begin("c-1", 60).await;
    let before = stage.world;
    stage.world = before.plus(SignedDuration::from_hours(1));
    stage.observe(&[("c-1", "2026-06-01", 30)]).await;
    stage.world = before;
    assert_eq!(stage.observe(&[("c-1", "2026-06-01", 20)]).await.moved, 0);
    assert_eq!(stage.rooms().await, [(30, 30); 3]);
}

#[tokio::test]
async fn more_than_was_held_freezes_the_brand_until_a_person_lifts_it() {
    let stage = stage().await;
    stage.begin("c-1", 20).await;
    let seen = stage.observe(&[("c-1", "2026-06-01", 23)]).await;
    assert_eq!(seen.overspent, 1);
    assert_eq!(stage.rooms().await, [(0, 23); 3], "a fact is recorded");
    let mut kinds = stage.incidents().await;
    kinds.sort();
    assert_eq!(kinds, ["mode_breach", "overspend"]);
    let mode = homeostat_effects::effective_mode(&stage.ctx.db, None)
        .await
        .unwrap();
    assert_eq!(mode.stored, Mode::Safe);
    // Also in NORMAL no money is authorised.
    stage.set_mode(Mode::Normal).await;
    let vendor = Vendor::new(homeostat_effects::Class::Queryable);
    let decision = stage.decide("d", "c-2").await;
    let Intended::Refused(verdict) = stage.intend(&vendor, decision, &stage.spending(1)).await
    else {
        panic!("a frozen scope authorised money");
    };
    assert!(verdict.refused_by("daily_budget"));
    let frozen = restraints(&stage.ctx.db).await.unwrap();
    assert_eq!((frozen.len(), frozen[0].kind.as_str()), (1, "freeze"));
    assert!(lift(&stage.ctx.db, frozen[0].id, "ada").await.unwrap());
    let decision = stage.decide("e", "c-2").await;
    crate::stage::permitted(stage.intend(&vendor, decision, &stage.spending(1)).await);
    // The same figure again is no new breach.
    stage.observe(&[("c-1", "2026-06-01", 23)]).await;
    assert!(restraints(&stage.ctx.db).await.unwrap().is_empty());
    stage.assert_sound().await;
}

#[tokio::test]
async fn a_new_day_is_held_at_its_local_midnight_and_the_old_one_closes_after_its_late_figures() {
    let mut stage = stage().await;
    stage.begin("c-1", 60).await;
    stage.world = world("2026-06-01T21:59:59Z");
    stage.roll().await;
    assert_eq!(stage.rooms().await, [(60, 0); 3]);
    // Midnight in Berlin.
    stage.world = world("2026-06-01T22:00:00Z");
    assert_eq!(stage.roll().await, Rolled::default());
    assert_eq!(stage.rooms().await, [(60, 0), (120, 0), (120, 0)]);
    // A late figure of yesterday moves yesterday's windows, not today's.
    stage.world = world("2026-06-02T00:59:59Z");
    stage
        .observe(&[("c-1", "2026-06-01", 50), ("c-1", "2026-06-02", 4)])
        .await;
    assert_eq!(stage.rooms().await, [(56, 4), (66, 54), (66, 54)]);
    assert_eq!(
        stage.roll().await.closed,
        0,
        "less than three hours after its close"
    );
    stage.world = world("2026-06-02T01:00:00Z");
    assert_eq!(
        stage.roll().await.closed,
        0,
        "the reading is older than that"
    );
    stage
        .observe(&[("c-1", "2026-06-01", 51), ("c-1", "2026-06-02", 5)])
        .await;
    assert_eq!(stage.roll().await.closed, 1);
    assert_eq!(stage.rooms().await, [(55, 5), (55, 56), (55, 56)]);
    // Even later: a fact, whose room is long given back.
    stage.observe(&[("c-1", "2026-06-01", 52)]).await;
    assert_eq!(stage.rooms().await, [(55, 5), (55, 57), (55, 57)]);
    assert!(
        stage.incidents().await.is_empty(),
        "within what was authorised"
    );
    stage.assert_sound().await;
}

#[tokio::test]
async fn days_of_23_and_25_hours_and_the_end_of_a_month_are_local() {
    for (eve, midnight, hours) in [
        ("2026-03-28T12:00:00Z", "2026-03-28T23:00:00Z", 23),
        ("2026-10-24T12:00:00Z", "2026-10-24T22:00:00Z", 25),
    ] {
        let mut stage = stage().await;
        stage.world = world(eve);
        stage.begin("c-1", 60).await;
        stage.world = world(midnight);
        stage.roll().await;
        let opened = stage.world;
        stage.world = opened.plus(SignedDuration::from_secs(hours * 3_600 - 1));
        stage.roll().await;
        assert_eq!(stage.rooms().await[1], (120, 0), "still the second day");
        stage.world = opened.plus(SignedDuration::from_hours(hours));
        stage.roll().await;
        assert_eq!(stage.rooms().await[1], (180, 0), "{hours} hours later");
        stage.assert_sound().await;
    }
    let mut stage = stage().await;
    stage.world = world("2026-01-31T22:30:00Z");
    stage.begin("c-1", 60).await;
    stage.world = world("2026-01-31T23:00:00Z");
    stage.roll().await;
    assert_eq!(stage.rooms().await, [(60, 0), (60, 0), (120, 0)]);
}

#[tokio::test]
async fn a_month_without_room_is_told_and_its_days_still_keep_account() {
    let mut stage = stage().await;
    stage.limits.month_cap_micros = Some(70_000_000);
    stage.begin("c-1", 60).await;
    stage.world = world("2026-06-01T22:00:00Z");
    let rolled = stage.roll().await;
    let short: Vec<_> = rolled.short.iter().map(|s| s.missing_micros).collect();
    assert_eq!(short, [50_000_000]);
    assert_eq!(stage.rooms().await[1], (70, 0), "to the cap and no further");
    // It spends all the same: recorded, and a breach of what was held.
    let seen = stage.observe(&[("c-1", "2026-06-02", 15)]).await;
    assert_eq!(seen.overspent, 1);
    assert_eq!(stage.rooms().await[1], (60, 15));
    stage.assert_sound().await;
    let kinds = stage.incidents().await;
    assert!(
        kinds.contains(&"standing_hold_short".to_owned()),
        "{kinds:?}"
    );
}

#[tokio::test]
async fn days_that_nobody_watched_are_made_up_for() {
    let mut stage = stage().await;
    stage.begin("c-1", 20).await;
    stage.world = world("2026-06-04T12:00:00Z");
    stage.roll().await;
    assert_eq!(stage.rooms().await, [(20, 0), (80, 0), (80, 0)]);
    // A campaign that was paused in the meantime ran until then.
    stage.begin("c-2", 5).await;
    stage.world = world("2026-06-06T12:00:00Z");
    stage.end("c-2").await;
    stage.world = world("2026-06-08T12:00:00Z");
    stage
        .observe(&[("c-2", "2026-06-05", 5), ("c-2", "2026-06-06", 2)])
        .await;
    let all = standing_holds(&stage.ctx.db, None).await.unwrap();
    assert_eq!(all[1].day, Some("2026-06-06".parse().unwrap()));
    assert_eq!(
        stage.roll().await.closed,
        3 + 7,
        "nothing of c-2's is open any more"
    );
    assert_eq!(stage.rooms().await, [(20, 0), (20, 7), (20, 7)]);
    stage.assert_sound().await;
}

#[tokio::test]
async fn paused_and_running_again_on_one_day_is_one_day() {
    let mut stage = stage().await;
    stage.begin("c-1", 60).await;
    assert!(stage.end("c-1").await);
    assert!(!stage.end("c-1").await);
    stage.world = stage.world.plus(SignedDuration::from_hours(3));
    stage.observe(&[("c-1", "2026-06-01", 25)]).await;
    stage.roll().await;
    assert_eq!(stage.rooms().await, [(0, 25); 3]);
    assert_eq!(stage.begin("c-1", 60).await, 0);
    assert_eq!(stage.rooms().await, [(35, 25); 3]);
    stage.assert_sound().await;
}

#[tokio::test]
async fn a_changed_budget_holds_more_at_once_and_less_from_tomorrow() {
    let mut stage = stage().await;
    assert_eq!(stage.change("c-1", 10).await, None, "nothing runs");
    stage.begin("c-1", 20).await;
    assert_eq!(stage.change("c-1", 30).await, Some(0));
    assert_eq!(stage.rooms().await, [(30, 0); 3]);
    assert_eq!(stage.change("c-1", 10).await, Some(0));
    assert_eq!(stage.rooms().await, [(30, 0); 3]);
    stage.world = world("2026-06-01T22:00:00Z");
    stage.roll().await;
    assert_eq!(stage.rooms().await, [(10, 0), (40, 0), (40, 0)]);
    stage.assert_sound().await;
}

#[tokio::test]
async fn wrong_amounts_are_named_and_change_nothing() {
    let stage = stage().await;
    let mut connection = stage.ctx.db.pool().acquire().await.unwrap();
    for (per_day, word) in [
        (stage.euros(0), "per_day"),
        (stage.euros(-1), "per_day"),
        (Money::from_micros(1, "USD".parse().unwrap()), "USD"),
    ] {
        let (limits, at) = (&stage.limits, stage.world);
        let answer = begin_in(&mut connection, &acme(), "c-1", per_day, None, limits, at).await;
        let error = answer.unwrap_err().to_string();
        assert!(error.contains(word), "{error}");
    }
    let spend = |money| DaySpend {
        target: "c-1".into(),
        day: "2026-06-01".parse().unwrap(),
        spend: money,
    };
    let negative = [spend(stage.euros(-1))];
    let brand = acme();
    let answer = observe_in(
        &mut connection,
        &brand,
        &stage.limits,
        &negative,
        stage.world,
    );
    assert!(answer.await.unwrap_err().to_string().contains("spend"));
    assert!(
        standing_holds(&stage.ctx.db, None)
            .await
            .unwrap()
            .is_empty()
    );
    // Another currency is no figure that can be used: the hold stays, and somebody looks.
    stage.begin("c-1", 20).await;
    let dollars = [spend(Money::from_micros(1, "USD".parse().unwrap()))];
    observe_in(
        &mut connection,
        &acme(),
        &stage.limits,
        &dollars,
        stage.world,
    )
    .await
    .unwrap();
    assert_eq!(stage.rooms().await, [(20, 0); 3]);
    assert_eq!(stage.incidents().await, ["spend_currency"]);
}

#[tokio::test]
async fn verify_finds_a_running_campaign_without_its_day() {
    let stage = stage().await;
    stage.begin("c-1", 20).await;
    stage.observe(&[]).await;
    stage.assert_sound().await;
    sqlx::query("UPDATE homeostat.standing_hold SET per_day_micros = per_day_micros + 1")
        .execute(stage.ctx.db.pool())
        .await
        .unwrap();
    let checks = homeostat_effects::verify(&stage.ctx.db).await.unwrap();
    let broken: Vec<_> = checks
        .iter()
        .filter(|c| c.violations > 0)
        .map(|c| c.name)
        .collect();
    assert_eq!(broken, ["standing_days_are_held"]);
}
