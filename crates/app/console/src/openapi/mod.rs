//! What programs are answered, as an OpenAPI 3.1 document. It is made from the types that are served: answers from the
//! boards, parameters from what may be asked for, bodies and roles from the changes.
//!
//! ```text
//!   operation ─┬▶ its Ask, its fields ──▶ parameters · body
//!              ├▶ its board ──▶ schema in `components`
//!              └▶ `needs` of each choice that a change has ──▶ role
//! ```
//! *Limits.* A property that a board gains later breaks nobody, so objects are told as open; the law reads them as closed.

mod asked;

use std::collections::BTreeMap;

use axum::http::StatusCode;
use schemars::{JsonSchema, Schema, SchemaGenerator, generate::SchemaSettings};
use serde_json::{Map, Value, json};

use crate::{
    access::Role,
    board::{Board, Problem},
    changes::{Change, Done},
};

/// Below which the API is.
const BEGIN: &str = "/api/v1";
const JSON: &str = "application/json";

/// What can go wrong with any question.
const OF_READS: [StatusCode; 4] = [
    StatusCode::BAD_REQUEST,
    StatusCode::UNAUTHORIZED,
    StatusCode::NOT_FOUND,
    StatusCode::SERVICE_UNAVAILABLE,
];
/// What can go wrong with any change.
const OF_CHANGES: [StatusCode; 5] = [
    StatusCode::BAD_REQUEST,
    StatusCode::UNAUTHORIZED,
    StatusCode::FORBIDDEN,
    StatusCode::NOT_FOUND,
    StatusCode::SERVICE_UNAVAILABLE,
];

/// A method on a path, and how it is told.
#[derive(Debug, Clone)]
pub(crate) struct Operation {
    method: &'static str,
    pub(crate) path: String,
    summary: &'static str,
    /// What kind of answer there is.
    media: &'static str,
    tell: fn(&Self, &mut Schemas) -> Told,
}

/// What its types say.
#[derive(Debug)]
struct Told {
    description: Option<String>,
    parameters: Vec<Value>,
    body: Option<Value>,
    answer: Value,
    troubles: &'static [StatusCode],
    security: Value,
}

impl Operation {
    /// A look at a board. `summary` is one sentence.
    pub(crate) fn board<B: Board>(summary: &'static str) -> Self {
        Self {
            method: "get",
            path: format!("{BEGIN}{}", B::API),
            summary,
            media: JSON,
            tell: |operation, schemas| {
                let asked = schemas.ask::<B::Ask>();
                let answer = schemas.answer::<B>();
                operation.read(&asked, answer)
            },
        }
    }

    /// A change. `summary` is one sentence.
    pub(crate) fn change<C: Change>(summary: &'static str) -> Self {
        Self {
            method: "post",
            path: format!("{BEGIN}{}", C::PATH),
            summary,
            media: JSON,
            tell: |operation, schemas| {
                let fields = schemas.ask::<C>();
                let roles = asked::roles::<C>(&fields);
                let least = roles.keys().next().map(|role| role.as_str());
                Told {
                    description: Some(asked::who_may(&roles)),
                    parameters: asked::parameters(&operation.path, &fields, asked::In::Path),
                    body: Some(asked::body(&operation.path, &fields)),
                    answer: schemas.answer::<Done>().to_value(),
                    troubles: &OF_CHANGES,
                    security: json!([{ "bearer": Vec::from_iter(least) }]),
                }
            },
        }
    }

    /// A text or a stream. `A` is what may be asked for, `summary` one sentence.
    pub(crate) fn text<A: JsonSchema>(
        path: &str,
        media: &'static str,
        summary: &'static str,
    ) -> Self {
        Self {
            method: "get",
            path: path.to_owned(),
            summary,
            media,
            tell: |operation, schemas| {
                let asked = schemas.ask::<A>();
                let answer = schemas.answer::<String>();
                operation.read(&asked, answer)
            },
        }
    }

