//! Reading JSON by hand, so that an error names the field and nothing is taken on trust.

use std::fmt::Display;

use rust_decimal::Decimal;
use serde_json::{Map, Value};

/// A field of a reply that is not what it must be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{field}: {problem}")]
pub(crate) struct WireError {
    /// Path of the field, such as `data[3].spend`.
    pub(crate) field: String,
    /// What is wrong with it.
    pub(crate) problem: String,
}

/// A JSON object and the path that leads to it.
#[derive(Debug, Clone)]
pub(crate) struct Object<'a> {
    path: String,
    map: &'a Map<String, Value>,
}

/// An error at a path.
pub(crate) fn wrong(field: impl Into<String>, problem: impl Display) -> WireError {
    WireError {
        field: field.into(),
        problem: problem.to_string(),
    }
}

impl<'a> Object<'a> {
    /// `value` as an object; `path` is empty for the root.
    pub(crate) fn new(path: impl Into<String>, value: &'a Value) -> Result<Self, WireError> {
        let path = path.into();
        match value {
            Value::Object(map) => Ok(Self { path, map }),
            other => {
                let at = if path.is_empty() { "body" } else { &path };
                Err(wrong(at, format!("must be an object, is {}", kind(other))))
            }
        }
    }

    /// The full path of a field of this object.
    pub(crate) fn path(&self, name: &str) -> String {
        if self.path.is_empty() {
            return name.to_owned();
        }
        format!("{}.{name}", self.path)
    }

    /// An error at a field of this object.
    pub(crate) fn wrong(&self, name: &str, problem: impl Display) -> WireError {
        wrong(self.path(name), problem)
    }

    /// The raw value; `null` counts as absent.
    pub(crate) fn get(&self, name: &str) -> Option<&'a Value> {
        self.map.get(name).filter(|value| !value.is_null())
    }

    /// Text that may be absent.
    pub(crate) fn text_opt(&self, name: &str) -> Result<Option<&'a str>, WireError> {
        match self.get(name) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(other) => Err(self.wrong(name, format!("must be text, is {}", kind(other)))),
        }
    }

    /// Text that must be there.
    pub(crate) fn text(&self, name: &str) -> Result<&'a str, WireError> {
        self.text_opt(name)?
            .ok_or_else(|| self.wrong(name, "is missing"))
    }

    /// Text that must be there and parse.
    pub(crate) fn parse<T>(&self, name: &str) -> Result<T, WireError>
    where
        T: std::str::FromStr,
        T::Err: Display,
    {
        self.text(name)?
            .parse()
            .map_err(|error| self.wrong(name, error))
    }

    /// A number as Meta writes it: text, sometimes a bare number. Kept as text for exact reading.
    pub(crate) fn number_text(&self, name: &str) -> Result<Option<String>, WireError> {
        match self.get(name) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.clone())),
            Some(Value::Number(number)) => Ok(Some(number.to_string())),
            Some(other) => {
                let problem = format!("must be a number as text, is {}", kind(other));
                Err(self.wrong(name, problem))
            }
        }
    }

    /// A count: a whole number, zero when absent, since Meta leaves empty metrics out.
    pub(crate) fn count(&self, name: &str) -> Result<u64, WireError> {
        let Some(text) = self.number_text(name)? else {
            return Ok(0);
        };
        whole(&text).ok_or_else(|| self.wrong(name, format!("{text:?} is no whole number")))
    }

    /// An integer that may be absent.
    pub(crate) fn integer_opt(&self, name: &str) -> Result<Option<i64>, WireError> {
        match self.get(name) {
            None => Ok(None),
            Some(value) => value
                .as_i64()
                .map(Some)
                .ok_or_else(|| self.wrong(name, "must be a whole number")),
        }
    }

    /// An object that may be absent.
    pub(crate) fn object_opt(&self, name: &str) -> Result<Option<Object<'a>>, WireError> {
        self.get(name)
            .map(|value| Object::new(self.path(name), value))
            .transpose()
    }

    /// A list of objects; absent counts as empty.
    pub(crate) fn objects(&self, name: &str) -> Result<Vec<Object<'a>>, WireError> {
        match self.get(name) {
            None => Ok(Vec::new()),
            Some(Value::Array(items)) => {
                let path = self.path(name);
                let object = |(i, item)| Object::new(format!("{path}[{i}]"), item);
                items.iter().enumerate().map(object).collect()
            }
            Some(other) => Err(self.wrong(name, format!("must be a list, is {}", kind(other)))),
        }
    }
}

fn whole(text: &str) -> Option<u64> {
    let number: Decimal = text.parse().ok()?;
    (number.is_integer()).then(|| u64::try_from(number).ok())?
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}
