//! What befalls a delivery on its way, drawn from the seed by the event's name.

use homeostat_clock::Entropy;
use rand::RngExt;
use serde::{Deserialize, Serialize};

use super::forge::Forgery;
use crate::faults::Preset;

/// How late a late delivery, or its repetition, comes: least and most, in real milliseconds.
const LATE_MS: (u64, u64) = (300, 2_500);

/// Shares of deliveries that something befalls, each 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WebhookFaults {
    /// It is never sent.
    pub missing: f64,
    /// It is sent twice.
    pub duplicated: f64,
    /// It is sent late, behind others.
    pub reordered: f64,
    /// Somebody else sends a forgery of it as well.
    pub forged: f64,
}

/// What befalls one delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Fate {
    pub(super) is_missing: bool,
    /// How late it is sent, in real milliseconds.
    pub(super) late_ms: Option<u64>,
    /// How late it is sent once more.
    pub(super) again_ms: Option<u64>,
    pub(super) forgery: Option<Forgery>,
}

impl WebhookFaults {
    /// As the vendors' other faults.
    pub fn preset(preset: Preset) -> Self {
        let share = match preset {
            Preset::None => 0.0,
            Preset::Mild => 0.02,
            Preset::Harsh => 0.1,
        };
        Self::all(share)
    }

    /// The same share of each.
    pub fn all(share: f64) -> Self {
        Self {
            missing: share,
            duplicated: share,
            reordered: share,
            forged: share,
        }
    }

    /// What is wrong with a share, if one is out of range.
    pub(crate) fn check(&self) -> Result<(), String> {
        let shares = [
            ("missing", self.missing),
            ("duplicated", self.duplicated),
            ("reordered", self.reordered),
            ("forged", self.forged),
        ];
        match shares
            .iter()
            .find(|(_, share)| !(0.0..=1.0).contains(share))
        {
            Some((name, share)) => Err(format!("{name} is {share}, must be 0 to 1")),
            None => Ok(()),
        }
    }

    pub(super) fn draw(&self, entropy: &Entropy) -> Fate {
        let mut rng = entropy.rng();
        let mut strikes = |share: f64| rng.random::<f64>() < share;
        let (is_missing, is_late) = (strikes(self.missing), strikes(self.reordered));
        let (is_twice, is_forged) = (strikes(self.duplicated), strikes(self.forged));
        let mut late = || rng.random_range(LATE_MS.0..=LATE_MS.1);
        let (late_ms, again_ms) = (late(), late());
        let nth: usize = rng.random_range(0..Forgery::ALL.len());
        Fate {
            is_missing,
            late_ms: is_late.then_some(late_ms),
            again_ms: is_twice.then_some(again_ms),
            forgery: Forgery::ALL.get(nth).copied().filter(|_| is_forged),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_mischief_strikes_its_share_and_the_same_ones_again() {
        let faults = WebhookFaults {
            missing: 0.1,
            duplicated: 0.2,
            reordered: 0.3,
            forged: 0.4,
        };
        let entropy = Entropy::from_seed(5);
        let draw = |nth: usize| faults.draw(&entropy.child(&nth.to_string()));
        let fates: Vec<Fate> = (0..2_000).map(draw).collect();
        let share = |is: &dyn Fn(&Fate) -> bool| fates.iter().filter(|fate| is(fate)).count() / 20;
        assert!((7..13).contains(&share(&|fate| fate.is_missing)));
        assert!((16..24).contains(&share(&|fate| fate.again_ms.is_some())));
        assert!((26..34).contains(&share(&|fate| fate.late_ms.is_some())));
        assert!((36..44).contains(&share(&|fate| fate.forgery.is_some())));
        assert_eq!(fates, (0..2_000).map(draw).collect::<Vec<_>>());
        let none = WebhookFaults::preset(Preset::None).draw(&entropy);
        let quiet = (none.is_missing, none.late_ms, none.again_ms, none.forgery);
        assert_eq!(quiet, (false, None, None, None));
    }

    #[test]
    fn a_share_that_is_none_is_named() {
        let faults = WebhookFaults {
            forged: 1.5,
            ..WebhookFaults::all(0.5)
        };
        assert_eq!(faults.check().unwrap_err(), "forged is 1.5, must be 0 to 1");
        assert!(WebhookFaults::preset(Preset::Harsh).check().is_ok());
    }
}
