//! A board is all that a page knows. It is looked at in two ways: as a page, and as JSON under `/api/v1`, which says
//! the same.
//!
//! ```text
//!   path and query ──▶ ask ──▶ look (reads) ──▶ board ─┬▶ page: the frame around its HTML
//!                       │        │                     └▶ API: the board as JSON
//!                       └────────┴─▶ trouble: which field, what is missing, that the database is away
//! ```

use askama::Template;
use axum::{
    Extension, Json,
    extract::{RawPathParams, RawQuery, State},
    http::{StatusCode, Uri},
    response::{Html, IntoResponse, Response},
    routing::get,
};
use homeostat_effects::{EffectsError, effective_mode};
use homeostat_model::{Classify, Fault};
use homeostat_operator::{jobs::LoopError, requests::RequestError};
use homeostat_store::StoreError;
use schemars::JsonSchema;
use serde::{Serialize, de::DeserializeOwned};

use crate::{
    access::{Person, Role},
    frame::Frame,
    live,
    openapi::Operation,
    operations::BoardError,
    pages::TroublePage,
    paths::{self, Paths},
    routes::Console,
    words,
};

/// What one page knows.
pub(crate) trait Board: Serialize + JsonSchema + Send + Sized + 'static {
    /// Its path, such as `/receipts/{id}`.
    const PATH: &'static str;
    /// Its path in the API, below `/api/v1`.
    const API: &'static str = Self::PATH;
    /// The tab that it is under.
    const TAB: &'static str;
    /// What may be asked for: the fields of path and query.
    type Ask: DeserializeOwned + JsonSchema + Send + Sync;

    /// Looks once.
    fn look(
        console: &Console,
        ask: &Self::Ask,
    ) -> impl Future<Output = Result<Self, Trouble>> + Send;

    /// Its page. `frame` stands around it.
    fn html(&self, frame: &Frame) -> askama::Result<String>;

    /// The brand that is asked for; none: the first.
    fn brand(_ask: &Self::Ask) -> Option<&str> {
        None
    }
}

/// Why there is no board.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Trouble {
    /// What is asked for makes no sense.
    #[error("{field}: {problem}")]
    Input {
        /// Which field.
        field: String,
        /// What is wrong with it, and what would be right.
        problem: String,
    },
    /// There is no such thing.
    #[error("{0}")]
    Missing(String),
    /// Who asks may not.
    #[error("role: {0}")]
    Role(String),
    /// The database does not answer.
    #[error("database: {0}")]
    Away(String),
    /// It refuses this question, and would again: such a page does not come back by itself.
    #[error("database: {0}")]
    Broken(String),
}

impl Trouble {
    /// A field that makes no sense.
    pub(crate) fn input(field: impl Into<String>, problem: impl Into<String>) -> Self {
        let (field, problem) = (field.into(), problem.into());
        Self::Input { field, problem }
    }

    /// `act` needs a role that who asks has not.
    pub(crate) fn role(act: &str, needed: Role, theirs: Role) -> Self {
        Self::Role(format!("{act} needs the role {needed}; yours is {theirs}"))
    }

    pub(crate) fn status(&self) -> StatusCode {
        match self {
            Self::Input { .. } => StatusCode::BAD_REQUEST,
            Self::Missing(_) => StatusCode::NOT_FOUND,
            Self::Role(_) => StatusCode::FORBIDDEN,
            Self::Away(_) | Self::Broken(_) => StatusCode::SERVICE_UNAVAILABLE,
        }
    }

    fn title(&self) -> &'static str {
        match self {
            Self::Input { .. } | Self::Role(_) => "This cannot be asked",
            Self::Missing(_) => "There is no such page",
            Self::Away(_) => "The database does not answer",
            Self::Broken(_) => "The database refuses this question",
        }
    }

    /// As JSON.
    pub(crate) fn told(&self) -> Response {
        Problem::told(self.status(), self.to_string())
    }
}

/// What a program is told instead of an answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct Problem {
    /// Which field is wrong, what is missing, or what does not answer.
    error: String,
}

impl Problem {
    pub(crate) fn told(status: StatusCode, error: impl Into<String>) -> Response {
        let error = error.into();
        (status, Json(Self { error })).into_response()
    }
}

impl From<StoreError> for Trouble {
    fn from(error: StoreError) -> Self {
        match error.fault() {
            Fault::Permanent => Self::Broken(error.to_string()),
            _ => Self::Away(error.to_string()),
        }
    }
}

