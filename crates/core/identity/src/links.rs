//! Which people of which stores share an identity.
//!
//! The model of the table of links: a person is whatever the caller calls one, such as store and customer
//! id. Only identities tie people together, so that what is erased here leaves no trace in anybody's score.

use std::collections::{BTreeMap, BTreeSet};

use homeostat_model::WorldTime;

use crate::{Identity, Kind};

/// People by identity, with the last time each was seen under it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Links<P> {
    people: BTreeMap<Identity, BTreeMap<P, WorldTime>>,
}

impl<P> Default for Links<P> {
    fn default() -> Self {
        Self {
            people: BTreeMap::new(),
        }
    }
}

impl<P: Ord + Clone> Links<P> {
    /// Notes that a person was seen under an identity. The latest sight counts, in whatever order they come.
    pub fn see(&mut self, person: P, identity: Identity, at: WorldTime) {
        let people = self.people.entry(identity).or_default();
        let seen = people.entry(person).or_insert(at);
        *seen = at.max(*seen);
    }

    /// Whether two people share an identity. Nobody is linked to themselves.
    pub fn is_linked(&self, a: &P, b: &P) -> bool {
        let mut groups = self.people.values();
        a != b && groups.any(|people| people.contains_key(a) && people.contains_key(b))
    }

    /// Everybody who shares an identity of this kind with a person, without the person.
    pub fn linked_by(&self, person: &P, kind: Kind) -> BTreeSet<P> {
        let groups = self.people.iter();
        let shared = groups.filter(|(one, people)| one.kind == kind && people.contains_key(person));
        let all = shared.flat_map(|(_, people)| people.keys());
        all.filter(|other| *other != person).cloned().collect()
    }

    /// Takes a person out of every link, and says out of how many.
    pub fn erase(&mut self, person: &P) -> usize {
        let removed = self
            .people
            .values_mut()
            .filter_map(|people| people.remove(person))
            .count();
        self.people.retain(|_, people| !people.is_empty());
        removed
    }

    /// Forgets whoever was not seen under an identity since `limit`: the end of retention.
    pub fn forget_before(&mut self, limit: WorldTime) {
        for people in self.people.values_mut() {
            people.retain(|_, seen| *seen >= limit);
        }
        self.people.retain(|_, people| !people.is_empty());
    }

    /// Drops what was made with a key that is thrown away.
    pub fn retire(&mut self, kind: Kind, key_version: u16) {
        self.people
            .retain(|one, _| (one.kind, one.key_version) != (kind, key_version));
    }
}

#[cfg(test)]
mod tests {
    use jiff::{SignedDuration, Timestamp};
    use proptest::prelude::*;

    use super::*;

    fn at(day: i64) -> WorldTime {
        WorldTime(Timestamp::UNIX_EPOCH).plus(SignedDuration::from_hours(24 * day))
    }

    fn identity(kind: Kind, n: u8) -> Identity {
        Identity {
            kind,
            key_version: 1 + u16::from(n % 2),
            digest: [n; 32],
        }
    }

    fn links(sights: &[(u8, u8, i64)]) -> Links<u8> {
        let mut links = Links::default();
        for &(person, n, day) in sights {
            links.see(person, identity(Kind::ALL[usize::from(n) % 3], n), at(day));
        }
        links
    }

    fn sights() -> impl Strategy<Value = Vec<(u8, u8, i64)>> {
        prop::collection::vec((0_u8..8, 0_u8..12, 0_i64..900), 0..40)
    }

    #[test]
    fn people_of_one_house_are_linked_by_it_alone() {
        let mut links = Links::default();
        let house = identity(Kind::Address, 2);
        for person in ["aurora/1", "aurora/2", "boreal/9"] {
            links.see(person, house, at(0));
        }
        assert_eq!(links.linked_by(&"aurora/1", Kind::Address).len(), 2);
        assert!(links.linked_by(&"aurora/1", Kind::Email).is_empty());
        links.retire(Kind::Address, 1);
        assert!(!links.is_linked(&"aurora/1", &"boreal/9"));
    }

    proptest! {
        #[test]
        fn linking_is_symmetric(sights in sights(), a in 0_u8..8, b in 0_u8..8) {
            let links = links(&sights);
            prop_assert_eq!(links.is_linked(&a, &b), links.is_linked(&b, &a));
            let by_kind = |a, b| Kind::ALL.iter().any(|kind| links.linked_by(&a, *kind).contains(&b));
            prop_assert_eq!(by_kind(a, b), by_kind(b, a));
            prop_assert_eq!(by_kind(a, b), links.is_linked(&a, &b));
        }

        #[test]
        fn an_erased_person_is_as_one_who_was_never_seen(sights in sights(), gone in 0_u8..8) {
            let mut erased = links(&sights);
            erased.erase(&gone);
            let others: Vec<_> = sights.iter().copied().filter(|(person, _, _)| *person != gone).collect();
            prop_assert_eq!(&erased, &links(&others));
            for other in 0..8 {
                prop_assert!(!erased.is_linked(&gone, &other));
            }
            prop_assert_eq!(erased.erase(&gone), 0);
        }

        #[test]
        fn the_order_of_sights_does_not_matter(
            (sorted, shuffled) in sights().prop_flat_map(|all| (Just(all.clone()), Just(all).prop_shuffle())),
            limit in 0_i64..900,
        ) {
            let (mut left, mut right) = (links(&sorted), links(&shuffled));
            left.forget_before(at(limit));
            right.forget_before(at(limit));
            prop_assert_eq!(left, right);
        }
    }
}
