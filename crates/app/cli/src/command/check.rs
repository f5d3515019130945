//! `homeostat check`: the configuration, the secrets' presence, the server programs, the database, and
//! whether each declared program can run here.

use std::{path::PathBuf, process::ExitCode};

use homeostat_operator::{ad_library_client, config::Config, meta_client};
use homeostat_store::{Db, DbOptions, Embedded};
use serde_json::json;

use crate::{
    alerts,
    failure::{Failure, chain},
    programs, ui,
};

/// What to check.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The configuration; absent, the demonstration brands
    #[arg(long, env = "HOMEOSTAT_CONFIG")]
    config: Option<PathBuf>,
}

/// Answers; a wrong setting or a program that cannot run is exit code 2, something else missing 3.
pub(crate) async fn run(args: &Args, as_json: bool) -> Result<ExitCode, Failure> {
    let config = Config::read(args.config.as_deref())?;
    let vendor = match &config.settings.meta.base_url {
        None => "the sandbox".to_owned(),
        Some(url) => {
            meta_client(&config, None, 1)?;
            ad_library_client(&config, None, 1)?;
            url.clone()
        }
    };
    let sinks = alerts::sinks(&config.settings.alerts.sinks)?;
    for (index, sink) in sinks.iter().enumerate() {
        let missing = |bad| Failure::Environment(format!("alerts.sinks[{index}].{bad}"));
        sink.preflight().map_err(missing)?;
    }
    let told: Vec<&str> = sinks.iter().map(|sink| sink.name()).collect();
    let database = match std::env::var("DATABASE_URL") {
        Err(_) => format!("embedded, by {}", Embedded::version()?),
        Ok(url) => given(&url).await?,
    };
    let programs = programs::check(&config.settings).await?;
    let brands: Vec<String> = config.brands.iter().map(|b| b.id.to_string()).collect();
    if as_json {
        ui::json(&json!({
            "brands": brands, "meta": vendor, "database": database, "alert_sinks": told,
            "programs": programs,
        }));
        return Ok(programs::exit_code(&programs));
    }
    let rows = config
        .brands
        .iter()
        .map(|b| {
            vec![
                b.id.to_string(),
                b.zone_name.clone(),
                b.target_cpa.to_string(),
                b.meta_account.clone(),
                b.autonomy.to_string(),
                b.cap_day.to_string(),
            ]
        })
        .collect();
    ui::table(
        &[
            "brand",
            "zone",
            "a sale may cost",
            "ad account",
            "autonomy",
            "day cap",
        ],
        rows,
        "",
    );
    ui::line(&format!("Meta: {vendor}. Database: {database}."));
    ui::line(&match told.as_slice() {
        [] => "Alerts are listed by `homeostat alerts` only; nobody is told.".to_owned(),
        told => format!("Alerts go to: {}.", told.join(", ")),
    });
    programs::show(&programs);
    Ok(programs::exit_code(&programs))
}

/// A database that others run: reachable, new enough, and no pooler in between.
async fn given(url: &str) -> Result<String, Failure> {
    let db = Db::connect(url, &DbOptions::default()).await?;
    homeostat_liveness::refuse_pooler(&db)
        .await
        .map_err(|e| Failure::Environment(chain(&e)))?;
    let version = db.server_version().await?;
    db.close().await;
    Ok(format!("DATABASE_URL, {version}"))
}
