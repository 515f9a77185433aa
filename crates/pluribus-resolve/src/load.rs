//! Reads files in parallel, from the cache where their content is known.

use std::cell::RefCell;
use std::fs;
use std::io::Read as _;
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use pluribus_facts::{ContentHash, Facts, Outline, content_hash, extract, outline, skim};
use rayon::prelude::*;

use crate::clues::Clues;
use crate::codebase::{Codebase, Contents, Status};
use crate::kept::{Learned, Stamp};
use crate::layout::FileId;
use crate::margins::choosing;
use crate::shelf::blob_hash;

/// A buffer that one huge file made is not kept.
const KEPT_BYTES: usize = 4 << 20;

/// The content of a file, as far as it had to be read.
pub(crate) struct Content {
    pub(crate) bytes: Option<Vec<u8>>,
    pub(crate) hash: Option<ContentHash>,
    pub(crate) new_stamp: Option<Stamp>,
}

/// What reading one file gave.
struct Read {
    id: FileId,
    hash: Option<ContentHash>,
    /// None where there are facts, which tell all that words do.
    outline: Option<Arc<Outline>>,
    /// None when they were not asked for; else the facts, or why there are none.
    facts: Option<Result<Arc<Contents>, String>>,
    learned: Learned,
    /// The sets of words for which alone it was read.
    chosen_by: Vec<usize>,
}

impl Codebase {
    /// Reads the words of every file that waits, and the facts of those that have a clue; which
    /// these are.
    pub(crate) fn load_what_has(&mut self, clues: &Clues) -> Vec<FileId> {
        let read: Vec<Read> = (0..self.files.len() as FileId)
            .into_par_iter()
            .filter(|&id| self.is_waiting(id) && !self.is_stopped())
            .filter_map(|id| match &self.file(id).outline {
                Some(outline) => self
                    .can_matter(id, outline, clues)
                    .then(|| Read { chosen_by: self.chosen_by(id, outline, clues), ..self.read_facts(id) }),
                None => Some(self.survey(id, clues)),
            })
            .collect();
        self.take_in(read)
    }

    /// Reads the facts of these files.
    pub(crate) fn load(&mut self, ids: &[FileId]) {
        let read: Vec<Read> = ids.par_iter().filter(|_| !self.is_stopped()).map(|&id| self.read_facts(id)).collect();
        self.take_in(read);
    }

    /// Reads what is no test whole, and of tests what they import.
    ///
    /// Tests count as set aside then: of what they define nothing is known.
    pub fn survey_all(&mut self) {
        let waiting: Vec<FileId> = (0..self.files.len() as FileId).filter(|&id| self.is_waiting(id)).collect();
        let (tests, others): (Vec<FileId>, Vec<FileId>) = waiting.iter().partition(|&&id| self.file(id).is_test);
        self.load(&others);
        let skimmed: Vec<(FileId, Result<Facts, String>)> = tests
            .par_iter()
            .filter(|_| !self.is_stopped())
            .map(|&id| (id, self.with_bytes(id, None, skim).and_then(|facts| facts)))
            .collect();
        for (id, facts) in skimmed {
            let file = &mut self.files[id as usize];
            match facts {
                Ok(facts) => file.contents = OnceLock::from(Arc::new(Contents::new(facts))),
                Err(reason) => file.status = Status::NotParsed(reason),
            }
        }
        self.settle(&waiting);
    }

    fn take_in(&mut self, read: Vec<Read>) -> Vec<FileId> {
        let mut with_facts = Vec::new();
        for Read { id, hash, outline, facts, learned, chosen_by } in read {
            self.chosen_by.extend(chosen_by);
            let file = &mut self.files[id as usize];
            file.hash = hash;
            self.kept.learn(&file.path, learned);
            file.outline = outline;
            match facts {
                Some(Ok(contents)) => {
                    file.status = if contents.facts.errors.is_empty() { Status::Parsed } else { Status::Recovered };
                    file.contents = OnceLock::from(contents);
                    with_facts.push(id);
                }
                Some(Err(reason)) => file.status = Status::NotParsed(reason),
                None => {}
            }
        }
        with_facts
    }

    fn survey(&self, id: FileId, clues: &Clues) -> Read {
        let content = match self.content(id) {
            Ok(content) => content,
            Err(reason) => return failed(id, reason),
        };
        let (hash, new_stamp) = (content.hash, content.new_stamp);
        if let Some(outline) = hash.and_then(|hash| self.kept.outline_at_hand(hash)) {
            if self.can_matter(id, &outline, clues) {
                return Read { chosen_by: self.chosen_by(id, &outline, clues), ..self.facts_of(id, content) };
            }
            let learned = Learned { stamp: new_stamp.zip(hash), ..Learned::default() };
            return Read { id, hash, outline: Some(outline), facts: None, learned, chosen_by: Vec::new() };
        }
        let read = self.with_bytes(id, content.bytes, |bytes| {
            let outline = outline(bytes);
            let facts = self
                .can_matter(id, &outline, clues)
                .then(|| hash.and_then(|hash| self.kept.facts(hash)).map_or_else(|| extract(bytes), Ok));
            (outline, facts)
        });
        match read {
            Ok((outline, facts)) => {
                let packed = hash.and_then(|hash| Some((hash, postcard::to_stdvec(&outline).ok()?)));
                let has_facts = facts.is_some();
                let chosen_by = if has_facts { self.chosen_by(id, &outline, clues) } else { Vec::new() };
                let outline = Arc::new(outline);
                self.kept.hold_outline(hash, &outline);
                let mut read = self.with_facts(id, facts, hash, new_stamp);
                read.chosen_by = chosen_by;
                read.learned.outline = packed;
                read.outline = (!has_facts).then_some(outline);
                read
            }
            Err(reason) => failed(id, reason),
        }
    }

