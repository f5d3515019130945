//! Where a shipment is, how late it is, and what that says about a claim that it did not arrive.
//!
//! Statuses come late, twice and out of order, and a status may go backwards: a parcel that was "delivered"
//! comes back. The latest word counts; that there was a contrary one before is kept.

mod status;

use homeostat_model::WorldTime;
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

use super::raw_word;
pub use status::State;

const DAY_S: i64 = 86_400;
/// Unknown words that are reported of one shipment.
const UNKNOWN_MAX: usize = 8;

/// Everything the estimator may look at. The order of readings does not matter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Inputs {
    /// What is late and what is lost.
    pub params: Params,
    /// World time of the check.
    pub now: WorldTime,
    /// When it was handed over; none while it was not.
    pub shipped_at: Option<WorldTime>,
    /// The day by which it was promised.
    pub promised_by: Option<WorldTime>,
    /// What the carrier has said so far.
    pub readings: Vec<Reading>,
}

/// What is late and what is lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Params {
    /// How long the way usually takes, in days; stands in for a promise.
    pub typical_days: u16,
    /// A parcel this late may be lost, in days.
    pub lost_delay_days: u16,
    /// If nothing was heard of it for so long, in days.
    pub lost_silent_days: u16,
}

/// One thing that the carrier said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reading {
    /// When it happened, as the carrier dates it.
    pub at: WorldTime,
    /// The main status, as written.
    pub status: String,
    /// The sub status, as written.
    pub sub_status: Option<String>,
}

/// What the readings say.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Belief {
    /// Where it is.
    pub state: State,
    /// Since when the carrier says so; none without a reading.
    pub since: Option<WorldTime>,
    /// The carrier said "delivered" at some time.
    pub was_delivered: bool,
    /// A later status was behind an earlier one.
    pub went_back: bool,
    /// Whole days after the promise or the typical way, to the delivery or until now. Negative: it has
    /// time left. None when there is neither a promise nor a way.
    pub delay_days: Option<i64>,
    /// Whole days since anything was heard; none when it was neither seen nor sent.
    pub silent_days: Option<i64>,
    /// Whether it seems lost.
    pub loss: Loss,
    /// What a claim that it did not arrive would be worth.
    pub claim: Claim,
    /// Words that were not known, for whoever extends the list.
    pub unknown: Vec<String>,
}

/// Whether a shipment seems lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Loss {
    /// Nothing speaks for it.
    None,
    /// Late, and nothing was heard.
    Suspected,
    /// The carrier says so.
    Declared,
}

/// What a claim that a parcel did not arrive is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case", deny_unknown_fields)]
pub enum Claim {
    /// Likely true: it will not arrive.
    Supported {
        /// Why.
        why: Support,
    },
    /// True so far, and the parcel is late and on its way.
    Late,
    /// It still has time.
    TooEarly,
    /// The customer only has to fetch it.
    AwaitsPickup,
    /// Tracking says that it was delivered.
    Contradicted,
    /// Nobody can tell: no date to measure by, unknown words, or words against each other.
    Unclear,
}

/// Why a parcel will not arrive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Support {
    /// The carrier says that it is lost.
    DeclaredLost,
    /// It went back.
    CameBack,
    /// Late, and nothing was heard.
    NoSign,
    /// It was never handed over, and should have arrived long ago.
    NeverSent,
}

/// Two weeks within Europe; ten days late and a week without a word is a lost parcel.
impl Default for Params {
    fn default() -> Self {
        Self {
            typical_days: 14,
            lost_delay_days: 10,
            lost_silent_days: 7,
        }
    }
}

/// Forms the belief. There are no inputs that say nothing.
pub fn estimate(inputs: &Inputs) -> Belief {
    let path = path(inputs);
    let state = path
        .last()
        .map_or(State::NotSeen, |(_, state)| state.clone());
    let run = path.iter().rev().take_while(|(_, one)| *one == state);
    let since = run.last().map(|(at, _)| *at);
    let was_delivered = path.iter().any(|(_, one)| *one == State::Delivered);
    let stages: Vec<u8> = path.iter().filter_map(|(_, one)| one.stage()).collect();
    let came_back = matches!(state, State::ComingBack | State::Returned | State::Lost);
    let went_back = !stages.is_sorted() || (was_delivered && came_back);
    let until = match (&state, since) {
        (State::Delivered, Some(at)) => at,
        _ => inputs.now,
    };
    let delay_days = due(inputs).map(|due| days(until, due));
    let heard_at = path.last().map(|(at, _)| *at).max(inputs.shipped_at);
    let silent_days = heard_at.map(|at| days(inputs.now, at).max(0));
    let mut belief = Belief {
        state,
        since,
        was_delivered,
        went_back,
        delay_days,
        silent_days,
        loss: Loss::None,
        claim: Claim::Unclear,
        unknown: unknown(&inputs.readings),
    };
    belief.loss = loss(&inputs.params, &belief);
    belief.claim = claim(inputs, &belief);
    belief
}

