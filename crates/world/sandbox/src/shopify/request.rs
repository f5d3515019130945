//! What a request asks for: which shop, which version, as whom, and the document with its variables.

use axum::http::{HeaderMap, Method, Uri};
use homeostat_model::WorldTime;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::{answer::Answer, state::Key};
use crate::options::{SHOPIFY_CLIENT_ID, SHOPIFY_CLIENT_SECRET, SHOPIFY_TOKEN};

/// How long an app's token lives, in seconds of the world.
const TOKEN_LIVES_S: i64 = 86_399;

/// One request.
#[derive(Debug)]
pub(crate) struct Request {
    /// The brand's name.
    pub(crate) shop: String,
    /// Whose limit of calls it uses.
    pub(crate) limit: String,
    pub(crate) version: String,
    /// What follows the shop's name.
    pub(crate) place: Place,
    pub(crate) document: String,
    pub(crate) variables: Value,
    /// `x-client-reference`, empty without one.
    pub(crate) reference: String,
    /// Where the caller reached us.
    pub(crate) host: String,
    token: String,
    object: String,
}

/// What a path leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    Graph,
    Token,
    BulkFile(u64),
}

impl Request {
    /// Reads a request.
    ///
    /// # Errors
    /// The answer that Shopify gives to what is none.
    pub(crate) fn parse(
        path: &str,
        method: &Method,
        _uri: &Uri,
        headers: &HeaderMap,
        body: &str,
    ) -> Result<Self, Answer> {
        let parts: Vec<&str> = path.split('/').collect();
        let (shop, version, place) = match (method, parts.as_slice()) {
            (&Method::POST, [shop, "admin", "api", version, "graphql.json"]) => {
                (*shop, *version, Place::Graph)
            }
            (&Method::POST, [shop, "admin", "oauth", "access_token"]) => (*shop, "", Place::Token),
            (&Method::GET, [shop, "bulk", file]) => {
                let id = file.strip_suffix(".jsonl").and_then(|id| id.parse().ok());
                (*shop, "", Place::BulkFile(id.ok_or_else(Answer::no_shop)?))
            }
            _ => return Err(Answer::no_shop()),
        };
        let header = |name: &str| {
            let value = headers.get(name).and_then(|value| value.to_str().ok());
            value.unwrap_or_default().to_owned()
        };
        let (document, variables) = match place {
            Place::Graph => graph(body)?,
            Place::Token => (String::new(), form(body)),
            Place::BulkFile(_) => (String::new(), Value::Null),
        };
        let mut request = Self {
            shop: shop.to_owned(),
            limit: format!("shopify:{shop}"),
            version: version.to_owned(),
            place,
            document,
            variables,
            reference: header("x-client-reference"),
            host: header("host"),
            token: header("x-shopify-access-token"),
            object: String::new(),
        };
        request.object = request.named();
        Ok(request)
    }

    /// # Errors
    /// When the token is none, or has run out.
    pub(crate) fn authorise(&self, now: WorldTime) -> Result<(), Answer> {
        let issued = self.token.strip_prefix(&format!("shpca_{}_", self.shop));
        let issued = issued.and_then(|at| Timestamp::from_second(at.parse().ok()?).ok());
        let is_young = issued.is_some_and(|at| {
            let age_s = now.since(WorldTime(at)).as_secs();
            (0..TOKEN_LIVES_S).contains(&age_s)
        });
        if self.token == SHOPIFY_TOKEN || is_young {
            return Ok(());
        }
        Err(Answer::bad_token())
    }

    /// A token for the shop's own app. It carries its time, so a restarted shop knows it.
    pub(crate) fn grant(&self, now: WorldTime) -> Answer {
        let is = |name: &str, value: &str| self.variables.get(name) == Some(&json!(value));
        let is_ours = is("grant_type", "client_credentials")
            && is("client_id", SHOPIFY_CLIENT_ID)
            && is("client_secret", SHOPIFY_CLIENT_SECRET);
        if !is_ours {
            return Answer::bad_client();
        }
        Answer::plain(&json!({
            "access_token": format!("shpca_{}_{}", self.shop, now.0.as_second()),
            "scope": "read_orders,write_orders,read_products,write_products,read_inventory,write_inventory",
            "expires_in": TOKEN_LIVES_S,
        }))
    }

    /// The object that it is about, as fault orders name it.
    pub(crate) fn object(&self) -> &str {
        &self.object
    }

