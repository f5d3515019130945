//! The shift and what writes its results, side by side. A pool whose results nobody writes would go on claiming, and
//! each of its jobs would wait for its deadline.

use tokio::task::JoinHandle;

use super::{Shift, Stopped};
use crate::Error;

impl Shift {
    /// Works until it stops.
    ///
    /// # Errors
    /// When what writes the results ended before: only a panic ends it.
    pub(super) async fn work_beside(self, finisher: &mut JoinHandle<()>) -> Result<Stopped, Error> {
        tokio::select! {
            biased;
            stopped = self.work() => Ok(stopped),
            ended = finisher => Err(Error::Broken(format!("what writes the results died: {ended:?}"))),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::super::stuck::tests::Idle;
    use crate::Error;

    /// Red when the shift is not told: it then works for ever.
    #[tokio::test]
    async fn a_pool_whose_results_nobody_writes_is_broken() {
        let idle = Idle::new(Duration::ZERO).await;
        let mut finisher = tokio::spawn(async { panic!("as a bug would") });
        let ended = idle.shift.work_beside(&mut finisher).await;
        assert!(matches!(ended, Err(Error::Broken(_))), "{ended:?}");
    }
}
