//! Who ends when nothing limits memory: the leaf that is furthest over what it has reserved. Pure.

/// The leaf to end, of those with what each has reserved and what it uses. One at a time: with its end
/// the others may have what they need.
pub fn over_reservation<L: Clone>(leaves: &[(L, u64, u64)]) -> Option<L> {
    let over = leaves
        .iter()
        .filter(|(_, reserved_mb, used_mb)| used_mb > reserved_mb);
    let worst = over.max_by_key(|(_, reserved_mb, used_mb)| used_mb - reserved_mb);
    worst.map(|(leaf, _, _)| leaf.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_one_furthest_over_its_reservation_ends_and_not_the_largest() {
        let leaves = [
            ("large", 900, 900),
            ("a", 64, 70),
            ("b", 100, 300),
            ("c", 10, 9),
        ];
        assert_eq!(over_reservation(&leaves), Some("b"));
        assert_eq!(over_reservation(&leaves[..1]), None, "within it");
        assert_eq!(over_reservation::<&str>(&[]), None);
    }
}
