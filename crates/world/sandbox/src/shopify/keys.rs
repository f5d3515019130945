//! Idempotency keys: for a day, a key stands for the first thing that it was used for.
//!
//! The same again gives the first result, told by today's records. Something else under the same key is refused, and so
//! is whatever comes after a refusal: that needs a new key.

use jiff::SignedDuration;

use super::{Visit, answer::Answer, call::Call, state::What};
use crate::books::Act;

/// How long a key lives.
const LIVES: SignedDuration = SignedDuration::from_hours(24);

impl Visit<'_> {
    /// The number of what this request's key made before; `None` when the key is new.
    ///
    /// # Errors
    /// The answer to a key that was used for something else, or in vain.
    pub(super) fn made_before(&self, call: Call) -> Result<Option<u64>, Answer> {
        let Some(key) = self.request.key() else {
            return Ok(None);
        };
        let place = (self.request.shop.clone(), key.key);
        let used = self.state.keys.get(&place);
        let Some(used) = used.filter(|used| self.now.world.since(used.at) < LIVES) else {
            return Ok(None);
        };
        let refused = |code, message| {
            Answer::user_error(call.root(), call == Call::InventorySet, code, message)
        };
        if used.input != key.input {
            let code = "IDEMPOTENCY_KEY_PARAMETER_MISMATCH";
            return Err(refused(code, "the key was used with other parameters"));
        }
        match used.made {
            Some(made) => Ok(Some(made)),
            None => {
                let code = "IDEMPOTENCY_PREVIOUS_ATTEMPT_FAILED";
                Err(refused(code, "the first attempt with this key failed"))
            }
        }
    }

    /// Remembers that a key was used in vain, also after a restart.
    pub(super) fn key_spent(&mut self, object: String) -> Result<(), Answer> {
        if self.request.key().is_none() {
            return Ok(());
        }
        let act = Act {
            act: "refuse".to_owned(),
            object,
            applied: false,
            ..self.blank(What::Refusal)?
        };
        self.confirm(act)
    }
}
