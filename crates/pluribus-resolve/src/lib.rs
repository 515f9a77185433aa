//! Facts to a code base: which module each file is, and what each name in it reaches.
//!
//! Every reference keeps the path as written, the definition that it reaches, and the chain of
//! re-exports between. What cannot be known is said to be unknown, with the reason; it is never
//! taken for missing.

#![deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, unsafe_code)]

mod clues;
mod codebase;
pub mod copy_rows;
mod effort;
pub mod file_rows;
mod fixtures;
mod focus;
mod hidden;
mod kept;
mod kin;
mod known;
mod layout;
mod lens;
mod likeness;
mod load;
mod margins;
mod members;
mod names;
mod namespace;
mod objects;
mod portrait;
mod queries;
mod questions;
mod recall;
mod roots;
pub mod rows;
mod scopes;
pub mod script_rows;
mod served;
mod shelf;
mod spelling;
mod target;
mod verdict;

pub use codebase::{Codebase, File, OpenError, Options, Status};
pub use focus::Focus;
pub use layout::{FileId, ModuleId};
pub use pluribus_facts::{Blobs, Kind, ListingError, Loose, Overlay, Revision, loose};
pub use questions::Question;
pub use recall::{Moved, Recalled};
pub use shelf::Shelf;
pub use target::{Missing, Step, StepKind, Target};
