//! Who wrote, and to whom: `Name <a@b>` as the vendor writes it, and the shapes its older pages show.

use serde_json::Value;

use super::private::Private;

/// More of them are left out.
pub(super) const MAILBOXES_MAX: usize = 100;
/// RFC 5321: 64 bytes of name, `@`, 255 of domain.
const ADDRESS_BYTES_MAX: usize = 320;
const NAME_CHARS_MAX: usize = 200;

/// A name and an address, as far as they can be told. The name is whatever the sender wrote and proves nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Mailbox {
    /// The name, without its quotes.
    pub name: Option<Private>,
    /// The address. `None` when there is none or it is not clear which one is meant.
    pub address: Option<Private>,
}

impl Mailbox {
    /// Reads one mailbox. Text that names two addresses names none: somebody wants one to be taken for the other.
    pub fn parse(text: &str) -> Self {
        let text = text.trim();
        match outside_quotes(text, '<').as_slice() {
            [] => Self {
                name: None,
                address: address(text),
            },
            [start] => {
                let (name, rest) = text.split_at(*start);
                let inner = rest.strip_prefix('<').and_then(|r| r.strip_suffix('>'));
                Self {
                    name: plain_name(name),
                    address: inner.and_then(address),
                }
            }
            [first, ..] => Self {
                name: plain_name(text.get(..*first).unwrap_or_default()),
                address: None,
            },
        }
    }

    fn read_one(value: &Value) -> Option<Self> {
        match value {
            Value::String(text) => Some(Self::parse(text)),
            Value::Object(map) => {
                let text = |name: &str| map.get(name).and_then(Value::as_str);
                Some(Self {
                    name: text("name").and_then(plain_name),
                    address: text("email").or_else(|| text("address")).and_then(address),
                })
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) => None,
        }
    }
}

/// The mailboxes of a field: a text with commas, an object, or a list of either. What is none of these is left out.
pub(super) fn read(value: Option<&Value>) -> Vec<Mailbox> {
    match value {
        None => Vec::new(),
        Some(Value::String(text)) => {
            let pieces = split(text)
                .into_iter()
                .filter(|piece| !piece.trim().is_empty());
            pieces.take(MAILBOXES_MAX).map(Mailbox::parse).collect()
        }
        Some(Value::Array(items)) => {
            let read = items.iter().filter_map(Mailbox::read_one);
            read.take(MAILBOXES_MAX).collect()
        }
        Some(other) => Mailbox::read_one(other).into_iter().collect(),
    }
}

/// Who wrote. A list of several is nobody in particular.
pub(super) fn read_sender(value: Option<&Value>) -> Mailbox {
    match value {
        // A comma may belong to the name, quoted or not.
        Some(Value::String(text)) => Mailbox::parse(text),
        Some(Value::Array(items)) => match items.as_slice() {
            [one] => Mailbox::read_one(one).unwrap_or_default(),
            _ => Mailbox::default(),
        },
        Some(other) => Mailbox::read_one(other).unwrap_or_default(),
        None => Mailbox::default(),
    }
}

/// Where a character stands outside double quotes, in bytes.
fn outside_quotes(text: &str, wanted: char) -> Vec<usize> {
    let (mut quoted, mut escaped) = (false, false);
    let mut found = Vec::new();
    for (at, c) in text.char_indices() {
        if escaped {
            escaped = false;
        } else if c == '\\' && quoted {
            escaped = true;
        } else if c == '"' {
            quoted = !quoted;
        } else if c == wanted && !quoted {
            found.push(at);
        }
    }
    found
}

fn split(text: &str) -> Vec<&str> {
    let mut from = 0;
    let mut pieces = Vec::new();
    for comma in outside_quotes(text, ',') {
        pieces.extend(text.get(from..comma));
        from = comma + 1;
    }
    pieces.extend(text.get(from..));
    pieces
}

/// One `@`, something on both sides, nothing that would end or begin another address.
fn address(text: &str) -> Option<Private> {
    let text = text.trim();
    let (name, domain) = text.split_once('@')?;
    let strange = |c: char| c.is_control() || c.is_whitespace() || "<>(),;:\\\"[]@".contains(c);
    let whole = !name.is_empty()
        && !domain.is_empty()
        && text.len() <= ADDRESS_BYTES_MAX
        && !name.contains(strange)
        && !domain.contains(strange);
    whole.then(|| Private::new(text))
}

