//! How far the words of copies are from choosing other files to be read than they chose.
//!
//! Which files may hold copies of a function is told by words of it. When the function is edited, the
//! words are others, and a verdict still holds only if they choose the same files. That is proven
//! without looking at any file again from how near those that were set aside came to be chosen.

use pluribus_facts::Outline;
use serde::{Deserialize, Serialize};

use crate::spelling::WordSet;

/// An edit of a statement or two brings no more words than that.
const SLACK: usize = 2;

/// What one set of words did.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Margin {
    /// Whether a file was read for it, and perhaps for no other reason.
    chooses: bool,
    /// No file that was set aside spells more of its words than that.
    most: usize,
}

/// For each set of words, in their order, what it did.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Margins(Vec<Margin>);

impl Margins {
    pub(crate) fn new(sets: &[WordSet], chosen: impl Fn(usize) -> bool) -> Self {
        Self((0..sets.len()).map(|number| Margin { chooses: chosen(number), most: 0 }).collect())
    }

    /// Takes in that a file is set aside.
    pub(crate) fn set_aside(&mut self, sets: &[WordSet], outline: &Outline) {
        for (margin, set) in self.0.iter_mut().zip(sets) {
            margin.most = margin.most.max(spelled_at_most(set, outline));
        }
    }

    /// Takes in that a file is read for its words alone.
    pub(crate) fn choose(&mut self, sets: &[WordSet], outline: &Outline) {
        for number in choosing(sets, outline) {
            if let Some(margin) = self.0.get_mut(number) {
                margin.chooses = true;
            }
        }
    }

    /// What is true of files of which either is.
    pub(crate) fn joined(self, other: Self) -> Self {
        let both = self.0.into_iter().zip(other.0);
        let join = |(one, other): (Margin, Margin)| Margin {
            chooses: one.chooses || other.chooses,
            most: one.most.max(other.most),
        };
        Self(both.map(join).collect())
    }

    /// Whether these words may choose files that would be set aside without them: which they are if
    /// they were looked for, and could be if they were not.
    pub(crate) fn may_choose(&self, sets: &[WordSet], set: &WordSet) -> bool {
        if let Some(number) = sets.iter().position(|known| known == set) {
            return self.0.get(number).is_none_or(|margin| margin.chooses);
        }
        let (words, least) = set;
        !self.0.iter().zip(sets).any(|(margin, (known, _))| {
            let new = words.iter().filter(|word| !known.contains(word)).count();
            margin.most + new < *least
        })
    }
}

/// The numbers of the sets that choose a file.
pub(crate) fn choosing(sets: &[WordSet], outline: &Outline) -> Vec<usize> {
    sets.iter()
        .enumerate()
        .filter(|(_, set)| spelled_at_most(set, outline) >= set.1)
        .map(|(number, _)| number)
        .collect()
}

/// How many of the words a file spells, or more: those it lacks are counted no further than matters.
fn spelled_at_most((words, least): &WordSet, outline: &Outline) -> usize {
    let enough = words.len().saturating_sub(*least) + SLACK + 1;
    let lacking = words.iter().filter(|word| !outline.has(**word)).take(enough).count();
    words.len().saturating_sub(lacking)
}

#[cfg(test)]
mod tests {
    use pluribus_facts::{hash_word, outline};

    use super::*;

    fn set(words: &[&str], least: usize) -> WordSet {
        (words.iter().map(|word| hash_word(word)).collect(), least)
    }

    #[test]
    fn a_new_word_may_choose_only_what_was_nearly_chosen() {
        let sets = [set(&["alpha", "beta", "gamma", "delta"], 4)];
        let edited = set(&["alpha", "beta", "gamma", "omega"], 4);
        let mut margins = Margins::new(&sets, |_| false);

        margins.set_aside(&sets, &outline(b"alpha beta"));
        assert!(!margins.may_choose(&sets, &edited));

        margins.set_aside(&sets, &outline(b"alpha beta gamma"));
        assert!(margins.may_choose(&sets, &edited));
    }

    #[test]
    fn what_a_file_was_read_for_must_stay() {
        let sets = [set(&["alpha", "beta"], 2), set(&["gamma"], 1)];
        let mut margins = Margins::new(&sets, |_| false);

        margins.choose(&sets, &outline(b"alpha beta"));

        assert!(margins.may_choose(&sets, &sets[0]));
        assert!(!margins.may_choose(&sets, &sets[1]));
    }

    #[test]
    fn what_is_lacking_is_counted_far_enough() {
        let words = ["a1", "a2", "a3", "a4", "a5", "a6"];
        let few = outline(b"a6");

        assert_eq!(spelled_at_most(&set(&words, 6), &few), 3);
        assert_eq!(spelled_at_most(&set(&words, 4), &few), 1);
    }
}
