//! Plots as SVG: pure functions of numbers. Places along the width are percentages, so a plot fills its panel and its
//! words keep their size; colours come from classes of the sheet, so no style is written here (the page's policy allows
//! none). Each plot has a sentence for who does not see it.

use svg::{
    Document,
    node::element::{Anchor, Group, Line, Path, Polygon, Polyline, Rectangle, Text},
};

/// Height of the plot of an instrument.
const HEIGHT: f64 = 64.0;
/// Room above the highest value.
const HEAD: f64 = 4.0;
/// Cells of the strip of uptime.
pub const MINUTES: usize = 60;
/// Where its cells begin and end.
const CELL: (f64, f64) = (32.0, 68.0);

/// How one minute was.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Minute {
    /// Nothing died.
    #[default]
    Well,
    /// Something died and was made up for within it.
    Recovered,
    /// Something died and was not made up for yet.
    Down,
}

/// What the strip says in words, and where it points.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Callout {
    /// Which minute, from the left.
    pub minute: usize,
    /// `02:14 crash, auto-recovered in 0.8 s`.
    pub text: String,
    /// Where it leads.
    pub href: String,
}

/// The last hour, a bar a minute. `labels`: texts below the axis with the minute they stand at.
pub fn strip(
    minutes: &[Minute; MINUTES],
    callout: Option<&Callout>,
    labels: &[(usize, String)],
    says: &str,
) -> String {
    let mut plot = image(says).set("height", 96);
    if let Some(callout) = callout {
        let x = percent(middle(callout.minute));
        // Near an end it would not fit around its minute.
        let (class, at) = match callout.minute {
            ..12 => ("call", percent(0.0)),
            49.. => ("call end", percent(100.0)),
            _ => ("call mid", x.clone()),
        };
        let words = Text::new(&callout.text)
            .set("class", class)
            .set("x", at)
            .set("y", 12);
        plot = plot.add(Anchor::new().set("href", callout.href.as_str()).add(words));
        plot = plot.add(line((&x, 18.0), (&x, 32.0)).set("class", "leader"));
    }
    for (at, minute) in minutes.iter().enumerate() {
        plot = match minute {
            Minute::Well if at + 1 == MINUTES => plot.add(cell(at, CELL, "cell now")),
            Minute::Well => plot.add(cell(at, CELL, "cell")),
            Minute::Recovered => plot
                .add(cell(at, (CELL.0 + 10.0, CELL.1), "cell now"))
                .add(cell(at, (CELL.0, CELL.0 + 8.0), "cell hit")),
            Minute::Down => plot.add(cell(at, CELL, "cell down")),
        };
    }
    let mut axis = Group::new().set("class", "axis");
    axis = axis.add(line(("0", 73.5), ("100%", 73.5)));
    for (minute, _) in labels {
        let x = percent(*minute as f64 / MINUTES as f64 * 100.0);
        axis = axis.add(line((&x, 74.0), (&x, 80.0)));
    }
    plot = plot.add(axis);
    for (minute, text) in labels {
        let words = Text::new(text).set("y", 92);
        plot = plot.add(match *minute {
            0 => words.set("x", 0),
            at if at >= MINUTES => words.set("class", "end").set("x", "100%"),
            at => words
                .set("class", "mid")
                .set("x", percent(at as f64 / MINUTES as f64 * 100.0)),
        });
    }
    plot.to_string()
}

fn middle(minute: usize) -> f64 {
    (minute as f64 + 0.5) / MINUTES as f64 * 100.0
}

fn cell(minute: usize, (top, bottom): (f64, f64), class: &str) -> Rectangle {
    Rectangle::new()
        .set("class", class)
        .set("x", percent(middle(minute) - 0.5))
        .set("y", top)
        .set("width", "1%")
        .set("height", bottom - top)
        .set("rx", 1)
}

