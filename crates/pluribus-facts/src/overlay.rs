//! Files that are judged as if they were on disk, and are not: in place of those that are, or beside
//! them.

use std::collections::BTreeMap;
use std::path::Path;

use thiserror::Error;

use crate::revision::{Kind, Revision};
use crate::select::NEVER;

/// Why a file cannot be laid over a tree.
#[derive(Debug, Error)]
#[error("`{path}` cannot be laid over the tree: {reason}")]
pub struct OverlayError {
    path: String,
    reason: &'static str,
}

/// Bytes by path relative to the root, with forward slashes.
#[derive(Clone, Debug, Default)]
pub struct Overlay(BTreeMap<Box<str>, Vec<u8>>);

impl Overlay {
    /// Refuses what could never be selected below `root`, or would not be the file that is named.
    pub fn new(root: &Path, files: impl IntoIterator<Item = (String, Vec<u8>)>) -> Result<Self, OverlayError> {
        Self::laid(files, |path| {
            let full = root.join(path);
            full.symlink_metadata()
                .ok()
                .map(|found| if found.is_dir() { There::Folder } else { There::of(found.is_file()) })
        })
    }

    /// The same over a revision.
    pub fn over(revision: &Revision, files: impl IntoIterator<Item = (String, Vec<u8>)>) -> Result<Self, OverlayError> {
        Self::laid(files, |path| {
            let full = format!("{}{path}", revision.base);
            match revision.kind(&full) {
                Some(kind) => Some(There::of(kind == Kind::File)),
                None => revision.is_folder(&full).then_some(There::Folder),
            }
        })
    }

    fn laid(
        files: impl IntoIterator<Item = (String, Vec<u8>)>,
        there: impl Fn(&str) -> Option<There>,
    ) -> Result<Self, OverlayError> {
        let mut laid = BTreeMap::new();
        for (path, bytes) in files {
            if let Some(reason) = obstacle(&path, &there) {
                return Err(OverlayError { path, reason });
            }
            laid.insert(path.into(), bytes);
        }
        Ok(Self(laid))
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// What stands at a path; none where the disk says it.
    pub fn get(&self, path: &str) -> Option<&[u8]> {
        self.0.get(path).map(Vec::as_slice)
    }

    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(AsRef::as_ref)
    }
}

/// What stands at a path.
#[derive(PartialEq, Eq)]
enum There {
    Folder,
    File,
    Other,
}

impl There {
    fn of(is_file: bool) -> Self {
        if is_file { Self::File } else { Self::Other }
    }
}

/// Whether a part of a path is several where a backslash is no letter.
fn is_folded(part: &str) -> bool {
    cfg!(windows) && part.contains('\\')
}

fn obstacle(path: &str, there: &impl Fn(&str) -> Option<There>) -> Option<&'static str> {
    let parts: Vec<&str> = path.split('/').collect();
    if parts.iter().any(|part| part.is_empty() || matches!(*part, "." | "..") || is_folded(part)) {
        return Some("not a path relative to the root, with forward slashes");
    }
    let (name, folders) = parts.split_last()?;
    if !Path::new(name).extension().is_some_and(|ending| ending == "py" || ending == "pyi") {
        return Some("not a Python file");
    }
    if folders.iter().any(|folder| NEVER.contains(folder)) {
        return Some("in a folder that is never looked into");
    }
    for count in 1..parts.len() {
        // What is not there is laid over too.
        if there(&parts[..count].join("/")).is_some_and(|found| found != There::Folder) {
            return Some("in what is no folder");
        }
    }
    there(path).is_some_and(|found| found != There::File).then_some("there is something else than a file")
}

#[cfg(test)]
mod tests {
    use super::Overlay;

    #[test]
    fn what_could_never_be_selected_is_refused() -> std::io::Result<()> {
        let folder = tempfile::tempdir()?;
        std::fs::write(folder.path().join("a.py"), "")?;
        std::fs::create_dir(folder.path().join("b.py"))?;
        let refused = |path: &str| Overlay::new(folder.path(), [(path.to_owned(), Vec::new())]).is_err();

        for path in ["/a.py", "../a.py", "x//a.py", "./a.py", "", "a.txt", ".venv/a.py", "a.py/c.py", "b.py"] {
            assert!(refused(path), "{path}");
        }
        for path in ["a.py", "c.pyi", "b.py/c.py", "new/folder/a.py", "new\nline.py"] {
            assert!(!refused(path), "{path}");
        }
        Ok(())
    }
}