impl From<BoardError> for Trouble {
    fn from(error: BoardError) -> Self {
        match error {
            BoardError::Store(error) => error.into(),
            error => Self::Away(error.to_string()),
        }
    }
}

impl From<EffectsError> for Trouble {
    fn from(error: EffectsError) -> Self {
        match error {
            EffectsError::Empty(field) => Self::input(field, "must not be empty"),
            EffectsError::Store(error) => error.into(),
            error => Self::Away(error.to_string()),
        }
    }
}

impl From<LoopError> for Trouble {
    fn from(error: LoopError) -> Self {
        match error.fault() {
            Fault::Permanent => Self::input("request", error.to_string()),
            _ => Self::Away(error.to_string()),
        }
    }
}

impl From<RequestError> for Trouble {
    fn from(error: RequestError) -> Self {
        match error {
            RequestError::Wrong { field, problem } => Self::input(field, problem),
            RequestError::Decide(error) => Self::input("request", error.to_string()),
            RequestError::Loop(error) => error.into(),
        }
    }
}

impl From<homeostat_queue::Error> for Trouble {
    fn from(error: homeostat_queue::Error) -> Self {
        match error.fault() {
            // The queue's own words begin with the field.
            Fault::Permanent => match error.to_string().split_once(": ") {
                Some((field, problem)) => Self::input(field, problem),
                None => Self::input("filter", error.to_string()),
            },
            _ => Self::Away(error.to_string()),
        }
    }
}

/// The page of a board, and its JSON. `summary` tells in one sentence what it shows.
pub(crate) fn routes<B: Board>(summary: &'static str) -> Paths {
    Paths::default()
        .page(B::PATH, get(page::<B>))
        .api(Operation::board::<B>(summary), get(api::<B>))
}

async fn page<B: Board>(
    State(console): State<Console>,
    Extension(person): Extension<Person>,
    params: RawPathParams,
    RawQuery(query): RawQuery,
) -> Response {
    let asked = asked::<B::Ask>(&params, query.as_deref());
    let brand = asked.as_ref().ok().and_then(|ask| B::brand(ask));
    let Some(mut frame) = console.frame(brand, B::TAB, &person).await else {
        return no_brand(&console);
    };
    let looked = match &asked {
        Ok(ask) => B::look(&console, ask).await,
        Err(trouble) => Err(trouble.clone()),
    };
    match looked {
        Ok(board) => html(board.html(&frame)),
        Err(trouble) => {
            // Back when the database is: the stream tells.
            frame.live = match trouble {
                Trouble::Away(_) => live::PATH.into(),
                _ => String::new(),
            };
            (trouble.status(), trouble_page(&frame, &trouble)).into_response()
        }
    }
}

async fn api<B: Board>(
    State(console): State<Console>,
    params: RawPathParams,
    RawQuery(query): RawQuery,
) -> Response {
    let looked = match asked::<B::Ask>(&params, query.as_deref()) {
        Ok(ask) => B::look(&console, &ask).await,
        Err(trouble) => Err(trouble),
    };
    match looked {
        Ok(board) => Json(board).into_response(),
        Err(trouble) => trouble.told(),
    }
}

/// What is not one of the paths.
pub(crate) async fn missing(
    State(console): State<Console>,
    Extension(person): Extension<Person>,
    uri: Uri,
) -> Response {
    let trouble = Trouble::Missing("No page of the console has this address.".into());
    if paths::is_for_programs(uri.path()) {
        return trouble.told();
    }
    match console.frame(None, "", &person).await {
        Some(frame) => (StatusCode::NOT_FOUND, trouble_page(&frame, &trouble)).into_response(),
        None => no_brand(&console),
    }
}

/// Instead of any page while nobody can say who asks: it holds nothing of the database, and comes back by itself.
pub(crate) fn away(console: &Console, trouble: &Trouble) -> Response {
    let Some(brand) = console.brand(None) else {
        return trouble.told();
    };
    let (now, nobody) = (console.desks.now(), Person::default());
    let mut frame = Frame::new(&console.config, brand, "", now, (None, &nobody));
    frame.live = live::PATH.into();
    (trouble.status(), trouble_page(&frame, trouble)).into_response()
}

