//! The API's document against the API: every path is asked on a real process, and every answer is read by its schema, in
//! which a property that is not named is wrong.
//!
//! Under test: `/api/v1/openapi.json` of `run web`.

mod strict;

use std::{collections::BTreeSet, time::Duration};

use homeostat_clock::Entropy;
use homeostat_console::{Role, create_token, routed};
use homeostat_liveness::{Evidence, declare_dead};
use homeostat_model::{ProcessId, WorldTime};
use homeostat_queue::{Cadence, Missed, Overlap, Schedule, define_schedule};
use homeostat_testkit::Database;
use reqwest::{Client, Response, header::CONTENT_TYPE, redirect};
use serde_json::{Map, Value, json};

use crate::{crew::Crew, sources, web::Web};

const DOCUMENT: &str = "/api/v1/openapi.json";
/// An id that no row has.
const NONE: &str = "999999999";
/// Of each kind of thing so many are looked at.
const EACH: usize = 4;
/// Questions with more to them than a path.
const MORE: [&str; 9] = [
    "/api/v1/operations?brand=aurora",
    "/api/v1/brief?brand=aurora",
    "/api/v1/money?days=30&by=vendor",
    "/api/v1/jobs?state=ready",
    "/api/v1/receipts?brand=aurora",
    "/api/v1/events?entity=job",
    "/api/v1/replay?entity=job&id=1",
    "/api/v1/replay?entity=effect&id=1",
    "/api/v1/replay?entity=queue",
];

/// One of the document's operations.
#[derive(Debug, Clone)]
struct Operation {
    method: String,
    path: String,
    told: Value,
}

impl Operation {
    fn parameters(&self) -> impl Iterator<Item = &Value> {
        self.told["parameters"].as_array().unwrap().iter()
    }

    fn is_json(&self) -> bool {
        self.told["responses"]["200"]["content"]["application/json"].is_object()
    }

    fn has_id(&self) -> bool {
        self.path.contains('{')
    }

    /// With this in place of what its path leaves open.
    fn at(&self, id: &str) -> String {
        let Some((begin, rest)) = self.path.split_once('{') else {
            return self.path.clone();
        };
        let (_, end) = rest.split_once('}').unwrap();
        format!("{begin}{id}{end}")
    }
}

/// Who asks, with the document in hand.
struct Reader {
    client: Client,
    at: String,
    token: String,
    document: Value,
}

impl Reader {
    async fn new(web: &Web, token: String) -> Self {
        let _installed = rustls::crypto::ring::default_provider().install_default();
        let client = Client::builder()
            .redirect(redirect::Policy::none())
            .no_proxy();
        let mut reader = Self {
            client: client.build().unwrap(),
            at: format!("http://{}", web.address),
            token,
            document: Value::Null,
        };
        reader.document = reader.get(DOCUMENT).await.json().await.unwrap();
        reader
    }

    async fn get(&self, path: &str) -> Response {
        let ask = self.client.get(format!("{}{path}", self.at));
        ask.bearer_auth(&self.token).send().await.unwrap()
    }

    async fn post(&self, token: &str, path: &str, body: &Value) -> Response {
        let ask = self.client.post(format!("{}{path}", self.at));
        let ask = ask.bearer_auth(token).body(body.to_string());
        let ask = ask.header(CONTENT_TYPE, "application/json");
        ask.send().await.unwrap()
    }

    fn operations(&self, method: &str) -> Vec<Operation> {
        let mut found = Vec::new();
        for (path, methods) in self.document["paths"].as_object().unwrap() {
            let told = methods.get(method);
            found.extend(told.map(|told| Operation {
                method: method.to_owned(),
                path: path.clone(),
                told: told.clone(),
            }));
        }
        found
    }

    /// Reads an answer as the operation tells it. Returns its status and its JSON.
    async fn read(&self, operation: &Operation, path: &str, answer: Response) -> (u16, Value) {
        let status = answer.status().as_u16();
        let told = &operation.told["responses"][status.to_string()];
        assert!(
            told.is_object(),
            "{path}: {status} is not told: {}",
            answer.text().await.unwrap()
        );
        let told = strict::resolved(&self.document, told);
        let kind = answer.headers()[CONTENT_TYPE].to_str().unwrap().to_owned();
        let contents = told["content"].as_object().unwrap();
        let content = contents.iter().find(|(media, _)| kind.starts_with(*media));
        let (media, content) = content.unwrap_or_else(|| panic!("{path}: {status} as {kind}"));
        if media != "application/json" {
            return (status, Value::Null);
        }
        let json: Value = answer.json().await.unwrap();
        let wrong = strict::wrong(&self.document, &content["schema"], &json);
        assert!(
            wrong.is_empty(),
            "{} {path}: {wrong:#?}\n{json:#}",
            operation.method
        );
        (status, json)
    }

