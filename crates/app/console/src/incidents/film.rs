//! A film: one lane for each thing, all on one axis of time, drawn in percentages so that words keep their size.

use homeostat_model::RuntimeTime;
use jiff::SignedDuration;
use schemars::JsonSchema;
use serde::Serialize;
use svg::{
    Document,
    node::element::{Line, Rectangle, Text},
};

use super::precise;

/// Share of what happened that is shown before and after it.
const AROUND: i32 = 5;
/// At least so long.
const AROUND_MIN: SignedDuration = SignedDuration::from_millis(100);
/// Parts of the axis.
const PARTS: u32 = 6;
/// Width of a letter in a lane, as a share of a narrow screen.
const LETTER: f64 = 1.6;
/// Words on the axis stand at least so far apart.
const APART: f64 = 14.0;

/// From when to when.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "FilmSpan")]
pub(super) struct Span {
    /// The incident began.
    #[schemars(with = "crate::schema::Time")]
    pub(super) began: RuntimeTime,
    /// It was over; none: it is not.
    #[schemars(with = "Option<crate::schema::Time>")]
    pub(super) over: Option<RuntimeTime>,
    /// The film begins.
    #[schemars(with = "crate::schema::Time")]
    pub(super) from: RuntimeTime,
    /// The film ends.
    #[schemars(with = "crate::schema::Time")]
    pub(super) until: RuntimeTime,
}

impl Span {
    /// Around an incident; nothing is shown of what has not been yet.
    pub(super) fn of(began: RuntimeTime, over: Option<RuntimeTime>, now: RuntimeTime) -> Self {
        let end = over.unwrap_or(now).max(began);
        let around = (end.since(began) / AROUND).max(AROUND_MIN);
        Self {
            began,
            over,
            from: began.plus(-around),
            until: end.plus(around).min(now.max(end)),
        }
    }

    pub(super) fn covers(&self, at: RuntimeTime) -> bool {
        self.from <= at && at <= self.until
    }

    pub(super) fn clamped(&self, at: RuntimeTime) -> RuntimeTime {
        at.clamp(self.from, self.until)
    }

    pub(super) fn lasts(&self) -> SignedDuration {
        self.until.since(self.from)
    }

    /// Where an instant is, from 0 to 100.
    fn place(&self, at: RuntimeTime) -> f64 {
        let all = self.lasts().as_secs_f64();
        match all > 0.0 {
            true => (self.clamped(at).since(self.from).as_secs_f64() / all) * 100.0,
            false => 0.0,
        }
    }
}

/// From here on it is so, until the next one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Turn {
    pub(super) at: RuntimeTime,
    /// A class of the sheet without its `l-`: `run`, `none`, `start`, `ready`, `probe`, `send`, `done`, `open`.
    pub(super) class: &'static str,
    pub(super) word: String,
}

impl Turn {
    pub(super) fn new(at: RuntimeTime, class: &'static str, word: impl Into<String>) -> Self {
        let word = word.into();
        Self { at, class, word }
    }
}

/// Part of a lane.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub(super) struct Stretch {
    #[schemars(with = "crate::schema::Time")]
    pub(super) from: RuntimeTime,
    #[schemars(with = "crate::schema::Time")]
    pub(super) until: RuntimeTime,
    #[serde(skip)]
    pub(super) class: &'static str,
    pub(super) word: String,
}

/// One thing over the time of the film.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct Lane {
    /// Whose.
    pub(crate) name: String,
    pub(super) stretches: Vec<Stretch>,
    /// The plot.
    #[serde(skip)]
    pub(crate) svg: String,
}

impl Lane {
    /// From its turns, in any order. None: nothing of it is in the film.
    pub(super) fn of(name: String, turns: Vec<Turn>, span: &Span) -> Option<Self> {
        let stretches = stretches(turns, span);
        let svg = String::new();
        (!stretches.is_empty()).then_some(Self {
            name,
            stretches,
            svg,
        })
    }
}

