//! What is still to be known of the brand: taken from the flags, asked for on a terminal, or named.

use std::io::BufRead;

use homeostat_model::{BrandId, Currency};
use jiff::tz::TimeZone;

use super::Args;
use crate::{failure::Failure, ui};

/// Everything that the file is made of.
#[derive(Debug, Clone)]
pub(super) struct Known {
    pub(super) id: String,
    pub(super) currency: String,
    pub(super) time_zone: String,
    pub(super) target_cpa: String,
    pub(super) meta_account: String,
    pub(super) day_cap: String,
    pub(super) shop: Option<Shop>,
    pub(super) inbox: Option<String>,
    pub(super) sandbox: bool,
}

/// The brand's shop; in the sandbox it has no address.
#[derive(Debug, Clone)]
pub(super) struct Shop {
    pub(super) url: String,
    pub(super) language: String,
    pub(super) country: String,
}

/// A question with its flag, and what an answer must be like.
struct Question {
    flag: &'static str,
    words: &'static str,
    when_empty: Option<&'static str>,
    check: fn(&str) -> Result<(), String>,
}

const ID: Question = Question {
    flag: "--id",
    words: "Short name of the brand",
    when_empty: None,
    check: |text| text.parse::<BrandId>().map(drop).map_err(|e| e.to_string()),
};
const CURRENCY: Question = Question {
    flag: "--currency",
    words: "Its currency, such as EUR",
    when_empty: None,
    check: |text| {
        text.parse::<Currency>()
            .map(drop)
            .map_err(|e| e.to_string())
    },
};
const TIME_ZONE: Question = Question {
    flag: "--time-zone",
    words: "The zone of its days, such as Europe/Berlin",
    when_empty: None,
    check: |text| {
        TimeZone::get(text)
            .map(drop)
            .map_err(|_| "is no IANA zone".to_owned())
    },
};
const TARGET_CPA: Question = Question {
    flag: "--target-cpa",
    words: "What one sale may cost",
    when_empty: None,
    check: amount,
};
const META_ACCOUNT: Question = Question {
    flag: "--meta-account",
    words: "Its ad account, act_ and digits",
    when_empty: None,
    check: line,
};
const DAY_CAP: Question = Question {
    flag: "--day-cap",
    words: "Most that ads may spend in a day",
    when_empty: Some("200"),
    check: amount,
};
const SHOP: Question = Question {
    flag: "--shop",
    words: "Its shop, such as https://aurora.myshopify.com; empty: ads only",
    when_empty: Some(""),
    check: line,
};
const LANGUAGE: Question = Question {
    flag: "--language",
    words: "The language of most of its customers",
    when_empty: Some("en"),
    check: line,
};
const COUNTRY: Question = Question {
    flag: "--country",
    words: "The country of most of its customers, such as DE",
    when_empty: None,
    check: line,
};
const INBOX: Question = Question {
    flag: "--inbox",
    words: "Where its customers write to; empty: nobody is answered",
    when_empty: Some(""),
    check: line,
};

/// Completes the flags.
///
/// # Errors
/// The flag that is missing where nobody can be asked, or wrong.
pub(super) fn complete(args: &Args, asks: bool) -> Result<Known, Failure> {
    let want =
        |given: &Option<String>, question: &Question| answer(given.as_deref(), question, asks);
    let id = want(&args.id, &ID)?;
    let currency = want(&args.currency, &CURRENCY)?;
    let time_zone = want(&args.time_zone, &TIME_ZONE)?;
    let target_cpa = want(&args.target_cpa, &TARGET_CPA)?;
    let meta_account = want(&args.meta_account, &META_ACCOUNT)?;
    let day_cap = want(&args.day_cap, &DAY_CAP)?;
    let url = want(&args.shop, &SHOP)?;
    let (shop, inbox) = if url.is_empty() {
        (None, args.inbox.clone().unwrap_or_default())
    } else {
        let shop = Shop {
            url,
            language: want(&args.language, &LANGUAGE)?,
            country: want(&args.country, &COUNTRY)?,
        };
        (Some(shop), want(&args.inbox, &INBOX)?)
    };
    if shop.is_none() && !inbox.is_empty() {
        let problem = "--inbox: needs --shop: what customers ask about is there";
        return Err(Failure::Usage(problem.to_owned()));
    }
    Ok(Known {
        id,
        currency,
        time_zone,
        target_cpa,
        meta_account,
        day_cap,
        shop,
        inbox: Some(inbox).filter(|inbox| !inbox.is_empty()),
        sandbox: args.sandbox,
    })
}

fn answer(given: Option<&str>, question: &Question, asks: bool) -> Result<String, Failure> {
    let flag = question.flag;
    let checked = |text: &str| {
        let text = text.trim();
        line(text).and_then(|()| match text {
            "" if question.when_empty == Some("") => Ok(()),
            text => (question.check)(text),
        })
    };
    if let Some(given) = given {
        return match checked(given) {
            Ok(()) => Ok(given.trim().to_owned()),
            Err(problem) => Err(Failure::Usage(format!("{flag}: {given:?} {problem}"))),
        };
    }
    if !asks {
        return question.when_empty.map(str::to_owned).ok_or_else(|| {
            Failure::Usage(format!("{flag} is missing, and nobody can be asked here"))
        });
    }
    loop {
        let default = match question.when_empty {
            Some("") | None => String::new(),
            Some(default) => format!(" [{default}]"),
        };
        ui::note(&format!("{}{default}:", question.words));
        let mut typed = String::new();
        let read = std::io::stdin().lock().read_line(&mut typed);
        if read.map_err(|e| Failure::environment(&e))? == 0 {
            return Err(Failure::Usage(format!(
                "{flag} is missing: the input has ended"
            )));
        }
        let typed = match (typed.trim(), question.when_empty) {
            ("", Some(default)) => return Ok(default.to_owned()),
            (typed, _) => typed.to_owned(),
        };
        match checked(&typed) {
            Ok(()) => return Ok(typed),
            Err(problem) => ui::note(&format!("{typed:?} {problem}; once more")),
        }
    }
}

/// One line of text that a quoted string can hold as it is.
fn line(text: &str) -> Result<(), String> {
    if text.len() > 200
        || text
            .chars()
            .any(|c| c.is_control() || c == '"' || c == '\\')
    {
        return Err("must be one short line without quotes".to_owned());
    }
    Ok(())
}

fn amount(text: &str) -> Result<(), String> {
    match rust_decimal::Decimal::from_str_exact(text) {
        Ok(value) if value > rust_decimal::Decimal::ZERO => Ok(()),
        Ok(_) | Err(_) => Err("must be an amount above zero, such as 20.00".to_owned()),
    }
}
