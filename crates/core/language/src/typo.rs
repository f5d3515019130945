//! How many slips lie between two words: insert, leave out, replace, swap neighbours.
//!
//! Optimal string alignment distance, for words of at most [`LETTERS_MAX`] letters. Complexity: the
//! product of both lengths, so at most about a thousand steps a pair.

/// Longer words are compared exactly only.
pub(crate) const LETTERS_MAX: usize = 30;
/// Shorter stems are compared exactly only: too many words are one slip away.
pub(crate) const LETTERS_MIN: usize = 5;
/// The same for beginnings, which have more words to meet.
const PREFIX_LETTERS_MIN: usize = 6;

/// Slips that a stem of so many letters forgives.
pub(crate) fn slips_max(letters: usize) -> usize {
    match letters {
        0..LETTERS_MIN => 0,
        LETTERS_MIN..10 => 1,
        _ => 2,
    }
}

/// Whether `word` is `stem` but for a few slips; with `is_prefix` its beginning is enough.
/// Every cell of the table adds one to `steps`.
pub(crate) fn is_near(stem: &[char], word: &[char], is_prefix: bool, steps: &mut u64) -> bool {
    let slips = slips_max(stem.len());
    let is_comparable = slips > 0
        && (!is_prefix || stem.len() >= PREFIX_LETTERS_MIN)
        && word.len() >= LETTERS_MIN
        && stem.len() <= LETTERS_MAX
        && word.len() + slips >= stem.len()
        && (is_prefix || word.len() <= stem.len() + slips);
    if !is_comparable {
        return false;
    }
    let word = word.get(..stem.len() + slips).unwrap_or(word);
    let width = word.len() + 1;
    let mut before: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..width).collect();
    for (row, letter) in stem.iter().enumerate() {
        let mut current = vec![row + 1];
        for (column, other) in word.iter().enumerate() {
            *steps += 1;
            let at =
                |line: &[usize], index: usize| line.get(index).copied().unwrap_or(usize::MAX / 2);
            let replaced = at(&above, column) + usize::from(letter != other);
            let mut best = replaced
                .min(at(&above, column + 1) + 1)
                .min(at(&current, column) + 1);
            let is_swap = row > 0
                && column > 0
                && stem.get(row - 1) == Some(other)
                && word.get(column - 1) == Some(letter);
            if is_swap {
                best = best.min(at(&before, column - 1) + 1);
            }
            current.push(best);
        }
        before = std::mem::replace(&mut above, current);
    }
    if is_prefix {
        above.iter().any(|distance| *distance <= slips)
    } else {
        above.last().is_some_and(|distance| *distance <= slips)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(stem: &str, word: &str, is_prefix: bool) -> bool {
        let letters = |text: &str| text.chars().collect::<Vec<_>>();
        is_near(&letters(stem), &letters(word), is_prefix, &mut 0)
    }

    #[test]
    fn one_slip_is_forgiven() {
        assert!(near("refund", "refnud", false));
        assert!(near("refund", "refud", false));
        assert!(near("refund", "refuund", false));
        assert!(!near("refund", "refuse", false));
        assert!(near("deliver", "delviered", true));
        assert!(
            !near("grafi", "grazie", true),
            "a short beginning meets too much"
        );
    }

    #[test]
    fn long_stems_forgive_two_and_short_ones_none() {
        assert!(near("ruckerstat", "rukersatatung", true));
        assert!(!near("back", "bck", false));
        assert!(!near("geld", "gelb", false));
    }

    #[test]
    fn the_work_for_a_pair_is_bounded() {
        let mut steps = 0;
        let long = vec!['a'; 10_000];
        assert!(!is_near(&long, &long, true, &mut steps));
        let stem = vec!['b'; LETTERS_MAX];
        is_near(&stem, &long, true, &mut steps);
        assert!(steps <= 1_000, "{steps}");
    }
}
