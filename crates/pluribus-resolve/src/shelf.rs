//! What was read of one revision and is of use for the next: facts and outlines by blob.

use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use pluribus_facts::{ContentHash, Outline, Revision, Store, content_hash};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::codebase::Contents;

/// With more than this to be kept, it is written.
const MAX_WAITING_BYTES: usize = 64 << 20;

/// Shared by the code bases of one run; holds no more than the last of them needs.
#[derive(Default)]
pub struct Shelf {
    stores: Option<(Store, Store)>,
    held: Mutex<FxHashMap<ContentHash, Held>>,
    waiting: Mutex<Waiting>,
}

#[derive(Clone, Default)]
pub(crate) struct Held {
    pub(crate) outline: Option<Arc<Outline>>,
    pub(crate) contents: Option<Arc<Contents>>,
}

#[derive(Default)]
struct Waiting {
    facts: Vec<(ContentHash, Vec<u8>)>,
    outlines: Vec<(ContentHash, Vec<u8>)>,
    bytes: usize,
}

/// The identity of a blob's content, without its content.
pub(crate) fn blob_hash(blob: &str) -> ContentHash {
    content_hash(format!("blob {blob}").as_bytes())
}

impl Shelf {
    /// `cache` is where facts are kept between runs; none to keep nothing.
    pub fn open(cache: Option<&Path>) -> Self {
        let stores =
            cache.map(|folder| rayon::join(|| Store::open(folder, "facts"), || Store::open(folder, "outlines")));
        Self { stores, ..Self::default() }
    }

    pub(crate) fn stores(&self) -> Option<(&Store, &Store)> {
        self.stores.as_ref().map(|(facts, outlines)| (facts, outlines))
    }

    fn held(&self) -> MutexGuard<'_, FxHashMap<ContentHash, Held>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn get(&self, hash: ContentHash) -> Held {
        self.held().get(&hash).cloned().unwrap_or_default()
    }

    pub(crate) fn hold_outline(&self, hash: ContentHash, outline: &Arc<Outline>) {
        self.held().entry(hash).or_default().outline = Some(Arc::clone(outline));
    }

    pub(crate) fn hold_contents(&self, hash: ContentHash, contents: &Arc<Contents>) {
        self.held().entry(hash).or_default().contents = Some(Arc::clone(contents));
    }

    /// Lets go of all that is not in a revision.
    pub(crate) fn keep_only(&self, revision: &Revision) {
        let wanted: FxHashSet<ContentHash> = revision.blobs().map(blob_hash).collect();
        self.held().retain(|hash, _| wanted.contains(hash));
    }

    pub(crate) fn add(
        &self,
        facts: Vec<(ContentHash, Vec<u8>)>,
        outlines: Vec<(ContentHash, Vec<u8>)>,
    ) -> std::io::Result<()> {
        if self.stores.is_none() {
            return Ok(());
        }
        let is_much = {
            let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
            waiting.bytes += facts.iter().chain(&outlines).map(|(_, record)| record.len()).sum::<usize>();
            waiting.facts.extend(facts);
            waiting.outlines.extend(outlines);
            waiting.bytes > MAX_WAITING_BYTES
        };
        if is_much { self.save() } else { Ok(()) }
    }

    /// Writes to the cache what was learned since. Losing it costs time, never truth.
    pub fn save(&self) -> std::io::Result<()> {
        let waiting = std::mem::take(&mut *self.waiting.lock().unwrap_or_else(PoisonError::into_inner));
        let Some((facts, outlines)) = &self.stores else { return Ok(()) };
        facts.add(&waiting.facts)?;
        outlines.add(&waiting.outlines)
    }
}
