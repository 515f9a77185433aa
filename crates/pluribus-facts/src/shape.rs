//! What a function does, as hashes: to tell whether it is another one again.

use serde::{Deserialize, Serialize};

use crate::model::ScopeId;

/// Functions of fewer statements have no shape: half of all of them would be alike.
pub const LEAST_STATEMENTS: usize = 3;

/// Of a function in a module or a class; what is nested in it is part of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shape {
    pub scope: ScopeId,
    /// The same for functions that differ in layout, comments, docstrings and annotations alone.
    pub exact: u64,
    /// The same as well for those that give their own names and literals other values, consistently.
    pub renamed: u64,
    /// Where its statements start in [`Facts::statements`](crate::Facts::statements), and how many
    /// there are.
    pub start: u32,
    pub count: u32,
}

/// A simple statement, or the head of a compound one, without the function's own names and the
/// values of literals.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Statement {
    /// Its last bit says whether it is telling.
    pub hash: u32,
    /// The longest word that every copy of it spells, by [`hash_word`](crate::hash_word); 0 for none.
    pub word: u32,
    /// Bytes of the word.
    pub length: u8,
}

impl Statement {
    pub(crate) fn new(hash: u64, (word, length): (u32, u8), is_telling: bool) -> Self {
        Self { hash: (hash >> 32) as u32 & !1 | u32::from(is_telling), word, length }
    }

    /// Whether it says more than any other: it names two things at least that are not the
    /// function's own, and does more than to log, or to keep what a constructor is given.
    pub fn is_telling(self) -> bool {
        self.hash & 1 == 1
    }
}
