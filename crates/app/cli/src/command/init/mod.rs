//! `homeostat init`: write a commented `homeostat.toml` for a brand, from flags or by asking.
//!
//! What is written is read back before it is kept, so that it is valid or not there. An existing file is never
//! replaced. Secrets are not asked for: they come from the environment or from files.

mod ask;
mod text;

use std::{
    fs,
    io::{IsTerminal, Write},
    path::PathBuf,
    process::ExitCode,
};

use homeostat_operator::config::Config;
use serde_json::json;

use crate::{
    failure::{Failure, chain},
    ui,
};

/// What is known of the brand; what is missing is asked for on a terminal.
#[derive(Debug, Clone, Default, clap::Args)]
pub(crate) struct Args {
    /// Where to write
    #[arg(long, default_value = "homeostat.toml", value_name = "FILE")]
    file: PathBuf,
    /// The brand's short name: a-z, 0-9 and -
    #[arg(long, value_name = "ID")]
    id: Option<String>,
    /// ISO 4217, such as EUR
    #[arg(long, value_name = "CODE")]
    currency: Option<String>,
    /// IANA zone of its days, such as Europe/Berlin
    #[arg(long, value_name = "ZONE")]
    time_zone: Option<String>,
    /// What one sale may cost, such as 20.00
    #[arg(long, value_name = "AMOUNT")]
    target_cpa: Option<String>,
    /// The ad account, act_ and digits
    #[arg(long, value_name = "ACCOUNT")]
    meta_account: Option<String>,
    /// Most that ads may spend in a day, such as 200
    #[arg(long, value_name = "AMOUNT")]
    day_cap: Option<String>,
    /// The shop, such as <https://aurora.myshopify.com> [default: none; only ads are run]
    #[arg(long, value_name = "URL")]
    shop: Option<String>,
    /// The language that its customers are answered in when nothing else tells [default: en]
    #[arg(long, value_name = "CODE")]
    language: Option<String>,
    /// The country that its telephone numbers are in, such as DE
    #[arg(long, value_name = "CODE")]
    country: Option<String>,
    /// Where its customers write to, at AgentMail [default: none; nobody is answered]
    #[arg(long, value_name = "ADDRESS")]
    inbox: Option<String>,
    /// Play all vendors in the sandbox, instead of speaking to the real ones
    #[arg(long)]
    sandbox: bool,
}

/// Asks, writes, and says what comes next.
pub(crate) fn run(args: &Args, as_json: bool) -> Result<ExitCode, Failure> {
    let file = args.file.display().to_string();
    if args.file.exists() {
        let problem = format!("--file: {file} is there already; give another, or move it away");
        return Err(Failure::Usage(problem));
    }
    let asks = !as_json && std::io::stdin().is_terminal();
    let known = ask::complete(args, asks)?;
    let written = text::of(&known);
    let config = read(&written)?;
    // Only what can be run is kept, and nothing that came up meanwhile is lost.
    let mut kept = fs::File::create_new(&args.file)
        .map_err(|error| Failure::Environment(format!("--file: {file}: {error}")))?;
    if let Err(error) = kept.write_all(written.as_bytes()) {
        // Half a file must not be there already for the next try.
        let _ = fs::remove_file(&args.file);
        return Err(Failure::Environment(format!("--file: {file}: {error}")));
    }
    let secrets = text::secrets(&known);
    if as_json {
        let brands: Vec<&str> = config.brands.iter().map(|b| b.id.as_str()).collect();
        ui::json(&json!({ "file": file, "brands": brands, "secrets": secrets }));
        return Ok(ExitCode::SUCCESS);
    }
    ui::line(&format!(
        "Wrote {file}. Its brand only watches until you raise `autonomy`."
    ));
    if !secrets.is_empty() {
        ui::line("\nIt needs these in the environment, or the path of a file in NAME_FILE:");
        for secret in &secrets {
            let hint = match secret.as_str() {
                "IDENTITY_KEYS" => {
                    "    1: and 64 random hex digits, for digests of customers; keep it"
                }
                _ => "",
            };
            ui::line(&format!("  {secret}{hint}"));
        }
    }
    ui::line(&format!(
        "\nThen:\n  homeostat check --config {file}{}\n  homeostat up --config {file}",
        if known.sandbox { "" } else { " --online" }
    ));
    Ok(ExitCode::SUCCESS)
}

/// What the file would be.
fn read(text: &str) -> Result<Config, Failure> {
    Config::parse(text).map_err(|error| Failure::Usage(chain(&error)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn full() -> Args {
        let some = |text: &str| Some(text.to_owned());
        Args {
            id: some("acme"),
            currency: some("EUR"),
            time_zone: some("Europe/Berlin"),
            target_cpa: some("20.00"),
            meta_account: some("act_1"),
            day_cap: some("300"),
            shop: some("https://acme.myshopify.com"),
            language: some("de"),
            country: some("DE"),
            inbox: some("support@acme.example"),
            ..Args::default()
        }
    }

    #[test]
    fn what_is_written_is_valid_and_only_watches() {
        let known = ask::complete(&full(), false).unwrap();
        let config = read(&text::of(&known)).unwrap();
        let brand = &config.brands[0];
        assert_eq!(brand.autonomy, homeostat_model::Autonomy::Shadow);
        assert_eq!(brand.cap_day.amount_micros, 300_000_000);
        assert!(brand.shop.is_some() && brand.service.is_some());
        assert_eq!(
            config.settings.meta.base_url.as_deref(),
            Some("https://graph.facebook.com")
        );
        assert!(text::secrets(&known).contains(&"SHOPIFY_TOKEN_ACME".to_owned()));
    }

    #[test]
    fn ads_alone_need_five_answers() {
        let args = Args {
            shop: None,
            inbox: None,
            day_cap: None,
            sandbox: true,
            ..full()
        };
        let known = ask::complete(&args, false).unwrap();
        let config = read(&text::of(&known)).unwrap();
        assert!(config.brands[0].shop.is_none() && config.settings.meta.base_url.is_none());
        assert_eq!(text::secrets(&known), Vec::<String>::new());
    }

    #[test]
    fn what_is_missing_or_wrong_is_named_by_its_flag() {
        let told = |change: fn(&mut Args)| {
            let mut args = full();
            change(&mut args);
            let known = ask::complete(&args, false);
            known
                .and_then(|known| read(&text::of(&known)).map(drop))
                .unwrap_err()
                .to_string()
        };
        assert!(told(|a| a.currency = None).contains("--currency"));
        assert!(told(|a| a.time_zone = Some("Berlin".into())).contains("--time-zone"));
        assert!(told(|a| a.meta_account = Some("12".into())).contains("meta_account"));
        assert!(told(|a| a.target_cpa = Some("\"\nx = 1".into())).contains("--target-cpa"));
        assert!(told(|a| a.shop = Some("http://shop".into())).contains("shop.url"));
        assert!(told(|a| a.inbox = Some("nobody".into())).contains("inbox"));
        assert!(told(|a| a.shop = None).contains("--inbox"));
    }
}
