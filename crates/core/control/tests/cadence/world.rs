//! Stores that start ads at random, and a year of looking at them as the policy says.
//!
//! Their rates are spread evenly over the logarithms of 0.01 to 3 ads a day. Everything comes
//! from a seed. The policy is asked every 21 hours; each look is made at its own time.

use homeostat_control::{
    Policy as _,
    activity::{Activity, Look, Memory, Outcome},
    cadence::{Cadence, Competitor, Inputs, Interval, Params},
    freshness,
};
use homeostat_model::WorldTime;
use jiff::{SignedDuration, Timestamp};

pub(crate) const DAY_MS: i64 = 86_400_000;
/// Left out of every figure: the competitors are still unknown.
const WARM_UP_MS: i64 = 60 * DAY_MS;
const END_MS: i64 = WARM_UP_MS + 366 * DAY_MS;
/// Shorter than the shortest interval, so no plan comes too late.
pub(crate) const STEP_MS: i64 = DAY_MS / 8 * 7;

pub(crate) fn at(ms: i64) -> WorldTime {
    WorldTime(Timestamp::UNIX_EPOCH).plus(SignedDuration::from_millis(ms))
}

/// `SplitMix64`.
pub(crate) struct Chance(pub(crate) u64);

impl Chance {
    /// Between 0 and 1, neither of them.
    pub(crate) fn unit(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (((z ^ (z >> 31)) >> 11) as f64 + 0.5) / (1_u64 << 53) as f64
    }

    /// Exponential with this mean, in milliseconds.
    pub(crate) fn gap_ms(&mut self, mean_days: f64) -> i64 {
        (-self.unit().ln() * mean_days * DAY_MS as f64) as i64
    }
}

/// A rate at a place from 0 to 1 on the scale of logarithms, ads a day.
pub(crate) fn rate_at(place: f64) -> f64 {
    0.01 * 300_f64.powf(place)
}

/// Starts of one competitor's ads until `end_ms`; its rate jumps every `jump_days`, when there are some.
pub(crate) fn starts(
    chance: &mut Chance,
    mut rate: f64,
    jump_days: Option<f64>,
    end_ms: i64,
) -> Vec<i64> {
    let (mut starts, mut now_ms) = (Vec::new(), 0);
    let mut jump_ms = jump_days.map_or(i64::MAX, |mean| chance.gap_ms(mean));
    while now_ms < end_ms {
        let next_ms = now_ms + chance.gap_ms(1.0 / rate);
        if next_ms > jump_ms {
            // Without memory: what was not reached yet is drawn anew.
            now_ms = jump_ms;
            rate = rate_at(chance.unit());
            jump_ms += chance.gap_ms(jump_days.unwrap());
        } else {
            now_ms = next_ms;
            starts.push(now_ms);
        }
    }
    starts
}

/// A world over a year and the warm-up before it.
pub(crate) fn world(competitors: usize, seed: u64, jump_days: Option<f64>) -> Vec<Vec<i64>> {
    let mut chance = Chance(seed);
    (0..competitors)
        .map(|i| rate_at((i as f64 + 0.5) / competitors as f64))
        .map(|rate| starts(&mut chance, rate, jump_days, END_MS))
        .collect()
}

/// Stores of one and the same rate.
pub(crate) fn equals(competitors: usize, seed: u64, rate: f64) -> Vec<Vec<i64>> {
    let mut chance = Chance(seed);
    let one = |_| starts(&mut chance, rate, None, END_MS);
    (0..competitors).map(one).collect()
}

/// How it is played.
pub(crate) struct Play {
    pub(crate) params: Params,
    pub(crate) budget_per_day: u32,
    pub(crate) days: i64,
    /// Days, warm-up included, on which every look fails.
    pub(crate) blind_days: std::ops::Range<i64>,
}

