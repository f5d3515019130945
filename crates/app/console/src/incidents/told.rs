//! What happened, in words: deaths, rescues and recoveries from their rows, everything else by the sentences that the
//! first screen uses too.

use homeostat_model::{Money, RuntimeTime};
use homeostat_store::journal::Event;
use jiff::tz::TimeZone;
use serde_json::Value;

use super::{TEXT_MAX, deaths::back_at, held::worst_case, lanes, story::Story};
use crate::{
    receipt::Moment,
    tell::{self, Badge},
    words,
};

/// Steps that are told.
const BEATS_MAX: usize = 60;

/// One step of the story.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Beat {
    pub(super) at: RuntimeTime,
    /// `ok`, ``, `bad`.
    pub(super) class: &'static str,
    pub(super) title: String,
    pub(super) text: String,
}

impl Beat {
    pub(super) fn new(
        at: RuntimeTime,
        class: &'static str,
        title: impl Into<String>,
        text: impl Into<String>,
    ) -> Self {
        let (title, text) = (title.into(), text.into());
        Self {
            at,
            class,
            title,
            text,
        }
    }
}

/// The steps of a crash within its film, in order.
pub(super) fn beats(story: &Story, zone: &TimeZone) -> Vec<Beat> {
    let mut beats = deaths(story, zone);
    beats.extend(rescues(story));
    beats.extend(recoveries(story));
    let events = story
        .events
        .iter()
        .filter(|event| event.at >= story.span.began);
    beats.extend(events.filter_map(|event| of_event(event, &story.known)));
    beats.extend(end_of_acts(story));
    in_order(beats, story.span.until)
}

pub(super) fn in_order(mut beats: Vec<Beat>, until: RuntimeTime) -> Vec<Beat> {
    beats.retain(|beat| beat.at <= until);
    beats.sort_by_key(|beat| beat.at);
    beats.truncate(BEATS_MAX);
    beats
}

/// As a page shows them. The last one before the chosen instant is marked.
pub(super) fn moments(
    beats: Vec<Beat>,
    first: RuntimeTime,
    chosen: RuntimeTime,
    zone: &TimeZone,
) -> Vec<Moment> {
    let here = beats.iter().rposition(|beat| beat.at <= chosen);
    let moment = |(n, beat): (usize, Beat)| {
        let class = match (beat.class, here == Some(n)) {
            (class, false) => class,
            ("ok", true) => "ok here",
            ("bad", true) => "bad here",
            (_, true) => "here",
        };
        Moment::at(beat.at, first, zone).titled(class, beat.title, beat.text)
    };
    beats.into_iter().enumerate().map(moment).collect()
}

fn deaths(story: &Story, zone: &TimeZone) -> Vec<Beat> {
    let mut beats = Vec::new();
    for life in story.crash.deaths() {
        let (role, id) = (words::name(&life.kind), life.process);
        let jobs = story.taken.iter().filter(|job| job.owner == id).count();
        let acts = story
            .acts
            .iter()
            .filter(|act| act.orphaned_at >= life.died_at)
            .count();
        let seen = words::runtime_clock(life.seen_at, zone).time;
        let mut text = words::sentence(&words::plain(&life.reason, TEXT_MAX));
        text.push_str(&format!(" Last sign of life written at {seen}."));
        if jobs > 0 {
            text.push_str(&format!(" It held {}.", words::count(jobs as u64, "job")));
        }
        if acts > 0 && story.crash.later.is_empty() {
            let acts = words::count(acts as u64, "act");
            text.push_str(&format!(" {acts} in its hands."));
        }
        let title = format!("Found dead: {role}, process {id}");
        beats.push(Beat::new(life.died_at, "bad", title, text));
    }
    // What was taken for dead on a guess and is proven later.
    let proven = story
        .of("process")
        .filter(|event| event.from_state.as_deref() == Some("ended") && event.to_state == "ended");
    for event in proven {
        let reason = event.data.get("end_reason").and_then(Value::as_str);
        let text = words::sentence(&words::plain(reason.unwrap_or_default(), TEXT_MAX));
        let title = format!("Proven dead: process {}", event.entity_id);
        beats.push(Beat::new(event.at, "", title, text));
    }
    beats
}