/// Each lasts until the next one; equal ones beside each other are one.
fn stretches(mut turns: Vec<Turn>, span: &Span) -> Vec<Stretch> {
    turns.sort_by_key(|turn| turn.at);
    let ends: Vec<RuntimeTime> = turns.iter().skip(1).map(|turn| turn.at).collect();
    let ends = ends.into_iter().chain([span.until]);
    let mut stretches: Vec<Stretch> = Vec::new();
    for (turn, end) in turns.into_iter().zip(ends) {
        let (from, until) = (turn.at.max(span.from), end.min(span.until));
        if from >= until {
            continue;
        }
        match stretches.last_mut() {
            Some(last) if last.class == turn.class && last.word == turn.word => last.until = until,
            _ => stretches.push(Stretch {
                from,
                until,
                class: turn.class,
                word: turn.word,
            }),
        }
    }
    stretches
}

/// Draws a lane with the cursor at an instant.
pub(super) fn draw(lane: &Lane, span: &Span, cursor: RuntimeTime) -> String {
    let words: Vec<&str> = lane.stretches.iter().map(|s| s.word.as_str()).collect();
    let says = format!("{}: {}", lane.name, words.join("; "));
    let mut plot = Document::new()
        .set("height", 40)
        .set("role", "img")
        .set("aria-label", says);
    for part in 1..PARTS {
        let x = f64::from(part) / f64::from(PARTS) * 100.0;
        plot = plot.add(upright(x, "grid"));
    }
    for stretch in &lane.stretches {
        let (from, until) = (span.place(stretch.from), span.place(stretch.until));
        let bar = Rectangle::new()
            .set("class", format!("l-{}", stretch.class))
            .set("x", percent(from))
            .set("y", 8)
            .set("width", percent(until - from))
            .set("height", 24);
        plot = plot.add(bar);
    }
    plot = plot.add(upright(span.place(span.began), "mark0"));
    if let Some(over) = span.over {
        plot = plot.add(upright(span.place(over), "mark1"));
    }
    plot = plot.add(upright(span.place(cursor), "cursor"));
    for stretch in &lane.stretches {
        let (from, until) = (span.place(stretch.from), span.place(stretch.until));
        let needs = stretch.word.chars().count() as f64 * LETTER + LETTER;
        if until - from < needs {
            continue;
        }
        let on = if stretch.class == "done" { " on" } else { "" };
        let word = Text::new(&stretch.word)
            .set("class", format!("l-{}-t{on}", stretch.class))
            .set("x", percent(from))
            .set("dx", 6)
            .set("y", 24);
        plot = plot.add(word);
    }
    plot.to_string()
}

