//! The stranger's hand at the bank: a payment from the brand's account, and how it ends.

use homeostat_clock::wall;
use homeostat_sandbox::{
    REVOLUT_CLIENT_ID, REVOLUT_ISSUER, REVOLUT_PRIVATE_KEY, REVOLUT_REFRESH_TOKEN,
};
use homeostat_vendors::revolut::auth::{ASSERTION_TYPE, AssertionKey};
use jiff::SignedDuration;
use secrecy::ExposeSecret;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    books::Vendor,
    judge::Change,
    setting::{ACCOUNT, SUPPLIER},
};
use crate::{drill::http, failure::Failure};

const API: &str = "/revolut/api/1.0";
/// How a payment is ended, and its state then. None is completed: under a key like ours, the system would rightly say
/// that money left which nobody of us sent.
const ENDS: [(&str, &str); 3] = [
    ("fail", "failed"),
    ("decline", "declined"),
    ("revert", "reverted"),
];

/// Makes the `nth` payment and ends it. Its key begins like one of ours: others are none of our rows'.
pub(super) async fn pay(sandbox: &str, nth: usize) -> Result<Change, Failure> {
    #[derive(Deserialize)]
    struct Made {
        id: String,
    }
    let head = format!("authorization: Bearer {}\r\n", token(sandbox).await?);
    let (counterparty, account) = SUPPLIER;
    let order = json!({
        "request_id": format!("hs-of-a-stranger-{nth}"),
        "account_id": ACCOUNT,
        "receiver": { "counterparty_id": counterparty, "account_id": account },
        "amount": 12,
        "currency": "EUR",
        "reference": "as a person",
    });
    let made: Made = http::post_with(sandbox, &format!("{API}/pay"), &order, &head).await?;
    let (lever, state) = ENDS.iter().cycle().nth(nth).unwrap_or(&ENDS[0]);
    let path = format!("{API}/sandbox/transactions/{}/{lever}", made.id);
    let _ended: Value = http::post_with(sandbox, &path, &json!({}), &head).await?;
    Ok(Change {
        object: (Vendor::Revolut, made.id),
        state: (*state).to_owned(),
    })
}

/// What lets somebody in who holds the certificate's key, which in a sandbox everybody does.
async fn token(sandbox: &str) -> Result<String, Failure> {
    #[derive(Deserialize)]
    struct Given {
        access_token: String,
    }
    let until = wall().plus(SignedDuration::from_mins(5));
    let key = AssertionKey::from_pem(&REVOLUT_PRIVATE_KEY.into());
    let made = key
        .ok()
        .and_then(|key| key.assertion(REVOLUT_CLIENT_ID, REVOLUT_ISSUER, until));
    let broken = || Failure::Environment("the sandbox's certificate signs nothing".to_owned());
    let made = made.ok_or_else(broken)?;
    let form = format!(
        "grant_type=refresh_token&refresh_token={REVOLUT_REFRESH_TOKEN}\
         &client_assertion_type={ASSERTION_TYPE}&client_assertion={}",
        made.expose_secret()
    );
    let given: Given = http::post_form(sandbox, &format!("{API}/auth/token"), &form).await?;
    Ok(given.access_token)
}