/// What was said in the order in which it happened. A reading that is dated in the future is dated now.
fn path(inputs: &Inputs) -> Vec<(WorldTime, State)> {
    let mut path: Vec<_> = inputs
        .readings
        .iter()
        .map(|one| {
            let state = State::from_raw(&one.status, one.sub_status.as_deref());
            (one.at.min(inputs.now), state)
        })
        .collect();
    // Between words of one moment the later one in the list of states wins.
    path.sort_unstable();
    path
}

fn due(inputs: &Inputs) -> Option<WorldTime> {
    let typical = SignedDuration::from_hours(24 * i64::from(inputs.params.typical_days));
    let usual = inputs.shipped_at.map(|at| at.plus(typical));
    inputs.promised_by.or(usual)
}

/// Whole days from `earlier` to `later`, rounded down.
fn days(later: WorldTime, earlier: WorldTime) -> i64 {
    later.since(earlier).as_secs().div_euclid(DAY_S)
}

fn loss(params: &Params, belief: &Belief) -> Loss {
    let is_late = belief
        .delay_days
        .is_some_and(|days| days >= params.lost_delay_days.into());
    let is_silent = belief
        .silent_days
        .is_some_and(|days| days >= params.lost_silent_days.into());
    let suspected = |is: bool| if is { Loss::Suspected } else { Loss::None };
    match belief.state {
        State::Lost => Loss::Declared,
        // The tracker has waited for us already.
        State::Expired => suspected(is_late),
        State::NotSeen
        | State::Announced
        | State::Moving
        | State::Exception
        | State::Failed
        | State::OutForDelivery => suspected(is_late && is_silent),
        State::AwaitsPickup
        | State::ComingBack
        | State::Returned
        | State::Delivered
        | State::Unknown { .. } => Loss::None,
    }
}

fn claim(inputs: &Inputs, belief: &Belief) -> Claim {
    let is_overdue = |by: u16| belief.delay_days.is_some_and(|days| days >= by.into());
    match belief.state {
        State::Delivered => Claim::Contradicted,
        State::AwaitsPickup => Claim::AwaitsPickup,
        State::ComingBack | State::Returned => Claim::Supported {
            why: Support::CameBack,
        },
        State::Lost => Claim::Supported {
            why: Support::DeclaredLost,
        },
        State::Unknown { .. } => Claim::Unclear,
        State::NotSeen
        | State::Announced
        | State::Moving
        | State::Expired
        | State::Exception
        | State::Failed
        | State::OutForDelivery => match belief.delay_days {
            // Words against each other: somebody has to look.
            _ if belief.was_delivered => Claim::Unclear,
            _ if belief.loss == Loss::Suspected => Claim::Supported {
                why: Support::NoSign,
            },
            Some(_)
                if inputs.shipped_at.is_none()
                    && is_overdue(inputs.params.lost_delay_days)
                    && inputs.readings.is_empty() =>
            {
                Claim::Supported {
                    why: Support::NeverSent,
                }
            }
            Some(..=0) => Claim::TooEarly,
            Some(1..) => Claim::Late,
            None => Claim::Unclear,
        },
    }
}

fn unknown(readings: &[Reading]) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    for one in readings {
        if let State::Unknown { raw } = State::from_raw(&one.status, None) {
            words.push(raw);
        }
        let sub = one
            .sub_status
            .as_deref()
            .filter(|sub| !sub.trim().is_empty());
        words.extend(sub.filter(|sub| !status::is_known_sub(sub)).map(raw_word));
    }
    words.sort_unstable();
    words.dedup();
    words.truncate(UNKNOWN_MAX);
    words
}