    /// The sets of words of copies for which alone a file is read; of use only where a verdict is kept.
    fn chosen_by(&self, id: FileId, outline: &Outline, clues: &Clues) -> Vec<usize> {
        if self.kept.is_on() && self.needs_words(id, outline, clues) {
            choosing(clues.words(), outline)
        } else {
            Vec::new()
        }
    }

    fn read_facts(&self, id: FileId) -> Read {
        match self.content(id) {
            Ok(content) => self.facts_of(id, content),
            Err(reason) => failed(id, reason),
        }
    }

    fn facts_of(&self, id: FileId, content: Content) -> Read {
        let Content { bytes, hash, new_stamp } = content;
        if let Some(contents) = hash.and_then(|hash| self.kept.contents_at_hand(hash)) {
            let learned = Learned { stamp: new_stamp.zip(hash), ..Learned::default() };
            return Read { id, hash, outline: None, facts: Some(Ok(contents)), learned, chosen_by: Vec::new() };
        }
        match self.with_bytes(id, bytes, extract) {
            Ok(facts) => self.with_facts(id, Some(facts), hash, new_stamp),
            Err(reason) => failed(id, reason),
        }
    }

    pub(crate) fn full_path(&self, id: FileId) -> PathBuf {
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
        if let Some(bytes) = self.options.overlay.get(&self.file(id).path) {
            return Ok(read(bytes));
        }
        if let Some(revision) = &self.options.revision {
            return revision.read(&self.file(id).path).map(|bytes| read(&bytes));
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
    pub(crate) fn content(&self, id: FileId) -> Result<Content, String> {
        if let Some(revision) = &self.options.revision {
            let path = &self.file(id).path;
            let hash = match self.options.overlay.get(path) {
                Some(bytes) => Some(content_hash(bytes)),
                None => revision.blob(path).map(blob_hash),
            };
            return Ok(Content { bytes: None, hash, new_stamp: None });
        }
        if !self.kept.is_on() {
            return Ok(Content { bytes: None, hash: None, new_stamp: None });
        }
        if let Some(bytes) = self.options.overlay.get(&self.file(id).path) {
            // Without a stamp: the path itself is remembered as it is on disk.
            return Ok(Content { bytes: None, hash: Some(content_hash(bytes)), new_stamp: None });
        }
        let path = self.full_path(id);
        let metadata = fs::metadata(&path).map_err(|error| describe(&error))?;
        let stamp = Stamp::new(&metadata);
        if let Some(hash) = self.kept.hash(&self.file(id).path, stamp) {
            return Ok(Content { bytes: None, hash: Some(hash), new_stamp: None });
        }
        let bytes = fs::read(&path).map_err(|error| describe(&error))?;
        let hash = content_hash(&bytes);
        Ok(Content { bytes: Some(bytes), hash: Some(hash), new_stamp: stamp.is_settled().then_some(stamp) })
    }

    fn with_facts(
        &self,
        id: FileId,
        facts: Option<Result<Facts, String>>,
        hash: Option<ContentHash>,
        new_stamp: Option<Stamp>,
    ) -> Read {
        let packed = match (&facts, hash) {
            (Some(Ok(facts)), Some(hash)) => postcard::to_stdvec(facts).ok().map(|record| (hash, record)),
            _ => None,
        };
        let facts = facts.map(|facts| facts.map(|facts| Arc::new(Contents::new(facts))));
        if let Some(Ok(contents)) = &facts {
            self.kept.hold_contents(hash, contents);
        }
        let learned = Learned { stamp: new_stamp.zip(hash), facts: packed, outline: None };
        Read { id, hash, outline: None, facts, learned, chosen_by: Vec::new() }
    }

    /// Writes to the cache what this run learned.
    pub fn save(&mut self) -> std::io::Result<()> {
        self.kept.save()
    }
}

fn failed(id: FileId, reason: String) -> Read {
    let learned = Learned::default();
    Read { id, hash: None, outline: None, facts: Some(Err(reason)), learned, chosen_by: Vec::new() }
}

fn describe(error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::PermissionDenied => "no permission to read it".to_owned(),
        std::io::ErrorKind::NotFound => "vanished while it was being read".to_owned(),
        _ => error.to_string(),
    }
}
