//! Tokens over the wire: when one is fetched, dropped, and given up.

use homeostat_model::{Classify, Fault, RuntimeTime};
use jiff::SignedDuration;

use super::{
    CallKind, Error, Meaning, Needs, NoAnswer, Payment, Receiver,
    stub::{serve, token},
};

const GONE: &str = r#"{"code":1000,"message":"Access token expired"}"#;

fn at(minute: i64) -> RuntimeTime {
    RuntimeTime("2026-01-01T00:00:00Z".parse().unwrap()).plus(SignedDuration::from_mins(minute))
}

fn ok() -> (u16, String) {
    (200, "[]".to_owned())
}

fn gone() -> (u16, String) {
    (401, GONE.to_owned())
}

fn bearers(requests: &[String]) -> Vec<&str> {
    let bearer = |request: &'_ String| {
        let at = request.find("authorization: Bearer ")? + 22;
        Some(at)
    };
    requests
        .iter()
        .map(|request| match bearer(request) {
            Some(at) => request[at..].lines().next().unwrap(),
            None => "fetch",
        })
        .collect()
}

fn payment() -> Payment {
    Payment {
        request_id: "inv-1".parse().unwrap(),
        from: "4f0c3f2e-8a55-4c1e-9a0b-0f9f6e0a1d11".parse().unwrap(),
        receiver: Receiver {
            counterparty: "b9f5d1b0-6f7a-4a21-8a1e-3d2f5c7e9a01".parse().unwrap(),
            account: None,
        },
        amount: homeostat_model::Money::from_micros(1_000_000, "EUR".parse().unwrap()),
        reference: String::new(),
    }
}

#[tokio::test]
async fn a_token_is_fetched_once_and_again_when_its_time_is_over() {
    let stub = serve(vec![token("a"), ok(), ok(), token("b"), ok()]);
    for minute in [0, 38, 40] {
        stub.client.accounts(at(minute)).await.unwrap();
    }
    let requests = stub.requests();
    assert_eq!(bearers(&requests), ["fetch", "a", "a", "fetch", "b"]);
    let fetch = &requests[0];
    assert!(
        fetch.starts_with("POST /api/1.0/auth/token HTTP/1.1"),
        "{fetch}"
    );
    assert!(fetch.contains("content-type: application/x-www-form-urlencoded"));
    let (_, form) = fetch.split_once("\r\n\r\n").unwrap();
    let names: Vec<&str> = form
        .split('&')
        .map(|pair| pair.split_once('=').unwrap().0)
        .collect();
    let wanted = [
        "grant_type",
        "refresh_token",
        "client_assertion_type",
        "client_assertion",
    ];
    assert_eq!(names, wanted);
    assert!(form.contains("grant_type=refresh_token"));
    assert!(form.contains("urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer"));
}

#[tokio::test]
async fn an_expired_token_fails_one_call_and_the_next_has_a_new_one() {
    let stub = serve(vec![token("a"), ok(), gone(), token("b"), ok()]);
    stub.client.accounts(at(0)).await.unwrap();
    // Not processed, so that also a payment may simply be made again.
    let error = stub.client.pay(&payment(), at(1)).await.unwrap_err();
    assert_eq!(error.meaning(), Some(Meaning::SessionOver));
    assert_eq!((error.fault(), error.needs()), (Fault::Transient, None));
    stub.client.accounts(at(1)).await.unwrap();
    assert_eq!(bearers(&stub.requests()), ["fetch", "a", "a", "fetch", "b"]);
}

#[tokio::test]
async fn when_a_fresh_token_is_not_taken_either_the_operator_must_act() {
    let stub = serve(vec![
        token("a"),
        gone(),
        token("b"),
        gone(),
        token("c"),
        ok(),
    ]);
    let first = stub.client.accounts(at(0)).await.unwrap_err();
    assert_eq!(first.fault(), Fault::Transient);
    let second = stub.client.accounts(at(0)).await.unwrap_err();
    assert_eq!(second.meaning(), Some(Meaning::TokenDead));
    assert_eq!(second.needs(), Some(Needs::Operator));
    // Once the operator has acted, it goes on by itself.
    stub.client.accounts(at(0)).await.unwrap();
    assert_eq!(stub.requests().len(), 6);
}

#[tokio::test]
async fn a_refused_statement_is_a_dead_token_and_shows_no_secret() {
    let echo = r#"{"error":"invalid_request","error_description":"very-secret-refresh eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCJ9"}"#;
    let stub = serve(vec![(400, echo.to_owned())]);
    let error = stub.client.pay(&payment(), at(0)).await.unwrap_err();
    assert_eq!(error.meaning(), Some(Meaning::TokenDead));
    assert_eq!(error.fault(), Fault::Permanent);
    let told = format!("{error} {error:?}");
    assert!(
        told.contains("invalid_request") && !told.contains("very-secret"),
        "{told}"
    );
    assert_eq!(stub.requests().len(), 1, "the payment itself was not sent");
}

#[tokio::test]
async fn whatever_befalls_the_fetch_the_payment_was_not_sent() {
    for (status, body) in [
        (500, r#"{"code":5000,"message":"Internal"}"#),
        (503, "<html>"),
        (429, ""),
        (200, "<html>"),
    ] {
        let stub = serve(vec![(status, body.to_owned())]);
        let error = stub.client.pay(&payment(), at(0)).await.unwrap_err();
        assert_eq!(error.fault(), Fault::Transient, "{status} {body}: {error}");
        assert_eq!(stub.requests().len(), 1);
    }
    for body in [
        "{}",
        r#"{"access_token":7}"#,
        r#"{"access_token":""}"#,
        r#"{"access_token":"a\r\nb: c"}"#,
        r#"{"access_token":"a","expires_in":"soon"}"#,
    ] {
        let body = body.replace("7", "[7]");
        let stub = serve(vec![(200, body.clone())]);
        let error = stub.client.pay(&payment(), at(0)).await.unwrap_err();
        assert_eq!(error.fault(), Fault::Permanent, "{body}: {error}");
        assert!(matches!(error, Error::Unexpected { .. }), "{body}");
        assert_eq!(stub.requests().len(), 1);
    }
}

#[tokio::test]
async fn calls_that_wait_for_a_token_share_one() {
    let stub = serve(vec![token("a"), ok(), ok(), ok()]);
    let (now, client) = (at(0), &stub.client);
    let (one, two, three) = tokio::join!(
        client.accounts(now),
        client.accounts(now),
        client.accounts(now)
    );
    assert!(one.is_ok() && two.is_ok() && three.is_ok());
    assert_eq!(bearers(&stub.requests()), ["fetch", "a", "a", "a"]);
}

#[tokio::test]
async fn a_payment_whose_reply_is_cut_off_has_an_unknown_outcome() {
    let stub = serve(vec![token("a"), (200, "{\"id\":".to_owned())]);
    let error = stub.client.pay(&payment(), at(0)).await.unwrap_err();
    assert_eq!(error.fault(), Fault::UnknownOutcome, "{error}");
    stub.requests();
    let none: Error = Error::Unanswered {
        kind: CallKind::Write,
        reason: NoAnswer::TimedOut,
        source: None,
    };
    assert_eq!(none.fault(), Fault::UnknownOutcome);
}
