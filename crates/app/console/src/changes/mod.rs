//! What a person changes from here: each change is one call of the function that the command line calls too.
//!
//! ```text
//!   POST ─▶ from a page of ours, or a program ─▶ role ─▶ who and why ─▶ word 'asked' ─▶ the change ─▶ 'done' | 'refused'
//! ```
//! *Crash points.* Between word and change: the word stays 'asked', which says that somebody wanted it and nobody knows
//! here what came of it; the thing's own row and its events do. *Limits.* A word is no lock: two people may ask for the
//! same, and the second one is told what it found.

mod decisions;
mod incidents;
mod jobs;
mod mode;
mod pins;
mod receipts;
mod said;
mod schedules;

use axum::{
    Extension, Json,
    body::to_bytes,
    extract::{RawPathParams, Request, State},
    http::{StatusCode, header},
    response::{IntoResponse, Redirect, Response},
    routing::post,
};
use schemars::JsonSchema;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

use crate::{
    access::{Person, Role},
    board::{self, Problem, Trouble},
    openapi::Operation,
    paths::Paths,
    routes::Console,
};

pub(crate) use said::latest_words;
pub use said::{Word, words_between};

/// A form is a few short fields.
const BODY_MAX: usize = 16 * 1024;
/// Longest reason and name.
pub(crate) const TEXT_MAX: usize = 500;

/// One thing that can be changed. Its fields are those of path and form.
pub(crate) trait Change: DeserializeOwned + JsonSchema + Send + Sync + 'static {
    /// Where it is asked for, such as `/jobs/{id}/cancel`; the API has the same path.
    const PATH: &'static str;
    /// In a word or two: `cancel`.
    const ACT: &'static str;

    /// Who may.
    fn needs(&self) -> Role {
        Role::Operate
    }

    /// What it is done to: `job 7`.
    fn subject(&self) -> String;

    /// Does it, and says where its outcome is to be seen.
    fn make(
        &self,
        console: &Console,
        said: &Said,
    ) -> impl Future<Output = Result<String, Trouble>> + Send;
}

/// Who says so, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Said {
    pub(crate) who: String,
    pub(crate) reason: String,
    /// What they may do.
    pub(crate) role: Role,
}

/// All of them.
pub(crate) fn routes() -> Paths {
    Paths::default()
        .merge(of::<mode::SetMode>("Switch the mode of the whole system."))
        .merge(of::<mode::SetAutonomy>("Set how far a policy is trusted."))
        .merge(of::<decisions::Approve>("Let a proposal be acted on."))
        .merge(of::<decisions::Veto>("Let a proposal never be acted on."))
        .merge(of::<pins::Pin>("Leave one entity alone from now on."))
        .merge(of::<pins::Lift>("Lift a pin, a freeze or a quarantine."))
        .merge(of::<jobs::Cancel>("Stop a job, or never begin it."))
        .merge(of::<jobs::Retry>(
            "Give a failed job all of its attempts anew.",
        ))
        .merge(of::<schedules::Disable>("Stop a schedule from firing."))
        .merge(of::<schedules::Enable>("Let a schedule fire again."))
        .merge(of::<schedules::RunNow>("Fire a schedule once more, now."))
        .merge(of::<receipts::Undo>("Ask for the opposite of an act."))
        .merge(of::<incidents::Close>("Call an incident over."))
}

/// A change for people and for programs. `summary` tells in one sentence what it does.
fn of<C: Change>(summary: &'static str) -> Paths {
    Paths::default()
        .page(C::PATH, post(from_page::<C>))
        .api(Operation::change::<C>(summary), post(from_program::<C>))
}

async fn from_page<C: Change>(
    State(console): State<Console>,
    Extension(person): Extension<Person>,
    params: RawPathParams,
    request: Request,
) -> Response {
    match change::<C>(&console, &person, &params, request).await {
        Ok(done) => Redirect::to(&done.at).into_response(),
        Err((status, trouble)) => {
            let frame = console.frame(None, "", &person).await;
            match frame {
                Some(frame) => (status, board::trouble_page(&frame, &trouble)).into_response(),
                None => trouble.told(),
            }
        }
    }
}

async fn from_program<C: Change>(
    State(console): State<Console>,
    Extension(person): Extension<Person>,
    params: RawPathParams,
    request: Request,
) -> Response {
    match change::<C>(&console, &person, &params, request).await {
        Ok(done) => Json(done).into_response(),
        Err((status, trouble)) => Problem::told(status, trouble.to_string()),
    }
}

/// What a program is told of a change that was made.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Done {
    /// The number under which it is kept who wanted it, and why.
    word: i64,
    /// The page on which its outcome is to be seen.
    at: String,
}

