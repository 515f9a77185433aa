//! How answers look when positions do not count.
//!
//! An answer is packed the same way for Python and to be compared with what it was before a file
//! changed. For the latter a lens is put before the packing: in changed files it hides where a thing
//! stands, and notes it, and it numbers definitions as they were numbered before.

use std::cell::RefCell;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::layout::FileId;
use crate::rows::{Handle, Place};

/// Path, line, column, first byte and end of a place.
pub(crate) type Spot = (String, [u32; 4]);

#[derive(Default)]
pub(crate) struct Lens {
    pub(crate) paths: FxHashSet<String>,
    /// The number that a binding had before, by file and number now.
    pub(crate) numbers: FxHashMap<(FileId, u32), u32>,
    /// What was hidden, in the order in which it was packed.
    pub(crate) spots: Vec<Spot>,
}

thread_local! {
    static LENS: RefCell<Option<Lens>> = const { RefCell::new(None) };
}

/// Packs with a lens, and gives it back with what it noted.
pub(crate) fn through<T>(lens: Lens, pack: impl FnOnce() -> T) -> (T, Lens) {
    LENS.set(Some(lens));
    let packed = pack();
    (packed, LENS.take().unwrap_or_default())
}

pub(crate) fn position(place: &Place) -> [u32; 4] {
    let position = [place.line, place.column, place.start, place.end];
    LENS.with_borrow_mut(|lens| match lens {
        Some(lens) if lens.paths.contains(&place.path) => {
            lens.spots.push((place.path.clone(), position));
            [0; 4]
        }
        _ => position,
    })
}

pub(crate) fn handle(handle: Handle) -> Handle {
    LENS.with_borrow(|lens| {
        let Handle(file, binding) = handle;
        let before = lens.as_ref().and_then(|lens| lens.numbers.get(&(file, binding)));
        before.map_or(handle, |&before| Handle(file, before))
    })
}
