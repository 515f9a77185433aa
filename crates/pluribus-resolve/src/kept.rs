//! What is kept between runs: facts and outlines by content, and the content of each path.

use std::fs;
use std::io::Write;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use pluribus_facts::{ContentHash, Facts, Outline, Store, content_hash};
use rustc_hash::FxHashMap;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::codebase::{Contents, Options};
use crate::shelf::Shelf;

/// A file changed this shortly before it was looked at may change again unseen.
const RACY_NS: u64 = 2_000_000_000;

/// A person asks a tree a handful of things, over and over.
const MAX_VERDICTS: usize = 8;

/// What a file looked like when its content was last hashed.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Stamp {
    size: u64,
    modified_ns: u64,
    changed_ns: u64,
    inode: u64,
}

impl Stamp {
    pub(crate) fn new(metadata: &fs::Metadata) -> Self {
        let nanoseconds =
            |seconds: i64, rest: i64| seconds.max(0).unsigned_abs() * 1_000_000_000 + rest.max(0).unsigned_abs();
        Self {
            size: metadata.size(),
            modified_ns: nanoseconds(metadata.mtime(), metadata.mtime_nsec()),
            changed_ns: nanoseconds(metadata.ctime(), metadata.ctime_nsec()),
            inode: metadata.ino(),
        }
    }

    /// Whether the file is old enough that a later change would change its stamp.
    pub(crate) fn is_settled(&self) -> bool {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |now| now.as_nanos() as u64);
        self.modified_ns.max(self.changed_ns) + RACY_NS < now
    }
}

type Seen = FxHashMap<Box<str>, (Stamp, ContentHash)>;

/// What one file taught that is worth keeping.
#[derive(Default)]
pub(crate) struct Learned {
    pub(crate) stamp: Option<(Stamp, ContentHash)>,
    pub(crate) facts: Option<(ContentHash, Vec<u8>)>,
    pub(crate) outline: Option<(ContentHash, Vec<u8>)>,
}

/// What is kept between runs.
#[derive(Default)]
pub(crate) struct Kept {
    stores: Option<Stores>,
    /// In place of all else, where revisions are read.
    shelf: Option<Arc<Shelf>>,
    seen: Seen,
    has_new_stamps: bool,
    new_facts: Vec<(ContentHash, Vec<u8>)>,
    new_outlines: Vec<(ContentHash, Vec<u8>)>,
}

struct Stores {
    facts: Store,
    outlines: Store,
    index: PathBuf,
    /// Holds a verdict for each question that was asked of the root lately.
    verdicts: PathBuf,
}

impl Kept {
    pub(crate) fn open(options: &Options) -> Self {
        if options.revision.is_some() {
            return Self { shelf: options.shelf.clone(), ..Self::default() };
        }
        let Some(folder) = &options.cache else { return Self::default() };
        let key = content_hash(options.root.to_string_lossy().as_bytes());
        let index = folder.join(format!("{key:032x}.index"));
        let verdicts = folder.join("verdicts").join(format!("{key:032x}"));
        let ((facts, outlines), seen) = rayon::join(
            || rayon::join(|| Store::open(folder, "facts"), || Store::open(folder, "outlines")),
            || read_index(&index),
        );
        Self { stores: Some(Stores { facts, outlines, index, verdicts }), seen, ..Self::default() }
    }

    /// Whether answers are kept, and what was asked is noted therefore.
    pub(crate) fn is_on(&self) -> bool {
        self.stores.is_some()
    }

    /// The hash of a file's content, when the file looks as it did then.
    pub(crate) fn hash(&self, path: &str, stamp: Stamp) -> Option<ContentHash> {
        self.seen.get(path).filter(|(known, _)| *known == stamp).map(|(_, hash)| *hash)
    }

    pub(crate) fn facts(&self, hash: ContentHash) -> Option<Facts> {
        match &self.stores {
            Some(stores) => unpacked(&stores.facts, hash),
            None => unpacked(&self.shelf.as_ref()?.stores()?.0, hash),
        }
    }

    pub(crate) fn outline(&self, hash: ContentHash) -> Option<Outline> {
        match &self.stores {
            Some(stores) => unpacked(&stores.outlines, hash),
            None => unpacked(&self.shelf.as_ref()?.stores()?.1, hash),
        }
    }

    /// The same, and what another revision has left of it.
    pub(crate) fn outline_at_hand(&self, hash: ContentHash) -> Option<Arc<Outline>> {
        let held = self.shelf.as_ref().and_then(|shelf| shelf.get(hash).outline);
        held.or_else(|| {
            let outline = Arc::new(self.outline(hash)?);
            self.hold_outline(Some(hash), &outline);
            Some(outline)
        })
    }

