//! An inbox: what customers wrote, read once and turned into what follows from it.
//!
//! Lists come from an index that trails, so each look begins before the newest letter that is known, and a letter
//! counts once by its id. A full inbox is read over several looks, the oldest letter first, so that one that is broken
//! off has lost nothing before its end. A stranger writes these letters: one that cannot be read holds up the others
//! for a few tries only, and is then a person's.
//!
//! No word of a letter leaves this file: what goes on is a [`Reading`].

use std::{sync::OnceLock, time::Duration};

use homeostat_language::{DetectorError, Fallback, Language, Reader};
use homeostat_model::WorldTime;
use homeostat_store::{PgConnection, StoreError};
use homeostat_vendors::{
    Meaning,
    agentmail::{self, Client, Head, InboxId, Message, Page, Query},
};
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

use super::{ReadError, Sensor};
use crate::{
    Operator,
    config::Brand,
    records::{
        customer,
        letter::{self, Reading},
    },
    understood::understand,
};

/// Letters on a page of the list.
const PAGE: u16 = 10;
/// Pages of one look at most.
const PAGES_MAX: u16 = 50;
/// A look ends after the page on which so many letters were read: the first are decided while the next are fetched.
const LETTERS_MAX: usize = 8;
/// How far looks overlap.
const OVERLAP: SignedDuration = SignedDuration::from_hours(1);
/// How far the first look goes back. Whoever wrote before that was answered by somebody else, or never.
const BACK: SignedDuration = SignedDuration::from_hours(7 * 24);
/// A page is asked for so often when something on it cannot be read.
const ASKED_MAX: u8 = 3;
/// One letter holds up the others for so many looks.
const STUCK_MAX: u8 = 3;
/// Numbers of each kind that are kept of a letter.
const NUMBERS_MAX: usize = 10;
/// Longest number that is kept, in characters.
const NUMBER_CHARS_MAX: usize = 40;

/// What one look brought.
#[derive(Debug, Default)]
pub struct Looked {
    /// Letters that were not known, the oldest first.
    pub letters: Vec<Reading>,
    /// Entries of the list that nothing could be made of.
    pub unreadable: usize,
    /// Where the look goes on; absent at the end.
    pub more: Option<More>,
}

/// The rest of a look.
#[derive(Debug)]
pub struct More {
    /// Where it begins.
    pub at: Place,
    /// The vendor wants to be left alone for this much real time.
    pub wait: Option<Duration>,
}

/// A place in the list of letters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// Letters that came later.
    after: WorldTime,
    /// The page.
    page: Option<String>,
    /// Looks that came no further than to one letter.
    stuck: u8,
}

/// The sensor. Lag: seconds of the index. Known bias: spam is never listed.
#[derive(Debug)]
pub struct AgentmailInbox;

#[async_trait::async_trait]
impl Sensor for AgentmailInbox {
    const NAME: &'static str = "agentmail.inbox";
    const VENDOR: &'static str = "agentmail";
    type Reading = Looked;

    async fn read(
        operator: &Operator,
        brand: &Brand,
        at: WorldTime,
    ) -> Result<Self::Reading, ReadError> {
        read_from(operator, brand, None, at).await
    }

    async fn record(
        tx: &mut PgConnection,
        brand: &Brand,
        reading: &Self::Reading,
        at: WorldTime,
    ) -> Result<(), StoreError> {
        for letter in &reading.letters {
            letter::record(&mut *tx, brand.id.as_str(), letter, at).await?;
        }
        Ok(())
    }
}

