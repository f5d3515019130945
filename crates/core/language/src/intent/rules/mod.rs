//! Which ideas that stand together make an intent, in any language and any order.
//!
//! A rule names groups of ideas. It holds where one idea of each group stands within reach, and none of
//! its exceptions does. Complexity: each token is the start of at most one look per rule, over at most
//! [`ACROSS`] tokens, so all is linear in the text.

mod table;
mod wishes;

use super::{
    Intent,
    concepts::{self, Idea},
};
use crate::{
    language::Language,
    pattern::{Book, Hit, Steps},
    text::Token,
};

/// Tokens within which a close rule holds, in one sentence.
const NEAR: usize = 7;
/// The same for ideas that one sentence holds together.
const WITHIN: usize = 14;
/// The same for a story of several sentences.
const ACROSS: usize = 30;

/// Tokens behind a find, in its sentence, that may still make it an exception.
const BEHIND: usize = 3;

/// A rule: the intent, its weight, how near, the groups, the exceptions.
#[derive(Debug)]
pub(super) struct Rule {
    intent: Intent,
    weight: u16,
    reach: usize,
    groups: &'static [&'static [Idea]],
    except: &'static [Idea],
    /// The groups follow each other as they are written: "not what I ordered" is not "ordered, and nothing came".
    in_order: bool,
}

/// The ideas of one language.
#[derive(Debug)]
pub(super) struct RuleBook(Book<Idea>);

/// Where ideas stand in a text.
struct Places {
    /// Ideas of each token, and of those that were met without a slip.
    at: Vec<(u64, u64)>,
    /// Tokens with any idea, and their ideas.
    starts: Vec<(usize, u64)>,
    /// All ideas of the text.
    anywhere: u64,
}

impl RuleBook {
    pub(super) fn new(language: Language) -> Self {
        Self(Book::new(concepts::words(language)))
    }

    /// What the rules find; numbered from `first_number` on, in the order of the rules.
    pub(super) fn hits(
        &self,
        tokens: &[Token],
        first_number: usize,
        steps: &mut Steps,
    ) -> Vec<Found> {
        let mut places = Places {
            at: vec![(0, 0); tokens.len()],
            starts: Vec::new(),
            anywhere: 0,
        };
        for hit in self.0.hits(tokens, steps) {
            for place in hit.first..=hit.last {
                if let Some((any, exact)) = places.at.get_mut(place) {
                    *any |= hit.tag.bit();
                    *exact |= if hit.is_exact { hit.tag.bit() } else { 0 };
                }
            }
        }
        for ((any, exact), token) in places.at.iter_mut().zip(tokens) {
            if token.is_asked && *any != 0 {
                *any |= Idea::Asked.bit();
                *exact |= Idea::Asked.bit();
            }
        }
        for (place, (ideas, _)) in places.at.iter().enumerate() {
            if *ideas != 0 {
                places.starts.push((place, *ideas));
                places.anywhere |= ideas;
            }
        }
        let mut found = Vec::new();
        for (index, rule) in table::RULES.iter().chain(wishes::RULES).enumerate() {
            if let Some((first, last, is_exact)) = places.first_of(rule, tokens, steps) {
                found.push(Found {
                    hit: Hit {
                        tag: rule.intent,
                        weight: if is_exact {
                            rule.weight
                        } else {
                            rule.weight * 4 / 5
                        },
                        is_exact,
                        phrase: first_number + index,
                        first,
                        last,
                    },
                    owns_negation: rule
                        .groups
                        .iter()
                        .any(|group| group.contains(&Idea::Not) || group.contains(&Idea::Needless)),
                });
            }
        }
        found
    }
}

/// What a rule found.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) hit: Hit<Intent>,
    /// Its negation is part of what it says, and denies nothing.
    pub(super) owns_negation: bool,
}

impl Places {
    /// The first place where a rule holds, and whether without a slip.
    fn first_of(
        &self,
        rule: &Rule,
        tokens: &[Token],
        steps: &mut Steps,
    ) -> Option<(usize, usize, bool)> {
        let groups: Vec<u64> = rule.groups.iter().map(|group| set(group)).collect();
        let wanted = groups.iter().fold(0, |all, group| all | group);
        let except = set(rule.except);
        *steps += 1;
        if groups.iter().any(|group| self.anywhere & group == 0) {
            return None;
        }
        for (start, here) in &self.starts {
            *steps += 1;
            if here & wanted == 0 {
                continue;
            }
            let start = *start;
            let sentence = tokens.get(start).map(|token| token.sentence);
            let (mut any, mut exact) = (0, 0);
            let mut next = 0;
            let window = self.at.iter().zip(tokens).enumerate();
            for (place, ((all, sure), token)) in window.skip(start).take(rule.reach) {
                *steps += 1;
                if rule.reach < ACROSS && Some(token.sentence) != sentence {
                    break;
                }
                any |= all;
                exact |= sure;
                if any & except != 0 {
                    break;
                }
                if groups.get(next).is_some_and(|group| all & group != 0) {
                    next += 1;
                }
                let is_met = if rule.in_order {
                    next == groups.len()
                } else {
                    groups.iter().all(|group| any & group != 0)
                };
                if is_met {
                    let mut behind = self.at.iter().zip(tokens).skip(place + 1).take(BEHIND);
                    let is_excepted = behind.any(|((all, _), next)| {
                        next.sentence == token.sentence && all & except != 0
                    });
                    if is_excepted {
                        break;
                    }
                    let is_exact = groups.iter().all(|group| exact & group != 0);
                    return Some((start, place, is_exact));
                }
            }
        }
        None
    }
}

fn set(ideas: &[Idea]) -> u64 {
    ideas.iter().fold(0, |set, idea| set | idea.bit())
}

const fn rule(
    intent: Intent,
    weight: u16,
    reach: usize,
    groups: &'static [&'static [Idea]],
    except: &'static [Idea],
) -> Rule {
    Rule {
        intent,
        weight,
        reach,
        groups,
        except,
        in_order: false,
    }
}

/// A rule whose groups follow each other as written.
const fn ordered(
    intent: Intent,
    weight: u16,
    reach: usize,
    groups: &'static [&'static [Idea]],
    except: &'static [Idea],
) -> Rule {
    Rule {
        in_order: true,
        ..rule(intent, weight, reach, groups, except)
    }
}
