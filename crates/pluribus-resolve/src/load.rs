//! Reads files in parallel, from the cache where their content is known.

use std::cell::RefCell;
use std::fs;
use std::io::{Read, Write};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use pluribus_facts::{ContentHash, Facts, Outline, Store, content_hash, extract, outline};
use rayon::prelude::*;
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use crate::codebase::{Codebase, Options, Status};
use crate::layout::FileId;
use crate::namespace::Namespace;

/// A file changed this shortly before it was looked at may change again unseen.
const RACY_NS: u64 = 2_000_000_000;

/// A buffer that one huge file made is not kept.
const KEPT_BYTES: usize = 4 << 20;

/// What a file looked like when its content was last hashed.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct Stamp {
    size: u64,
    modified_ns: u64,
    changed_ns: u64,
    inode: u64,
}

/// What is kept between runs.
#[derive(Default)]
pub(crate) struct Kept {
    stores: Option<Stores>,
    seen: FxHashMap<Box<str>, (Stamp, ContentHash)>,
    new_seen: Vec<(Box<str>, Stamp, ContentHash)>,
    new_facts: Vec<(ContentHash, Vec<u8>)>,
    new_outlines: Vec<(ContentHash, Vec<u8>)>,
}

struct Stores {
    facts: Store,
    outlines: Store,
    index: PathBuf,
}

impl Kept {
    pub(crate) fn open(options: &Options) -> Self {
        let Some(folder) = &options.cache else { return Self::default() };
        let key = content_hash(options.root.to_string_lossy().as_bytes());
        let index = folder.join(format!("{key:032x}.index"));
        let ((facts, outlines), seen) = rayon::join(
            || rayon::join(|| Store::open(folder, "facts"), || Store::open(folder, "outlines")),
            || read_index(&index),
        );
        Self { stores: Some(Stores { facts, outlines, index }), seen, ..Self::default() }
    }

    /// Writes what this run learned. Losing it costs time, never truth.
    pub(crate) fn save(&mut self) -> std::io::Result<()> {
        let Some(stores) = &self.stores else { return Ok(()) };
        stores.facts.add(&std::mem::take(&mut self.new_facts))?;
        stores.outlines.add(&std::mem::take(&mut self.new_outlines))?;
        if !self.new_seen.is_empty() {
            for (path, stamp, hash) in std::mem::take(&mut self.new_seen) {
                self.seen.insert(path, (stamp, hash));
            }
            write_index(&stores.index, &self.seen)?;
        }
        Ok(())
    }
}

fn read_index(path: &Path) -> FxHashMap<Box<str>, (Stamp, ContentHash)> {
    let Ok(bytes) = fs::read(path) else { return FxHashMap::default() };
    let Some((checksum, body)) = bytes.split_first_chunk::<16>() else { return FxHashMap::default() };
    if u128::from_le_bytes(*checksum) != content_hash(body) {
        return FxHashMap::default();
    }
    postcard::from_bytes(body).unwrap_or_default()
}

fn write_index(path: &Path, seen: &FxHashMap<Box<str>, (Stamp, ContentHash)>) -> std::io::Result<()> {
    let body = postcard::to_stdvec(seen).map_err(std::io::Error::other)?;
    let temporary = path.with_extension(format!("{}.tmp", std::process::id()));
    let mut file = fs::File::create(&temporary)?;
    file.write_all(&content_hash(&body).to_le_bytes())?;
    file.write_all(&body)?;
    drop(file);
    fs::rename(&temporary, path)
}

/// The content of a file, as far as it had to be read.
struct Content {
    bytes: Option<Vec<u8>>,
    hash: Option<ContentHash>,
    new_stamp: Option<Stamp>,
}

struct Loaded {
    id: FileId,
    result: Result<(Facts, Namespace), String>,
    new: Option<(ContentHash, Vec<u8>)>,
    stamp: Option<(Stamp, ContentHash)>,
}

impl Codebase {
    /// Reads the words of every file that were not read yet.
    pub(crate) fn load_outlines(&mut self) {
        let missing: Vec<FileId> =
            (0..self.files.len() as FileId).filter(|&id| self.file(id).outline.is_none()).collect();
        let read: Vec<_> = missing.par_iter().map(|&id| (id, self.read_outline(id))).collect();
        for (id, result) in read {
            match result {
                Ok((outline, new, stamp)) => {
                    self.files[id as usize].outline = Some(outline);
                    self.kept.new_outlines.extend(new);
                    self.remember(id, stamp);
                }
                Err(reason) => self.files[id as usize].status = Status::NotParsed(reason),
            }
        }
    }

    #[allow(clippy::type_complexity)]
    fn read_outline(
        &self,
        id: FileId,
    ) -> Result<(Outline, Option<(ContentHash, Vec<u8>)>, Option<(Stamp, ContentHash)>), String> {
        let content = self.content(id)?;
        let stamp = content.new_stamp.zip(content.hash);
        if let (Some(hash), Some(stores)) = (content.hash, &self.kept.stores)
            && let Some(outline) = stores.outlines.get(hash).and_then(|bytes| postcard::from_bytes(bytes).ok())
        {
            return Ok((outline, None, stamp));
        }
        let outline = self.with_bytes(id, content.bytes, outline)?;
        let new = content.hash.and_then(|hash| Some((hash, postcard::to_stdvec(&outline).ok()?)));
        Ok((outline, new, stamp))
    }

