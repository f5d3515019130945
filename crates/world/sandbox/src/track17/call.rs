//! Which call a request is, and about which numbers.

use serde_json::Value;

use super::answer::{Answer, BAD_DATA, BAD_FORMAT, BAD_VALUE, Code, TOO_MANY_ITEMS};
use crate::faults::{Class, Fault};

const REGISTER: Class = Class::writes("track17.register", &[Fault::PartialAnswer]);
const STOP: Class = Class::writes("track17.stop", &[]);
const INFO: Class = Class::reads(
    "track17.info",
    &[
        Fault::StaleIndex,
        Fault::PartialAnswer,
        Fault::NewWord,
        Fault::IdentityMissing,
    ],
);
const LIST: Class = Class::reads("track17.list", &[Fault::StaleIndex, Fault::NewWord]);
const QUOTA: Class = Class::reads("track17.quota", &[]);

/// 17TRACK's kinds of calls.
pub(crate) const CLASSES: &[Class] = &[REGISTER, STOP, INFO, LIST, QUOTA];

const PATHS: [&str; 5] = [
    "register",
    "stoptrack",
    "gettrackinfo",
    "gettracklist",
    "getquota",
];
/// The most items in a call.
const ITEMS_MAX: usize = 40;

/// A call.
#[derive(Debug)]
pub(super) enum Call {
    Register(Vec<Item>),
    Stop(Vec<Item>),
    Info(Vec<Item>),
    List(Asked),
    Quota,
}

/// A number as it was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Item {
    /// In upper case; whether it is one shows when it is looked at.
    pub(super) number: String,
    /// Absent when it is to be found out.
    pub(super) carrier: Option<u32>,
    pub(super) tag: Option<String>,
    pub(super) param: Option<String>,
}

/// Which page of which registrations.
#[derive(Debug)]
pub(super) struct Asked {
    pub(super) page_no: usize,
    /// Only these; all when empty.
    pub(super) numbers: Vec<String>,
    /// Only those that are, or are no longer, followed.
    pub(super) tracking: Option<String>,
}

/// Whether there is such a call.
pub(super) fn is_known(name: &str) -> bool {
    PATHS.contains(&name)
}

impl Call {
    /// Reads the body of a known call.
    ///
    /// # Errors
    /// The answer that 17TRACK gives to such a body.
    pub(super) fn read(name: &str, body: &str) -> Result<Self, Answer> {
        let told: Result<Value, _> = serde_json::from_str(body);
        let told = told.map_err(|_| Answer::refused(BAD_DATA))?;
        match name {
            "register" => Ok(Self::Register(items(&told)?)),
            "stoptrack" => Ok(Self::Stop(items(&told)?)),
            "gettrackinfo" => Ok(Self::Info(items(&told)?)),
            "gettracklist" => Ok(Self::List(asked(&told)?)),
            _ => Ok(Self::Quota),
        }
    }

    pub(super) fn class(&self) -> Class {
        match self {
            Self::Register(_) => REGISTER,
            Self::Stop(_) => STOP,
            Self::Info(_) => INFO,
            Self::List(_) => LIST,
            Self::Quota => QUOTA,
        }
    }

    /// The first number that it is about.
    pub(super) fn first(&self) -> &str {
        match self {
            Self::Register(items) | Self::Stop(items) | Self::Info(items) => {
                items.first().map_or("", |item| &item.number)
            }
            Self::List(_) | Self::Quota => "",
        }
    }
}

impl Item {
    /// Whether the number can be one.
    pub(super) fn check(&self) -> Result<(), Code> {
        let plain = self.number.bytes().all(|byte| byte.is_ascii_alphanumeric());
        match plain && (5..=50).contains(&self.number.len()) {
            true => Ok(()),
            false => Err(BAD_FORMAT),
        }
    }
}

fn items(body: &Value) -> Result<Vec<Item>, Answer> {
    let items = body
        .as_array()
        .filter(|items| !items.is_empty())
        .ok_or_else(|| Answer::refused(BAD_DATA))?;
    if items.len() > ITEMS_MAX {
        return Err(Answer::refused(TOO_MANY_ITEMS));
    }
    let item = |item: &Value| {
        let text = |name: &str| item.get(name).and_then(Value::as_str);
        let number = text("number")?.to_ascii_uppercase();
        let carrier = match item.get("carrier") {
            None | Some(Value::Null) => None,
            Some(key) => Some(u32::try_from(key.as_u64()?).ok()?),
        };
        Some(Item {
            number,
            carrier: carrier.filter(|key| *key > 0),
            tag: text("tag").map(str::to_owned),
            param: text("param").map(str::to_owned),
        })
    };
    let items: Option<Vec<Item>> = items.iter().map(item).collect();
    items.ok_or_else(|| Answer::refused(BAD_DATA))
}

fn asked(body: &Value) -> Result<Asked, Answer> {
    let page_no = body.get("page_no").map_or(Some(1), Value::as_u64);
    let page_no = page_no
        .and_then(|page_no| usize::try_from(page_no).ok())
        .filter(|page_no| *page_no > 0)
        .ok_or_else(|| Answer::refused(BAD_VALUE))?;
    let text = |name: &str| body.get(name).and_then(Value::as_str);
    let numbers = text("number").unwrap_or_default().split(',');
    Ok(Asked {
        page_no,
        numbers: numbers
            .map(|number| number.trim().to_ascii_uppercase())
            .filter(|number| !number.is_empty())
            .collect(),
        tracking: text("tracking_status").map(str::to_owned),
    })
}
