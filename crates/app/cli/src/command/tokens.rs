//! `homeostat tokens`: who may look at the console, and change things from it.

use std::process::ExitCode;

use homeostat_clock::Entropy;
use homeostat_console::{Role, Token, create_token, revoke_token, tokens};
use serde_json::json;

use crate::{failure::Failure, session::Session, ui};

/// List them, make or revoke one.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    word: Option<Word>,
}

#[derive(Debug, clap::Subcommand)]
enum Word {
    /// Make a token and print it, this once
    Create {
        /// Whose it is; what is done with it is logged under this name
        name: String,
        /// view, operate or admin
        #[arg(long)]
        role: Role,
        /// Who says so
        #[arg(long, env = "USER", default_value = "operator")]
        who: String,
    },
    /// End a token and the sessions that it opened
    Revoke {
        /// Its name
        name: String,
        /// Who says so
        #[arg(long, env = "USER", default_value = "operator")]
        who: String,
    },
}

/// Answers.
pub(crate) async fn run(
    session: &Session,
    args: &Args,
    as_json: bool,
) -> Result<ExitCode, Failure> {
    match &args.word {
        Some(Word::Create { name, role, who }) => {
            let root = Entropy::from_system().map_err(|e| Failure::environment(&e))?;
            let made = create_token(session.db(), name, *role, who, &root).await;
            let token = made.map_err(|e| super::refused(&e))?;
            match as_json {
                true => ui::json(&json!({ "name": name, "role": role, "token": token })),
                false => {
                    ui::line(&token);
                    ui::line(&format!(
                        "Kept nowhere: hand it to {name} now. It opens the console as {role}."
                    ));
                }
            }
        }
        Some(Word::Revoke { name, who }) => {
            if !revoke_token(session.db(), name, who).await? {
                return Err(Failure::Usage(format!(
                    "name: there is no active token {name:?}; `homeostat tokens` lists them"
                )));
            }
            match as_json {
                true => ui::json(&json!({ "name": name, "revoked": true })),
                false => ui::line(&format!("The token of {name} opens nothing any more.")),
            }
        }
        None => {
            let found = tokens(session.db()).await?;
            if as_json {
                ui::json(&json!({ "tokens": found }));
                return Ok(ExitCode::SUCCESS);
            }
            let none = "No token yet: on this machine nobody needs one, and from elsewhere nobody comes in.";
            ui::table(
                &["name", "role", "since", "made by"],
                found.iter().map(row).collect(),
                none,
            );
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn row(token: &Token) -> Vec<String> {
    vec![
        token.name.clone(),
        token.role.clone(),
        token.created_at.0.strftime("%Y-%m-%d %H:%M").to_string(),
        token.created_by.clone(),
    ]
}
