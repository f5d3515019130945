//! What is asked with: parameters of path and query, the body of a change, and who may make it.

use std::collections::BTreeMap;

use schemars::Schema;
use serde_json::{Map, Value, json};

use crate::{
    access::Role,
    board,
    changes::{Change, TEXT_MAX},
};

/// Which fields are parameters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum In {
    /// Those in the path; the others are the body's.
    Path,
    /// Those of the query too.
    Anywhere,
}

/// The parameters of a path, from what may be asked for.
pub(super) fn parameters(path: &str, asked: &Schema, place: In) -> Vec<Value> {
    let told = properties(asked).map(|(name, schema)| {
        let in_path = is_in(path, name);
        let mut schema = schema.clone();
        if let Some(schema) = schema.as_object_mut() {
            never_null(schema);
        }
        let description = schema
            .as_object_mut()
            .and_then(|schema| schema.remove("description"));
        let mut parameter = Map::new();
        parameter.insert("name".into(), name.as_str().into());
        let place = if in_path { "path" } else { "query" };
        parameter.insert("in".into(), place.into());
        let required = in_path || is_required(asked, name);
        parameter.insert("required".into(), required.into());
        parameter.extend(description.map(|text| ("description".into(), text)));
        parameter.insert("schema".into(), schema);
        (in_path, Value::Object(parameter))
    });
    told.filter(|(in_path, _)| *in_path || place == In::Anywhere)
        .map(|(_, parameter)| parameter)
        .collect()
}

/// The body of a change: its fields that are not in the path, and why it is made.
pub(super) fn body(path: &str, fields: &Schema) -> Value {
    let mut told = Map::new();
    let mut required = Vec::new();
    for (name, schema) in properties(fields).filter(|(name, _)| !is_in(path, name)) {
        told.insert(name.clone(), schema.clone());
        if is_required(fields, name) {
            required.push(name.as_str());
        }
    }
    let reason = json!({
        "type": "string",
        "minLength": 1,
        "maxLength": TEXT_MAX,
        "description": "Why. It is kept with what is changed.",
    });
    told.insert("reason".into(), reason);
    required.push("reason");
    json!({
        "type": "object",
        "properties": told,
        "required": required,
        "additionalProperties": false,
    })
}

/// Which role a change needs, for each word that can be chosen in it.
pub(super) fn roles<C: Change>(fields: &Schema) -> BTreeMap<Role, Vec<String>> {
    let sample: Vec<(String, String)> = properties(fields)
        .map(|(name, schema)| (name.clone(), any(schema)))
        .collect();
    let mut samples = Vec::new();
    for (name, schema) in properties(fields) {
        for word in words(schema) {
            let mut sample = sample.clone();
            sample.retain(|(field, _)| field != name);
            sample.push((name.clone(), word.to_owned()));
            samples.push((Some(word.to_owned()), sample));
        }
    }
    if samples.is_empty() {
        samples.push((None, sample));
    }
    let mut roles: BTreeMap<Role, Vec<String>> = BTreeMap::new();
    for (word, sample) in samples {
        if let Ok(change) = board::read::<C>(&sample) {
            roles.entry(change.needs()).or_default().extend(word);
        }
    }
    roles
}

/// In a sentence.
pub(super) fn who_may(roles: &BTreeMap<Role, Vec<String>>) -> String {
    let told = roles.iter().map(|(role, words)| match roles.len() {
        1 => format!("the role `{role}`"),
        _ => format!("the role `{role}` for `{}`", words.join("` and `")),
    });
    format!("Needs {}.", Vec::from_iter(told).join(", "))
}

fn properties(schema: &Schema) -> impl Iterator<Item = (&String, &Value)> {
    let properties = schema.get("properties").and_then(Value::as_object);
    properties.into_iter().flatten()
}

fn is_required(schema: &Schema, name: &str) -> bool {
    let required = schema.get("required").and_then(Value::as_array);
    required.is_some_and(|names| names.iter().any(|one| one == name))
}

fn is_in(path: &str, name: &str) -> bool {
    path.contains(&format!("{{{name}}}"))
}

/// Who does not ask leaves it out.
fn never_null(schema: &mut Map<String, Value>) {
    let Some(Value::Array(types)) = schema.get_mut("type") else {
        return;
    };
    types.retain(|one| one != "null");
    if types.len() == 1
        && let Some(one) = types.pop()
    {
        schema.insert("type".into(), one);
    }
}

fn words(schema: &Value) -> impl Iterator<Item = &str> {
    let words = schema.get("enum").and_then(Value::as_array);
    words.into_iter().flatten().filter_map(Value::as_str)
}

/// Something that can be read as this.
fn any(schema: &Value) -> String {
    let first = words(schema).next().map(str::to_owned);
    first.unwrap_or_else(|| match schema.get("type").and_then(Value::as_str) {
        Some("integer") => "1".into(),
        _ => "a".into(),
    })
}
