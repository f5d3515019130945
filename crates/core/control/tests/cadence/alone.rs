//! What holds for one competitor: no going to and fro, awake within two looks, at rest within a month.

use homeostat_control::{
    Policy as _,
    activity::{Activity, Look, Memory, Outcome},
    cadence::{Cadence, Competitor, Inputs, Interval, Params},
};

use super::world::{Chance, DAY_MS, Play, at, competitor, equals, play};

#[test]
fn a_competitor_at_a_threshold_changes_six_times_a_year_at_most() {
    for (seed, rate) in [(1, 0.15), (2, 0.25), (3, 0.7), (4, 1.0)] {
        let settings = Play {
            budget_per_day: 1_000,
            ..Play::default()
        };
        let changes = play(&equals(60, seed, rate), &settings, seed).changes_per_year;
        assert!(changes <= 6.0, "{rate}: {changes}");
    }
}

/// How ads come.
#[derive(Clone, Copy, Debug)]
enum Flow {
    Even,
    AtRandom,
}

/// One competitor, looked at when the policy says.
struct Watch {
    competitor: Competitor,
    now_ms: i64,
    chance: Chance,
    next_ad_ms: i64,
}

impl Watch {
    fn new(seed: u64) -> Self {
        let mut competitor = competitor("shop");
        competitor.activity = Some(Activity::begin(at(0)));
        Self {
            competitor,
            now_ms: 0,
            chance: Chance(seed),
            next_ad_ms: 0,
        }
    }

    /// From now on ads come at this rate.
    fn flow(&mut self, rate: f64, flow: Flow) {
        self.next_ad_ms = self.now_ms + self.gap_ms(rate, flow);
    }

    fn gap_ms(&mut self, rate: f64, flow: Flow) -> i64 {
        match flow {
            Flow::Even => (DAY_MS as f64 / rate) as i64,
            Flow::AtRandom => self.chance.gap_ms(1.0 / rate),
        }
    }

    /// The next look, and what the competitor deserves after it.
    fn look(&mut self, rate: f64, flow: Flow) -> Interval {
        self.now_ms = self.plan();
        let mut new_ads = 0;
        while self.next_ad_ms <= self.now_ms {
            new_ads += 1;
            self.next_ad_ms += self.gap_ms(rate, flow);
        }
        let before = self.competitor.activity.unwrap();
        let look = Look {
            from: before.seen_until,
            to: at(self.now_ms),
            outcome: Outcome::Seen { new_ads },
        };
        self.competitor.activity = Some(before.after(&look, Memory::default()).unwrap());
        self.competitor.tried_at = Some(look.to);
        self.plan();
        self.competitor.wanted
    }

    /// Decides, keeps the plan and tells when the next look is.
    fn plan(&mut self) -> i64 {
        let inputs = Inputs {
            params: Params::default(),
            now: at(self.now_ms),
            budget_per_day: 10,
            made: Vec::new(),
            competitors: vec![self.competitor.clone()],
        };
        let belief = Cadence::believe(&inputs).unwrap();
        let plan = Cadence::decide(&inputs, &belief, 3).competitors.remove(0);
        self.competitor.wanted = plan.wanted;
        self.competitor.every = plan.every;
        self.competitor.doubted_at = plan.doubted_at;
        plan.next_at.0.as_millisecond()
    }
}

/// Looks until a competitor that went from 0.05 to 2 ads a day right after a look is daily.
fn looks_until_daily(seed: u64, flow: Flow) -> usize {
    let mut watch = Watch::new(seed);
    watch.flow(0.05, Flow::AtRandom);
    while watch.now_ms < 200 * DAY_MS || watch.competitor.wanted != Interval::Weekly {
        watch.look(0.05, Flow::AtRandom);
    }
    watch.flow(2.0, flow);
    (1..)
        .find(|_| watch.look(2.0, flow) == Interval::Daily)
        .unwrap()
}

#[test]
fn a_competitor_that_wakes_up_is_daily_within_two_looks() {
    let seeds = 0..400_u64;
    for seed in seeds.clone() {
        assert!(looks_until_daily(seed, Flow::Even) <= 2, "{seed}");
    }
    // At random the first ten days may bring too few of them, at 2 % of the competitors.
    let late = seeds.filter(|&seed| looks_until_daily(seed, Flow::AtRandom) > 2);
    let late = late.count();
    assert!(late <= 12, "{late}");
}

#[test]
fn a_competitor_that_falls_silent_is_weekly_within_thirty_days() {
    for rate in [0.2, 0.3, 0.7, 1.0, 2.0, 3.0, 40.0] {
        for (seed, flow) in (0..20)
            .map(|n| (n, Flow::AtRandom))
            .chain([(0, Flow::Even)])
        {
            let mut watch = Watch::new(seed);
            watch.flow(rate, flow);
            while watch.now_ms < 100 * DAY_MS {
                watch.look(rate, flow);
            }
            watch.next_ad_ms = i64::MAX;
            let ended_ms = watch.now_ms;
            while watch.competitor.wanted != Interval::Weekly {
                watch.look(rate, flow);
            }
            let took_ms = watch.now_ms - ended_ms;
            assert!(took_ms <= 30 * DAY_MS, "{rate} {flow:?}: {took_ms} ms");
        }
    }
}
