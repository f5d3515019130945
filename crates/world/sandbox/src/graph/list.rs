//! Pages of a list, with cursors as Meta gives them.

use serde_json::{Value, json};

use super::{answer::Answer, request::Request};
use crate::faults::{Fault, Strike};

/// The most items that a page may hold under a fault, whatever its limit.
pub(crate) fn most(strike: Option<Strike>) -> usize {
    match strike {
        Some(strike) if strike.fault == Fault::EmptyPage => 0,
        Some(_) | None => usize::MAX,
    }
}

/// The page a request asks for, with at most `most` items on it. A page that this makes short, or
/// empty, still says that there is more.
pub(crate) fn page(
    items: Vec<Value>,
    request: &Request,
    limit_max: usize,
    most: usize,
) -> Result<Answer, Answer> {
    let limit: usize = match request.param("limit") {
        None => 25,
        Some(text) => text
            .parse()
            .ok()
            .filter(|limit| (1..=limit_max).contains(limit))
            .ok_or_else(|| Answer::invalid(format!("Param limit must be 1 to {limit_max}")))?,
    };
    let from = match request.param("after") {
        None => 0,
        Some(cursor) => {
            position(cursor).ok_or_else(|| Answer::invalid("Param after: no cursor"))?
        }
    };
    let total = items.len();
    let data: Vec<Value> = items.into_iter().skip(from).take(limit.min(most)).collect();
    let to = from + data.len();
    if data.is_empty() && most > 0 {
        return Ok(Answer::ok(json!({"data": []})));
    }
    // The cursor is there on the last page too; only `next` says that there is more.
    let mut paging = json!({"cursors": {"before": cursor(from), "after": cursor(to)}});
    if to < total || most == 0 {
        paging["next"] = json!(format!(
            "{}?limit={limit}&after={}",
            request.url,
            cursor(to)
        ));
    }
    Ok(Answer::ok(json!({"data": data, "paging": paging})))
}

fn cursor(position: usize) -> String {
    hex::encode(format!("at:{position}"))
}

fn position(cursor: &str) -> Option<usize> {
    let text = String::from_utf8(hex::decode(cursor).ok()?).ok()?;
    text.strip_prefix("at:")?.parse().ok()
}
