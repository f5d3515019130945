//! What differs from parcel to parcel, always in the same way: each habit draws from the number and its own name.

use jiff::SignedDuration;

/// One of `of` that a number has of a habit.
fn drawn(number: &str, habit: &str, of: u64) -> u64 {
    // FNV-1a: these are dice, not secrets.
    let bytes = number.bytes().chain([b'/']).chain(habit.bytes());
    let hash = bytes.fold(0xcbf2_9ce4_8422_2325, |hash: u64, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    // The low bits of such a hash follow the last bytes.
    (hash >> 17) % of
}

/// From a registration until something is known: one to five minutes.
pub(super) fn first_answer_after(number: &str) -> SignedDuration {
    SignedDuration::from_secs(60 + i64::try_from(drawn(number, "first", 240)).unwrap_or(0))
}

/// Whether until then it is said that the parcel is not found, rather than that nothing is known yet.
pub(super) fn is_not_found_at_first(number: &str) -> bool {
    drawn(number, "not found", 4) == 0
}

/// Whether its carrier cannot be told from its number.
pub(super) fn is_carrier_hidden(number: &str) -> bool {
    drawn(number, "carrier", 50) == 0
}

/// Whether its carrier uses a word of its own for the `nth` thing that it saw.
pub(super) fn has_new_word(number: &str, nth: usize) -> bool {
    drawn(number, &format!("word {nth}"), 60) == 0
}

/// Whether the time of its delivery stands in the carrier's own words only.
pub(super) fn is_delivery_told_in_words(number: &str) -> bool {
    drawn(number, "words", 20) == 0
}

/// How long after its delivery a broken parcel is reported broken, if it is.
pub(super) fn damage_reported_after(number: &str) -> Option<SignedDuration> {
    let hours = i64::try_from(drawn(number, "damage", 88)).unwrap_or(0);
    (hours >= 44).then(|| SignedDuration::from_hours(hours - 40))
}

/// A number that stands for how much of its way is known.
pub(super) fn hash(number: &str, events: usize, last: &str) -> u64 {
    drawn(number, &format!("{events} {last}"), 1 << 31)
}