    /// The document itself.
    pub(crate) fn document(path: &str) -> Self {
        Self {
            method: "get",
            path: path.to_owned(),
            summary: "This document.",
            media: JSON,
            tell: |operation, schemas| {
                let asked = schemas.ask::<()>();
                let answer = schemas.answer::<Map<String, Value>>();
                operation.read(&asked, answer)
            },
        }
    }

    fn read(&self, asked: &Schema, answer: Schema) -> Told {
        Told {
            description: None,
            parameters: asked::parameters(&self.path, asked, asked::In::Anywhere),
            body: None,
            answer: answer.to_value(),
            troubles: &OF_READS,
            // Without one on this machine, as long as there is none.
            security: json!([{ "bearer": [Role::View] }, {}]),
        }
    }

    /// `get_jobs_id`.
    fn id(&self) -> String {
        let path = self.path.strip_prefix(BEGIN).unwrap_or(&self.path);
        let words = path.split(|c: char| !c.is_ascii_alphanumeric());
        let words = words.filter(|word| !word.is_empty());
        let mut id = self.method.to_owned();
        words.for_each(|word| id.push_str(&format!("_{word}")));
        id
    }

    /// `jobs`.
    fn tag(&self) -> &str {
        let path = self.path.strip_prefix(BEGIN).unwrap_or(&self.path);
        path.split('/').nth(1).unwrap_or_default()
    }

    fn json(&self, schemas: &mut Schemas) -> Value {
        let told = (self.tell)(self, schemas);
        let mut responses = Map::new();
        let done =
            json!({ "description": "Done.", "content": { self.media: { "schema": told.answer } } });
        responses.insert("200".into(), done);
        for status in told.troubles {
            let place = format!("#/components/responses/{}", name(*status));
            responses.insert(status.as_str().into(), json!({ "$ref": place }));
        }
        let mut json = Map::new();
        json.insert("operationId".into(), self.id().into());
        json.insert("tags".into(), json!([self.tag()]));
        json.insert("summary".into(), self.summary.into());
        json.extend(
            told.description
                .map(|text| ("description".into(), text.into())),
        );
        json.insert("parameters".into(), told.parameters.into());
        json.extend(told.body.map(|schema| {
            let body = json!({ "required": true, "content": { JSON: { "schema": schema } } });
            ("requestBody".into(), body)
        }));
        json.insert("responses".into(), responses.into());
        json.insert("security".into(), told.security);
        json.into()
    }
}

/// What types look like as JSON: as we write them, and as we read them.
#[derive(Debug)]
struct Schemas {
    written: SchemaGenerator,
    read: SchemaGenerator,
}

impl Schemas {
    fn new() -> Self {
        let settings = SchemaSettings::draft2020_12().with(|settings| {
            settings.definitions_path = "/components/schemas".into();
            settings.meta_schema = None;
        });
        let inline = settings
            .clone()
            .with(|settings| settings.inline_subschemas = true);
        Self {
            written: settings.for_serialize().into_generator(),
            read: inline.for_deserialize().into_generator(),
        }
    }

    /// A reference to the type, which is told once.
    fn answer<T: JsonSchema>(&mut self) -> Schema {
        self.written.subschema_for::<T>()
    }

    fn ask<T: JsonSchema>(&mut self) -> Schema {
        self.read.subschema_for::<T>()
    }
}

/// The document of these operations.
pub(crate) fn document(operations: &[Operation]) -> Value {
    let mut schemas = Schemas::new();
    let problem = schemas.answer::<Problem>();
    let mut paths: BTreeMap<&str, Map<String, Value>> = BTreeMap::new();
    for operation in operations {
        let told = operation.json(&mut schemas);
        let methods = paths.entry(&operation.path).or_default();
        methods.insert(operation.method.into(), told);
    }
    let responses: Map<String, Value> = OF_CHANGES
        .into_iter()
        .map(|status| {
            let content = json!({ JSON: { "schema": problem } });
            let response = json!({ "description": means(status), "content": content });
            (name(status).into(), response)
        })
        .collect();
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Homeostat",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "What the pages of the console say, as JSON, and the changes that they offer. A time is an \
                            instant in UTC. An amount is in millionths of its currency.",
        },
        "servers": [{ "url": "/" }],
        "paths": paths,
        "components": {
            "schemas": schemas.written.take_definitions(true),
            "responses": responses,
            "securitySchemes": {
                "bearer": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "A token of `homeostat tokens create NAME --role ROLE`. The roles are view, operate \
                                    and admin; each may do what those before it may.",
                },
            },
        },
    })
}

