//! The bucket of points: each shop has one, and it fills in the world's time.
//!
//! It is not kept in the books: a restarted shop begins with a full one.

use std::collections::HashMap;

use homeostat_model::WorldTime;

/// The size of a bucket, in points.
pub(super) const MAXIMUM: u32 = 2_000;
/// Points that come back each second.
pub(super) const RESTORE_PER_S: u32 = 100;

/// All shops' buckets.
#[derive(Debug, Default)]
pub(crate) struct Buckets(HashMap<String, Bucket>);

#[derive(Debug, Clone, Copy)]
struct Bucket {
    points: u32,
    at: WorldTime,
}

impl Buckets {
    /// Takes points, or says how many there are when they are too few.
    pub(crate) fn take(&mut self, shop: &str, now: WorldTime, points: u32) -> Result<(), u32> {
        let full = Bucket {
            points: MAXIMUM,
            at: now,
        };
        let bucket = self.0.entry(shop.to_owned()).or_insert(full);
        let seconds = u64::try_from(now.since(bucket.at).as_millis()).unwrap_or(0) / 10;
        // Hundredths of a second, so that short spans count as well.
        let back = seconds.saturating_mul(u64::from(RESTORE_PER_S)) / 100;
        if back > 0 {
            let points = u64::from(bucket.points).saturating_add(back);
            bucket.points = u32::try_from(points).unwrap_or(MAXIMUM).min(MAXIMUM);
            bucket.at = now;
        }
        let left = bucket.points.checked_sub(points).ok_or(bucket.points)?;
        bucket.points = left;
        Ok(())
    }

    /// Gives points back; how many there are now.
    pub(crate) fn give_back(&mut self, shop: &str, points: u32) -> u32 {
        let Some(bucket) = self.0.get_mut(shop) else {
            return MAXIMUM;
        };
        bucket.points = bucket.points.saturating_add(points).min(MAXIMUM);
        bucket.points
    }
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;

    use super::*;
    use crate::world::ORIGIN;

    #[test]
    fn points_come_back_with_the_worlds_time() {
        let mut buckets = Buckets::default();
        buckets.take("a", ORIGIN, 1_950).unwrap();
        assert_eq!(buckets.take("a", ORIGIN, 100), Err(50));
        buckets.take("b", ORIGIN, 100).unwrap();
        let later = ORIGIN.plus(SignedDuration::from_millis(500));
        buckets.take("a", later, 100).unwrap();
        assert_eq!(buckets.take("a", later, 1), Err(0));
        assert_eq!(buckets.give_back("a", 30), 30);
        let much_later = ORIGIN.plus(SignedDuration::from_hours(9));
        assert_eq!(buckets.take("a", much_later, 2_001), Err(2_000));
    }
}
