//! What queries answer with about functions that are written down again; see `rows`.

use serde::Serialize;

use crate::rows::{Handle, Site};

/// A function that does what another one does.
#[derive(Clone, Debug, Serialize)]
pub struct CopyRow {
    /// Of its name.
    pub site: Site,
    pub copy: Handle,
    /// The class that it is a method of.
    pub class: Option<Handle>,
    /// The one of those that were asked for that it is most like.
    pub original: Handle,
    /// `exact`, `renamed` or `near`.
    pub grade: &'static str,
    /// How many statements the two share, and how many the longer of them has.
    pub shared: u32,
    pub of: u32,
    /// How many different statements of the original say more than any other does.
    pub telling: u32,
}

/// Functions that are each other again, sorted by place.
#[derive(Clone, Debug, Serialize)]
pub struct FamilyRow {
    pub members: Vec<MemberRow>,
}

#[derive(Clone, Debug, Serialize)]
pub struct MemberRow {
    pub site: Site,
    pub handle: Handle,
    /// The class that it is a method of.
    pub class: Option<Handle>,
    /// What it is to the first: `exact`, also for the first itself, `renamed`, `near`, or empty for
    /// one that is like another member only.
    pub grade: &'static str,
    /// How many statements it shares with the first, and how many the longer of them has.
    pub shared: u32,
    pub of: u32,
    /// How many different statements of it say more than any other does.
    pub telling: u32,
}
