//! Whether a function that was edited is, or was, like any other that was read.
//!
//! So much of every function is kept with a verdict that its likes are found again without its
//! file: a function that has none, before and after, has no part in any copy.

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::codebase::Codebase;
use crate::layout::FileId;
use crate::likeness::Body;

/// What the likes of a function are found by.
#[derive(Serialize, Deserialize)]
pub(crate) struct Silhouette {
    pub(crate) renamed: u64,
    /// The hash of each telling statement; none where nothing can be near.
    pub(crate) telling: Vec<u32>,
}

impl Silhouette {
    fn new(body: &Body) -> Self {
        let telling = if body.may_be_near() { body.telling_hashes().collect() } else { Vec::new() };
        Self { renamed: body.shape.renamed, telling }
    }
}

/// The functions of each file that is no test.
pub(crate) type Silhouettes = Vec<(FileId, Vec<Silhouette>)>;

impl Codebase {
    /// Of every function that was read and is in no test.
    pub(crate) fn silhouettes(&self) -> Silhouettes {
        let ids: Vec<FileId> = (0..self.files.len() as FileId).filter(|&id| !self.file(id).is_test).collect();
        ids.into_par_iter()
            .filter_map(|id| {
                let facts = self.facts(id)?;
                let all = facts.shapes.iter().map(|shape| Silhouette::new(&Body::new(facts, shape)));
                Some((id, all.collect()))
            })
            .collect()
    }
}