    pub(crate) fn contents_at_hand(&self, hash: ContentHash) -> Option<Arc<Contents>> {
        let held = self.shelf.as_ref().and_then(|shelf| shelf.get(hash).contents);
        held.or_else(|| {
            let contents = Arc::new(Contents::new(self.facts(hash)?));
            self.hold_contents(Some(hash), &contents);
            Some(contents)
        })
    }

    pub(crate) fn hold_outline(&self, hash: Option<ContentHash>, outline: &Arc<Outline>) {
        if let (Some(shelf), Some(hash)) = (&self.shelf, hash) {
            shelf.hold_outline(hash, outline);
        }
    }

    pub(crate) fn hold_contents(&self, hash: Option<ContentHash>, contents: &Arc<Contents>) {
        if let (Some(shelf), Some(hash)) = (&self.shelf, hash) {
            shelf.hold_contents(hash, contents);
        }
    }

    pub(crate) fn learn(&mut self, path: &str, learned: Learned) {
        self.new_facts.extend(learned.facts);
        self.new_outlines.extend(learned.outline);
        if let Some(seen) = learned.stamp {
            self.seen.insert(path.into(), seen);
            self.has_new_stamps = true;
        }
    }

    pub(crate) fn read_verdict(&self, question: &[u8]) -> Option<Vec<u8>> {
        read_checked(&self.stores.as_ref()?.verdicts.join(verdict_name(question)))
    }

    /// Keeps a verdict, and forgets those that were kept longest ago.
    pub(crate) fn write_verdict(&self, question: &[u8], packed: &[u8]) -> std::io::Result<()> {
        let Some(Stores { verdicts, .. }) = &self.stores else { return Ok(()) };
        fs::create_dir_all(verdicts)?;
        write_checked(&verdicts.join(verdict_name(question)), packed)?;
        let mut kept: Vec<_> = fs::read_dir(verdicts)?
            .filter_map(|entry| {
                let path = entry.ok()?.path();
                Some((fs::metadata(&path).ok()?.modified().ok()?, path))
            })
            .collect();
        kept.sort_unstable();
        for (_, path) in kept.iter().rev().skip(MAX_VERDICTS) {
            // Another run may have removed it first.
            let _ = fs::remove_file(path);
        }
        Ok(())
    }

    /// Writes what this run learned. Losing it costs time, never truth.
    pub(crate) fn save(&mut self) -> std::io::Result<()> {
        if let Some(shelf) = &self.shelf {
            return shelf.add(std::mem::take(&mut self.new_facts), std::mem::take(&mut self.new_outlines));
        }
        let Some(stores) = &self.stores else { return Ok(()) };
        stores.facts.add(&std::mem::take(&mut self.new_facts))?;
        stores.outlines.add(&std::mem::take(&mut self.new_outlines))?;
        if std::mem::take(&mut self.has_new_stamps) {
            write_checked(&stores.index, &postcard::to_stdvec(&self.seen).map_err(std::io::Error::other)?)?;
        }
        Ok(())
    }
}

fn verdict_name(question: &[u8]) -> String {
    format!("{:032x}.verdict", content_hash(question))
}

fn unpacked<T: DeserializeOwned>(store: &Store, hash: ContentHash) -> Option<T> {
    store.get(hash).and_then(|record| postcard::from_bytes(&record).ok())
}

fn read_index(path: &Path) -> Seen {
    read_checked(path).and_then(|body| postcard::from_bytes(&body).ok()).unwrap_or_default()
}

/// The bytes that [`write_checked`] wrote; none when they are gone or damaged.
pub(crate) fn read_checked(path: &Path) -> Option<Vec<u8>> {
    let mut bytes = fs::read(path).ok()?;
    let body = bytes.split_off(bytes.len().min(16));
    let checksum = u128::from_le_bytes(bytes.try_into().ok()?);
    (checksum == content_hash(&body)).then_some(body)
}

/// Writes a file whole or not at all.
pub(crate) fn write_checked(path: &Path, body: &[u8]) -> std::io::Result<()> {
    let temporary = path.with_extension(format!("{}.tmp", std::process::id()));
    let mut file = fs::File::create(&temporary)?;
    let written = file.write_all(&content_hash(body).to_le_bytes()).and_then(|()| file.write_all(body));
    drop(file);
    let written = written.and_then(|()| fs::rename(&temporary, path));
    if written.is_err() {
        let _ = fs::remove_file(&temporary);
    }
    written
}
