//! Which call a request is.

use axum::{
    extract::Query,
    http::{Method, Uri},
};
use homeostat_vendors::revolut::json;
use serde_json::Value;

use super::{answer::Answer, settle::Action};
use crate::faults::{Class, Fault};

const TOKEN: Class = Class::reads("revolut.token", &[]);
const ACCOUNTS: Class = Class::reads("revolut.accounts", &[]);
const COUNTERPARTIES: Class = Class::reads("revolut.counterparties", &[]);
const TRANSACTIONS: Class =
    Class::reads("revolut.transactions", &[Fault::StaleIndex, Fault::NewWord]);
const TRANSACTION: Class = Class::reads("revolut.transaction", &[Fault::NewWord]);
const PAY: Class = Class::writes(
    "revolut.pay",
    &[
        Fault::InProgress,
        Fault::SettleLater,
        Fault::SettleBadly,
        Fault::AnswerAgain,
    ],
);

const SETTLE: Class = Class::writes("revolut.settle", &[]);

/// Revolut's kinds of calls.
pub(crate) const CLASSES: &[Class] = &[
    TOKEN,
    ACCOUNTS,
    COUNTERPARTIES,
    TRANSACTIONS,
    TRANSACTION,
    PAY,
    SETTLE,
];

/// Names and values, in their order; a name may be there several times.
pub(super) type Pairs = Vec<(String, String)>;

/// A call.
#[derive(Debug, Clone)]
pub(super) enum Call {
    Token(Pairs),
    Accounts,
    Account(String),
    Counterparties,
    Counterparty(String),
    Transactions(Pairs),
    Transaction(String),
    /// With its numbers as text.
    Pay(Value),
    /// The lever that only the vendor's own sandbox has, too.
    Settle {
        id: String,
        action: Action,
    },
}

impl Call {
    /// Finds the call.
    ///
    /// # Errors
    /// The answer that Revolut gives to such a request.
    pub(super) fn resolve(
        path: &str,
        method: &Method,
        uri: &Uri,
        body: &str,
    ) -> Result<Self, Answer> {
        let path: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
        let ["api", "1.0", path @ ..] = path.as_slice() else {
            return Err(Answer::not_found("Resource"));
        };
        match (method == Method::POST, method == Method::GET, path) {
            (true, _, ["auth", "token"]) => Ok(Self::Token(pairs(body)?)),
            (true, _, ["pay"]) => json::read(body.as_bytes())
                .ok()
                .filter(Value::is_object)
                .map(Self::Pay)
                .ok_or_else(|| Answer::bad_request("The body is no JSON object")),
            (_, true, ["accounts"]) => Ok(Self::Accounts),
            (_, true, ["accounts", id]) => Ok(Self::Account((*id).to_owned())),
            (_, true, ["counterparties"]) => Ok(Self::Counterparties),
            (_, true, ["counterparty", id]) => Ok(Self::Counterparty((*id).to_owned())),
            (_, true, ["transactions"]) => {
                Ok(Self::Transactions(pairs(uri.query().unwrap_or_default())?))
            }
            (_, true, ["transaction", id]) => Ok(Self::Transaction((*id).to_owned())),
            (true, _, ["sandbox", "transactions", id, action]) => Ok(Self::Settle {
                action: Action::read(action).ok_or_else(|| Answer::not_found("Resource"))?,
                id: (*id).to_owned(),
            }),
            _ => Err(Answer::not_found("Resource")),
        }
    }

    pub(super) fn class(&self) -> Class {
        match self {
            Self::Token(_) => TOKEN,
            Self::Accounts | Self::Account(_) => ACCOUNTS,
            Self::Counterparties | Self::Counterparty(_) => COUNTERPARTIES,
            Self::Transactions(_) => TRANSACTIONS,
            Self::Transaction(_) => TRANSACTION,
            Self::Pay(_) => PAY,
            Self::Settle { .. } => SETTLE,
        }
    }

    /// What it is about: for a payment and the search for it, its request id.
    pub(super) fn object(&self) -> &str {
        match self {
            Self::Token(_) | Self::Accounts | Self::Counterparties => "",
            Self::Account(id)
            | Self::Counterparty(id)
            | Self::Transaction(id)
            | Self::Settle { id, .. } => id,
            Self::Transactions(query) => one(query, "request_id").unwrap_or_default(),
            Self::Pay(order) => order
                .get("request_id")
                .and_then(Value::as_str)
                .unwrap_or_default(),
        }
    }
}

/// The first value of a name.
pub(super) fn one<'a>(pairs: &'a Pairs, name: &str) -> Option<&'a str> {
    let found = pairs.iter().find(|(known, _)| known == name);
    found.map(|(_, value)| value.as_str())
}

fn pairs(text: &str) -> Result<Pairs, Answer> {
    let bad = || Answer::bad_request("the parameters are not form-encoded, or over 64 kB");
    let uri = Uri::try_from(format!("/?{text}")).map_err(|_| bad())?;
    let pairs: Query<Pairs> = Query::try_from_uri(&uri).map_err(|_| bad())?;
    Ok(pairs.0)
}