/// The axis: where it begins and ends, the death, the end of the incident, and the chosen instant.
pub(super) fn ruler(span: &Span, cursor: RuntimeTime, (began, over): (&str, &str)) -> String {
    let mut marks: Vec<(f64, String, &'static str)> =
        vec![(span.place(cursor), offset(span, cursor), "tc")];
    if cursor == span.began {
        marks = vec![(span.place(cursor), began.to_owned(), "t0")];
    }
    let mut others = vec![(span.place(span.began), began.to_owned(), "t0")];
    others.extend(span.over.map(|at| (span.place(at), over.to_owned(), "t1")));
    others.push((0.0, offset(span, span.from), "w"));
    others.push((100.0, offset(span, span.until), "w"));
    for other in others {
        if marks.iter().all(|mark| (mark.0 - other.0).abs() >= APART) {
            marks.push(other);
        }
    }
    let mut plot = Document::new().set("height", 28).set("aria-hidden", "true");
    for (at, word, class) in marks {
        let stands = match at {
            ..6.0 => "",
            94.0.. => "end ",
            _ => "mid ",
        };
        let text = Text::new(word)
            .set("class", format!("{stands}{class}"))
            .set("x", percent(at))
            .set("y", 18);
        plot = plot.add(text);
    }
    plot.to_string()
}

/// From the beginning of the incident: `−0.200 s`, `+0.300 s`.
pub(super) fn offset(span: &Span, at: RuntimeTime) -> String {
    let since = at.since(span.began);
    let sign = if since.is_negative() { "−" } else { "+" };
    format!("{sign}{}", precise(since.abs()))
}

fn upright(x: f64, class: &str) -> Line {
    let x = percent(x);
    Line::new()
        .set("class", class)
        .set("x1", x.as_str())
        .set("x2", x.as_str())
        .set("y1", 0)
        .set("y2", "100%")
}

fn percent(n: f64) -> String {
    let text = format!("{n:.2}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    match text {
        "-0" => "0%".to_owned(),
        text => format!("{text}%"),
    }
}

#[cfg(test)]
mod tests {
    use super::{super::case::at, *};

    fn span() -> Span {
        Span::of(at("00:14:07"), Some(at("00:14:12")), at("00:20:00"))
    }

    #[test]
    fn the_film_goes_a_little_beyond_what_happened_and_never_beyond_now() {
        let span = span();
        assert_eq!((span.from, span.until), (at("00:14:06"), at("00:14:13")));
        let short = Span::of(at("00:14:07"), Some(at("00:14:07.050")), at("00:20:00"));
        assert_eq!(
            (short.from, short.until),
            (at("00:14:06.900"), at("00:14:07.150"))
        );
        let open = Span::of(at("00:14:07"), None, at("00:14:17"));
        assert_eq!((open.from, open.until), (at("00:14:05"), at("00:14:17")));
        let nothing = Span::of(at("00:14:07"), None, at("00:14:07"));
        assert!(
            nothing.lasts() > SignedDuration::ZERO,
            "the time before it is shown"
        );
    }

    #[test]
    fn turns_become_stretches_within_the_film() {
        let turns = vec![
            Turn::new(at("00:14:10"), "run", "8813"),
            Turn::new(at("00:00:00"), "run", "8812"),
            Turn::new(at("00:14:07"), "none", "dead"),
            Turn::new(at("00:14:11"), "run", "8813"),
            Turn::new(at("00:15:00"), "none", "dead"),
        ];
        let lane = Lane::of("worker-ads".into(), turns, &span()).unwrap();
        let told: Vec<_> = lane
            .stretches
            .iter()
            .map(|s| (s.class, s.word.as_str(), s.from, s.until))
            .collect();
        assert_eq!(
            told,
            [
                ("run", "8812", at("00:14:06"), at("00:14:07")),
                ("none", "dead", at("00:14:07"), at("00:14:10")),
                ("run", "8813", at("00:14:10"), at("00:14:13")),
            ]
        );
    }

    #[test]
    fn what_is_not_in_the_film_has_no_lane() {
        let turns = vec![Turn::new(at("00:15:00"), "run", "later")];
        assert_eq!(Lane::of("web".into(), turns, &span()), None);
    }

    #[test]
    fn a_lane_is_drawn_in_percentages_and_its_words_are_no_markup() {
        let turns = vec![
            Turn::new(at("00:00:00"), "run", "<script>"),
            Turn::new(at("00:14:12.9"), "done", "too long for its place"),
        ];
        let lane = Lane::of("\"><script>".into(), turns, &span()).unwrap();
        let drawn = draw(&lane, &span(), at("00:14:09.5"));
        assert!(!drawn.contains("<script"), "{drawn}");
        for part in [
            r#"class="l-run" height="24" width="98.57%" x="0%""#,
            r#"class="mark0" x1="14.29%""#,
            r#"class="mark1" x1="85.71%""#,
            r#"class="cursor" x1="50%""#,
        ] {
            assert!(drawn.contains(part), "{part} is not in {drawn}");
        }
        let words = drawn.matches("<text").count();
        assert_eq!(words, 1, "a word that does not fit is left out: {drawn}");
    }

    #[test]
    fn words_on_the_axis_leave_room_for_each_other() {
        let drawn = ruler(&span(), at("00:14:09.5"), ("death", "recovered"));
        for word in ["death", "recovered", "+2.500 s", "−1.000 s", "+6.000 s"] {
            assert!(drawn.contains(word), "{word} is not in {drawn}");
        }
        let close = ruler(&span(), at("00:14:07.2"), ("death", "recovered"));
        assert!(!close.contains("death"), "the cursor is there: {close}");
        let there = ruler(&span(), at("00:14:07"), ("death", "recovered"));
        assert!(there.contains("death") && !there.contains("+0"), "{there}");
    }
}