/// A line over time, filled below, with an older one behind it to compare with. Both share the scale.
pub fn line_over_time(values: &[f64], before: &[f64], says: &str) -> String {
    let top = values.iter().chain(before).copied().fold(0.0, f64::max);
    let mut plot = image(says)
        .set("viewBox", "0 0 100 64")
        .set("preserveAspectRatio", "none");
    let points = places(values, top);
    if let (Some(first), Some(last)) = (points.first(), points.last()) {
        let mut area = vec![(first.0, HEIGHT)];
        area.extend(&points);
        area.push((last.0, HEIGHT));
        plot = plot.add(
            Polygon::new()
                .set("class", "spark-fill")
                .set("points", told(&area)),
        );
    }
    if before.len() > 1 {
        plot = plot.add(
            Polyline::new()
                .set("class", "ghost")
                .set("points", told(&places(before, top))),
        );
    }
    if let Some((x, y)) = points.last() {
        let dot = format!("M{} {}h0", short(*x), short(*y));
        plot = plot
            .add(
                Polyline::new()
                    .set("class", "spark")
                    .set("points", told(&points)),
            )
            .add(Path::new().set("class", "spark-dot").set("d", dot));
    }
    plot.to_string()
}

/// From left to right over the whole width; a single value is a flat line.
fn places(values: &[f64], top: f64) -> Vec<(f64, f64)> {
    let wide = match values {
        [one] => vec![*one, *one],
        values => values.to_vec(),
    };
    let last = wide.len().saturating_sub(1).max(1) as f64;
    let at = |(n, value): (usize, &f64)| (n as f64 / last * 100.0, height_of(*value, top));
    wide.iter().enumerate().map(at).collect()
}

fn height_of(value: f64, top: f64) -> f64 {
    match top > 0.0 {
        true => HEIGHT - value.max(0.0) / top * (HEIGHT - HEAD),
        false => HEIGHT,
    }
}

fn told(points: &[(f64, f64)]) -> String {
    let points = points
        .iter()
        .map(|(x, y)| format!("{},{}", short(*x), short(*y)));
    points.collect::<Vec<_>>().join(" ")
}

/// A density and the one before it, with an upright line at `aim`, a share of the width. The higher one is cut at its
/// panel: a density may have a pole.
pub fn curve(after: &[f64], before: &[f64], aim: f64, says: &str) -> String {
    const TALL: f64 = 136.0;
    let top = after
        .iter()
        .copied()
        .fold(0.0, f64::max)
        .max(f64::MIN_POSITIVE)
        * 1.1;
    let last = after.len().saturating_sub(1).max(1) as f64;
    let points = |values: &[f64]| -> Vec<(f64, f64)> {
        let at = |(n, value): (usize, &f64)| {
            (
                n as f64 / last * 100.0,
                TALL - (value / top).clamp(0.0, 1.0) * TALL,
            )
        };
        values.iter().enumerate().map(at).collect()
    };
    let (now, earlier) = (points(after), points(before));
    let below: Vec<(f64, f64)> = std::iter::once((0.0, TALL))
        .chain(now.iter().copied().filter(|(x, _)| *x <= aim * 100.0))
        .chain([(aim * 100.0, TALL)])
        .collect();
    let x = short(aim * 100.0);
    image(says)
        .set("class", "curve")
        .set("viewBox", "0 0 100 136")
        .set("preserveAspectRatio", "none")
        .add(
            Polygon::new()
                .set("class", "post-fill")
                .set("points", told(&below)),
        )
        .add(
            Polyline::new()
                .set("class", "prior")
                .set("points", told(&earlier)),
        )
        .add(
            Polyline::new()
                .set("class", "post-line")
                .set("points", told(&now)),
        )
        .add(
            line((&x, 0.0), (&x, TALL))
                .set("class", "aim")
                .set("vector-effect", "non-scaling-stroke"),
        )
        .to_string()
}

/// A bar with its class.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bar {
    /// How high.
    pub value: f64,
    /// `bar-ok`, `bar-q`, `bar-n` or `bar-w`.
    pub class: &'static str,
}

