//! Whether the machine is short of memory already, whatever was reserved: the share of the last ten
//! seconds in which somebody waited for memory. Above the bound nothing new is begun.

use std::{fs, path::Path};

/// In percent. What runs is not touched: its end would give memory back only after more work.
const ADMITS_TO: f64 = 10.0;

/// What the kernel says.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pressure {
    /// Percent of the last ten seconds in which some process waited.
    pub some_avg10: f64,
}

impl Pressure {
    /// That of the whole machine; none where the kernel does not tell.
    pub fn now() -> Option<Self> {
        let text = fs::read_to_string(Path::new("/proc/pressure/memory")).ok()?;
        Self::parse(&text)
    }

    /// Reads `some avg10=0.12 …`.
    pub fn parse(text: &str) -> Option<Self> {
        let some = text.lines().find_map(|line| line.strip_prefix("some "))?;
        let avg10 = some
            .split_whitespace()
            .find_map(|field| field.strip_prefix("avg10="))?;
        let some_avg10 = avg10.parse().ok().filter(|share: &f64| share.is_finite())?;
        Some(Self { some_avg10 })
    }

    /// Whether new work may begin.
    pub fn admits(self) -> bool {
        self.some_avg10 <= ADMITS_TO
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn above_ten_percent_nothing_new_begins() {
        let admits = |avg10: &str| {
            let text = format!(
                "some avg10={avg10} avg60=99.00 avg300=0.01 total=21442699\n\
                 full avg10=99.00 avg60=0.09 avg300=0.01 total=4236551\n"
            );
            Pressure::parse(&text).map(Pressure::admits)
        };
        assert_eq!(admits("0.46"), Some(true));
        assert_eq!(admits("10.00"), Some(true));
        assert_eq!(admits("10.01"), Some(false));
        assert_eq!(admits("nan"), None);
        assert_eq!(Pressure::parse("full avg10=50.00"), None);
    }
}
