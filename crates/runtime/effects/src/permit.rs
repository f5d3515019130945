//! The permit: the only way to call an actuator, and only a committed reservation makes one (L7).

use std::time::Duration;

use homeostat_clock::Stopwatch;
use homeostat_model::EffectId;

use crate::Request;

/// The right to make one call, for a moment.
///
/// It has no public constructor, cannot be copied, and is used up by the call. Nothing outside this
/// crate can make one:
///
/// ```compile_fail
/// let permit = homeostat_effects::Permit { effect: homeostat_model::EffectId(1) };
/// ```
///
/// and nothing can use one twice:
///
/// ```compile_fail
/// fn twice(permit: homeostat_effects::Permit) {
///     drop(permit.clone());
///     drop(permit);
/// }
/// ```
#[derive(Debug)]
pub struct Permit {
    pub(crate) effect: EffectId,
    pub(crate) call: i32,
    pub(crate) kind: String,
    pub(crate) request: Request,
    /// No earlier request of the effect may still land.
    pub(crate) alone: bool,
    issued: Stopwatch,
    ttl: Duration,
}

impl Permit {
    /// Only the transactions of `intend` and of a resend call this, after their commit. `issued` was
    /// started before the commit, so that a stall between commit and call spends the permit.
    pub(crate) fn issue(
        effect: EffectId,
        call: i32,
        kind: String,
        request: Request,
        alone: bool,
        (issued, ttl): (Stopwatch, Duration),
    ) -> Self {
        Self {
            effect,
            call,
            kind,
            request,
            alone,
            issued,
            ttl,
        }
    }

    /// The effect to do.
    pub fn effect(&self) -> EffectId {
        self.effect
    }

    /// The actuator's kind.
    pub fn kind(&self) -> &str {
        &self.kind
    }

    /// The call may no longer begin.
    pub fn is_expired(&self) -> bool {
        self.issued.elapsed() >= self.ttl
    }
}