/// Bars side by side, and a line to compare them with. `slots`: for how many there is room.
pub fn bars(bars: &[Bar], slots: usize, target: Option<f64>, says: &str) -> String {
    let top = bars
        .iter()
        .map(|bar| bar.value)
        .chain(target)
        .fold(0.0, f64::max);
    let width = 100.0 / slots.max(bars.len()).max(1) as f64;
    let mut plot = image(says);
    for (at, bar) in bars.iter().enumerate() {
        let y = height_of(bar.value, top);
        if y >= HEIGHT {
            continue;
        }
        plot = plot.add(
            Rectangle::new()
                .set("class", bar.class)
                .set("x", percent(at as f64 * width + width * 0.12))
                .set("y", short(y))
                .set("width", percent(width * 0.76))
                .set("height", short(HEIGHT - y))
                .set("rx", 1),
        );
    }
    if let Some(target) = target {
        let y = height_of(target, top);
        plot = plot.add(line(("0", y), ("100%", y)).set("class", "target"));
    }
    plot.to_string()
}

/// What is known of one window, in any unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize, schemars::JsonSchema)]
pub struct Level {
    /// Gone.
    pub settled: i64,
    /// Promised, and known to be.
    pub held: i64,
    /// Promised for what nobody knows about.
    pub unknown: i64,
    /// The cap.
    pub cap: i64,
}

impl Level {
    /// Gone or promised.
    pub fn taken(self) -> i64 {
        self.settled
            .saturating_add(self.held)
            .saturating_add(self.unknown)
    }

    /// What may still be promised.
    pub fn room(self) -> i64 {
        self.cap.saturating_sub(self.taken()).max(0)
    }
}

/// A gauge: gone, promised, not known, room, and the cap as a tick. Beyond its cap the scale grows and the tick stands
/// inside. `steps`: parts of the cap that a tick marks.
pub fn gauge(level: Level, steps: i64, says: &str) -> String {
    let taken = level.taken();
    let full = level.cap.max(taken).max(1) as f64;
    let share = |n: i64| n.max(0) as f64 / full * 100.0;
    let mut plot = image(says).set("class", "gauge").set("height", 16);
    plot = plot.add(part(0.0, 100.0).set("class", "g-track").set("rx", 2));
    let mut at = 0.0;
    for (n, paint) in [
        (level.settled, Paint::Class("g-settled")),
        (level.held, Paint::Hatch("url(#hatch-held)")),
        (level.unknown, Paint::Hatch("url(#hatch-unknown)")),
    ] {
        let width = share(n);
        if width > 0.0 {
            plot = plot.add(match paint {
                Paint::Class(class) => part(at, width).set("class", class),
                Paint::Hatch(fill) => part(at, width).set("fill", fill),
            });
        }
        at += width;
    }
    if taken > level.cap {
        let from = share(level.cap);
        plot = plot.add(part(from, 100.0 - from).set("class", "g-over"));
    }
    for step in 1..steps {
        let x = percent(share(level.cap) * step as f64 / steps as f64);
        plot = plot.add(line((&x, 2.0), (&x, 14.0)).set("class", "g-tick"));
    }
    let x = percent(share(level.cap));
    plot.add(line((&x, 0.0), (&x, 16.0)).set("class", "g-cap"))
        .to_string()
}