    /// Looks, and expects this status.
    async fn look(&self, operation: &Operation, path: &str, status: u16) -> Value {
        let answer = self.get(path).await;
        let (found, json) = self.read(operation, path, answer).await;
        assert_eq!(found, status, "{path}: {json}");
        json
    }

    /// Addresses of things, from the list above the path.
    async fn found(&self, operation: &Operation) -> BTreeSet<String> {
        let (list, _) = operation.path.split_once("/{").unwrap();
        let page = list.strip_prefix("/api/v1").unwrap();
        let json: Value = self.get(list).await.json().await.unwrap();
        let mut found = BTreeSet::new();
        addresses(&json, &format!("{page}/"), &mut found);
        assert!(!found.is_empty(), "{list} leads to nothing: {json}");
        found
    }
}

async fn token(database: &Database, role: Role) -> String {
    let (db, name) = (database.db(), role.as_str());
    let root = Entropy::from_seed(role as u64);
    create_token(&db, name, role, "a test", &root)
        .await
        .unwrap()
}

/// What comes after this beginning in the texts of an answer.
fn addresses(json: &Value, begin: &str, found: &mut BTreeSet<String>) {
    match json {
        Value::String(text) => {
            let id = text.strip_prefix(begin);
            found.extend(id.filter(|id| !id.contains(['/', '?'])).map(str::to_owned));
        }
        Value::Array(all) => all.iter().for_each(|one| addresses(one, begin, found)),
        Value::Object(all) => all.values().for_each(|one| addresses(one, begin, found)),
        _ => {}
    }
}

