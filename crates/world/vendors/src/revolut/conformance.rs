//! Requests as they leave and replies as the vendor's reference shows them.

use homeostat_model::{Classify, Fault, Money, WorldTime};
use reqwest::{Request, header::HeaderMap};
use serde_json::{Value, json};

use super::{
    CallKind, Client, Error, Meaning, Payment, PaymentState, Query, Receiver, Refusal, account,
    counterparty, faults, json as numbers, pay, query, stub, transaction,
};
use crate::{transport::Raw, wire::Object};

const ID: &str = "69c2f0a1-1b2c-4d3e-8f90-a1b2c3d4e5f6";
const ACCOUNT: &str = "4f0c3f2e-8a55-4c1e-9a0b-0f9f6e0a1d11";
const COUNTERPARTY: &str = "b9f5d1b0-6f7a-4a21-8a1e-3d2f5c7e9a01";
const THEIR_ACCOUNT: &str = "0d9a1c5e-2b3f-4d6a-8c7b-1e2f3a4b5c6d";

fn client() -> Client {
    Client::new(stub::config()).unwrap()
}

fn money(micros: i64, currency: &str) -> Money {
    Money::from_micros(micros, currency.parse().unwrap())
}

fn time(text: &str) -> WorldTime {
    WorldTime(text.parse().unwrap())
}

fn payment(amount: Money) -> Payment {
    Payment {
        request_id: "inv-2026-0412-a1".parse().unwrap(),
        from: ACCOUNT.parse().unwrap(),
        receiver: Receiver {
            counterparty: COUNTERPARTY.parse().unwrap(),
            account: Some(THEIR_ACCOUNT.parse().unwrap()),
        },
        amount,
        reference: "Invoice 2026-0412".to_owned(),
    }
}

fn sent(payment: &Payment) -> Request {
    let body = pay::body(payment).unwrap();
    let request = client().post("api/1.0/pay", &body).unwrap();
    request.build().unwrap()
}

fn text(request: &Request) -> String {
    let body = request.body().unwrap().as_bytes().unwrap();
    String::from_utf8(body.to_vec()).unwrap()
}

fn read(body: &str) -> Value {
    numbers::read(body.as_bytes()).unwrap()
}

fn refused(kind: CallKind, http_status: u16, body: &str) -> Refusal {
    let raw = Raw {
        http_status,
        headers: HeaderMap::new(),
        body: body.as_bytes().to_vec(),
    };
    let judged = client().judge(kind, &raw, &"token".into(), faults::meaning);
    match judged.unwrap_err() {
        Error::Refused { refusal, .. } => refusal,
        other => panic!("{other}"),
    }
}

