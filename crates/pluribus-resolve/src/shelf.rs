//! What was read of one revision and is of use for the next: facts and outlines by blob.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

use pluribus_facts::{ContentHash, Outline, Revision, Store, content_hash};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::codebase::Contents;

/// With more than this to be kept, it is written.
const MAX_WAITING_BYTES: usize = 64 << 20;

/// Shared by the code bases of one run; holds no more than the last of them needs.
#[derive(Default)]
pub struct Shelf {
    cache: Option<PathBuf>,
    /// Facts and outlines that are kept between runs.
    stores: RwLock<Option<Arc<(Store, Store)>>>,
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

fn opened(cache: &Path) -> Arc<(Store, Store)> {
    Arc::new(rayon::join(|| Store::open(cache, "facts"), || Store::open(cache, "outlines")))
}

impl Shelf {
    /// `cache` is where facts are kept between runs; none to keep nothing.
    pub fn open(cache: Option<&Path>) -> Self {
        let stores = RwLock::new(cache.map(opened));
        Self { cache: cache.map(Path::to_path_buf), stores, ..Self::default() }
    }

    /// Facts and outlines that are kept between runs.
    pub(crate) fn stores(&self) -> Option<Arc<(Store, Store)>> {
        self.stores.read().unwrap_or_else(PoisonError::into_inner).clone()
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
        if self.cache.is_none() {
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
        let (Some(cache), Some(stores)) = (&self.cache, self.stores()) else { return Ok(()) };
        let (facts, outlines) = &*stores;
        facts.add(&waiting.facts)?;
        outlines.add(&waiting.outlines)?;
        // What was folded into one must not be folded again with what comes next.
        *self.stores.write().unwrap_or_else(PoisonError::into_inner) = Some(opened(cache));
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::Shelf;

    #[test]
    fn what_is_kept_often_is_kept_once() -> std::io::Result<()> {
        let folder = tempfile::tempdir()?;
        for run in 0..4u8 {
            let shelf = Shelf::open(Some(folder.path()));
            for number in 0..10u8 {
                let hash = u128::from(run) * 10 + u128::from(number);
                shelf.add(vec![(hash, vec![number; 1_000])], Vec::new())?;
                shelf.save()?;
            }
        }

        let shelf = Shelf::open(Some(folder.path()));

        let stores = shelf.stores().ok_or(std::io::ErrorKind::NotFound)?;
        assert!((0..40u8).all(|hash| stores.0.get(u128::from(hash)) == Some(vec![hash % 10; 1_000])));
        let mut bytes = 0;
        for segment in std::fs::read_dir(folder.path().join("facts"))? {
            bytes += segment?.metadata()?.len();
        }
        assert!(bytes < 60_000, "{bytes}");
        Ok(())
    }
}