#[derive(Clone, Copy)]
enum Paint {
    Class(&'static str),
    Hatch(&'static str),
}

fn part(from: f64, width: f64) -> Rectangle {
    Rectangle::new()
        .set("x", percent(from))
        .set("y", 2)
        .set("width", percent(width))
        .set("height", 12)
}

/// From `(x, y)` to `(x, y)`; x with its unit.
pub(crate) fn line(from: (&str, f64), to: (&str, f64)) -> Line {
    Line::new()
        .set("x1", from.0)
        .set("y1", short(from.1))
        .set("x2", to.0)
        .set("y2", short(to.1))
}

/// An empty plot with its sentence.
pub(crate) fn image(says: &str) -> Document {
    Document::new().set("role", "img").set("aria-label", says)
}

/// A place along the width.
pub(crate) fn percent(n: f64) -> String {
    format!("{}%", short(n))
}

/// Two digits behind the point at most.
pub(crate) fn short(n: f64) -> String {
    let text = format!("{n:.2}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    match text {
        "-0" => "0".to_owned(),
        text => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_window_is_drawn_in_its_parts() {
        let level = Level {
            settled: 118_200_000,
            held: 742_800_000,
            unknown: 0,
            cap: 1_200_000_000,
        };
        assert_eq!(level.room(), 339_000_000);
        let drawn = gauge(level, 4, "Ads, today");
        for part in [
            r#"class="g-settled""#,
            r#"width="9.85%""#,
            r##"fill="url(#hatch-held)""##,
            r#"width="61.9%""#,
            r#"aria-label="Ads, today""#,
        ] {
            assert!(drawn.contains(part), "{part} is not in {drawn}");
        }
        assert!(!drawn.contains("hatch-unknown"), "{drawn}");
        assert_eq!(drawn.matches("g-tick").count(), 3);
    }

    #[test]
    fn what_is_over_its_cap_is_drawn_beyond_the_tick() {
        let level = Level {
            settled: 150,
            cap: 100,
            ..Level::default()
        };
        let drawn = gauge(level, 1, "");
        assert!(drawn.contains("g-over"), "{drawn}");
        assert!(drawn.contains(r#"x="66.67%""#), "{drawn}");
    }

    #[test]
    fn the_strip_tells_a_crash_and_its_end() {
        let mut minutes = [Minute::Well; MINUTES];
        minutes[26] = Minute::Recovered;
        let callout = Callout {
            minute: 26,
            text: "02:14 crash, auto-recovered in 0.8 s".into(),
            href: "/incidents/7".into(),
        };
        let drawn = strip(
            &minutes,
            Some(&callout),
            &[(0, "01:48".into()), (60, "now".into())],
            "",
        );
        assert_eq!(drawn.matches(r#"class="cell hit""#).count(), 1);
        assert!(drawn.contains("auto-recovered in 0.8 s"), "{drawn}");
        assert!(drawn.contains(r#"href="/incidents/7""#), "{drawn}");
        assert!(drawn.contains(r#"x="44.17%""#), "{drawn}");
    }

    #[test]
    fn what_is_said_is_no_markup() {
        let drawn = bars(&[], 1, None, "\"><script>alert(1)</script>");
        assert!(!drawn.contains("<script"), "{drawn}");
    }

    proptest! {
        /// Nothing is drawn outside of its panel, and no number is none.
        #[test]
        fn lines_stay_within(values in prop::collection::vec(0.0..1e12_f64, 0..80), before in prop::collection::vec(0.0..1e12_f64, 0..80)) {
            let drawn = line_over_time(&values, &before, "");
            prop_assert!(!drawn.contains("NaN") && !drawn.contains("inf"));
            for points in drawn.split("points=\"").skip(1) {
                let points = points.split('"').next().unwrap_or_default();
                for point in points.split(' ') {
                    let (x, y) = point.split_once(',').unwrap();
                    let (x, y): (f64, f64) = (x.parse().unwrap(), y.parse().unwrap());
                    prop_assert!((0.0..=100.0).contains(&x) && (0.0..=64.0).contains(&y));
                }
            }
        }

        /// The parts of a gauge add up to no more than the whole.
        #[test]
        fn gauges_add_up(settled in 0..1_000_i64, held in 0..1_000_i64, unknown in 0..1_000_i64, cap in 0..1_500_i64) {
            let level = Level { settled, held, unknown, cap };
            let drawn = gauge(level, 4, "");
            prop_assert!(!drawn.contains("NaN"));
            prop_assert_eq!(drawn.contains("g-over"), level.taken() > cap);
            prop_assert!(level.room() >= 0);
        }
    }
}