impl Default for Play {
    fn default() -> Self {
        Self {
            params: Params::default(),
            budget_per_day: 122,
            days: 365,
            blind_days: 0..0,
        }
    }
}

/// What came of it, without the warm-up.
pub(crate) struct Played {
    pub(crate) figures: freshness::Belief,
    pub(crate) looks_per_day: f64,
    /// Changes of the granted interval per competitor and year.
    pub(crate) changes_per_year: f64,
    /// The most looks in any 24 hours, warm-up included.
    pub(crate) most_in_24h: usize,
    /// The longest time between two complete looks at a competitor, days.
    pub(crate) longest_gap_days: f64,
    /// Intervals that were deserved, per step and competitor.
    pub(crate) wanted: Vec<Vec<Interval>>,
    /// Whether each plan held a weekly look at all competitors.
    pub(crate) weekly_always_fits: bool,
}

impl Played {
    pub(crate) fn mean_delay_days(&self) -> f64 {
        self.figures.mean_delay_s.unwrap() as f64 / 86_400.0
    }

    pub(crate) fn found(&self) -> f64 {
        self.figures.found as f64
    }

    pub(crate) fn p95_days(&self) -> f64 {
        self.figures.p95_delay_s.unwrap() as f64 / 86_400.0
    }

    pub(crate) fn up_to_date(&self) -> f64 {
        f64::from(self.figures.up_to_date_ppm.unwrap()) / 1e6
    }
}

/// One competitor as the program would know it, and what is known of it from outside.
struct Subject<'a> {
    starts: &'a [i64],
    seen: usize,
    looks: Vec<i64>,
    watched: freshness::Watched,
}

impl Subject<'_> {
    /// A complete look: the ads since the last one.
    fn look(&mut self, competitor: &mut Competitor, now_ms: i64) -> f64 {
        let mut new_ads = 0;
        while let Some(&start) = self.starts.get(self.seen).filter(|&&s| s <= now_ms) {
            self.seen += 1;
            new_ads += 1;
            self.watched.finds.push(freshness::Find {
                started_at: at(start),
                first_seen_at: at(now_ms),
            });
        }
        let Some(before) = competitor.activity else {
            competitor.activity = Some(Activity::begin(at(now_ms)));
            self.watched.watched_from = at(now_ms);
            return 0.0;
        };
        let look = Look {
            from: before.seen_until,
            to: at(now_ms),
            outcome: Outcome::Seen { new_ads },
        };
        competitor.activity = Some(before.after(&look, Memory::default()).unwrap());
        self.watched.seen_until = at(now_ms);
        look.to.since(look.from).as_secs_f64() / 86_400.0
    }
}