/// Looks from a place on, or anew from a little before the newest letter that is known. The look began at `at`.
///
/// # Errors
/// When the inbox does not answer, before anything was read.
pub async fn read_from(
    operator: &Operator,
    brand: &Brand,
    place: Option<Place>,
    at: WorldTime,
) -> Result<Looked, ReadError> {
    let look = Look::new(operator, brand, at)?;
    let mut place = match place {
        Some(place) => place,
        None => look.begin().await,
    };
    let query = Query {
        after: Some(place.after.0),
        labels: vec!["received".to_owned()],
        oldest_first: true,
        limit: PAGE,
    };
    let mut looked = Looked::default();
    for _ in 0..PAGES_MAX {
        let page = match look.page(&query, place.page.as_deref()).await {
            Ok(page) => page,
            Err(error) if looked.letters.is_empty() => return Err(error.into()),
            Err(error) => {
                looked.more = Some(More {
                    at: place,
                    wait: error.wait(),
                });
                return Ok(looked);
            }
        };
        looked.unreadable += page.unreadable.len();
        if let Err(error) = look.read_page(&page, &mut looked, &mut place).await {
            if looked.letters.is_empty() && is_ours(&error) {
                return Err(error.into());
            }
            looked.more = Some(More {
                at: place,
                wait: error.wait(),
            });
            return Ok(looked);
        }
        let Some(next) = page.next else {
            return Ok(looked);
        };
        place.page = Some(next);
        if looked.letters.len() >= LETTERS_MAX {
            break;
        }
    }
    looked.more = Some(More {
        at: place,
        wait: None,
    });
    Ok(looked)
}

/// Whether it is about us, and not about one letter.
fn is_ours(error: &agentmail::Error) -> bool {
    matches!(
        error.meaning(),
        Some(
            Meaning::Throttled { .. }
                | Meaning::TokenDead
                | Meaning::PermissionMissing
                | Meaning::Blocked
        )
    )
}

/// One look into one brand's inbox.
struct Look<'a> {
    operator: &'a Operator,
    brand: &'a Brand,
    mail: &'a Client,
    inbox: &'a InboxId,
    reader: &'static Reader,
    /// The language of whoever writes too little to tell.
    locale: Language,
    at: WorldTime,
}

impl<'a> Look<'a> {
    fn new(operator: &'a Operator, brand: &'a Brand, at: WorldTime) -> Result<Self, ReadError> {
        let none = |field| ReadError::unusable(field, format!("{} has none", brand.id));
        let service = brand.service.as_ref().ok_or_else(|| none("service"))?;
        let mail = operator.partners.mail.as_ref();
        let shop = brand.shop.as_ref().ok_or_else(|| none("shop"))?;
        Ok(Self {
            operator,
            brand,
            mail: mail.ok_or_else(|| none("service.inbox"))?,
            inbox: &service.inbox,
            reader: reader().map_err(|error| ReadError::unusable("languages", error))?,
            locale: Language::from_locale(&shop.language)
                .ok_or_else(|| ReadError::unusable("shop.language", &shop.language))?,
            at,
        })
    }

    async fn begin(&self) -> Place {
        // Not knowing what we know only costs a longer look.
        let newest = letter::newest(&self.operator.db, self.brand.id.as_str()).await;
        let newest = newest.ok().flatten().map(|at| at.plus(-OVERLAP));
        Place {
            after: newest.unwrap_or_else(|| self.at.plus(-BACK)),
            page: None,
            stuck: 0,
        }
    }

    /// A page, asked for again while something on it cannot be read: a partial answer passes.
    async fn page(&self, query: &Query, token: Option<&str>) -> Result<Page, agentmail::Error> {
        let mut page = self.mail.list_messages(self.inbox, query, token).await?;
        for _ in 1..ASKED_MAX {
            if page.unreadable.is_empty() {
                break;
            }
            let again = self.mail.list_messages(self.inbox, query, token).await?;
            if again.unreadable.len() < page.unreadable.len() {
                page = again;
            }
        }
        Ok(page)
    }

    /// Reads what is new on a page. Where it stops, the place says how often.
    async fn read_page(
        &self,
        page: &Page,
        looked: &mut Looked,
        place: &mut Place,
    ) -> Result<(), agentmail::Error> {
        let (db, brand) = (&self.operator.db, self.brand.id.as_str());
        let ids: Vec<String> = page.messages.iter().map(|one| one.id.to_string()).collect();
        let known = letter::known(db, brand, &ids).await.unwrap_or_default();
        let new = page.messages.iter();
        for head in new.filter(|head| !head.is_sent() && !known.contains(head.id.as_str())) {
            match self.mail.get_message(self.inbox, &head.id).await {
                Ok(message) => {
                    let letter = self.letter(head, Some(&message)).await;
                    looked.letters.push(letter);
                }
                Err(error) if place.stuck >= STUCK_MAX && !is_ours(&error) => {
                    let letter = self.letter(head, None).await;
                    looked.letters.push(letter);
                }
                Err(error) => {
                    place.stuck = match looked.letters.is_empty() {
                        true => place.stuck.saturating_add(u8::from(!is_ours(&error))),
                        false => 0,
                    };
                    return Err(error);
                }
            }
            place.stuck = 0;
        }
        Ok(())
    }

