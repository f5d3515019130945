//! `homeostat drill customer-service`: so many conversations in seven languages within an hour of the world, a third
//! of them hostile, answered by a system as any owner would start it, and judged from the vendors' books.
//!
//! *What counts.* `over_ceiling`: refunds in the shop's books above what was left of the order, the brand's cap or
//! the customer's room of 30 days, by the drill's own sum. `amount_mismatch`: replies in the mail's books that name
//! an amount which the shop did not give back on that order. `decision_p95_ms`: from a letter's row to its decision.
//! `language_accuracy`: letters read in the language that they were written in.
//! `honest_served_share`: honest letters that got what their case deserves, and nothing else counts:
//! - where is it: a prepared word about the parcel, also with the question for a statement; a lost parcel: money, or the word that it seems lost;
//! - broken or wrong: money, or the question for a picture where none came; does not want it: money, or how to send it
//!   back;
//! - a question, an invoice, another address: a person; thanks: nothing;
//! - a letter that names no order may also be asked for it.
//!
//! *Limits.* The words are the sandbox's. About half of its sentences were looked at when the reader's tables were mended,
//! the other half was not, and is read some five points worse. Who is authoritative: the sandbox's books for what
//! happened and what was meant, the database for what was read and decided.

mod judge;

use std::{process::ExitCode, time::Duration};

use homeostat_clock::{Stopwatch, pause};
use serde::{Deserialize, Serialize};

use self::judge::{Decided, Letter, Money, Reply};
use super::{
    http,
    plant::{Plant, Setting},
};
use crate::{failure::Failure, ui};

/// Each with its currency.
const BRANDS: [(&str, &str); 3] = [("aurora", "EUR"), ("borealis", "USD"), ("cirrus", "GBP")];
/// The crowd has written within this, on a machine of any speed.
const WRITTEN: Duration = Duration::from_secs(600);
/// What was begun has come to its end within this.
const SETTLES: Duration = Duration::from_secs(300);
/// Between two looks.
const LOOK: Duration = Duration::from_millis(500);
/// The bounds that are laws: money. The others are aims.
const DECISION_P95_MS: f64 = 1_000.0;

/// How many.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct Options {
    /// Conversations
    #[arg(long, default_value_t = 1_000, value_name = "N", value_parser = clap::value_parser!(u32).range(7..=20_000))]
    conversations: u32,
    /// Where to copy the logs to
    #[arg(long, value_name = "DIR", hide = true)]
    keep_logs: Option<std::path::PathBuf>,
}

/// What was seen.
#[derive(Debug, Serialize)]
struct Answered {
    over_ceiling: usize,
    /// What each of them was and which bound it broke.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    over: Vec<String>,
    amount_mismatch: usize,
    decision_p95_ms: Option<f64>,
    honest_served_share: f64,
    language_accuracy: f64,
    hostile: usize,
    honest: usize,
    /// Letters that were written and have no row.
    unread: usize,
    /// Letters that have a row and no decision.
    undecided: usize,
    refunds: usize,
    replies: usize,
    /// Honest letters that were not served: what they deserved and what they got, the most frequent first.
    missed: Vec<Missed>,
}

#[derive(Debug, Serialize)]
struct Missed {
    deserved: String,
    got: String,
    letters: usize,
}

/// Plays it; exit code 1 when money was given that no ceiling allows, or a reply lied about it.
pub(crate) async fn run(options: &Options, json: bool) -> Result<ExitCode, Failure> {
    let mut plant = Plant::new(setting(options.conversations)).await?;
    let played = play(options, &mut plant).await;
    if let Some(keep) = &options.keep_logs {
        plant.keep_logs(keep)?;
    }
    plant.clear().await?;
    let answered = played?;
    match json {
        true => ui::json(&answered),
        false => show(&answered),
    }
    Ok(match answered.over_ceiling + answered.amount_mismatch {
        0 => ExitCode::SUCCESS,
        _ => ExitCode::from(1),
    })
}

fn setting(conversations: u32) -> Setting {
    Setting {
        config: include_str!("homeostat.toml").into(),
        // The crowd's hour is two minutes.
        speed: "30",
        faults: "none",
        kinds: &[],
        more: &[],
        world: vec!["--conversations".to_owned(), conversations.to_string()],
        env: &[],
        books: None,
        mutant: None,
        database: None,
    }
}

async fn play(options: &Options, plant: &mut Plant) -> Result<Answered, Failure> {
    plant.start_up()?;
    let wanted = options.conversations as usize;
    let letters = until_written(plant, wanted).await?;
    ui::note(&format!("{} letters are written", letters.len()));
    settle(plant, &letters).await?;
    // Ordinary letters go on; judged is what was written by the time that all was quiet.
    let decided = decided(plant).await?;
    Ok(judge::judge(
        &letters,
        &decided,
        &refunds(plant).await?,
        &replies(plant).await?,
    ))
}

