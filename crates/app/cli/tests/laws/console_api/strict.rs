//! Reads JSON by a schema, strictly: a property that is not named is wrong, and so is a keyword that is not known here.
//! By hand, because each crate that does it brings a licence that is not on our list, or a second time library.

use homeostat_model::RuntimeTime;
use serde_json::{Map, Value};

/// What a place in the document says, wherever it says it.
pub(super) fn resolved<'a>(document: &'a Value, mut told: &'a Value) -> &'a Value {
    while let Some(place) = told.get("$ref").and_then(Value::as_str) {
        let place = place.strip_prefix('#').unwrap();
        told = document
            .pointer(place)
            .unwrap_or_else(|| panic!("nothing is at {place}"));
    }
    told
}

/// All that is not as the schema says.
pub(super) fn wrong(document: &Value, schema: &Value, value: &Value) -> Vec<String> {
    let mut reading = Reading {
        document,
        wrong: Vec::new(),
    };
    reading.read(schema, value, "");
    reading.wrong
}

struct Reading<'a> {
    document: &'a Value,
    wrong: Vec<String>,
}

impl Reading<'_> {
    fn read(&mut self, schema: &Value, value: &Value, at: &str) {
        let schema = match resolved(self.document, schema) {
            Value::Bool(true) => return,
            Value::Object(schema) => schema,
            other => return self.say(at, format!("{other} is no schema")),
        };
        for (keyword, told) in schema {
            let is_met = match keyword.as_str() {
                "description" | "title" | "default" => true,
                // Read with their neighbours below.
                "properties" | "required" | "additionalProperties" | "items" | "prefixItems" => {
                    true
                }
                "type" => is_one_of(told, |word| is_a(word, value)),
                "enum" => is_one_of(told, |word| word == value),
                "const" => told == value,
                "format" => is_formed(told, value),
                "minimum" => value.as_f64().is_none_or(|n| n >= told.as_f64().unwrap()),
                "maximum" => value.as_f64().is_none_or(|n| n <= told.as_f64().unwrap()),
                "minLength" => length(value).is_none_or(|n| n >= told.as_u64().unwrap()),
                "maxLength" => length(value).is_none_or(|n| n <= told.as_u64().unwrap()),
                "minItems" => items(value).is_none_or(|n| n >= told.as_u64().unwrap()),
                "maxItems" => items(value).is_none_or(|n| n <= told.as_u64().unwrap()),
                "anyOf" => self.met(told, value) > 0,
                "oneOf" => self.met(told, value) == 1,
                _ => return self.say(at, format!("the keyword {keyword} is not known here")),
            };
            if !is_met {
                self.say(at, format!("{value} is not {keyword} {told}"));
            }
        }
        match value {
            Value::Object(object) => self.object(schema, object, at),
            Value::Array(array) => self.array(schema, array, at),
            _ => {}
        }
    }

    fn object(&mut self, schema: &Map<String, Value>, object: &Map<String, Value>, at: &str) {
        for name in schema
            .get("required")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
        {
            if !object.contains_key(name.as_str().unwrap()) {
                self.say(at, format!("{name} is not there"));
            }
        }
        // Without any it may be anything.
        let Some(properties) = schema.get("properties").and_then(Value::as_object) else {
            return;
        };
        for (name, value) in object {
            match properties.get(name) {
                Some(told) => self.read(told, value, &format!("{at}/{name}")),
                None => self.say(at, format!("{name} is not in the document")),
            }
        }
    }

    fn array(&mut self, schema: &Map<String, Value>, array: &[Value], at: &str) {
        let first = schema.get("prefixItems").and_then(Value::as_array);
        let first = first.map_or(&[][..], Vec::as_slice);
        for (n, value) in array.iter().enumerate() {
            let at = format!("{at}/{n}");
            match first.get(n).or_else(|| schema.get("items")) {
                Some(told) => self.read(told, value, &at),
                // Without any it may hold anything.
                None if !first.is_empty() => {
                    self.say(&at, "is not in the document".into());
                }
                None => {}
            }
        }
    }

    /// How many of them say yes.
    fn met(&self, schemas: &Value, value: &Value) -> usize {
        let all = schemas.as_array().unwrap().iter();
        all.filter(|schema| wrong(self.document, schema, value).is_empty())
            .count()
    }

    fn say(&mut self, at: &str, text: String) {
        self.wrong.push(format!("{at}: {text}"));
    }
}

fn is_one_of(told: &Value, is_it: impl Fn(&Value) -> bool) -> bool {
    match told {
        Value::Array(all) => all.iter().any(is_it),
        one => is_it(one),
    }
}

fn is_a(word: &Value, value: &Value) -> bool {
    match word.as_str().unwrap() {
        "null" => value.is_null(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "string" => value.is_string(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        other => panic!("{other} is no type"),
    }
}

/// Times, and how wide a number may be.
fn is_formed(format: &Value, value: &Value) -> bool {
    match (format.as_str().unwrap(), value) {
        (_, Value::Null) => true,
        ("date-time", value) => serde_json::from_value::<RuntimeTime>(value.clone()).is_ok(),
        ("int32", value) => value.as_i64().is_some_and(|n| i32::try_from(n).is_ok()),
        ("int64", value) => value.is_i64(),
        ("uint8", value) => value.as_u64().is_some_and(|n| u8::try_from(n).is_ok()),
        ("uint" | "uint64", value) => value.is_u64(),
        ("double", value) => value.is_number(),
        (other, _) => panic!("the format {other} is not known here"),
    }
}

fn length(value: &Value) -> Option<u64> {
    let text = value.as_str()?;
    u64::try_from(text.chars().count()).ok()
}

fn items(value: &Value) -> Option<u64> {
    u64::try_from(value.as_array()?.len()).ok()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_not_told_is_wrong() {
        let document = json!({ "components": { "Row": {
            "type": "object",
            "properties": {
                "n": { "type": "integer", "format": "int64", "minimum": 0 },
                "at": { "type": ["string", "null"], "format": "date-time" },
                "word": { "oneOf": [{ "const": "a" }, { "const": "b" }] },
                "pair": {
                    "type": "array",
                    "prefixItems": [{ "type": "string" }, { "type": "boolean" }],
                    "minItems": 2,
                    "maxItems": 2,
                },
                "next": { "anyOf": [{ "$ref": "#/components/Row" }, { "type": "null" }] },
            },
            "required": ["n"],
        } } });
        let schema = json!({ "type": "array", "items": { "$ref": "#/components/Row" } });
        let told = |row: Value| wrong(&document, &schema, &json!([row])).len();
        let whole = json!({
            "n": 1, "at": "2026-01-01T00:00:00Z", "word": "b", "pair": ["a", true],
            "next": { "n": 2, "at": null, "next": null },
        });
        assert_eq!(told(whole), 0);
        for bad in [
            json!({}),
            json!({ "n": "1" }),
            json!({ "n": 1.5 }),
            json!({ "n": -1 }),
            json!({ "n": 1, "more": null }),
            json!({ "n": 1, "at": "yesterday" }),
            json!({ "n": 1, "word": "c" }),
            json!({ "n": 1, "pair": ["a"] }),
            json!({ "n": 1, "pair": ["a", "b"] }),
            json!({ "n": 1, "pair": ["a", true, 1] }),
            json!({ "n": 1, "next": { "n": 1, "more": 1 } }),
        ] {
            assert!(told(bad.clone()) > 0, "{bad}");
        }
        assert_eq!(
            wrong(&document, &json!({ "pattern": "a" }), &json!("a")).len(),
            1
        );
    }
}
