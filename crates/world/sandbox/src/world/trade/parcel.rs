//! How an order travels: packed within a day, scanned on its way, and what becomes of it.

use homeostat_clock::Entropy;
use homeostat_model::WorldTime;
use jiff::SignedDuration;
use rand::{Rng, RngExt};

use super::people::{Character, Shopper};
use crate::world::recipe::Parcels;

/// The carrier's number at 17TRACK.
const CARRIER: u32 = 7_041;

/// What becomes of a parcel. Only auditors know before it shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fate {
    Delivered,
    /// Delivered, a week or more after it was due.
    Late,
    /// Its scans end on the way.
    Lost,
    /// Delivered broken.
    Damaged,
    /// Delivered, with something else in it.
    WrongItem,
    /// It came back.
    Returned,
}

/// One parcel.
#[derive(Debug, Clone)]
pub(crate) struct Parcel {
    pub(crate) number: String,
    pub(crate) carrier: u32,
    pub(crate) shipped_at: WorldTime,
    /// In time order; those ahead of the clock have not happened.
    pub(crate) scans: Vec<Scan>,
    pub(crate) fate: Fate,
}

/// The carrier saw it.
#[derive(Debug, Clone)]
pub(crate) struct Scan {
    pub(crate) at: WorldTime,
    /// 17TRACK's main status.
    pub(crate) status: &'static str,
    pub(crate) sub_status: &'static str,
    pub(crate) text: &'static str,
    pub(crate) place: &'static str,
}

impl Parcel {
    /// When it was, or will be, handed over; absent when it never is.
    pub(crate) fn delivered_at(&self) -> Option<WorldTime> {
        let mut scans = self.scans.iter();
        scans
            .find(|scan| scan.status == "Delivered")
            .map(|scan| scan.at)
    }
}

/// The parcel of an order.
pub(super) fn draw(
    placed_at: WorldTime,
    to: &Shopper,
    rates: &Parcels,
    entropy: &Entropy,
) -> Parcel {
    let mut rng = entropy.rng();
    let drawn = rng.random_range(0..1_000);
    let fate = match to.character {
        // What a ring or a refunder complains about was delivered.
        Character::Ring(_) | Character::SerialRefunder => Fate::Delivered,
        Character::Honest | Character::Manipulator => fate(rates, drawn),
    };
    let shipped_at = placed_at.plus(minutes(&mut rng, 4 * 60, 26 * 60));
    Parcel {
        number: String::new(),
        carrier: CARRIER,
        shipped_at,
        scans: scans(fate, shipped_at, &mut rng),
        fate,
    }
}

/// What becomes of the parcel that drew this of a thousand.
fn fate(rates: &Parcels, drawn: u32) -> Fate {
    let mut below = 0;
    for (share, fate) in [
        (rates.lost, Fate::Lost),
        (rates.damaged, Fate::Damaged),
        (rates.wrong_item, Fate::WrongItem),
        (rates.late, Fate::Late),
        (rates.returned, Fate::Returned),
    ] {
        below += share;
        if drawn < below {
            return fate;
        }
    }
    Fate::Delivered
}

/// A scan before it has a time: hours since the one before, at least and at most, and what it says.
type Leg = (
    i64,
    i64,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
);

const LABEL: Leg = (
    0,
    0,
    "InfoReceived",
    "InfoReceived",
    "Label created",
    "Depot",
);
const PICKED_UP: Leg = (
    3,
    14,
    "InTransit",
    "InTransit_PickedUp",
    "Picked up",
    "Depot",
);
const LEFT: Leg = (
    8,
    30,
    "InTransit",
    "InTransit_Departure",
    "Left the hub",
    "Hub North",
);
const FOUND: Leg = (
    170,
    260,
    "InTransit",
    "InTransit_Other",
    "Found again",
    "Hub South",
);
const ARRIVED: Leg = (
    10,
    40,
    "InTransit",
    "InTransit_Arrival",
    "Arrived",
    "Local depot",
);
const OUT: Leg = (
    4,
    14,
    "OutForDelivery",
    "OutForDelivery_Other",
    "Out for delivery",
    "Local depot",
);
const HANDED_OVER: Leg = (
    1,
    8,
    "Delivered",
    "Delivered_Other",
    "Delivered",
    "Front door",
);
const UNKNOWN_DOOR: Leg = (
    6,
    20,
    "DeliveryFailure",
    "DeliveryFailure_InvalidAddress",
    "Address unknown",
    "Local depot",
);
const CAME_BACK: Leg = (
    30,
    80,
    "Exception",
    "Exception_Returned",
    "Returned",
    "Depot",
);

fn scans(fate: Fate, shipped_at: WorldTime, rng: &mut impl Rng) -> Vec<Scan> {
    let way: &[Leg] = match fate {
        Fate::Lost => &[LABEL, PICKED_UP, LEFT],
        Fate::Late => &[LABEL, PICKED_UP, LEFT, FOUND, ARRIVED, OUT, HANDED_OVER],
        Fate::Returned => &[LABEL, PICKED_UP, LEFT, ARRIVED, UNKNOWN_DOOR, CAME_BACK],
        Fate::Delivered | Fate::Damaged | Fate::WrongItem => {
            &[LABEL, PICKED_UP, LEFT, ARRIVED, OUT, HANDED_OVER]
        }
    };
    let mut at = shipped_at;
    let scan = |&(least_h, most_h, status, sub_status, text, place): &Leg| {
        at = at.plus(minutes(rng, least_h * 60, most_h * 60));
        Scan {
            at,
            status,
            sub_status,
            text,
            place,
        }
    };
    way.iter().map(scan).collect()
}

fn minutes(rng: &mut impl Rng, least: i64, most: i64) -> SignedDuration {
    SignedDuration::from_mins(rng.random_range(least..=most))
}
