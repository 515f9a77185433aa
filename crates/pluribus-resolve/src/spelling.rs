//! What a file must spell to hold a copy of a function.

use pluribus_facts::Statement;
use rustc_hash::FxHashMap;

use crate::likeness::{Body, MOST};

/// Letters that every word has; only what is longer tells one from another.
const COMMON_LENGTH: usize = 6;
/// So many letters beyond that make a set of words rare: few files of a large tree spell them.
const RARE: usize = 16;

/// Words as hashes, and how many of them a file must spell.
pub(crate) type WordSet = (Vec<u32>, usize);

/// The words by which copies of a function are found, near ones too if that can be told by rare
/// words; none where even an exact copy cannot.
pub(crate) fn words_of_copies(body: Body) -> Option<WordSet> {
    let telling: Vec<Statement> = body.statements.iter().copied().filter(|each| each.is_telling()).collect();
    let near = [body.statements, &telling].map(|statements| spelled(statements, statements.len() / MOST));
    let whole = spelled(body.statements, 0);
    let near = near.into_iter().filter(|_| body.may_be_near()).max_by_key(|(weight, _)| *weight);
    let fitting = near.filter(|(weight, _)| *weight >= RARE).unwrap_or(whole);
    (fitting.0 >= RARE).then_some(fitting.1)
}

/// The words of statements of which some may be changed, and how much the ones that are left at
/// least say together.
fn spelled(statements: &[Statement], may_change: usize) -> (usize, WordSet) {
    let mut counts: FxHashMap<u32, (usize, usize)> = FxHashMap::default();
    for each in statements.iter().filter(|each| each.word != 0) {
        counts.entry(each.word).or_insert((0, usize::from(each.length))).0 += 1;
    }
    // A word is gone when all statements that spell it are changed.
    let mut often: Vec<usize> = counts.values().map(|(count, _)| *count).collect();
    often.sort_unstable();
    let gone = often.iter().scan(may_change, |left, &count| {
        *left = left.checked_sub(count)?;
        Some(())
    });
    let least = counts.len() - gone.count();
    let mut lengths: Vec<usize> = counts.values().map(|(_, length)| length.saturating_sub(COMMON_LENGTH)).collect();
    lengths.sort_unstable();
    let weight = lengths.iter().take(least).sum();
    // The longest first: a file that lacks too many of them need not be asked for the others.
    let mut words: Vec<(usize, u32)> = counts.into_iter().map(|(word, (_, length))| (length, word)).collect();
    words.sort_unstable_by(|a, b| b.cmp(a));
    (weight, (words.into_iter().map(|(_, word)| word).collect(), least))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn saying(word: u32, length: u8) -> Statement {
        Statement { hash: word << 1 | 1, word, length }
    }

    #[test]
    fn a_word_that_stands_in_several_statements_is_not_lost_with_one() {
        let statements = [saying(1, 9), saying(1, 9), saying(2, 12), saying(3, 20), saying(4, 3)];

        let (weight, (words, least)) = spelled(&statements, 1);

        assert_eq!(words, [3, 2, 1, 4]);
        assert_eq!(least, 3);
        assert_eq!(weight, 3 + 6);
    }

    #[test]
    fn nothing_is_said_when_all_may_be_changed() {
        assert_eq!(spelled(&[saying(1, 9)], 1), (0, (vec![1], 0)));
    }
}