    /// Reads the facts of these files.
    pub(crate) fn load(&mut self, ids: &[FileId]) {
        let loaded: Vec<Loaded> = ids.par_iter().map(|&id| self.read_facts(id)).collect();
        for Loaded { id, result, new, stamp } in loaded {
            self.kept.new_facts.extend(new);
            self.remember(id, stamp);
            let file = &mut self.files[id as usize];
            match result {
                Ok((facts, namespace)) => {
                    file.status = if facts.errors.is_empty() { Status::Parsed } else { Status::Recovered };
                    file.facts = Some(Box::new(facts));
                    file.namespace = Some(namespace);
                }
                Err(reason) => file.status = Status::NotParsed(reason),
            }
        }
    }

    fn read_facts(&self, id: FileId) -> Loaded {
        let content = match self.content(id) {
            Ok(content) => content,
            Err(reason) => return Loaded { id, result: Err(reason), new: None, stamp: None },
        };
        let stamp = content.new_stamp.zip(content.hash);
        if let (Some(hash), Some(stores)) = (content.hash, &self.kept.stores)
            && let Some(facts) = stores.facts.get(hash).and_then(|bytes| postcard::from_bytes::<Facts>(bytes).ok())
        {
            let namespace = Namespace::new(&facts);
            return Loaded { id, result: Ok((facts, namespace)), new: None, stamp };
        }
        let facts = self.with_bytes(id, content.bytes, extract).and_then(|facts| facts);
        let new = match (&facts, content.hash) {
            (Ok(facts), Some(hash)) => postcard::to_stdvec(facts).ok().map(|record| (hash, record)),
            _ => None,
        };
        let result = facts.map(|facts| {
            let namespace = Namespace::new(&facts);
            (facts, namespace)
        });
        Loaded { id, result, new, stamp }
    }

    fn remember(&mut self, id: FileId, stamp: Option<(Stamp, ContentHash)>) {
        if let Some((stamp, hash)) = stamp {
            let path = self.file(id).path.clone();
            self.kept.new_seen.push((path, stamp, hash));
        }
    }

    fn full_path(&self, id: FileId) -> PathBuf {
        self.options.root.join(&*self.file(id).path)
    }

    /// Hands the content of a file to `read`; each thread reads into one buffer, again and again.
    fn with_bytes<T>(&self, id: FileId, bytes: Option<Vec<u8>>, read: impl FnOnce(&[u8]) -> T) -> Result<T, String> {
        thread_local! {
            static BUFFER: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
        }
        if let Some(bytes) = bytes {
            return Ok(read(&bytes));
        }
        BUFFER.with_borrow_mut(|buffer| {
            buffer.clear();
            let mut file = fs::File::open(self.full_path(id)).map_err(|error| describe(&error))?;
            file.read_to_end(buffer).map_err(|error| describe(&error))?;
            let result = read(buffer);
            buffer.shrink_to(KEPT_BYTES);
            Ok(result)
        })
    }

    /// Finds the hash of a file's content, without reading it where its stamp is known.
    fn content(&self, id: FileId) -> Result<Content, String> {
        if self.kept.stores.is_none() {
            return Ok(Content { bytes: None, hash: None, new_stamp: None });
        }
        let path = self.full_path(id);
        let metadata = fs::metadata(&path).map_err(|error| describe(&error))?;
        let stamp = stamp(&metadata);
        if let Some((known, hash)) = self.kept.seen.get(&self.file(id).path)
            && *known == stamp
        {
            return Ok(Content { bytes: None, hash: Some(*hash), new_stamp: None });
        }
        let bytes = fs::read(&path).map_err(|error| describe(&error))?;
        let hash = content_hash(&bytes);
        let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |now| now.as_nanos() as u64);
        let is_settled = stamp.modified_ns.max(stamp.changed_ns) + RACY_NS < now;
        Ok(Content { bytes: Some(bytes), hash: Some(hash), new_stamp: is_settled.then_some(stamp) })
    }

    /// Writes to the cache what this run learned.
    pub fn save(&mut self) -> std::io::Result<()> {
        self.kept.save()
    }
}

fn stamp(metadata: &fs::Metadata) -> Stamp {
    let nanoseconds =
        |seconds: i64, rest: i64| seconds.max(0).unsigned_abs() * 1_000_000_000 + rest.max(0).unsigned_abs();
    Stamp {
        size: metadata.size(),
        modified_ns: nanoseconds(metadata.mtime(), metadata.mtime_nsec()),
        changed_ns: nanoseconds(metadata.ctime(), metadata.ctime_nsec()),
        inode: metadata.ino(),
    }
}

fn describe(error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::PermissionDenied => "no permission to read it".to_owned(),
        std::io::ErrorKind::NotFound => "vanished while it was being read".to_owned(),
        _ => error.to_string(),
    }
}
