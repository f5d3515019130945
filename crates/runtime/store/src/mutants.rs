//! Mutants: mistakes made on purpose, so that the drills can show that they would notice.
//!
//! Each stands where the mechanism is that it takes away: `if mutant!("no_fence") { … }`. An ordinary
//! build has none of them: the question is a constant `false`. `HOMEOSTAT_MUTANTS=1` builds a program
//! that has all, one of which the variable `HOMEOSTAT_MUTANT` switches on in one process. The build
//! script refuses them to a release.

/// The mutants there are, each with what it takes away.
pub const MUTANTS: [(&str, &str); 6] = [
    ("no_probe", "recovery sends again without asking the vendor"),
    (
        "no_fence",
        "a result is taken whoever brings it, however late",
    ),
    ("no_hold", "an intent holds no money"),
    (
        "resend_before_horizon",
        "an absent act is sent again while the first request may be in flight",
    ),
    (
        "rescue_once_per_epoch",
        "a rescue that broke off is never made up for",
    ),
    ("decide_anew", "a retry decides once more"),
];

/// Whether this program was built with mutants.
pub const BUILT: bool = cfg!(mutants);

/// Whether a mechanism is to be left out. Use it through [`mutant!`](crate::mutant).
#[cfg(not(mutants))]
#[inline(always)]
pub const fn is_on(_name: &str) -> bool {
    false
}

/// Whether a mechanism is to be left out. Use it through [`mutant!`](crate::mutant).
#[cfg(mutants)]
pub fn is_on(name: &str) -> bool {
    static WANTED: std::sync::LazyLock<Option<String>> =
        std::sync::LazyLock::new(|| std::env::var("HOMEOSTAT_MUTANT").ok());
    WANTED.as_deref() == Some(name)
}

/// Whether the mechanism at this place is left out on purpose; `false` in every ordinary build.
#[macro_export]
macro_rules! mutant {
    ($name:literal) => {
        $crate::mutants::is_on($name)
    };
}