/// Plays a world from its beginning.
pub(crate) fn play(world: &[Vec<i64>], play: &Play, seed: u64) -> Played {
    let mut inputs = Inputs {
        params: play.params,
        now: at(0),
        budget_per_day: play.budget_per_day,
        made: Vec::new(),
        competitors: (0..world.len())
            .map(|n| competitor(&format!("{n:03}")))
            .collect(),
    };
    let mut subjects: Vec<Subject<'_>> = world.iter().map(|starts| subject(starts)).collect();
    let end_ms = WARM_UP_MS + play.days * DAY_MS;
    let (mut made_ms, mut changes) = (Vec::new(), 0_u32);
    let (mut wanted, mut longest, mut weekly_always_fits) = (Vec::new(), 0_f64, true);
    for step_ms in (0..end_ms).step_by(STEP_MS as usize) {
        inputs.now = at(step_ms);
        inputs.made = made_ms
            .iter()
            .rev()
            .take_while(|&&made| made > step_ms - DAY_MS)
            .map(|&made| at(made))
            .collect();
        let belief = Cadence::believe(&inputs).unwrap();
        let plan = Cadence::decide(&inputs, &belief, seed);
        weekly_always_fits &= plan.weekly_fits;
        wanted.push(
            plan.competitors
                .iter()
                .map(|competitor| competitor.wanted)
                .collect(),
        );
        let mut due = Vec::new();
        let known = inputs.competitors.iter_mut().zip(plan.competitors);
        for (index, (competitor, plan)) in known.enumerate() {
            changes += u32::from(step_ms >= WARM_UP_MS && competitor.every != plan.every);
            (competitor.wanted, competitor.every) = (plan.wanted, plan.every);
            competitor.doubted_at = plan.doubted_at;
            due.push((plan.next_at.0.as_millisecond(), index));
        }
        due.retain(|&(look_ms, _)| look_ms < step_ms + STEP_MS);
        due.sort_unstable();
        for (look_ms, index) in due {
            made_ms.push(look_ms);
            let (competitor, subject) = (&mut inputs.competitors[index], &mut subjects[index]);
            competitor.tried_at = Some(at(look_ms));
            subject.looks.push(look_ms);
            if !play.blind_days.contains(&(look_ms / DAY_MS)) {
                let gap_days = subject.look(competitor, look_ms);
                if look_ms >= WARM_UP_MS {
                    longest = longest.max(gap_days);
                }
            }
        }
    }
    Played {
        figures: figures(subjects, end_ms),
        looks_per_day: made_ms.iter().filter(|&&ms| ms >= WARM_UP_MS).count() as f64
            / play.days as f64,
        changes_per_year: f64::from(changes) / world.len() as f64 / play.days as f64 * 365.0,
        most_in_24h: most_in_24h(&made_ms),
        longest_gap_days: longest,
        wanted,
        weekly_always_fits,
    }
}

/// The same world looked at by the clock: every competitor every `days`.
pub(crate) fn play_uniform(world: &[Vec<i64>], days: f64, seed: u64) -> freshness::Belief {
    let mut chance = Chance(seed);
    let end_ms = WARM_UP_MS + 365 * DAY_MS;
    let every_ms = (days * DAY_MS as f64) as i64;
    let looked = world.iter().enumerate().map(|(index, starts)| {
        let (mut competitor, mut subject) = (competitor(&format!("{index:03}")), subject(starts));
        let mut now_ms = (chance.unit() * every_ms as f64) as i64;
        while now_ms < end_ms {
            subject.looks.push(now_ms);
            subject.look(&mut competitor, now_ms);
            now_ms += every_ms;
        }
        subject
    });
    figures(looked.collect(), end_ms)
}

/// A competitor that nothing is known of.
pub(crate) fn competitor(id: &str) -> Competitor {
    Competitor {
        id: id.into(),
        watched_since: at(0),
        activity: None,
        tried_at: None,
        wanted: Interval::ThreeDays,
        every: Interval::ThreeDays,
        doubted_at: None,
    }
}

fn subject(starts: &[i64]) -> Subject<'_> {
    Subject {
        starts,
        seen: 0,
        looks: Vec::new(),
        watched: freshness::Watched {
            watched_from: at(0),
            seen_until: at(0),
            looks: 0,
            finds: Vec::new(),
        },
    }
}

fn figures(subjects: Vec<Subject<'_>>, end_ms: i64) -> freshness::Belief {
    let competitors = subjects.into_iter().map(|mut subject| {
        let looks = subject.looks.iter().filter(|&&ms| ms >= WARM_UP_MS).count();
        subject.watched.looks = u32::try_from(looks).unwrap();
        subject.watched
    });
    let inputs = freshness::Inputs {
        from: at(WARM_UP_MS),
        until: at(end_ms),
        competitors: competitors.collect(),
    };
    freshness::estimate(&inputs).unwrap()
}

fn most_in_24h(made_ms: &[i64]) -> usize {
    let mut first = 0;
    let mut most = 0;
    for (last, &made) in made_ms.iter().enumerate() {
        while made_ms[first] <= made - DAY_MS {
            first += 1;
        }
        most = most.max(last + 1 - first);
    }
    most
}
