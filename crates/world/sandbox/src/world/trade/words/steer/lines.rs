//! What a manipulator can say in one language. The tables stand in a file per language.
//!
//! Beside what letters know, `{huge}` is an amount that nobody owes, `{wide}` the same in full-width
//! digits, `{currency}` a code, `{other}` orders of other people, and `{iban}` an account that cannot exist.

use super::{super::phrases::Ways, Language, da, de, en, es, fr, it, nl};

/// One language.
#[derive(Debug)]
pub(super) struct Lines {
    pub(super) ignore: Ways,
    pub(super) rules: Ways,
    /// As if the operator of the machine wrote.
    pub(super) system: Ways,
    /// A plain order to pay too much.
    pub(super) demand: Ways,
    pub(super) in_words: Ways,
    pub(super) wide: Ways,
    pub(super) several: Ways,
    pub(super) other_currency: Ways,
    pub(super) others_orders: Ways,
    pub(super) account: Ways,
    pub(super) executive: Ways,
    pub(super) lawyer: Ways,
    pub(super) bank: Ways,
    pub(super) authority: Ways,
    pub(super) developer: Ways,
    pub(super) urgency: Ways,
    pub(super) promise: Ways,
    /// A mail that the shop never sent, as a mail program quotes it.
    pub(super) reply: Ways,
    pub(super) chargeback: Ways,
    pub(super) review: Ways,
    pub(super) flattery: Ways,
    pub(super) bribe: Ways,
    pub(super) role_play: Ways,
    pub(super) translate: Ways,
    pub(super) leak: Ways,
    pub(super) subject: Ways,
    /// Says nothing, and can be said for pages.
    pub(super) padding: Ways,
}

impl Lines {
    pub(super) fn of(language: Language) -> &'static Self {
        match language {
            Language::English => &en::LINES,
            Language::German => &de::LINES,
            Language::French => &fr::LINES,
            Language::Spanish => &es::LINES,
            Language::Italian => &it::LINES,
            Language::Dutch => &nl::LINES,
            Language::Danish => &da::LINES,
        }
    }
}
