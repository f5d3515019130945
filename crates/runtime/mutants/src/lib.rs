//! Mutants: mistakes made on purpose, so that the drills can show that they would notice.
//!
//! Each stands where the mechanism is that it takes away: `if mutant!("no_fence") { … }`. An ordinary
//! build has none of them: the question is a constant `false`. `HOMEOSTAT_MUTANTS=1` builds a program
//! that has all, one of which the variable `HOMEOSTAT_MUTANT` switches on in one process. The build
//! script refuses them to a release.
//!
//! *Why a crate.* Every mechanism may have one, with or without a database; so this uses nobody.

/// The mutants there are, each with what it takes away.
pub const MUTANTS: [(&str, &str); 40] = [
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
    (
        "no_skip_locked",
        "a claim waits for a row that somebody else has locked",
    ),
    ("fence_stands", "a claim does not raise the fence"),
    (
        "finish_unlogged",
        "a job leaves its table without a word about its outcome",
    ),
    (
        "phase_apart",
        "a phase ends in one transaction and the next begins in another",
    ),
    (
        "results_dropped",
        "a result that could not be written at once is forgotten",
    ),
    (
        "lost_claims_kept",
        "a claim whose answer was lost is never given back",
    ),
    ("snooze_spends", "being put off costs an attempt"),
    (
        "interruption_spends",
        "a job that was given back unbegun has spent an attempt",
    ),
    ("error_is_free", "an attempt that failed is not counted"),
    (
        "guess_at_once",
        "a free lock is taken for a death without any grace",
    ),
    ("no_deadlines", "nobody ends an attempt whose worker hangs"),
    ("no_poll", "a worker looks for jobs only when it is told"),
    (
        "fire_twice",
        "a schedule inserts a job for each look at what is due",
    ),
    ("dedup_forgotten", "a job's key is not looked at"),
    (
        "unknown_releases",
        "money is given back when the answer is lost",
    ),
    (
        "unknown_is_void",
        "a lost answer is taken for an act that did not happen",
    ),
    (
        "refused_keeps_hold",
        "the money of a refused act stays held",
    ),
    (
        "settle_apart",
        "an act is settled in one transaction and its money in another",
    ),
    (
        "settled_stays_held",
        "the money of a settled act stays held",
    ),
    (
        "late_dropped",
        "an answer that comes too late is thrown away",
    ),
    ("mode_ignored", "HALT and SAFE stop nothing"),
    ("lease_ignored", "a lapsed dead-man lease stops nothing"),
    ("cap_ignored", "no cap is looked at"),
    ("breaker_untold", "a vendor's word to wait is not passed on"),
    (
        "absent_is_done",
        "an act that the vendor shows no trace of is settled",
    ),
    (
        "absent_is_void",
        "an act without a trace is given up before its request can have landed",
    ),
    (
        "client_resends",
        "a request without an answer is sent once more by the client",
    ),
    (
        "unknown_is_refused",
        "an answer that cannot be read is taken for a refusal",
    ),
    (
        "unknown_is_unsent",
        "a request without an answer is taken for one that never left",
    ),
    ("reference_left_out", "a call does not say which act it is"),
    (
        "call_before_intent",
        "the vendor is called before the intent is committed",
    ),
    ("hold_after_call", "the money is held only after the call"),
    (
        "living_amnestied",
        "a process that lives and holds its lock is given up, and its work given away",
    ),
    (
        "group_kill",
        "what is left of a command is ended by its process group, and not by its tree",
    ),
];

/// Whether this program was built with mutants.
pub const BUILT: bool = cfg!(mutants);

/// Whether a mechanism is to be left out. Use it through [`mutant!`](mutant).
#[cfg(not(mutants))]
#[inline(always)]
pub const fn is_on(_name: &str) -> bool {
    false
}

/// Whether a mechanism is to be left out. Use it through [`mutant!`](mutant).
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
        $crate::is_on($name)
    };
}
