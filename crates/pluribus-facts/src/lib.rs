//! Source bytes to facts: what a Python file imports, defines, binds, calls and names in strings.
//!
//! No judgement and no Python here. Bad source is a fact, never an error: a file with syntax errors
//! gives what could be recovered of it and a note.

#![deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, unsafe_code)]

mod acts;
mod blobs;
mod bound;
mod calls;
mod decode;
mod definitions;
mod effects;
mod expressions;
mod extract;
mod flow;
mod flowing;
mod flows;
mod forms;
mod getattr;
mod imports;
mod interner;
mod listed;
mod looks;
mod model;
mod named;
mod names;
mod outline;
mod overlay;
mod position;
mod rebinding;
mod relative;
mod revision;
mod running;
mod select;
mod served;
mod shape;
mod shapes;
mod skim;
mod spellings;
mod spoken;
mod statements;
mod store;
mod strings;
mod suppressions;
mod tokens;
mod unbound;
mod values;
mod walk;
mod watching;

pub use acts::{Act, RunClass, RunImport, Running};
pub use blobs::Blobs;
pub use bound::{Bound, BoundKind, Mark, bound};
pub use calls::Argument;
pub use decode::{Decoded, decode};
pub use effects::{calling, running};
pub use extract::extract;
pub use flow::{Change, Flow, How};
pub use model::*;
pub use names::Names;
pub use outline::{Outline, hash_definition, hash_word, outline};
pub use overlay::{Overlay, OverlayError};
pub use rebinding::{Rebinding, rebindings};
pub use relative::{OWN_MODULE, OWN_PACKAGE};
pub use revision::{Kind, ListingError, Revision};
pub use select::{Selected, Selection, SelectionError, matches, select};
pub use shape::{LEAST_STATEMENTS, Shape, Statement};
pub use skim::skim;
pub use spoken::spoken;
pub use store::{ContentHash, Store, content_hash};
pub use unbound::{Loose, loose};
