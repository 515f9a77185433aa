//! How much is tried to know what an expression stands for.

use std::cell::Cell;

/// Longer ways from an expression to a class are not followed.
pub(crate) const MAX_DEPTH: u32 = 12;
/// Nor are more ways than this: some names are bound in terms of each other, over and over.
const MAX_TRIES: u32 = 300;

/// How much may still be tried for one expression.
#[derive(Clone, Copy)]
pub(crate) struct Effort<'a> {
    depth: u32,
    tries: &'a Cell<u32>,
}

impl Effort<'_> {
    /// One step further; none when that is too far.
    pub(crate) fn further(self) -> Option<Self> {
        let depth = self.depth.checked_sub(1)?;
        self.tries.set(self.tries.get().checked_sub(1)?);
        Some(Self { depth, ..self })
    }
}

/// Tries something with the effort that one expression is worth.
pub(crate) fn with_effort<T>(attempt: impl FnOnce(Effort) -> T) -> T {
    let tries = Cell::new(MAX_TRIES);
    attempt(Effort { depth: MAX_DEPTH, tries: &tries })
}