#[test]
fn a_payment_leaves_as_the_reference_shows_it() {
    let request = sent(&payment(money(412_500_000, "EUR")));
    assert_eq!(request.method(), "POST");
    assert_eq!(
        request.url().as_str(),
        "https://b2b.revolut.com/api/1.0/pay"
    );
    assert_eq!(request.headers()["content-type"], "application/json");
    let text = text(&request);
    assert!(text.contains(r#""amount":412.50"#), "{text}");
    let expected = json!({
        "request_id": "inv-2026-0412-a1", "account_id": ACCOUNT,
        "receiver": {"counterparty_id": COUNTERPARTY, "account_id": THEIR_ACCOUNT},
        "amount": "412.50", "currency": "EUR", "reference": "Invoice 2026-0412",
    });
    assert_eq!(read(&text), expected);
}

#[test]
fn an_amount_has_the_decimals_of_its_currency_and_what_is_absent_is_left_out() {
    for (micros, currency, amount) in [
        (500_000_000, "JPY", r#""amount":500,"#),
        (1_250_000, "KWD", r#""amount":1.250,"#),
        // More digits than a float keeps.
        (
            9_007_199_254_740_990_000,
            "EUR",
            r#""amount":9007199254740.99,"#,
        ),
    ] {
        let text = text(&sent(&payment(money(micros, currency))));
        assert!(text.contains(amount), "{text}");
    }
    let mut bare = payment(money(1_000_000, "EUR"));
    bare.reference.clear();
    bare.receiver.account = None;
    let body = read(&text(&sent(&bare)));
    assert_eq!(body["receiver"], json!({"counterparty_id": COUNTERPARTY}));
    assert_eq!(body.get("reference"), None);
}

#[test]
fn a_payment_that_cannot_be_meant_is_not_sent() {
    let field = |change: &dyn Fn(&mut Payment)| {
        let mut wanted = payment(money(412_500_000, "EUR"));
        change(&mut wanted);
        match pay::body(&wanted).unwrap_err() {
            Error::Request { field, .. } => field,
            other => panic!("{other}"),
        }
    };
    for amount in [
        money(0, "EUR"),
        money(-1_000_000, "EUR"),
        money(1_001, "EUR"),
        money(500_000, "JPY"),
    ] {
        assert_eq!(field(&|payment| payment.amount = amount), "amount");
    }
    assert_eq!(
        field(&|payment| payment.reference = "x".repeat(141)),
        "reference"
    );
    assert_eq!(
        field(&|payment| payment.reference = "a\nb".into()),
        "reference"
    );
    let mut long = payment(money(1_000_000, "EUR"));
    long.reference = "ü".repeat(140);
    assert!(pay::body(&long).is_ok());
}

#[test]
fn a_payments_reply_and_its_duplicate_are_read() {
    let body =
        format!(r#"{{"id":"{ID}","state":"pending","created_at":"2026-03-01T09:15:00.123456Z"}}"#);
    let paid = pay::paid(&read(&body)).unwrap();
    assert_eq!(
        (paid.id.as_str(), &paid.state),
        (ID, &PaymentState::Pending)
    );
    assert_eq!(paid.created_at, time("2026-03-01T09:15:00.123456Z"));
    assert!(paid.completed_at.is_none() && !paid.state.is_final());

    let body = r#"{"code":3020,"message":"Duplicate request: inv-2026-0412-a1"}"#;
    let refusal = refused(CallKind::Write, 400, body);
    assert!(refusal.is_duplicate());
    assert_eq!(refusal.message, "Duplicate request: inv-2026-0412-a1");
    let kind = CallKind::Write;
    assert_eq!(
        Error::Refused { kind, refusal }.fault(),
        Fault::UnknownOutcome
    );
}

#[test]
fn all_shapes_of_an_error_are_read() {
    let one = refused(
        CallKind::Read,
        400,
        r#"{"code":3000,"message":"Required 'x' is missing"}"#,
    );
    assert_eq!((one.code.as_str(), one.meaning), ("3000", Meaning::Invalid));
    let two = r#"{"error_id":"0a1b","code":3162,"message":"Try again after 30 seconds"}"#;
    let two = refused(CallKind::Read, 429, two);
    assert_eq!(two.error_id.as_deref(), Some("0a1b"));
    assert!(matches!(two.meaning, Meaning::Throttled { .. }));
    let three = refused(
        CallKind::Read,
        401,
        r#"{"status":401,"message":"Unauthorised"}"#,
    );
    assert_eq!(
        (three.code.as_str(), three.meaning),
        ("", Meaning::SessionOver)
    );
    assert_eq!(three.to_string(), "Unauthorised (HTTP 401, SessionOver)");
    for (status, body) in [(401, ""), (401, "<html>"), (429, "slow down"), (429, "[]")] {
        assert_eq!(refused(CallKind::Write, status, body).http_status, status);
    }
}

#[test]
fn a_wait_comes_from_the_header_and_at_the_speed_of_the_sandbox() {
    let mut config = stub::config();
    config.endpoint.wait_divisor = 10;
    let client = Client::new(config).unwrap();
    let wait_ms = |header: Option<&str>| {
        let mut headers = HeaderMap::new();
        if let Some(header) = header {
            headers.insert("retry-after", header.parse().unwrap());
        }
        let raw = Raw {
            http_status: 429,
            headers,
            body: br#"{"code":3162,"message":"x"}"#.to_vec(),
        };
        let judged = client.judge(CallKind::Read, &raw, &"t".into(), faults::meaning);
        judged.unwrap_err().wait().unwrap().as_millis()
    };
    assert_eq!(wait_ms(None), 3_000);
    assert_eq!(wait_ms(Some("12")), 1_200);
    assert_eq!(wait_ms(Some("Wed, 21 Oct 2026 07:28:00 GMT")), 3_000);
}

#[test]
fn accounts_and_counterparties_are_read() {
    let body = format!(
        r#"[{{"id":"{ACCOUNT}","name":"Main","balance":10234.07,"currency":"EUR","state":"active",
        "public":false,"created_at":"2026-01-01T00:00:00Z","updated_at":"2026-01-01T00:00:00Z"}},
        {{"id":"{ID}","balance":1.2E7,"currency":"JPY","state":"frozen"}}]"#
    );
    let told = account::list(&read(&body), account::read).unwrap();
    assert_eq!(told[0].balance, money(10_234_070_000, "EUR"));
    assert_eq!((told[0].name.as_str(), told[1].name.as_str()), ("Main", ""));
    assert_eq!(told[1].balance, money(12_000_000_000_000, "JPY"));
    assert_eq!(told[1].state, "frozen");

    let body = format!(
        r#"{{"id":"{COUNTERPARTY}","name":"Wool & Co","profile_type":"business","country":"DE",
        "state":"created","created_at":"2026-01-01T00:00:00Z","updated_at":"2026-01-01T00:00:00Z",
        "accounts":[{{"id":"{THEIR_ACCOUNT}","currency":"EUR","type":"external","iban":"DE00"}}],
        "cards":[]}}"#
    );
    let body = read(&body);
    let told = counterparty::read(&Object::new("", &body).unwrap()).unwrap();
    assert_eq!(
        (told.name.as_str(), told.state.as_str()),
        ("Wool & Co", "created")
    );
    assert_eq!(told.accounts[0].id.as_str(), THEIR_ACCOUNT);
    assert_eq!(told.accounts[0].kind, "external");
}