/// A page that says what is wrong.
pub(crate) fn trouble_page(frame: &Frame, trouble: &Trouble) -> Response {
    html(
        TroublePage {
            frame,
            title: trouble.title(),
            text: &match trouble {
                // A field's name is as it stands in the address.
                Trouble::Input { .. } | Trouble::Role(_) => format!("{trouble}."),
                other => words::sentence(&other.to_string()),
            },
            is_away: matches!(trouble, Trouble::Away(_)),
        }
        .render(),
    )
}

fn no_brand(console: &Console) -> Response {
    let names: Vec<&str> = console
        .config
        .brands
        .iter()
        .map(|one| one.id.as_str())
        .collect();
    let text = format!(
        "brand: there is none of this name; there are: {}.\n",
        names.join(", ")
    );
    (StatusCode::NOT_FOUND, text).into_response()
}

/// A rendered page; one that breaks is a bug, and told as such.
pub(crate) fn html(page: askama::Result<String>) -> Response {
    match page {
        Ok(page) => Html(page).into_response(),
        Err(error) => {
            tracing::error!(%error, "a page breaks");
            (StatusCode::INTERNAL_SERVER_ERROR, "This page breaks.\n").into_response()
        }
    }
}

/// The fields of path and query together. A field that makes no sense is named.
fn asked<A: DeserializeOwned>(params: &RawPathParams, query: Option<&str>) -> Result<A, Trouble> {
    let mut fields: Vec<(String, String)> = params
        .iter()
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    // A form sends all of its fields, also those that nobody filled in.
    let given = form_urlencoded::parse(query.unwrap_or_default().as_bytes()).into_owned();
    fields.extend(given.filter(|(_, value)| !value.trim().is_empty()));
    read(&fields)
}

/// Whether the database can hold these fields: its texts have no NUL.
pub(crate) fn can_be_kept(fields: &[(String, String)]) -> Result<(), Trouble> {
    let has_nul = |text: &str| text.contains('\0');
    match fields
        .iter()
        .find(|(name, value)| has_nul(name) || has_nul(value))
    {
        Some((name, _)) => {
            let name = name.replace('\0', "");
            Err(Trouble::input(
                name,
                "has a character that cannot be kept; leave out the NUL",
            ))
        }
        None => Ok(()),
    }
}

/// Something from its fields. One that makes no sense is named.
pub(crate) fn read<A: DeserializeOwned>(fields: &[(String, String)]) -> Result<A, Trouble> {
    can_be_kept(fields)?;
    let text = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(fields)
        .finish();
    let fields = serde_urlencoded::Deserializer::new(form_urlencoded::parse(text.as_bytes()));
    serde_path_to_error::deserialize(fields).map_err(|error| {
        let problem = error.inner().to_string().replace('`', "");
        match error.path().to_string() {
            path if path == "." => Trouble::input("address", problem),
            // It knows of no such field, and says which there are.
            _ if problem.starts_with("unknown field") => Trouble::input("address", problem),
            path => Trouble::input(path, problem),
        }
    })
}

impl Console {
    /// The frame of a page; none: there is no such brand.
    pub(crate) async fn frame(
        &self,
        brand: Option<&str>,
        tab: &str,
        person: &Person,
    ) -> Option<Frame> {
        let brand = self.brand(brand)?;
        let mode = effective_mode(&self.db, None).await.ok();
        let mode = mode.map(|mode| mode.effective);
        Some(Frame::new(
            &self.config,
            brand,
            tab,
            self.desks.now(),
            (mode, person),
        ))
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    #[derive(Debug, Deserialize, PartialEq)]
    #[serde(deny_unknown_fields)]
    struct Ask {
        before: Option<i64>,
        state: Option<String>,
    }

    #[test]
    fn a_field_that_makes_no_sense_is_named() {
        let read = |text: &str| {
            let fields: Vec<_> = form_urlencoded::parse(text.as_bytes())
                .into_owned()
                .collect();
            super::read::<Ask>(&fields)
        };
        let found = read("before=7&state=ready").unwrap();
        let state = Some("ready".to_owned());
        assert_eq!(
            found,
            Ask {
                before: Some(7),
                state
            }
        );
        let refused = read("before=seven").unwrap_err().to_string();
        assert!(refused.starts_with("before: "), "{refused}");
        let refused = read("colour=red").unwrap_err().to_string();
        assert!(refused.contains("colour"), "{refused}");
        let refused = read("state=a%00b").unwrap_err().to_string();
        assert!(
            refused.starts_with("state: has a character that cannot be kept"),
            "{refused}"
        );
    }
}
