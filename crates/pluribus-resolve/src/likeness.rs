//! Whether one function is another again, and how sure that is.

use pluribus_facts::{Facts, Shape, Statement};
use rustc_hash::FxHashSet;

/// A copy has at least four fifths of the statements of the longer of the two, in their order.
pub(crate) const MOST: usize = 5;
/// A near copy of fewer statements would differ in one of a handful.
const LEAST_NEAR: usize = 10;
/// So many of the statements of a near copy must be telling, and different from each other.
const LEAST_TELLING: usize = 6;
/// Longer functions are compared by their hashes alone.
const MAX_STATEMENTS: usize = 2_000;

/// A shape with its statements.
#[derive(Clone, Copy)]
pub(crate) struct Body<'a> {
    pub(crate) shape: &'a Shape,
    pub(crate) statements: &'a [Statement],
}

impl<'a> Body<'a> {
    pub(crate) fn new(facts: &'a Facts, shape: &'a Shape) -> Self {
        Self { shape, statements: facts.statements_of(shape) }
    }

    pub(crate) fn telling(&self) -> usize {
        self.telling_hashes().count()
    }

    pub(crate) fn telling_hashes(&self) -> impl Iterator<Item = u32> + Clone {
        self.statements.iter().filter(|each| each.is_telling()).map(|each| each.hash)
    }

    /// How many of the telling statements are different ones: a row of calls of one method, each with
    /// other literals, says no more than one of them.
    pub(crate) fn different(&self) -> usize {
        self.telling_hashes().collect::<FxHashSet<_>>().len()
    }

    /// Whether there is enough of it that something like it is no coincidence.
    pub(crate) fn may_be_near(&self) -> bool {
        self.statements.len() >= LEAST_NEAR
            && self.statements.len() <= MAX_STATEMENTS
            && self.different() >= LEAST_TELLING
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Grade {
    Near,
    Renamed,
    Exact,
}

impl Grade {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Exact => "exact",
            Self::Renamed => "renamed",
            Self::Near => "near",
        }
    }
}

/// What two functions have in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Likeness {
    pub(crate) grade: Grade,
    /// How many statements they share, and how many the longer of the two has.
    pub(crate) shared: usize,
    pub(crate) of: usize,
    /// How many telling statements of the one are different from each other.
    pub(crate) telling: usize,
}

/// None when neither is a copy of the other.
pub(crate) fn compare(one: Body, other: Body) -> Option<Likeness> {
    let of = one.statements.len().max(other.statements.len());
    let grade = match (one.shape, other.shape) {
        (a, b) if a.exact == b.exact => Grade::Exact,
        (a, b) if a.renamed == b.renamed => Grade::Renamed,
        _ => Grade::Near,
    };
    if grade != Grade::Near {
        return Some(Likeness { grade, shared: of, of, telling: one.different() });
    }
    if !one.may_be_near() || !other.may_be_near() {
        return None;
    }
    let all = |bodies: Body| bodies.statements.iter().map(|each| each.hash).collect::<Vec<_>>();
    let telling = |body: Body| body.telling_hashes().collect::<Vec<_>>();
    let most_telling = one.telling().max(other.telling());
    let telling = in_order(&telling(one), &telling(other));
    if !is_most(telling, most_telling) {
        return None;
    }
    let shared = in_order(&all(one), &all(other));
    is_most(shared, of).then(|| Likeness { grade, shared, of, telling: one.different() })
}

/// Whether so many of so many are enough for a copy.
pub(crate) fn is_most(shared: usize, of: usize) -> bool {
    shared * MOST >= of * (MOST - 1)
}

/// How many elements two rows have in common, in the order of both.
fn in_order(one: &[u32], other: &[u32]) -> usize {
    let start = one.iter().zip(other).take_while(|(a, b)| a == b).count();
    let (one, other) = (&one[start..], &other[start..]);
    let end = one.iter().rev().zip(other.iter().rev()).take_while(|(a, b)| a == b).count();
    let (one, other) = (&one[..one.len() - end], &other[..other.len() - end]);
    // The longest row that is in both, up to each element of the other.
    let mut best = vec![0usize; other.len() + 1];
    for a in one {
        let mut before = 0;
        for (index, b) in other.iter().enumerate() {
            let above = best[index + 1];
            best[index + 1] = if a == b { before + 1 } else { above.max(best[index]) };
            before = above;
        }
    }
    start + end + best[other.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_in_both_is_counted_in_order() {
        assert_eq!(in_order(&[1, 2, 3, 4], &[1, 3, 2, 4]), 3);
        assert_eq!(in_order(&[1, 2], &[2, 1]), 1);
        assert_eq!(in_order(&[], &[1]), 0);
        assert_eq!(in_order(&[1, 9, 2, 3], &[1, 2, 8, 3]), 3);
    }

    #[test]
    fn a_fifth_may_differ() {
        assert!(is_most(4, 5));
        assert!(!is_most(7, 9));
    }
}
