//! The files of one revision, as git lists them: what a checkout would hold, and is not made.

use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::Arc;

use thiserror::Error;

use crate::blobs::Blobs;
use crate::store::{ContentHash, content_hash};

/// Files that are no Python and are read nevertheless.
const LOOKED_AT: [&str; 3] = [".gitignore", "pyproject.toml", "setup.cfg"];
const ENDINGS: [&str; 5] = ["py", "pyi", "so", "pyd", "pyx"];

#[derive(Debug, Error)]
#[error("git listed `{0}`, which is no change of a tree")]
pub struct ListingError(String);

/// What stands at a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    File,
    Link,
    Submodule,
}

/// Whether a file says something of the code base; links and submodules always do.
fn is_looked_at(path: &[u8]) -> bool {
    let name = path.rsplit(|&byte| byte == b'/').next().unwrap_or(path);
    let ending = name.rsplit(|&byte| byte == b'.').next().unwrap_or(name);
    LOOKED_AT.iter().any(|each| each.as_bytes() == name) || ENDINGS.iter().any(|each| each.as_bytes() == ending)
}

#[derive(Clone)]
pub(crate) struct Entry {
    pub(crate) kind: Kind,
    /// The id of the blob, in hexadecimal digits.
    pub(crate) blob: Arc<str>,
}

/// All files of a tree of git's, and the folder in it that is looked at.
#[derive(Clone)]
pub struct Revision {
    /// By path from the top of the repository, with forward slashes.
    pub(crate) entries: Arc<BTreeMap<Box<str>, Entry>>,
    /// Paths that are no text.
    pub(crate) nameless: Arc<BTreeMap<Vec<u8>, Entry>>,
    /// The folder that is looked at: empty, or with a slash at its end.
    pub(crate) base: Box<str>,
    blobs: Arc<Blobs>,
}

impl Revision {
    /// A tree without files; `base` is the folder of it that is looked at, empty for all.
    pub fn empty(blobs: Arc<Blobs>, base: &str) -> Self {
        let base = base.trim_matches('/');
        let base = if base.is_empty() { String::new() } else { format!("{base}/") };
        Self { entries: Arc::default(), nameless: Arc::default(), base: base.into(), blobs }
    }

    /// The tree that another becomes by what `git diff-tree -r -z --no-renames --full-index` says.
    pub fn changed(&self, diff: &[u8]) -> Result<Self, ListingError> {
        let mut entries = BTreeMap::clone(&self.entries);
        let mut nameless = BTreeMap::clone(&self.nameless);
        let mut parts = diff.split(|&byte| byte == 0).filter(|part| !part.is_empty());
        while let Some(change) = parts.next() {
            let wrong = || ListingError(String::from_utf8_lossy(change).into_owned());
            let text = std::str::from_utf8(change).map_err(|_| wrong())?;
            let words: Vec<&str> = text.split(' ').collect();
            let [before, mode, _, blob, _] = words.as_slice() else { return Err(wrong()) };
            let path = parts.next().filter(|_| before.starts_with(':')).ok_or_else(wrong)?;
            let kind = match *mode {
                "000000" => None,
                "120000" => Some(Kind::Link),
                "160000" => Some(Kind::Submodule),
                _ => Some(Kind::File),
            };
            let entry = kind.map(|kind| Entry { kind, blob: (*blob).into() });
            match (std::str::from_utf8(path), entry) {
                (Ok(path), Some(entry)) => drop(entries.insert(path.into(), entry)),
                (Ok(path), None) => drop(entries.remove(path)),
                (Err(_), Some(entry)) => drop(nameless.insert(path.to_vec(), entry)),
                (Err(_), None) => drop(nameless.remove(path)),
            }
        }
        Ok(Self { entries: Arc::new(entries), nameless: Arc::new(nameless), ..self.clone() })
    }

    /// The same tree, seen from another folder of it.
    #[must_use]
    pub fn seen_from(&self, base: &str) -> Self {
        Self { base: Self::empty(Arc::clone(&self.blobs), base).base, ..self.clone() }
    }

    /// The id of the blob of a file below the folder that is looked at.
    pub fn blob(&self, path: &str) -> Option<&str> {
        let entry = self.entries.get(format!("{}{path}", self.base).as_str())?;
        (entry.kind == Kind::File).then_some(&*entry.blob)
    }

    /// The content of a file below the folder that is looked at, or why it cannot be had.
    pub fn read(&self, path: &str) -> Result<Vec<u8>, String> {
        let blob = self.blob(path).ok_or_else(|| "there is no such file".to_owned())?;
        self.blobs.read(blob)
    }

    /// The ids of all blobs of files.
    pub fn blobs(&self) -> impl Iterator<Item = &str> {
        self.entries.values().filter(|entry| entry.kind == Kind::File).map(|entry| &*entry.blob)
    }

