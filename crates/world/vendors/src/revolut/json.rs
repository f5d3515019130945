//! JSON whose numbers stay as they were written.
//!
//! Revolut writes amounts as JSON numbers in major units. A JSON reader makes binary floats of them,
//! and those hold no money. So the numbers of a reply are put in quotes before it is read, and those
//! of a request are taken out of them after it is written. Between, an amount is decimal text, and
//! the reader that all clients share works on it and names a wrong field. (A library type for raw
//! numbers would have to be declared field by field, and its errors name lines instead.)
//!
//! *Limits.* A number where text is due is taken as its digits.

use serde::de::IgnoredAny;
use serde_json::{Number, Value};

/// The fields whose text is written as a bare number.
const NUMBERS: [&str; 4] = ["amount", "balance", "bill_amount", "fee"];

/// JSON with its numbers as text.
///
/// # Errors
/// When it is no JSON.
pub fn read(body: &[u8]) -> Result<Value, serde_json::Error> {
    // First, because quoting can make JSON of what is none.
    serde_json::from_slice::<IgnoredAny>(body)?;
    serde_json::from_slice(&quoted(body))
}

/// JSON in which the text of amounts, balances and fees stands as a bare number.
pub fn write(value: &Value) -> String {
    let mut out = String::new();
    put(&mut out, "", value);
    out
}

/// Puts each number of valid JSON in quotes.
fn quoted(body: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(body.len() + body.len() / 8);
    let (mut in_text, mut escaped, mut in_number) = (false, false, false);
    for byte in body.iter().copied() {
        if in_number && !matches!(byte, b'0'..=b'9' | b'+' | b'-' | b'.' | b'e' | b'E') {
            in_number = false;
            out.push(b'"');
        }
        if in_text {
            match byte {
                _ if escaped => escaped = false,
                b'\\' => escaped = true,
                b'"' => in_text = false,
                _ => {}
            }
        } else if byte == b'"' {
            in_text = true;
        } else if !in_number && matches!(byte, b'0'..=b'9' | b'-') {
            in_number = true;
            out.push(b'"');
        }
        out.push(byte);
    }
    if in_number {
        out.push(b'"');
    }
    out
}

fn put(out: &mut String, name: &str, value: &Value) {
    match value {
        Value::Object(map) => {
            out.push('{');
            for (nth, (name, value)) in map.iter().enumerate() {
                if nth > 0 {
                    out.push(',');
                }
                out.push_str(&Value::from(name.as_str()).to_string());
                out.push(':');
                put(out, name, value);
            }
            out.push('}');
        }
        Value::Array(items) => {
            out.push('[');
            for (nth, item) in items.iter().enumerate() {
                if nth > 0 {
                    out.push(',');
                }
                put(out, "", item);
            }
            out.push(']');
        }
        Value::String(text) if NUMBERS.contains(&name) && is_number(text) => out.push_str(text),
        other => out.push_str(&other.to_string()),
    }
}

fn is_number(text: &str) -> bool {
    text.trim() == text && serde_json::from_str::<Number>(text).is_ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[test]
    fn numbers_are_read_as_they_were_written() {
        let body = br#"{"a":12.50,"b":[-0.10,1E7,0],"c":"say \"-3\" \\","d":true,"e":null}"#;
        let read = read(body).unwrap();
        let expected = json!({"a": "12.50", "b": ["-0.10", "1E7", "0"], "c": "say \"-3\" \\",
            "d": true, "e": null});
        assert_eq!(read, expected);
        assert_eq!(super::read(b" 7").unwrap(), json!("7"));
    }

    #[test]
    fn quoting_does_not_make_json_of_what_is_none() {
        for body in [
            &b"1-2"[..],
            b"{1:2}",
            b"[01]",
            b"[+1]",
            b"[1.]",
            b"[-]",
            b"[1 2]",
            b"12\"",
            b"\"\xff\"",
            b"",
        ] {
            let told = read(body);
            assert!(told.is_err(), "{:?}", String::from_utf8_lossy(body));
        }
    }

    #[test]
    fn only_amounts_are_written_bare_and_only_when_they_are_numbers() {
        let value = json!({"amount": "412.50", "code": "3020", "fee": "a, 1", "legs": [
            {"amount": "-0.10", "balance": " 1"}, "amount", "7"], "reference": "\"x\" 1"});
        let text = write(&value);
        assert!(text.contains(r#""amount":412.50"#), "{text}");
        assert!(text.contains(r#""amount":-0.10"#), "{text}");
        for quoted in [
            r#""code":"3020""#,
            r#""fee":"a, 1""#,
            r#""balance":" 1""#,
            r#""7""#,
        ] {
            assert!(text.contains(quoted), "{quoted}: {text}");
        }
        assert_eq!(read(text.as_bytes()).unwrap(), value);
    }

    /// Text, lists and objects, with amounts here and there, without bare numbers.
    fn any_texts() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            "-?(0|[1-9][0-9]{0,12})(\\.[0-9]{1,6})?".prop_map(Value::from),
            any::<String>().prop_map(Value::from),
        ];
        let name = prop_oneof![Just("amount".to_owned()), Just("fee".into()), "\\PC{0,6}"];
        leaf.prop_recursive(4, 40, 6, move |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
                prop::collection::hash_map(name.clone(), inner, 0..6)
                    .prop_map(|map| Value::Object(map.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(value in any_texts()) {
            prop_assert_eq!(read(write(&value).as_bytes()).unwrap(), value);
        }

        #[test]
        fn any_bytes_are_json_or_an_error(body in prop::collection::vec(any::<u8>(), 0..200)) {
            let is_json = serde_json::from_slice::<Value>(&body).is_ok();
            prop_assert_eq!(read(&body).is_ok(), is_json);
        }
    }
}