/// Without quotes, escapes and control characters; `None` when nothing is left.
fn plain_name(text: &str) -> Option<Private> {
    let text = text.trim();
    let inner = text.strip_prefix('"').and_then(|t| t.strip_suffix('"'));
    let mut name = String::new();
    let mut escaped = false;
    for c in inner.unwrap_or(text).chars().take(NAME_CHARS_MAX) {
        if c == '\\' && !escaped && inner.is_some() {
            escaped = true;
            continue;
        }
        escaped = false;
        if !c.is_control() {
            name.push(c);
        }
    }
    let name = name.trim();
    (!name.is_empty()).then(|| Private::new(name))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn told(mailbox: &Mailbox) -> (Option<&str>, Option<&str>) {
        (
            mailbox.name.as_ref().map(Private::expose),
            mailbox.address.as_ref().map(Private::expose),
        )
    }

    #[test]
    fn a_mailbox_is_read_as_people_write_it() {
        for (text, name, address) in [
            (
                "Ana Ruiz <ana@example.com>",
                Some("Ana Ruiz"),
                Some("ana@example.com"),
            ),
            ("ana@example.com", None, Some("ana@example.com")),
            ("<ana@example.com>", None, Some("ana@example.com")),
            (
                "\"Ruiz, Ana\" <ana@example.com>",
                Some("Ruiz, Ana"),
                Some("ana@example.com"),
            ),
            (
                "Ruiz, Ana <ana@example.com>",
                Some("Ruiz, Ana"),
                Some("ana@example.com"),
            ),
            (
                r#""A \"B\" <x@y>" <ana@example.com>"#,
                Some("A \"B\" <x@y>"),
                Some("ana@example.com"),
            ),
            (
                "Zoë Müller <zoë@exämple.de>",
                Some("Zoë Müller"),
                Some("zoë@exämple.de"),
            ),
            ("Ana", None, None),
            ("", None, None),
            ("Ana <>", Some("Ana"), None),
            ("Ana <ana@example.com", Some("Ana"), None),
            ("Ana <ana@example.com> Ruiz", Some("Ana"), None),
            ("Ana <a@b.example> <c@d.example>", Some("Ana"), None),
            ("a@b.example, c@d.example", None, None),
            ("Ana <a@b@c.example>", Some("Ana"), None),
            ("Ana <a b@c.example>", Some("Ana"), None),
        ] {
            assert_eq!(told(&Mailbox::parse(text)), (name, address), "{text}");
        }
    }

    #[test]
    fn a_name_that_looks_like_an_address_is_not_taken_for_it() {
        let mailbox = Mailbox::parse("ceo@bank.example <evil@else.example>");
        assert_eq!(told(&mailbox).1, Some("evil@else.example"));
        let mailbox = Mailbox::parse("\"x <ceo@bank.example>\" <evil@else.example>");
        assert_eq!(told(&mailbox).1, Some("evil@else.example"));
    }

    #[test]
    fn older_shapes_are_taken_and_others_left_out() {
        let object = json!({"name": "Ana", "email": "ana@example.com"});
        for value in [
            object.clone(),
            json!([object]),
            json!("Ana <ana@example.com>"),
            json!(["Ana <ana@example.com>"]),
        ] {
            let sender = read_sender(Some(&value));
            assert_eq!(
                told(&sender),
                (Some("Ana"), Some("ana@example.com")),
                "{value}"
            );
            assert_eq!(read(Some(&value)), [sender], "{value}");
        }
        for value in [
            json!(7),
            json!(true),
            json!([]),
            json!([7]),
            json!({}),
            json!([["a@b"]]),
        ] {
            assert_eq!(read_sender(Some(&value)), Mailbox::default(), "{value}");
        }
        let two = json!(["a@b.example", "c@d.example"]);
        assert_eq!(read_sender(Some(&two)), Mailbox::default());
        assert_eq!(read(Some(&two)).len(), 2);
        let text = json!("\"Ruiz, Ana\" <a@b.example>, c@d.example, ");
        assert_eq!(read(Some(&text)).len(), 2);
        let crowd = Value::from(vec!["a@b.example"; 5_000]);
        assert_eq!(read(Some(&crowd)).len(), MAILBOXES_MAX);
    }

    proptest! {
        #[test]
        fn any_text_is_a_mailbox_and_an_address_has_one_at(text in "[a-z@<>\", \\\\]{0,30}|\\PC{0,60}") {
            let mailbox = Mailbox::parse(&text);
            if let Some(address) = &mailbox.address {
                prop_assert_eq!(address.expose().matches('@').count(), 1);
                prop_assert!(text.contains(address.expose()));
            }
            let _all = read(Some(&Value::from(text)));
        }

        #[test]
        fn what_is_written_is_read_back(name in "[A-Za-z ]{1,20}", address in "[a-z.]{1,10}@[a-z]{1,10}\\.com") {
            let mailbox = Mailbox::parse(&format!("{name} <{address}>"));
            let trimmed = name.trim();
            let expected = (!trimmed.is_empty()).then_some(trimmed);
            prop_assert_eq!(told(&mailbox), (expected, Some(address.as_str())));
        }
    }
}
