//! The way through the pages of one query. Pure, and storable: a walk that was interrupted goes on
//! at the page it had come to.

use serde::{Deserialize, Serialize};

use super::{
    client::Page,
    outcome::{Outcome, Trouble},
};

/// Ads asked for at once, as long as the archive does not find that too many.
pub const LIMIT: u16 = 100;
/// A walk over more pages than this is broken off: something hands out cursors for ever.
pub const PAGES_MAX: u16 = 50;

/// Where a walk is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Walk {
    after: Option<String>,
    limit: u16,
    pages: u16,
    ads: u32,
    unreadable: u32,
}

/// What is next on a walk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Another page.
    Go,
    /// It is over.
    Over(Outcome),
}

impl Default for Walk {
    fn default() -> Self {
        Self {
            after: None,
            limit: LIMIT,
            pages: 0,
            ads: 0,
            unreadable: 0,
        }
    }
}

impl Walk {
    /// How many ads the next request asks for.
    pub fn limit(&self) -> u16 {
        self.limit
    }

    /// Where the next page begins.
    pub fn after(&self) -> Option<&str> {
        self.after.as_deref()
    }

    /// Pages taken so far.
    pub fn pages(&self) -> u16 {
        self.pages
    }

    /// A page was taken.
    pub fn took(&mut self, page: &Page) -> Step {
        let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        self.pages = self.pages.saturating_add(1);
        self.ads = self.ads.saturating_add(count(page.ads.len()));
        self.unreadable = self.unreadable.saturating_add(count(page.unreadable));
        if page.next.is_some() {
            self.after.clone_from(&page.next);
            return if self.pages >= PAGES_MAX {
                Step::Over(Outcome::Partial)
            } else {
                Step::Go
            };
        }
        Step::Over(match (self.unreadable, self.ads) {
            (0, 0) => Outcome::OkEmpty,
            (0, _) => Outcome::Ok,
            (_, _) => Outcome::Partial,
        })
    }

    /// The archive wants to be asked for less: half as many. One ad at a time that is still too
    /// much is a walk that cannot be finished.
    pub fn asked_for_less(&mut self) -> Step {
        if self.limit <= 1 {
            return Step::Over(Outcome::Partial);
        }
        self.limit /= 2;
        Step::Go
    }

    /// How a walk ends that met trouble; a walk that has taken something is partial.
    pub fn broken_by(&self, outcome: Outcome) -> Outcome {
        if self.pages > 0 {
            Outcome::Partial
        } else {
            outcome
        }
    }

    /// What trouble means here: `None` when the caller has to wait or give up.
    pub fn met(&mut self, trouble: Trouble) -> Option<Step> {
        match trouble {
            Trouble::AskForLess => Some(self.asked_for_less()),
            Trouble::Over(outcome) => Some(Step::Over(self.broken_by(outcome))),
            Trouble::Wait(_) | Trouble::Unwell | Trouble::Wrong => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(next: Option<&str>, unreadable: usize) -> Page {
        Page {
            ads: Vec::new(),
            unreadable,
            next: next.map(str::to_owned),
        }
    }

    #[test]
    fn an_empty_page_with_a_next_one_is_not_the_end() {
        let mut walk = Walk::default();
        assert_eq!(walk.took(&page(Some("a"), 0)), Step::Go);
        assert_eq!(walk.after(), Some("a"));
        assert_eq!(walk.took(&page(None, 0)), Step::Over(Outcome::OkEmpty));
    }

    #[test]
    fn unreadable_entries_leave_a_walk_partial() {
        let mut walk = Walk::default();
        assert_eq!(walk.took(&page(Some("a"), 1)), Step::Go);
        assert_eq!(walk.took(&page(None, 0)), Step::Over(Outcome::Partial));
    }

    #[test]
    fn cursors_without_end_are_broken_off() {
        let mut walk = Walk::default();
        let steps: Vec<Step> = (0..PAGES_MAX)
            .map(|_| walk.took(&page(Some("round"), 0)))
            .collect();
        assert_eq!(steps.last(), Some(&Step::Over(Outcome::Partial)));
        assert!(steps[..steps.len() - 1].iter().all(|s| *s == Step::Go));
    }

    #[test]
    fn less_is_asked_for_until_there_is_no_less() {
        let mut walk = Walk::default();
        let mut limits = Vec::new();
        while walk.met(Trouble::AskForLess) == Some(Step::Go) {
            limits.push(walk.limit());
        }
        assert_eq!(limits, [50, 25, 12, 6, 3, 1]);
    }

    #[test]
    fn a_walk_is_partial_once_it_has_seen_something() {
        let blocked = Trouble::Over(Outcome::Blocked);
        let mut walk = Walk::default();
        assert_eq!(walk.met(blocked), Some(Step::Over(Outcome::Blocked)));
        walk.took(&page(Some("a"), 0));
        assert_eq!(walk.met(blocked), Some(Step::Over(Outcome::Partial)));
        assert_eq!(walk.met(Trouble::Unwell), None);
    }

    #[test]
    fn a_stored_walk_goes_on_where_it_was() {
        let mut walk = Walk::default();
        walk.took(&page(Some("a"), 2));
        let text = serde_json::to_string(&walk).unwrap();
        assert_eq!(serde_json::from_str::<Walk>(&text).unwrap(), walk);
    }
}
