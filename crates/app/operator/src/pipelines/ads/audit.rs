//! Phase `audit`: what of all this can be believed.

use homeostat_queue::{Context, Failure, Outcome, Phase};
use serde::{Deserialize, Serialize};

use super::{Args, Ground, Tracked, tour::Source};
use crate::{
    Operator,
    records::archive::{
        ad::{self, Quality},
        keyword::Count,
        watch,
    },
};

/// Examples of a finding.
const EXAMPLES_MAX: usize = 5;

/// The phase.
#[derive(Debug, Clone)]
pub struct Audit(pub Operator);

/// How far a run's picture can be trusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Trust {
    /// Everything was seen to the end.
    Full,
    /// Some sources were not: what they did not show is not known.
    Partial,
    /// No source was.
    None,
}

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// Its name, such as `ended_but_listed`.
    pub what: String,
    /// How often.
    pub n: u32,
    /// Where, some of them.
    pub examples: Vec<String>,
}

/// What it leaves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Audited {
    /// How far the picture can be trusted.
    pub trust: Trust,
    /// What is wrong.
    pub findings: Vec<Finding>,
    /// The searches.
    pub searches: Vec<Source>,
    /// What each brought.
    pub counts: Vec<Count>,
    /// The looks at pages.
    pub looks: Vec<Source>,
}

#[async_trait::async_trait]
impl Phase for Audit {
    const NAME: &'static str = "audit";
    type Args = Args;
    type Input = Tracked;
    type Output = Audited;

    async fn run(
        &self,
        args: Args,
        input: Tracked,
        context: &Context,
    ) -> Result<Outcome<Audited>, Failure> {
        let ground = Ground::new(&self.0, &args, context)?;
        let db = &ground.operator.db;
        let quality = ad::quality(db, ground.run, ground.id(), ground.today()).await?;
        let unseen = watch::overdue(db, ground.id(), ground.operator.clock.now()).await?;
        Ok(Outcome::Done(Audited {
            trust: trust(input.searches.iter().chain(&input.looks)),
            findings: findings(&input, &quality, unseen),
            searches: input.searches,
            counts: input.counts,
            looks: input.looks,
        }))
    }
}

fn trust<'a>(sources: impl Iterator<Item = &'a Source>) -> Trust {
    let (mut seen, mut all) = (0, 0);
    for source in sources {
        all += 1;
        seen += usize::from(source.outcome.is_complete());
    }
    match seen {
        0 => Trust::None,
        n if n == all => Trust::Full,
        _ => Trust::Partial,
    }
}

/// What is wrong, by what was seen.
fn findings(input: &Tracked, quality: &Quality, unseen: Vec<String>) -> Vec<Finding> {
    let sources = || input.searches.iter().chain(&input.looks);
    let mut findings = Vec::new();
    let mut tell = |what: &str, where_: Vec<String>| {
        if !where_.is_empty() {
            findings.push(Finding {
                what: what.to_owned(),
                n: u32::try_from(where_.len()).unwrap_or(u32::MAX),
                examples: where_.into_iter().take(EXAMPLES_MAX).collect(),
            });
        }
    };
    for source in sources().filter(|source| !source.outcome.is_complete()) {
        let place = match &source.note {
            Some(note) => format!("{}: {note}", source.name),
            None => source.name.clone(),
        };
        tell(&format!("source_{}", source.outcome.as_str()), vec![place]);
    }
    tell("ended_but_listed", quality.ended_but_listed.clone());
    tell("begun_tomorrow", quality.begun_tomorrow.clone());
    tell("not_seen_for_days", unseen);
    if quality.without_text > 0 {
        findings.push(Finding {
            what: "without_text".to_owned(),
            n: u32::try_from(quality.without_text).unwrap_or(u32::MAX),
            examples: Vec::new(),
        });
    }
    findings
}

#[cfg(test)]
mod tests {
    use homeostat_vendors::ad_library::Outcome as Look;

    use super::*;

    fn source(name: &str, outcome: Look) -> Source {
        Source {
            name: name.to_owned(),
            outcome,
            ads: 0,
            note: (outcome == Look::Blocked).then(|| "code 10/2332002".to_owned()),
        }
    }

    #[test]
    fn nothing_seen_is_no_trust_and_one_gap_is_partial() {
        let of = |outcomes: &[Look]| {
            let sources: Vec<Source> = outcomes.iter().map(|o| source("x", *o)).collect();
            trust(sources.iter())
        };
        assert_eq!(of(&[Look::Ok, Look::OkEmpty]), Trust::Full);
        assert_eq!(of(&[Look::Ok, Look::Blocked]), Trust::Partial);
        assert_eq!(of(&[Look::Partial, Look::Blocked]), Trust::None);
        assert_eq!(of(&[]), Trust::None);
    }

    #[test]
    fn a_blocked_source_and_a_contradiction_are_findings() {
        let input = Tracked {
            searches: vec![source("linen", Look::Ok), source("wool", Look::Blocked)],
            counts: Vec::new(),
            looks: vec![source("1 2", Look::Partial)],
        };
        let quality = Quality {
            seen: 9,
            ended_but_listed: (0..7).map(|n| n.to_string()).collect(),
            begun_tomorrow: Vec::new(),
            without_text: 2,
        };
        let told = findings(&input, &quality, vec!["Nord Home".to_owned()]);
        let told: Vec<(&str, u32, usize)> = told
            .iter()
            .map(|f| (f.what.as_str(), f.n, f.examples.len()))
            .collect();
        assert_eq!(
            told,
            [
                ("source_blocked", 1, 1),
                ("source_partial", 1, 1),
                ("ended_but_listed", 7, 5),
                ("not_seen_for_days", 1, 1),
                ("without_text", 2, 0),
            ]
        );
    }
}
