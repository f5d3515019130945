//! Pages of a list, with cursors as Meta gives them.

use serde_json::{Value, json};

use super::{answer::Answer, request::Request};

/// The page a request asks for. `empty` puts an empty page in front of it.
pub(crate) fn page(
    items: Vec<Value>,
    request: &Request,
    limit_max: usize,
    empty: bool,
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
    let taken = if empty { 0 } else { limit };
    let data: Vec<Value> = items.into_iter().skip(from).take(taken).collect();
    let to = from + data.len();
    if data.is_empty() && !empty {
        return Ok(Answer::ok(json!({"data": []})));
    }
    // The cursor is there on the last page too; only `next` says that there is more.
    let mut paging = json!({"cursors": {"before": cursor(from), "after": cursor(to)}});
    if to < total || empty {
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