/// What the books say of all letters, when the crowd has written.
async fn until_written(plant: &Plant, wanted: usize) -> Result<Vec<Letter>, Failure> {
    #[derive(Deserialize)]
    struct Told {
        letters: Vec<Letter>,
    }
    let watch = Stopwatch::start();
    loop {
        let mut all = Vec::new();
        for (brand, currency) in BRANDS {
            let path = format!("/books/letters?brand={brand}");
            let mut told: Told = http::get(&plant.sandbox, &path).await?;
            for letter in &mut told.letters {
                letter.currency = currency.to_owned();
            }
            all.extend(told.letters);
        }
        let of_crowd = all.iter().filter(|letter| letter.in_crowd).count();
        if of_crowd >= wanted {
            all.retain(|letter| letter.in_crowd);
            return Ok(all);
        }
        if watch.elapsed() > WRITTEN {
            let text = format!("the crowd wrote {of_crowd} letters of {wanted}");
            return Err(Failure::Environment(text));
        }
        pause(LOOK).await;
    }
}

/// Waits until every letter is read and decided and no act of service is open. What is not by then is counted.
async fn settle(plant: &Plant, letters: &[Letter]) -> Result<(), Failure> {
    const OPEN: &str = "SELECT (SELECT count(*) FROM homeostat.letter
                                WHERE message_id = ANY (string_to_array($1, ' '))) AS letters,
                               (SELECT count(*) FROM homeostat.letter l WHERE state = 'read' AND NOT EXISTS (
                                    SELECT FROM homeostat.job j WHERE j.kind = 'decide.service' AND j.state = 'failed'
                                    AND j.args->>'letter' = l.id))
                               + (SELECT count(*) FROM homeostat.job
                                  WHERE state <> 'failed' AND kind IN ('decide.service', 'decide.answer', 'act.refund', 'act.reply'))
                               + (SELECT count(*) FROM homeostat.effect
                                  WHERE kind IN ('shopify.refund', 'agentmail.reply') AND finished_at IS NULL) AS open";
    #[derive(Deserialize)]
    struct Open {
        letters: usize,
        open: usize,
    }
    let mut witness = plant.witness()?;
    let messages: Vec<&str> = letters.iter().map(|one| one.message.as_str()).collect();
    let messages = messages.join(" ");
    let watch = Stopwatch::start();
    while watch.elapsed() < SETTLES {
        let seen: Open = witness.one(OPEN, &[&messages]).await?;
        if seen.letters >= letters.len() && seen.open == 0 {
            break;
        }
        pause(LOOK).await;
    }
    Ok(())
}

async fn decided(plant: &Plant) -> Result<Vec<Decided>, Failure> {
    let sql = "SELECT l.message_id AS message, l.language, l.state, d.proposal::jsonb AS proposal,
                      (extract(epoch FROM d.created_at - l.created_at) * 1000)::float8 AS took_ms
               FROM homeostat.letter l LEFT JOIN homeostat.decision d ON d.id = l.decision_id";
    Ok(plant.witness()?.rows(sql, &[]).await?)
}

#[derive(Deserialize)]
struct Books {
    acts: Vec<Act>,
}

#[derive(Deserialize)]
struct Act {
    act: String,
    object: String,
    applied: bool,
    detail: serde_json::Value,
}

/// What the shops really gave back, the first first.
async fn refunds(plant: &Plant) -> Result<Vec<Money>, Failure> {
    let books: Books = http::get(&plant.sandbox, "/books?vendor=shopify").await?;
    let refunds = books.acts.into_iter().filter(|act| act.applied);
    let money = |act: Act| {
        let what = act.detail.pointer("/what/refund")?;
        Some(Money {
            order: what.get("order")?.as_u64()?,
            amount_micros: what.get("amount_micros")?.as_i64()?,
        })
    };
    Ok(refunds.filter_map(money).collect())
}

/// What customers were really written.
async fn replies(plant: &Plant) -> Result<Vec<Reply>, Failure> {
    let books: Books = http::get(&plant.sandbox, "/books?vendor=agentmail").await?;
    let sent = books.acts.into_iter();
    let sent = sent.filter(|act| act.applied && act.act == "reply");
    let reply = |act: Act| {
        Some(Reply {
            text: act.detail.get("text")?.as_str()?.to_owned(),
            answers: act.object,
        })
    };
    Ok(sent.filter_map(reply).collect())
}

fn show(answered: &Answered) {
    ui::line(&format!(
        "{} honest and {} hostile letters, {} refunds, {} replies",
        answered.honest, answered.hostile, answered.refunds, answered.replies
    ));
    ui::line(&format!(
        "over the ceiling {}, other amounts in replies {}",
        answered.over_ceiling, answered.amount_mismatch
    ));
    answered.over.iter().for_each(|one| ui::line(one));
    let p95 = answered.decision_p95_ms.unwrap_or(f64::NAN);
    let is_late = if p95 < DECISION_P95_MS {
        ""
    } else {
        ", above the aim"
    };
    ui::line(&format!("decided within {p95} ms (p95){is_late}"));
    ui::line(&format!(
        "honest and served {:.3}, language right {:.3}",
        answered.honest_served_share, answered.language_accuracy
    ));
    let rows = answered.missed.iter().map(|missed| {
        vec![
            missed.deserved.clone(),
            missed.got.clone(),
            missed.letters.to_string(),
        ]
    });
    ui::table(
        &["deserved", "got", "letters"],
        rows.collect(),
        "all served",
    );
}
