//! What the words around a phrase make of it.
//!
//! A wish may be denied: "I do not want a refund", "bitte nicht stornieren".
//! Simple cases only. A wish word and a negation before the phrase in its clause deny it; so does a
//! negation that ends the clause after it. A word of receiving takes the denial away: whoever has not
//! received a refund wants one. And what did not come, or is waited for, may be something else than the
//! parcel: a refund, an invoice, an answer. What fails may be the shop's page. And what is hoped or feared did not
//! happen: "I hope that it is not broken". And who chose the wrong colour was not sent it.

use crate::{
    pattern::{Book, Hit, Row, Steps},
    text::Token,
};

/// What a word does to a wish.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    /// not, no, none
    Not,
    /// want, need, please
    Wish,
    /// do not, directly before the act
    Stop,
    /// received, got
    Got,
    /// order, parcel
    Goods,
    /// reply, answer, account: what is no parcel
    Else,
    /// page, form, link: what may fail and is no goods
    Page,
    /// and, but: what begins a clause without a comma
    Joint,
    /// hope that not, fear that: what follows did not happen
    Unreal,
    /// I chose wrongly: a slip of one's own
    Own,
    /// tracking: what a code may be for besides a price
    Trail,
}

/// Words before a phrase that may deny it.
const REACH: usize = 5;
/// Words after it.
const REACH_AFTER: usize = 4;

/// Words between what fails and a page that it may be.
const REACH_PAGE: usize = 10;

/// Words between a hope or a fear and what it is of.
const REACH_UNREAL: usize = 9;

#[derive(Debug)]
pub(crate) struct ContextBook(Book<Role>);

/// The words of a text that bear on wishes.
pub(crate) struct Context(Vec<Hit<Role>>);

impl ContextBook {
    pub(crate) fn new(rows: &'static [Row<Role>]) -> Self {
        Self(Book::new(rows))
    }

    pub(crate) fn around(&self, tokens: &[Token], steps: &mut Steps) -> Context {
        Context(self.0.hits(tokens, steps))
    }
}

impl Context {
    /// Whether the phrase speaks of something else than goods: of what `others` say, of an answer or an account.
    pub(crate) fn is_of_other_things<T>(
        &self,
        tokens: &[Token],
        hit: &Hit<T>,
        others: &[Hit<T>],
    ) -> bool {
        let clause_of = |place: usize| tokens.get(place).map(|token| token.clause);
        let clause = clause_of(hit.first);
        let is_near = |first: usize, last: usize| {
            (clause_of(first) == clause || clause_of(last) == clause)
                && last + REACH >= hit.first
                && first <= hit.last + REACH
        };
        let has = |role| {
            self.0
                .iter()
                .any(|other| other.tag == role && is_near(other.first, other.last))
        };
        let is_other = others.iter().any(|other| is_near(other.first, other.last));
        !has(Role::Goods) && (is_other || has(Role::Else))
    }

    /// Whether what fails is the shop's page and not its goods.
    pub(crate) fn is_of_page<T>(&self, tokens: &[Token], hit: &Hit<T>) -> bool {
        let sentence_of = |place: usize| tokens.get(place).map(|token| token.sentence);
        self.0.iter().any(|other| {
            other.tag == Role::Page
                && sentence_of(other.first) == sentence_of(hit.first)
                && other.last + REACH_PAGE >= hit.first
                && other.first <= hit.last + REACH_PAGE
        })
    }

    /// Whether the phrase is only hoped against or feared.
    pub(crate) fn is_unreal<T>(&self, tokens: &[Token], hit: &Hit<T>) -> bool {
        let sentence_of = |place: usize| tokens.get(place).map(|token| token.sentence);
        self.0.iter().any(|other| {
            other.tag == Role::Unreal
                && sentence_of(other.first) == sentence_of(hit.first)
                && other.first < hit.last
                && hit.first <= other.first + REACH_UNREAL
        })
    }

    /// Whether the phrase tells of a slip of the customer's own.
    pub(crate) fn is_own_slip<T>(&self, tokens: &[Token], hit: &Hit<T>) -> bool {
        let sentence_of = |place: usize| tokens.get(place).map(|token| token.sentence);
        self.0.iter().any(|other| {
            other.tag == Role::Own
                && sentence_of(other.first) == sentence_of(hit.first)
                && other.first <= hit.last
                && hit.first <= other.last
        })
    }

    /// Whether the phrase is about the way of a parcel: a code may be for that.
    pub(crate) fn is_of_trail<T>(&self, tokens: &[Token], hit: &Hit<T>) -> bool {
        let sentence_of = |place: usize| tokens.get(place).map(|token| token.sentence);
        self.0.iter().any(|other| {
            other.tag == Role::Trail
                && sentence_of(other.first) == sentence_of(hit.first)
                && other.last + REACH_AFTER >= hit.first
                && other.first <= hit.last + REACH_AFTER
        })
    }

    /// Whether the text denies this phrase.
    pub(crate) fn deny<T>(&self, tokens: &[Token], hit: &Hit<T>) -> bool {
        let Some(first) = tokens.get(hit.first) else {
            return false;
        };
        let is_near = |other: &&Hit<Role>| {
            other.last + REACH >= hit.first
                && other.first <= hit.last + REACH_AFTER
                && tokens
                    .get(other.first)
                    .is_some_and(|t| t.clause == first.clause)
        };
        let has = |role, is_placed: &dyn Fn(&Hit<Role>) -> bool| {
            self.0
                .iter()
                .filter(|other| other.tag == role)
                .filter(is_near)
                .any(is_placed)
        };
        if has(Role::Got, &|_| true) {
            return false;
        }
        let ends_clause = |place: usize| {
            tokens
                .get(place + 1)
                .is_none_or(|t| t.clause != first.clause)
        };
        let is_parted = |not: &Hit<Role>| {
            let between = |joint: &Hit<Role>| not.last < joint.first && joint.last < hit.first;
            has(Role::Joint, &between)
        };
        let is_denial = |not: &Hit<Role>| {
            (not.first < hit.last && !is_parted(not))
                || (not.first > hit.last && ends_clause(not.last))
        };
        (has(Role::Wish, &|_| true) && has(Role::Not, &is_denial))
            || has(Role::Stop, &|stop| stop.last + 1 == hit.first)
    }
}