fn name(status: StatusCode) -> &'static str {
    match status {
        StatusCode::BAD_REQUEST => "Wrong",
        StatusCode::UNAUTHORIZED => "Unknown",
        StatusCode::FORBIDDEN => "Forbidden",
        StatusCode::NOT_FOUND => "Missing",
        _ => "Away",
    }
}

fn means(status: StatusCode) -> &'static str {
    match status {
        StatusCode::BAD_REQUEST => "A field makes no sense; the text begins with its name.",
        StatusCode::UNAUTHORIZED => "The token is unknown or revoked, or there is none.",
        StatusCode::FORBIDDEN => "The role of the token may not do this.",
        StatusCode::NOT_FOUND => "There is no such thing.",
        _ => "The database does not answer.",
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::routes::paths;

    fn whole() -> Value {
        document(paths().operations())
    }

    #[test]
    fn each_operation_has_a_sentence_and_an_id_of_its_own() {
        let paths = paths();
        let ids: BTreeSet<String> = paths.operations().iter().map(Operation::id).collect();
        assert_eq!(ids.len(), paths.operations().len());
        for operation in paths.operations() {
            let summary = operation.summary;
            assert!(
                summary.ends_with('.') && summary.len() > 10,
                "{operation:?}"
            );
        }
    }

    #[test]
    fn no_two_types_share_a_name() {
        let document = whole();
        let schemas = document["components"]["schemas"].as_object().unwrap();
        // A second type of a name is numbered; give it a name of its own.
        let numbered = |name: &&String| name.ends_with(|c: char| c.is_ascii_digit());
        assert_eq!(schemas.keys().find(numbered), None);
        assert!(schemas.len() > 40, "{schemas:?}");
    }

    #[test]
    fn what_is_not_sent_is_not_told() {
        let document = whole();
        let gauge = &document["components"]["schemas"]["Gauge"];
        assert!(gauge["properties"].get("svg").is_none(), "{gauge}");
        let required = gauge["required"].as_array().unwrap();
        assert!(required.contains(&json!("level")), "{gauge}");
    }

    #[test]
    fn a_change_tells_its_body_and_who_may() {
        let document = whole();
        let mode = &document["paths"]["/api/v1/mode"]["post"];
        assert_eq!(mode["security"], json!([{ "bearer": ["operate"] }]));
        assert_eq!(
            mode["description"],
            "Needs the role `operate` for `SAFE` and `HALT`, the role `admin` for `NORMAL`."
        );
        let body = &mode["requestBody"]["content"]["application/json"]["schema"];
        assert_eq!(body["required"], json!(["mode", "reason"]));
        let undo = &document["paths"]["/api/v1/receipts/{id}/undo"]["post"];
        assert_eq!(undo["parameters"][0]["schema"]["type"], "integer");
        let body = &undo["requestBody"]["content"]["application/json"]["schema"];
        assert_eq!(body["required"], json!(["reason"]));
        for operation in paths().operations() {
            let told = operation.json(&mut Schemas::new());
            let bearer = &told["security"][0]["bearer"][0];
            assert!(bearer.is_string(), "{operation:?}: {told}");
        }
    }

    #[test]
    fn what_stands_in_a_path_is_a_parameter_and_the_rest_is_asked_for() {
        let document = whole();
        let parameters = &document["paths"]["/api/v1/jobs/{id}"]["get"]["parameters"];
        assert_eq!(parameters[0]["in"], "path");
        assert_eq!(parameters[0]["required"], true);
        let parameters = &document["paths"]["/api/v1/jobs"]["get"]["parameters"];
        let after = &parameters[0];
        assert_eq!(after["name"], "after");
        assert_eq!(after["in"], "query");
        assert_eq!(after["required"], false);
        assert_eq!(after["schema"]["type"], "integer", "never null: {after}");
    }
}
