//! Bars over time, each made of parts that stand on one another.

use svg::node::element::{Group, Rectangle, Text};

use crate::plot::{image, line, percent, short};

/// Height of the bars; their axis and its words are below.
const HEIGHT: f64 = 96.0;
/// Height of all of it.
const ALL: f64 = 120.0;
/// Room above the highest bar.
const HEAD: f64 = 4.0;
/// A part that is there is at least so high.
const LEAST: f64 = 1.0;
/// The classes of parts, from the axis up. Parts beyond the last one share its class.
pub(super) const CLASSES: [&str; 4] = ["c-1", "c-2", "c-3", "c-4"];

/// A bar for each step with its parts from the axis up. `labels`: words below the axis, each at a share of the width.
pub(super) fn stack(steps: &[Vec<f64>], labels: &[(f64, String)], says: &str) -> String {
    let whole = |parts: &Vec<f64>| parts.iter().map(|part| part.max(0.0)).sum::<f64>();
    let top = steps.iter().map(whole).fold(0.0, f64::max);
    let width = 100.0 / steps.len().max(1) as f64;
    let mut plot = image(says).set("class", "stack").set("height", ALL);
    for (at, parts) in steps.iter().enumerate() {
        let mut y = HEIGHT;
        for (part, value) in parts.iter().enumerate().filter(|(_, value)| **value > 0.0) {
            let height = (value / top * (HEIGHT - HEAD)).max(LEAST).min(y);
            y -= height;
            let bar = Rectangle::new()
                .set("class", class(part))
                .set("x", percent(at as f64 * width + width * 0.12))
                .set("y", short(y))
                .set("width", percent(width * 0.76))
                .set("height", short(height));
            plot = plot.add(bar);
        }
    }
    let axis = line(("0", HEIGHT + 0.5), ("100%", HEIGHT + 0.5));
    plot = plot.add(Group::new().set("class", "axis").add(axis));
    for (at, text) in labels {
        let words = Text::new(text)
            .set("x", percent(at * 100.0))
            .set("y", ALL - 6.0);
        plot = plot.add(match *at {
            at if at <= 0.0 => words,
            at if at >= 1.0 => words.set("class", "end"),
            _ => words.set("class", "mid"),
        });
    }
    plot.to_string()
}

/// The class of a part.
pub(super) fn class(part: usize) -> &'static str {
    let [.., last] = CLASSES;
    CLASSES.get(part).copied().unwrap_or(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_stand_on_one_another() {
        let labels = [(0.0, "10 June".to_owned()), (1.0, "today".to_owned())];
        let drawn = stack(&[vec![3.0, 1.0], vec![0.0, 0.0]], &labels, "Cost a day");
        assert_eq!(drawn.matches("<rect").count(), 2, "{drawn}");
        for part in [
            r#"class="c-1""#,
            r#"height="69""#,
            r#"y="27""#,
            r#"class="c-2""#,
            r#"height="23""#,
            r#"y="4""#,
            r#"aria-label="Cost a day""#,
            "today",
        ] {
            assert!(drawn.contains(part), "{part} is not in {drawn}");
        }
    }

    #[test]
    fn nothing_is_drawn_as_nothing() {
        let drawn = stack(&[vec![0.0], vec![]], &[], "");
        assert!(
            !drawn.contains("<rect") && !drawn.contains("NaN"),
            "{drawn}"
        );
        assert!(!stack(&[], &[], "").contains("inf"));
        assert_eq!(class(9), "c-4");
    }
}
