//! Idempotency key: what was already sent under this key is never sent as something new.

use super::{Finding, Interlock};
use crate::judge::Facts;

pub(super) const INTERLOCK: Interlock = Interlock {
    name: "idempotency_key",
    refuses: "a second request under a key that stands for another",
    since: 1,
    window: None,
    judge,
};

fn judge(facts: &Facts<'_>) -> Finding {
    if facts.ask.effect_key.is_empty() {
        return Err("the ask has no effect key".into());
    }
    match &facts.position.known_key {
        None => Ok("the key is new".into()),
        Some(known) if known.request_hash == facts.ask.request_hash => Err(format!(
            "an effect with this key exists and is {}",
            known.state
        )),
        Some(_) => Err("an effect with this key exists for another request".into()),
    }
}

#[cfg(test)]
mod tests {
    use crate::{KnownKey, interlocks::fixture::Fixture};

    #[test]
    fn a_known_key_is_refused_whatever_its_request() {
        let mut case = Fixture::kill();
        case.assert_passes("idempotency_key");
        for request_hash in [case.ask.request_hash.clone(), "another".into()] {
            case.position.known_key = Some(KnownKey {
                request_hash,
                state: "settled".into(),
            });
            case.assert_refused_only_by("idempotency_key");
        }
    }

    #[test]
    fn an_empty_key_is_refused() {
        let mut case = Fixture::kill();
        case.ask.effect_key.clear();
        case.assert_refused_only_by("idempotency_key");
    }
}
