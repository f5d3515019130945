//! Lists of transactions: what is asked for, and one page of it.

use homeostat_model::{RuntimeTime, WorldTime};
use jiff::SignedDuration;
use serde_json::Value;

use super::{
    client::Client,
    faults::{CallKind, Error},
    ids::{AccountId, RequestId},
    state::PaymentState,
    transaction::{self, Transaction},
};
use crate::wire::{Object, WireError, wrong};

/// Rows of a page, when nothing else is asked for.
pub const COUNT_DEFAULT: u16 = 100;
/// Most rows of a page.
pub const COUNT_MAX: u16 = 1_000;
/// A request id is looked for in an interval of at most so many days.
pub const REQUEST_ID_DAYS: i64 = 14;

/// Times are told to the microsecond.
const STEP: SignedDuration = SignedDuration::from_micros(1);

/// Which transactions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Query {
    /// Created at this instant or later.
    pub from: Option<WorldTime>,
    /// Created before this instant; absent, until now.
    pub to: Option<WorldTime>,
    /// Of this account only.
    pub account: Option<AccountId>,
    /// Of this payment only. Needs `from` and `to`, [`REQUEST_ID_DAYS`] apart at most.
    pub request_id: Option<RequestId>,
    /// In one of these states; empty, in any.
    pub states: Vec<PaymentState>,
    /// Rows of a page, 1 to [`COUNT_MAX`].
    pub count: u16,
}

/// A page of transactions, newest first, each once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// What could be read.
    pub transactions: Vec<Transaction>,
    /// Rows that could not be read. With some, nothing may be concluded from what is not there.
    pub unreadable: usize,
    /// The `to` of the next page, if there is one. It repeats the transactions of the last instant of
    /// this page, since more of them may follow: tell them apart by their ids.
    pub next: Option<WorldTime>,
}

impl Default for Query {
    fn default() -> Self {
        Self {
            from: None,
            to: None,
            account: None,
            request_id: None,
            states: Vec::new(),
            count: COUNT_DEFAULT,
        }
    }
}

impl Client {
    /// One page of transactions.
    ///
    /// # Errors
    /// See [`Error`]; a read has no unknown outcome. A page on which nothing can be read is
    /// `Unexpected`, as is a whole page of one instant, which cannot be turned: ask with a larger
    /// `count`.
    pub async fn transactions(&self, query: &Query, now: RuntimeTime) -> Result<Page, Error> {
        let request = self.get("api/1.0/transactions", &parameters(query)?)?;
        let reply = self.call(CallKind::Read, request, now).await?;
        page(&reply, query).map_err(|error| Error::unexpected(CallKind::Read, error))
    }

    /// The transactions of a payment, looked for in an interval of at most [`REQUEST_ID_DAYS`] days
    /// by the bank's clock. More than one means that it was sent again after its key had run out.
    ///
    /// # Errors
    /// See [`Error`]; a read has no unknown outcome. A row that cannot be read is an error here: it
    /// could be the payment.
    pub async fn find_by_request_id(
        &self,
        request_id: &RequestId,
        from: WorldTime,
        to: WorldTime,
        now: RuntimeTime,
    ) -> Result<Vec<Transaction>, Error> {
        let query = Query {
            from: Some(from),
            to: Some(to),
            request_id: Some(request_id.clone()),
            count: COUNT_MAX,
            ..Query::default()
        };
        let page = self.transactions(&query, now).await?;
        found(page, request_id).map_err(|error| Error::unexpected(CallKind::Read, error))
    }
}

/// The query as it is sent, when it may be.
pub(super) fn parameters(query: &Query) -> Result<Vec<(&'static str, String)>, Error> {
    let bad = |field, problem: String| Error::Request { field, problem };
    if !(1..=COUNT_MAX).contains(&query.count) {
        let problem = format!("{} must be 1 to {COUNT_MAX}", query.count);
        return Err(bad("count", problem));
    }
    let mut sent = vec![("count", query.count.to_string())];
    let (from, to) = (query.from.map(floor), query.to.map(ceiling));
    let interval = from.zip(to).map(|(from, to)| to.since(from));
    if interval.is_some_and(|interval| !interval.is_positive()) {
        return Err(bad("to", "must be later than from".to_owned()));
    }
    if let Some(request_id) = &query.request_id {
        let longest = SignedDuration::from_hours(24 * REQUEST_ID_DAYS);
        if interval.is_none_or(|interval| interval > longest) {
            let problem = format!(
                "needs from and to, at most {REQUEST_ID_DAYS} days apart: the bank looks no further"
            );
            return Err(bad("request_id", problem));
        }
        sent.push(("request_id", request_id.to_string()));
    }
    sent.extend(from.map(|from| ("from", from.to_string())));
    sent.extend(to.map(|to| ("to", to.to_string())));
    sent.extend(query.account.as_ref().map(|id| ("account", id.to_string())));
    let states = query.states.iter();
    sent.extend(states.map(|state| ("state", state.to_string())));
    Ok(sent)
}

/// The bank tells times to the microsecond; what is finer may only widen the interval.
fn floor(at: WorldTime) -> WorldTime {
    let finer = i64::from(at.0.subsec_nanosecond().rem_euclid(1_000));
    at.plus(SignedDuration::from_nanos(-finer))
}

fn ceiling(at: WorldTime) -> WorldTime {
    match floor(at) {
        whole if whole == at => at,
        below => below.plus(STEP),
    }
}

/// One damaged row does not hide the others; a page of nothing else is another format.
pub(super) fn page(body: &Value, query: &Query) -> Result<Page, WireError> {
    let Some(rows) = body.as_array() else {
        return Err(wrong("body", "must be a list"));
    };
    let mut page = Page {
        transactions: Vec::new(),
        unreadable: 0,
        next: None,
    };
    let mut first_problem = None;
    for (nth, row) in rows.iter().enumerate() {
        let read = Object::new(format!("[{nth}]"), row).and_then(|row| transaction::read(&row));
        match read {
            Ok(read) if page.transactions.iter().any(|known| known.id == read.id) => {}
            Ok(read) => page.transactions.push(read),
            Err(problem) => {
                page.unreadable += 1;
                first_problem.get_or_insert(problem);
            }
        }
    }
    if rows.len() < usize::from(query.count) {
        return match first_problem {
            Some(problem) if page.transactions.is_empty() => Err(problem),
            Some(_) | None => Ok(page),
        };
    }
    let oldest = page.transactions.iter().map(|one| one.created_at).min();
    let Some(oldest) = oldest else {
        let nothing = wrong("body", "has no row that can be read");
        return Err(first_problem.unwrap_or(nothing));
    };
    let next = oldest.plus(STEP);
    if query.to.is_some_and(|to| next >= to) {
        let problem = format!(
            "a whole page of {oldest}: ask with a count above {}",
            query.count
        );
        return Err(wrong("created_at", problem));
    }
    page.next = Some(next);
    Ok(page)
}

/// The payment's own rows, out of a page that must be the whole answer.
pub(super) fn found(page: Page, request_id: &RequestId) -> Result<Vec<Transaction>, WireError> {
    if page.unreadable > 0 {
        let problem = format!("{} rows cannot be read", page.unreadable);
        return Err(wrong("body", problem));
    }
    // No payment has a thousand transactions: the bank has not filtered, and ours may be behind these.
    if page.next.is_some() {
        return Err(wrong("request_id", "the bank lists other payments"));
    }
    let own = |one: &Transaction| one.request_id.as_deref() == Some(request_id.as_str());
    Ok(page.transactions.into_iter().filter(own).collect())
}