/// One step for each process whose jobs were taken back.
fn rescues(story: &Story) -> Vec<Beat> {
    let mut beats = Vec::new();
    for life in story.crash.deaths() {
        let its: Vec<_> = story
            .taken
            .iter()
            .filter(|job| job.owner == life.process)
            .collect();
        let Some(at) = its.iter().map(|job| job.at).max() else {
            continue;
        };
        let count = |state: &str| its.iter().filter(|job| job.state == state).count();
        let (ready, failed, cancelled) = (count("ready"), count("failed"), count("cancelled"));
        let spent = its.iter().filter(|job| job.spent_attempt).count();
        let mut text = format!("{ready} ready again under a new fence.");
        if failed > 0 {
            text.push_str(&format!(" {failed} failed for good."));
        }
        if cancelled > 0 {
            text.push_str(&format!(" {cancelled} had been called off."));
        }
        text.push_str(&match spent {
            0 => " None spent an attempt.".to_owned(),
            spent => format!(" {spent} spent an attempt."),
        });
        let title = format!("Taken back: {}", words::count(its.len() as u64, "job"));
        beats.push(Beat::new(at, "", title, text));
    }
    beats
}

fn recoveries(story: &Story) -> Vec<Beat> {
    let mut beats = Vec::new();
    for life in story.crash.deaths() {
        let (Some(at), Some(next)) = (back_at(life), life.next) else {
            continue;
        };
        let title = format!("{} lives again", words::name(&life.kind));
        let text = format!("Process {next} began.");
        beats.push(Beat::new(at, "ok", title, text));
    }
    let again = lanes::again(story);
    if let Some(first) = again.values().min() {
        let title = "Working again";
        let text = "The first of the jobs was taken up.";
        beats.push(Beat::new(*first, "ok", title, text));
    }
    beats
}

/// An event in words, where it has any.
pub(super) fn of_event(event: &Event, known: &tell::Known) -> Option<Beat> {
    let at = |class, title: &str, text: String| Some(Beat::new(event.at, class, title, text));
    match event.entity.as_str() {
        // Told by their own steps.
        "process" => None,
        "run" if event.data.get("resumes").is_some() && event.from_state.is_some() => {
            let phase = event.data.get("resumed_from").and_then(Value::as_str);
            let title = format!("Run {} is to go on", event.entity_id);
            let text = match phase {
                Some(phase) => format!(
                    "At its phase {}, from what that had saved.",
                    words::name(phase)
                ),
                // As before: it did not change.
                None => "At the phase that was interrupted.".to_owned(),
            };
            at("", &title, text)
        }
        "effect" if known.acts.contains_key(&event.entity_id) => {
            of_act(event, known).or_else(|| by_sentence(event, known))
        }
        _ => by_sentence(event, known),
    }
}

/// What the first screen does not tell of an act.
fn of_act(event: &Event, known: &tell::Known) -> Option<Beat> {
    let act = known.acts.get(&event.entity_id)?;
    let name = format!("{} {}", act.words.0, words::name(&act.target));
    let is_same = event.from_state.as_deref() == Some(event.to_state.as_str());
    if event.data.get("sends").is_some() && event.from_state.is_some() {
        let title = format!("Sent again: {name}");
        let text = "A new permit, under the same hold and the same decision.";
        return Some(Beat::new(event.at, "", title, text));
    }
    let owner = event.data.get("owner").and_then(Value::as_i64);
    match owner.filter(|_| is_same && event.data.get("calls").is_some()) {
        Some(owner) => {
            let title = format!("Taken over: {name}");
            let text = format!("Process {owner} holds it now, and only that one may book its end.");
            Some(Beat::new(event.at, "", title, text))
        }
        None => None,
    }
}