    /// Tells it from any revision of which something else could be said: all of it that is looked at
    /// to select files and to find roots, and the content of the files.
    pub fn digest(&self) -> ContentHash {
        let mut all = self.base.as_bytes().to_vec();
        let named = self.entries.iter().map(|(path, entry)| (path.as_bytes(), entry));
        for (path, entry) in named.chain(self.nameless.iter().map(|(path, entry)| (path.as_slice(), entry))) {
            if entry.kind == Kind::File && !is_looked_at(path) {
                continue;
            }
            all.extend_from_slice(path);
            all.push(0);
            all.push(entry.kind as u8);
            all.extend_from_slice(entry.blob.as_bytes());
            all.push(0);
        }
        content_hash(&all)
    }

    /// The folder that is looked at, without the folders at its end that are named.
    pub fn above(&self, folders: &str) -> &str {
        self.base.strip_suffix(folders).unwrap_or(&self.base)
    }

    /// What stands at a path from the top of the repository; none for a folder too.
    pub fn kind(&self, path: &str) -> Option<Kind> {
        self.entries.get(path).map(|entry| entry.kind)
    }

    /// Whether there is a folder at a path from the top of the repository.
    pub fn is_folder(&self, path: &str) -> bool {
        path.is_empty() || self.below(path).next().is_some()
    }

    /// Names of what lies in a folder, seen from the top of the repository, sorted.
    pub fn names(&self, folder: &str) -> Vec<String> {
        let skipped = if folder.is_empty() { 0 } else { folder.len() + 1 };
        let mut names: Vec<String> = self
            .below(folder)
            .filter_map(|(path, _)| path.get(skipped..)?.split('/').next().map(str::to_owned))
            .collect();
        names.dedup();
        names
    }

    /// Every file below a folder, seen from the top of the repository.
    pub(crate) fn below(&self, folder: &str) -> impl Iterator<Item = (&str, &Entry)> {
        let start = if folder.is_empty() { String::new() } else { format!("{folder}/") };
        let from = self.entries.range::<str, _>((Bound::Included(start.as_str()), Bound::Unbounded));
        from.take_while(move |(path, _)| path.starts_with(&start)).map(|(path, entry)| (&**path, entry))
    }

    /// The content of any blob.
    pub(crate) fn content(&self, entry: &Entry) -> Result<Vec<u8>, String> {
        self.blobs.read(&entry.blob)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::{Kind, ListingError, Revision};
    use crate::blobs::Blobs;

    const ADDED: &[u8] = b":000000 100644 0000 aaaa A\0src/a.py\0:000000 120000 0000 bbbb A\0src/b\0\
        :000000 160000 0000 cccc A\0src/c\0:000000 100755 0000 dddd A\0d\xff.py\0";

    fn nothing() -> Revision {
        Revision::empty(Arc::new(Blobs::new(vec!["nowhere/git".into()], Vec::new())), "src/")
    }

    #[test]
    fn a_tree_is_what_its_changes_make_of_it() -> Result<(), ListingError> {
        let added = nothing().changed(ADDED)?;
        let changed = added.changed(b":100644 000000 aaaa 0000 D\0src/a.py\0:120000 100644 bbbb eeee T\0src/b\0")?;

        assert_eq!(added.kind("src/a.py"), Some(Kind::File));
        assert_eq!((added.kind("src/b"), added.kind("src/c")), (Some(Kind::Link), Some(Kind::Submodule)));
        assert_eq!((added.blob("a.py"), added.blob("b")), (Some("aaaa"), None));
        assert_eq!(added.names("src"), ["a.py", "b", "c"]);
        assert_eq!(added.nameless.len(), 1);
        assert_eq!((changed.kind("src/a.py"), changed.blob("b")), (None, Some("eeee")));
        assert!(changed.is_folder("src") && !changed.is_folder("src/b") && !changed.is_folder("sr"));
        assert_ne!(added.digest(), changed.digest());
        Ok(())
    }

    #[test]
    fn what_is_no_change_is_refused() {
        for wrong in [&b"100644 blob aaaa\tb.py\0"[..], b":1 2 3\0a\0", b":000000 100644 0 1 A\0", b"\xff\0"] {
            assert!(nothing().changed(wrong).is_err());
        }
    }

    #[test]
    fn what_git_cannot_give_is_said_to_be_so() -> Result<(), ListingError> {
        let revision = nothing().changed(ADDED)?;

        assert_eq!(revision.read("b"), Err("there is no such file".to_owned()));
        assert!(revision.read("a.py").is_err_and(|reason| reason.starts_with("git cannot be started")));
        Ok(())
    }
}