#[test]
fn a_transaction_is_read_with_its_negative_leg() {
    let body = format!(
        r#"{{"id":"{ID}","type":"transfer","request_id":"inv-2026-0412-a1","state":"declined",
        "reason_code":"insufficient_balance","created_at":"2026-03-01T09:15:00.123456Z",
        "updated_at":"2026-03-01T09:16:00Z","reference":"Invoice 2026-0412","legs":[{{
        "leg_id":"{ID}","amount":-412.50,"fee":0.2,"currency":"EUR","account_id":"{ACCOUNT}",
        "counterparty":{{"id":"{COUNTERPARTY}","account_id":"{THEIR_ACCOUNT}",
        "account_type":"external"}},"description":"To Wool & Co","balance":0.07}}]}}"#
    );
    let body = read(&body);
    let told = transaction::read(&Object::new("", &body).unwrap()).unwrap();
    assert_eq!(told.state, PaymentState::Declined);
    assert_eq!(told.reason_code.as_deref(), Some("insufficient_balance"));
    assert_eq!(told.request_id.as_deref(), Some("inv-2026-0412-a1"));
    let leg = &told.legs[0];
    assert_eq!(leg.amount, money(-412_500_000, "EUR"));
    assert_eq!(leg.fee, Some(money(200_000, "EUR")));
    assert_eq!(leg.balance, Some(money(70_000, "EUR")));
    assert_eq!(leg.counterparty.as_deref(), Some(COUNTERPARTY));
    assert_eq!(leg.counterparty_account.as_deref(), Some(THEIR_ACCOUNT));
}

#[test]
fn a_list_is_asked_for_with_its_filters() {
    let query = Query {
        from: Some(time("2026-03-01T00:00:00Z")),
        to: Some(time("2026-03-14T23:59:59.5Z")),
        account: Some(ACCOUNT.parse().unwrap()),
        request_id: Some("inv-1/a".parse().unwrap()),
        states: vec![PaymentState::Pending, PaymentState::Created],
        count: 250,
    };
    let request = client()
        .get("api/1.0/transactions", &query::parameters(&query).unwrap())
        .unwrap()
        .build()
        .unwrap();
    let expected = format!(
        "https://b2b.revolut.com/api/1.0/transactions?count=250&request_id=inv-1%2Fa\
         &from=2026-03-01T00%3A00%3A00Z&to=2026-03-14T23%3A59%3A59.5Z&account={ACCOUNT}\
         &state=pending&state=created"
    );
    assert_eq!(request.url().as_str(), expected);
}

#[test]
fn an_instant_finer_than_the_banks_only_widens_the_interval() {
    let sent = |text: &str| {
        let query = Query {
            from: Some(time(text)),
            to: Some(time(text).plus(jiff::SignedDuration::from_secs(1))),
            ..Query::default()
        };
        let sent = query::parameters(&query).unwrap();
        (sent[1].1.clone(), sent[2].1.clone())
    };
    let (from, to) = sent("2026-03-01T00:00:00.123456789Z");
    assert_eq!(from, "2026-03-01T00:00:00.123456Z");
    assert_eq!(to, "2026-03-01T00:00:01.123457Z");
    let (from, to) = sent("2026-03-01T00:00:00.123456Z");
    assert_eq!(from, "2026-03-01T00:00:00.123456Z");
    assert_eq!(to, "2026-03-01T00:00:01.123456Z");
    let (from, to) = sent("1969-12-31T23:59:58.000000001Z");
    assert_eq!(from, "1969-12-31T23:59:58Z");
    assert_eq!(to, "1969-12-31T23:59:59.000001Z");
}

#[test]
fn a_list_that_the_bank_would_refuse_is_not_asked_for() {
    let good = Query {
        from: Some(time("2026-03-01T00:00:00Z")),
        to: Some(time("2026-03-15T00:00:00Z")),
        request_id: Some("inv-1".parse().unwrap()),
        ..Query::default()
    };
    assert!(query::parameters(&good).is_ok());
    let field = |change: &dyn Fn(&mut Query)| {
        let mut wanted = good.clone();
        change(&mut wanted);
        match query::parameters(&wanted).unwrap_err() {
            Error::Request { field, .. } => field,
            other => panic!("{other}"),
        }
    };
    assert_eq!(field(&|query| query.count = 0), "count");
    assert_eq!(field(&|query| query.count = 1_001), "count");
    assert_eq!(field(&|query| query.from = None), "request_id");
    assert_eq!(field(&|query| query.to = None), "request_id");
    let later = time("2026-03-15T00:00:00.000001Z");
    assert_eq!(field(&|query| query.to = Some(later)), "request_id");
    assert_eq!(field(&|query| query.to = query.from), "to");
}