/// As the first screen tells it.
fn by_sentence(event: &Event, known: &tell::Known) -> Option<Beat> {
    let told = tell::tell(event, known)?;
    let class = match told.badge {
        Badge::Recovered | Badge::Healed | Badge::Paused | Badge::Done => "ok",
        Badge::Crashed | Badge::Unknown => "bad",
        Badge::Held | Badge::Refused | Badge::Waiting | Badge::Mode => "",
    };
    let title = told.text.trim_end_matches('.');
    Some(Beat::new(
        event.at,
        class,
        title,
        told.sub.unwrap_or_default(),
    ))
}

/// The moment from which nothing about the acts is unknown.
fn end_of_acts(story: &Story) -> Option<Beat> {
    let known: Option<Vec<RuntimeTime>> = story.acts.iter().map(|act| act.known_at).collect();
    let last = known?.into_iter().max()?;
    let text = match amounts(&worst_case(&story.acts)) {
        Some(held) => format!("{held} were held meanwhile."),
        None => "No money was held for them.".to_owned(),
    };
    let title = match story.acts.len() {
        1 => "The end of its act is known".to_owned(),
        n => format!("The ends of all {n} acts are known"),
    };
    Some(Beat::new(last, "ok", title, text))
}

/// `€4.57 and $1.00`; none: nothing.
pub(super) fn amounts(sums: &[Money]) -> Option<String> {
    let told: Vec<String> = sums.iter().map(|sum| words::money(*sum)).collect();
    (!told.is_empty()).then(|| told.join(" and "))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{
        super::case::{at, event, story},
        *,
    };

    #[test]
    fn a_crash_is_told_step_by_step() {
        let beats = beats(&story(), &TimeZone::UTC);
        let told: Vec<_> = beats.iter().map(|b| (b.class, b.title.as_str())).collect();
        assert_eq!(
            told,
            [
                ("bad", "Found dead: worker-ads, process 12"),
                ("", "Taken back: 3 jobs"),
                ("", "Run 90 is to go on"),
                ("ok", "worker-ads lives again"),
                ("ok", "Working again"),
                ("", "Taken over: Campaign linen-suit-eu"),
                ("ok", "Campaign linen-suit-eu paused"),
                ("ok", "The end of its act is known"),
            ]
        );
        assert_eq!(
            beats[0].text,
            "Its parent saw it exit. Last sign of life written at 00:00:05. It held 3 jobs. 1 act in its hands."
        );
        assert_eq!(
            beats[1].text,
            "2 ready again under a new fence. 1 failed for good. 2 spent an attempt."
        );
        assert_eq!(beats[7].text, "€4.57 were held meanwhile.");
    }

    #[test]
    fn an_act_without_an_end_has_none_told() {
        let mut story = story();
        story.acts[0].known_at = None;
        assert_eq!(end_of_acts(&story), None);
    }

    #[test]
    fn a_change_of_mode_is_told_as_on_the_first_screen() {
        let data = json!({"state": "SAFE", "who": "system", "reason": "recovery"});
        let changed = event(
            9,
            "00:14:08",
            ("mode", "mode"),
            (Some("NORMAL"), "SAFE"),
            data,
        );
        let beat = of_event(&changed, &tell::Known::default()).unwrap();
        assert_eq!(beat.title, "Mode SAFE, by system");
        let other = event(9, "00:14:08", ("hold", "1"), (None, "held"), json!({}));
        assert_eq!(of_event(&other, &tell::Known::default()), None);
    }

    #[test]
    fn the_reader_is_told_where_they_are() {
        let beats = vec![
            Beat::new(at("00:14:07"), "bad", "one", ""),
            Beat::new(at("00:14:08"), "", "two", ""),
            Beat::new(at("00:14:09"), "ok", "three", ""),
        ];
        let classes = |chosen: &str| -> Vec<&'static str> {
            let moments = moments(beats.clone(), at("00:14:07"), at(chosen), &TimeZone::UTC);
            moments.iter().map(|moment| moment.class).collect()
        };
        assert_eq!(classes("00:14:06"), ["bad", "", "ok"]);
        assert_eq!(classes("00:14:07"), ["bad here", "", "ok"]);
        assert_eq!(classes("00:14:08.5"), ["bad", "here", "ok"]);
        assert_eq!(classes("00:15:00"), ["bad", "", "ok here"]);
    }
}