/// A system in which something of everything has happened: acts, runs, a crash, a finding, jobs that wait.
async fn lived() -> Crew {
    let crew = Crew::new(1).await;
    crew.ten_days().await;
    for kind in ["sense.meta", "ads"] {
        crew.enqueue(kind, r#"{"brand":"aurora"}"#).await;
    }
    let db = crew.database.db();
    let schedule = Schedule {
        name: "look:aurora".into(),
        kind: "sense.meta".into(),
        args: json!({ "brand": "aurora" }),
        brand: Some("aurora".parse().unwrap()),
        cadence: Cadence::Every(Duration::from_secs(3_600)),
        overlap: Overlap::Skip,
        missed: Missed::Once,
        guards_money: true,
    };
    let now: WorldTime = crew.vendor.handle.clock().now();
    define_schedule(&db, &schedule, now).await.unwrap();
    let dead: i64 = sqlx::query_scalar(
        "INSERT INTO homeostat.process (kind, host, boot_id, pid, lock_key, version, run_dir)
         VALUES ('worker', 'here', 'boot', 1, 999, '99.0.0', '/') RETURNING id",
    )
    .fetch_one(db.pool())
    .await
    .unwrap();
    declare_dead(&db, ProcessId(dead), Evidence::Waitpid, None)
        .await
        .unwrap();
    sqlx::query(
        "INSERT INTO homeostat.incident (brand, kind, entity, entity_id, reason)
         VALUES ('aurora', 'effect_unknown', 'effect', '1', 'a test')",
    )
    .execute(db.pool())
    .await
    .unwrap();
    crew
}

/// Red when a board says a thing that its schema does not name, or leaves one out.
#[tokio::test]
async fn each_path_answers_as_the_document_tells() {
    let crew = lived().await;
    let web = Web::start(crew.database.url());
    let reader = Reader::new(&web, token(&crew.database, Role::View).await).await;
    let reads = reader.operations("get");
    for operation in &reads {
        if !operation.has_id() {
            reader.look(operation, &operation.path, 200).await;
            continue;
        }
        for id in reader.found(operation).await.iter().rev().take(EACH) {
            reader.look(operation, &operation.at(id), 200).await;
        }
    }
    for path in MORE {
        let begin = path.split('?').next().unwrap();
        let operation = reads.iter().find(|one| one.path == begin).unwrap();
        reader.look(operation, path, 200).await;
    }
}

/// Red when something wrong is answered in another form than it is told, or with another status.
#[tokio::test]
async fn a_wrong_question_is_answered_as_the_document_tells() {
    let database = Database::fresh().await;
    let web = Web::start(database.url());
    let reader = Reader::new(&web, token(&database, Role::View).await).await;
    let stranger = Reader {
        token: "0".repeat(64),
        client: reader.client.clone(),
        at: reader.at.clone(),
        document: reader.document.clone(),
    };
    for operation in reader.operations("get") {
        let path = operation.at(NONE);
        let problem = stranger.look(&operation, &path, 401).await;
        assert!(problem["error"].as_str().unwrap().starts_with("token: "));
        if operation.has_id() {
            reader.look(&operation, &path, 404).await;
        }
        if operation.is_json() && operation.path != DOCUMENT {
            let path = format!("{path}?colour=red");
            let problem = reader.look(&operation, &path, 400).await;
            assert!(problem["error"].as_str().unwrap().contains("colour"));
        }
        for parameter in operation.parameters() {
            if parameter["in"] == "query" && parameter["schema"]["type"] == "integer" {
                let name = parameter["name"].as_str().unwrap();
                let path = format!("{path}?{name}=x");
                let problem = reader.look(&operation, &path, 400).await;
                assert!(problem["error"].as_str().unwrap().starts_with(name));
            }
        }
    }
    let missing = reader.get("/api/v1/none").await;
    assert_eq!(missing.status(), 404);
    let problem: Value = missing.json().await.unwrap();
    assert!(problem["error"].is_string(), "{problem}");
}

/// Red when a change takes another body than it tells, asks for another role, or answers otherwise.
#[tokio::test]
async fn a_change_is_made_and_refused_as_the_document_tells() {
    let database = Database::fresh().await;
    let web = Web::start(database.url());
    let view = token(&database, Role::View).await;
    let reader = Reader::new(&web, token(&database, Role::Admin).await).await;
    let changes = reader.operations("post");
    assert!(changes.len() > 10, "{changes:?}");
    for operation in &changes {
        let path = operation.at(NONE);
        let wanted = &operation.told["requestBody"]["content"]["application/json"]["schema"];
        for (token, body, status) in [
            ("0", sample(wanted), Some(401)),
            (&*view, sample(wanted), Some(403)),
            (&*reader.token, json!({}), Some(400)),
            (&*reader.token, sample(wanted), None),
        ] {
            let answer = reader.post(token, &path, &body).await;
            let (found, json) = reader.read(operation, &path, answer).await;
            assert!(
                status.is_none_or(|status| status == found),
                "{path}: {found} {json}"
            );
        }
        assert!(operation.told["security"][0]["bearer"][0].is_string());
    }
    let mode = changes.iter().find(|one| one.path == "/api/v1/mode");
    let mode = mode.unwrap();
    let wanted = &mode.told["requestBody"]["content"]["application/json"]["schema"];
    for word in wanted["properties"]["mode"]["enum"].as_array().unwrap() {
        let body = json!({ "mode": word, "reason": "a test" });
        let answer = reader.post(&reader.token, &mode.path, &body).await;
        let (status, json) = reader.read(mode, &mode.path, answer).await;
        assert_eq!((status, &json["at"]), (200, &json!("/controls")));
    }
}

/// A body with all that is required.
fn sample(schema: &Value) -> Value {
    let mut body = Map::new();
    for name in schema["required"].as_array().unwrap() {
        let name = name.as_str().unwrap();
        let told = &schema["properties"][name];
        let value = match told["enum"].as_array() {
            Some(words) => words[0].clone(),
            None if told["type"] == "integer" => json!(1),
            None => json!("a"),
        };
        body.insert(name.to_owned(), value);
    }
    body.into()
}

/// Red when a path is routed that the document does not have, or by other code than what writes the document.
#[tokio::test]
async fn what_is_routed_is_what_is_told() {
    let database = Database::fresh().await;
    let web = Web::start(database.url());
    let reader = Reader::new(&web, token(&database, Role::View).await).await;
    assert_eq!(reader.document["openapi"], "3.1.0");
    let told = reader.document["paths"].as_object().unwrap();
    let of_api = |path: &String| path.starts_with("/api/");
    let told: BTreeSet<String> = told.keys().filter(|path| of_api(path)).cloned().collect();
    let routed: BTreeSet<String> = routed().into_iter().filter(of_api).collect();
    assert_eq!(told, routed);
    for operation in ["get", "post"]
        .map(|method| reader.operations(method))
        .concat()
    {
        let open = operation.path.matches('{').count();
        let in_path = operation.parameters().filter(|one| one["in"] == "path");
        assert_eq!(in_path.count(), open, "{operation:?}");
    }
    let elsewhere = sources::places(".route(").into_iter().filter(|place| {
        place.starts_with("crates/app/console/src/") && !place.contains("/src/paths.rs:")
    });
    assert_eq!(elsewhere.collect::<Vec<_>>(), [""; 0]);
}