async fn change<C: Change>(
    console: &Console,
    person: &Person,
    params: &RawPathParams,
    request: Request,
) -> Result<Done, (StatusCode, Trouble)> {
    let wrong = |trouble: Trouble| (trouble.status(), trouble);
    let mut fields = fields(request).await.map_err(wrong)?;
    board::can_be_kept(&fields).map_err(wrong)?;
    if !person.is_ours(take(&mut fields, "csrf").as_deref()) {
        let text = "this form is from another page or an older one; load the page again";
        return Err((StatusCode::FORBIDDEN, Trouble::input("csrf", text)));
    }
    let said = said(person, &mut fields).map_err(wrong)?;
    fields.extend(
        params
            .iter()
            .map(|(name, value)| (name.to_owned(), value.to_owned())),
    );
    let change: C = board::read(&fields).map_err(wrong)?;
    if person.role < change.needs() {
        return Err(wrong(Trouble::role(C::ACT, change.needs(), person.role)));
    }
    let subject = change.subject();
    let asked = said::ask(&console.db, &said, (C::ACT, &subject)).await;
    let word = asked.map_err(|error| wrong(error.into()))?;
    let made = change.make(console, &said).await;
    let problem = made.as_ref().err().map(Trouble::to_string);
    if let Err(error) = said::answer(&console.db, word, problem.as_deref()).await {
        tracing::error!(%error, word, "what came of a word cannot be written down");
    }
    tracing::info!(act = C::ACT, %subject, who = said.who, is_done = problem.is_none(), "a word");
    let at = made.map_err(wrong)?;
    Ok(Done { word, at })
}

/// The fields of a form, or of a JSON object of texts and numbers.
async fn fields(request: Request) -> Result<Vec<(String, String)>, Trouble> {
    let kind = request.headers().get(header::CONTENT_TYPE);
    let is_json = kind
        .and_then(|kind| kind.to_str().ok())
        .is_some_and(|kind| kind.starts_with("application/json"));
    let body = to_bytes(request.into_body(), BODY_MAX).await;
    let body = body.map_err(|_| {
        Trouble::input(
            "body",
            format!("cannot be read, or is over {BODY_MAX} bytes"),
        )
    })?;
    if !is_json {
        return Ok(form_urlencoded::parse(&body).into_owned().collect());
    }
    let Ok(Value::Object(object)) = serde_json::from_slice(&body) else {
        return Err(Trouble::input("body", "must be a JSON object"));
    };
    let field = |(name, value): (String, Value)| match value {
        Value::String(text) => Ok((name, text)),
        Value::Number(number) => Ok((name, number.to_string())),
        Value::Bool(word) => Ok((name, word.to_string())),
        _ => Err(Trouble::input(
            name,
            "must be a text, a number, true or false",
        )),
    };
    object.into_iter().map(field).collect()
}

fn take(fields: &mut Vec<(String, String)>, name: &str) -> Option<String> {
    let at = fields.iter().position(|(field, _)| field == name)?;
    Some(fields.swap_remove(at).1)
}

/// Who has a token has a name; anybody else says theirs.
fn said(person: &Person, fields: &mut Vec<(String, String)>) -> Result<Said, Trouble> {
    let mut text = |name: &'static str, why: &str| {
        let text = take(fields, name).unwrap_or_default().trim().to_owned();
        match text.chars().count() {
            0 => Err(Trouble::input(name, why)),
            n if n > TEXT_MAX => Err(Trouble::input(name, format!("over {TEXT_MAX} characters"))),
            _ => Ok(text),
        }
    };
    let reason = text("reason", "must say why; it is kept with what you change")?;
    let who = text(
        "who",
        "must say who you are; it is kept with what you change",
    );
    let who = match &person.name {
        Some(name) => name.clone(),
        None => who?,
    };
    let role = person.role;
    Ok(Said { who, reason, role })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn visitor() -> Person {
        Person {
            name: None,
            role: Role::Admin,
            ..Person::default()
        }
    }

    fn form(text: &str) -> Vec<(String, String)> {
        form_urlencoded::parse(text.as_bytes())
            .into_owned()
            .collect()
    }

    #[test]
    fn nothing_is_changed_without_a_name_and_a_reason() {
        let told = |text: &str| said(&visitor(), &mut form(text)).map_err(|e| e.to_string());
        let said = Said {
            who: "ada".into(),
            reason: "a test".into(),
            role: Role::Admin,
        };
        assert_eq!(told("who=ada&reason=a+test"), Ok(said));
        assert!(
            told("who=ada&reason=+")
                .unwrap_err()
                .starts_with("reason: ")
        );
        assert!(told("reason=a+test").unwrap_err().starts_with("who: "));
    }

    #[test]
    fn a_token_has_a_name_that_no_form_can_change() {
        let person = Person {
            name: Some("ops".into()),
            ..visitor()
        };
        let mut fields = form("who=eve&reason=x&id=7");
        assert_eq!(said(&person, &mut fields).unwrap().who, "ops");
        assert_eq!(fields, form("id=7"));
    }
}