    /// What is kept of a letter; of one whose text cannot be had, that it came.
    async fn letter(&self, head: &Head, message: Option<&Message>) -> Reading {
        let (db, brand) = (&self.operator.db, self.brand.id.as_str());
        let text = message.and_then(|one| one.text.as_ref().or(one.new_text.as_ref()));
        // Not knowing the thread only costs a guess.
        let thread = letter::thread_language(db, brand, head.thread.as_str()).await;
        let read = self.reader.read(&homeostat_language::Message {
            subject: head.subject.as_ref().map_or("", |subject| subject.expose()),
            text: text.map_or("", |text| text.expose()),
            fallback: Fallback {
                thread: thread.ok().flatten(),
                locale: self.locale,
            },
        });
        let understood = understand(&read, self.brand.currency);
        let (orders_said, parcels_said) = self.numbers(&read.facts).await;
        let people = &self.operator.partners.people;
        let from = head.from.address.as_ref().map(agentmail::Private::expose);
        let is_own = from.is_some_and(|from| from.eq_ignore_ascii_case(self.inbox.as_str()));
        Reading {
            inbox: self.inbox.to_string(),
            message: head.id.to_string(),
            thread: head.thread.to_string(),
            // A date from tomorrow would keep us from looking until then.
            received_at: WorldTime(head.timestamp).min(self.at),
            customer: from.and_then(|from| people.customer(from)),
            language: read.language.language,
            language_told: read.language.by == homeostat_language::By::Text,
            intents: words(read.intents.iter().map(|one| one.intent)),
            wants: understood.wants,
            claim: understood.claim,
            orders_said,
            parcels_said,
            asked: understood.asked,
            has_evidence: head.attachments > 0,
            wants_person: understood.wants_person,
            flags: read
                .flags
                .iter()
                .map(|flag| flag.name().to_owned())
                .collect(),
            said: text.and_then(|_| people.said(&read.facts.text_hash)),
            is_automatic: is_own || message.is_some_and(|message| message.is_automatic),
        }
    }

    /// Numbers of orders and parcels. A bare number may be where somebody lives or a telephone: it is kept only where
    /// the store has such an order.
    async fn numbers(&self, facts: &homeostat_language::Facts) -> (Vec<String>, Vec<String>) {
        let orders: Vec<&homeostat_language::OrderSaid> = facts
            .orders
            .iter()
            .filter(|order| is_number(&order.number))
            .take(NUMBERS_MAX)
            .collect();
        let parcels = facts.trackings.iter().filter(|one| is_number(one));
        let parcels: Vec<String> = parcels.take(NUMBERS_MAX).cloned().collect();
        let numbers: Vec<String> = orders.iter().map(|one| one.number.clone()).collect();
        let (db, brand) = (&self.operator.db, self.brand.id.as_str());
        let known = customer::numbers(db, brand, &numbers, &parcels).await;
        let known = known.unwrap_or_default();
        let orders = orders
            .into_iter()
            .filter(|one| one.is_named || known.contains(&one.number));
        (
            orders.map(|one| one.number.clone()).collect(),
            parcels
                .into_iter()
                .filter(|one| known.contains(one))
                .collect(),
        )
    }
}

/// Made once in a process: it holds every phrase of seven languages.
fn reader() -> Result<&'static Reader, DetectorError> {
    static READER: OnceLock<Result<Reader, DetectorError>> = OnceLock::new();
    let made = READER.get_or_init(|| Reader::new(&Language::ALL));
    made.as_ref().map_err(|error| *error)
}

fn is_number(text: &str) -> bool {
    (1..=NUMBER_CHARS_MAX).contains(&text.len())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

/// The reader's words for what is asked.
fn words(intents: impl Iterator<Item = homeostat_language::Intent>) -> Vec<String> {
    let words = intents.filter_map(|intent| serde_json::to_value(intent).ok());
    words
        .filter_map(|word| word.as_str().map(str::to_owned))
        .collect()
}

#[cfg(test)]
#[path = "agentmail_inbox_tests.rs"]
mod tests;
