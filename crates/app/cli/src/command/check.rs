//! `homeostat check`: the configuration, the secrets' presence, the server programs, the database, and
//! whether each declared program can run here.

use std::{path::PathBuf, process::ExitCode, sync::Arc};

use homeostat_alerts::Sink;
use homeostat_operator::{
    Partners, VendorUrls, ad_library_client, config::Config, meta_client, online,
};
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
    /// Also prove the credentials, with one harmless read per vendor
    #[arg(long)]
    online: bool,
    /// Where a sandbox plays Meta
    #[arg(long, env = "HOMEOSTAT_META_URL", hide = true)]
    meta_url: Option<String>,
    /// Where a sandbox plays the archive of ads
    #[arg(long, env = "HOMEOSTAT_AD_LIBRARY_URL", hide = true)]
    ad_library_url: Option<String>,
    /// Where a sandbox plays the others
    #[arg(long, env = "HOMEOSTAT_SANDBOX_URL", hide = true)]
    sandbox_url: Option<String>,
}

/// Answers; a wrong setting or a program that cannot run is exit code 2, something else missing 3.
pub(crate) async fn run(args: &Args, as_json: bool) -> Result<ExitCode, Failure> {
    let config = Config::read(args.config.as_deref())?;
    let vendor = vendor(&config)?;
    let sinks = sinks(&config)?;
    let told: Vec<&str> = sinks.iter().map(|sink| sink.name()).collect();
    let database = match std::env::var("DATABASE_URL") {
        Err(_) => format!("embedded, by {}", Embedded::version()?),
        Ok(url) => given(&url).await?,
    };
    let programs = programs::check(&config.settings).await?;
    let online = match args.online {
        true => Some(asked(args, &config).await?),
        false => None,
    };
    let refused = online.iter().flatten().any(|one| !one.is_good);
    let code = match programs::exit_code(&programs) {
        good if good == ExitCode::SUCCESS && refused => ExitCode::from(3),
        other => other,
    };
    let brands: Vec<String> = config.brands.iter().map(|b| b.id.to_string()).collect();
    if as_json {
        ui::json(&json!({
            "brands": brands, "meta": vendor, "database": database, "alert_sinks": told,
            "programs": programs, "online": online,
        }));
        return Ok(code);
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
    if let Some(online) = online {
        show(online);
    }
    Ok(code)
}

fn show(online: Vec<online::Answered>) {
    let rows = online.into_iter().map(|one| {
        vec![
            one.vendor.to_owned(),
            one.brand.unwrap_or_default(),
            if one.is_good { "good" } else { "refused" }.to_owned(),
            one.told,
        ]
    });
    ui::line("");
    ui::table(&["vendor", "brand", "credentials", ""], rows.collect(), "");
}

/// Who plays Meta; where it is Meta itself, its secrets must be there.
fn vendor(config: &Config) -> Result<String, Failure> {
    let Some(url) = &config.settings.meta.base_url else {
        return Ok("the sandbox".to_owned());
    };
    meta_client(config, None, 1)?;
    ad_library_client(config, None, 1)?;
    Partners::new(config, None, 1)?;
    Ok(url.clone())
}

/// Everybody who is told, able to be.
fn sinks(config: &Config) -> Result<Vec<Arc<dyn Sink>>, Failure> {
    let sinks = alerts::sinks(&config.settings.alerts.sinks)?;
    for (index, sink) in sinks.iter().enumerate() {
        let missing = |bad| Failure::Environment(format!("alerts.sinks[{index}].{bad}"));
        sink.preflight().map_err(missing)?;
    }
    Ok(sinks)
}

/// What each vendor answers.
async fn asked(args: &Args, config: &Config) -> Result<Vec<online::Answered>, Failure> {
    let urls = VendorUrls {
        meta: args.meta_url.clone(),
        ad_library: args.ad_library_url.clone(),
        sandbox: args.sandbox_url.clone(),
    };
    if config.settings.meta.base_url.is_none() && urls.meta.is_none() {
        let problem = "--online: meta.base_url is missing: the sandbox plays Meta, and it is asked only \
                       while HOMEOSTAT_META_URL says where it is";
        return Err(Failure::Usage(problem.to_owned()));
    }
    Ok(online::ask(config, &urls, homeostat_clock::wall()).await?)
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
