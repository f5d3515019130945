//! The file of a bulk operation: one object a line, children after their parents with the parent's id.
//!
//! A file that breaks off is an error and never a shorter list: what is missing would be taken for what is not there.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::order::{self, Order};
use crate::wire::{Object, WireError, wrong};

/// Where the vendor keeps the parent's id.
const PARENT: &str = "__parentId";

/// A file that is not what was asked for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {problem}")]
pub struct BulkError {
    /// Counted from 1.
    pub line: usize,
    /// What is wrong, with the field's path.
    pub problem: String,
}

/// The orders of a bulk file, in its order.
///
/// # Errors
/// Names the line and the field.
pub fn bulk_orders(text: &str) -> Result<Vec<Order>, BulkError> {
    let mut orders: Vec<(usize, Value)> = Vec::new();
    let mut places: BTreeMap<String, usize> = BTreeMap::new();
    for (line, text) in lines(text) {
        let at = |error: WireError| BulkError {
            line,
            problem: error.to_string(),
        };
        let mut value = parsed(line, text)?;
        let (id, parent) = ids(&value).map_err(at)?;
        let Some(parent) = parent else {
            if places.insert(id, orders.len()).is_some() {
                return Err(at(wrong("id", "is there twice")));
            }
            value["lineItems"] = json!({"nodes": []});
            orders.push((line, value));
            continue;
        };
        let order = places.get(&parent).and_then(|place| orders.get_mut(*place));
        let lines = order.and_then(|(_, order)| order.pointer_mut("/lineItems/nodes"));
        let lines = lines.and_then(Value::as_array_mut);
        match lines {
            Some(lines) => lines.push(value),
            None => return Err(at(wrong(PARENT, "names no order above"))),
        }
    }
    let each = orders.iter().map(|(line, order)| {
        Object::new("", order)
            .and_then(|order| order::read(&order))
            .map_err(|error| BulkError {
                line: *line,
                problem: error.to_string(),
            })
    });
    each.collect()
}

fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let numbered = text.lines().enumerate();
    numbered
        .map(|(i, line)| (i + 1, line))
        .filter(|(_, line)| !line.trim().is_empty())
}

fn parsed(line: usize, text: &str) -> Result<Value, BulkError> {
    serde_json::from_str(text).map_err(|error| BulkError {
        line,
        problem: format!("no JSON: {error}"),
    })
}

fn ids(value: &Value) -> Result<(String, Option<String>), WireError> {
    let object = Object::new("", value)?;
    let parent = object.text_opt(PARENT)?;
    Ok((object.text("id")?.to_owned(), parent.map(str::to_owned)))
}