    /// The key that came with the directive, and what it was for.
    pub(crate) fn key(&self) -> Option<Key> {
        let key = self.variables.get("k")?.as_str()?.to_owned();
        let mut input = self.variables.clone();
        input.as_object_mut()?.remove("k");
        Some(Key { key, input })
    }

    /// Text of a variable.
    ///
    /// # Errors
    /// When it is missing or something else.
    pub(crate) fn text(&self, name: &str) -> Result<&str, Answer> {
        let value = self.variables.get(name).and_then(Value::as_str);
        value.ok_or_else(|| Answer::bad_variable(name))
    }

    /// The number of an id in a variable.
    ///
    /// # Errors
    /// When it is missing or an id of something else.
    pub(crate) fn id(&self, name: &str, kind: &str) -> Result<u64, Answer> {
        number(self.text(name)?, kind).ok_or_else(|| Answer::bad_variable(name))
    }

    /// The root fields of the document, in order.
    pub(crate) fn roots(&self) -> Vec<&str> {
        let mut roots = Vec::new();
        // Within brackets stand arguments; within the second braces stands what is asked of a root.
        let (mut braces, mut brackets) = (0_usize, 0_usize);
        let mut rest = self.document.as_str();
        while let Some(first) = rest.chars().next() {
            let word = rest.len() - rest.trim_start_matches(is_name).len();
            match first {
                '{' if brackets == 0 => braces += 1,
                '}' if brackets == 0 => {
                    braces = braces.saturating_sub(1);
                    if braces == 0 {
                        break;
                    }
                }
                '(' => brackets += 1,
                ')' => brackets = brackets.saturating_sub(1),
                _ if word > 0 && braces == 1 && brackets == 0 => roots.push(&rest[..word]),
                _ => {}
            }
            rest = &rest[word.max(first.len_utf8())..];
        }
        roots.retain(|root| *root != "idempotent");
        roots
    }

    fn named(&self) -> String {
        let at = |path: &str| self.variables.pointer(path).and_then(Value::as_str);
        let places = [
            "/id",
            "/input/orderId",
            "/i/quantities/0/inventoryItemId",
            "/product/id",
            "/variants/0/id",
            "/d/code",
            "/code",
        ];
        places
            .iter()
            .find_map(|path| at(path))
            .unwrap_or_default()
            .to_owned()
    }
}

fn is_name(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || letter == '_'
}

/// The number of a global id of a kind.
pub(super) fn number(text: &str, kind: &str) -> Option<u64> {
    let number = text.strip_prefix("gid://shopify/")?.strip_prefix(kind)?;
    number.strip_prefix('/')?.parse().ok()
}

fn graph(body: &str) -> Result<(String, Value), Answer> {
    let body: Value = serde_json::from_str(body).map_err(|_| Answer::bad_body())?;
    let document = body.get("query").and_then(Value::as_str);
    let variables = body
        .get("variables")
        .filter(|variables| variables.is_object());
    Ok((
        document.ok_or_else(Answer::bad_body)?.to_owned(),
        variables.cloned().unwrap_or_else(|| json!({})),
    ))
}

fn form(body: &str) -> Value {
    let url = format!("http://form/?{body}");
    let Ok(uri) = url.parse::<Uri>() else {
        return Value::Null;
    };
    let pairs = axum::extract::Query::<Vec<(String, String)>>::try_from_uri(&uri);
    let pairs = pairs.map(|pairs| pairs.0).unwrap_or_default();
    pairs
        .into_iter()
        .map(|(name, value)| (name, Value::from(value)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_roots_of_a_document_are_its_fields_of_the_first_level() {
        let roots = |document: &str| {
            let body = json!({"query": document}).to_string();
            let path = "aurora/admin/api/2026-10/graphql.json";
            let (uri, headers) = (Uri::from_static("/"), HeaderMap::new());
            let request = Request::parse(path, &Method::POST, &uri, &headers, &body).unwrap();
            request
                .roots()
                .iter()
                .map(|root| (*root).to_owned())
                .collect::<Vec<_>>()
        };
        assert_eq!(
            roots(
                "query P($first: Int!) { shop { currencyCode } products(first: $first, x: {a: 1}) { nodes { id } } }"
            ),
            ["shop", "products"]
        );
        assert_eq!(
            roots(
                "mutation R($k: String!) { refundCreate(input: $i) @idempotent(key: $k) { refund { id } } } fragment F on A { id }"
            ),
            ["refundCreate"]
        );
        assert_eq!(roots("}}{{((é"), Vec::<String>::new());
    }
}
