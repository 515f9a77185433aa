//! Which Python files of a tree are looked at, and why the others are not.

use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};
use ignore::{WalkBuilder, WalkState};
use thiserror::Error;

use crate::listed::walk_revision;
use crate::overlay::Overlay;
use crate::revision::Revision;

/// Folders that hold no code of the project itself.
pub(crate) const NEVER: [&str; 16] = [
    ".git",
    ".hg",
    ".svn",
    ".venv",
    "venv",
    ".tox",
    ".nox",
    "__pycache__",
    "node_modules",
    "site-packages",
    ".mypy_cache",
    ".pytest_cache",
    ".ruff_cache",
    ".eggs",
    ".ipynb_checkpoints",
    "__pypackages__",
];

/// Endings of extension modules and of what Cython makes them from.
pub(crate) const COMPILED: [&str; 3] = ["so", "pyd", "pyx"];

#[derive(Debug, Error)]
pub enum SelectionError {
    #[error("`{glob}` is no glob: {reason}")]
    Glob { glob: String, reason: String },
    #[error("{path}: {reason}")]
    Root { path: String, reason: String },
}

pub struct Selection<'a> {
    pub root: &'a Path,
    /// Where the files are, if not below `root` on disk.
    pub revision: Option<&'a Revision>,
    pub exclude: &'a [String],
    pub tests: &'a [String],
    /// What stands before each path when a glob is matched: the folder of `root` as seen from the
    /// file that declares the globs; empty, or with a slash at its end.
    pub glob_prefix: &'a str,
    pub respect_gitignore: bool,
    /// Selected like files on disk, even where git ignores them.
    pub overlay: &'a Overlay,
    /// True as soon as nobody waits for the answer any more.
    pub stop: &'a AtomicBool,
}

/// The files of a tree; every path is relative to the root, with forward slashes, and sorted.
#[derive(Default)]
pub struct Selected {
    pub files: Vec<Box<str>>,
    pub is_test: Vec<bool>,
    /// Modules that are built, or will be, from another language.
    pub compiled: Vec<Box<str>>,
    /// Python files and folders that were left out, with the reason.
    pub left_out: Vec<(Box<str>, &'static str)>,
    /// How many files each `exclude` and each `tests` glob matched.
    pub excluded_by: Vec<u32>,
    pub tests_by: Vec<u32>,
    /// What could not be walked.
    pub unreadable: BTreeMap<Box<str>, String>,
}

/// Walks the tree in parallel.
pub fn select(selection: &Selection) -> Result<Selected, SelectionError> {
    let exclude = globs(selection.exclude)?;
    let tests = globs(selection.tests)?;
    let walked = match selection.revision {
        Some(revision) => walk_revision(revision, selection.respect_gitignore),
        None => walk(selection)?,
    };
    let mut selected = Selected {
        excluded_by: vec![0; selection.exclude.len()],
        tests_by: vec![0; selection.tests.len()],
        unreadable: walked.unreadable,
        left_out: walked.left_out,
        compiled: walked.compiled,
        ..Selected::default()
    };
    let mut files = walked.files;
    let links = walked.links;
    files.extend(selection.overlay.paths().map(Box::from));
    files.sort_unstable();
    files.dedup();
    for file in files {
        let full = format!("{}{file}", selection.glob_prefix);
        let matching = exclude.matches(&full);
        if !matching.is_empty() {
            for index in matching {
                selected.excluded_by[index] += 1;
            }
            selected.left_out.push((file, "excluded by the contract"));
            continue;
        }
        let matching = tests.matches(&full);
        selected.is_test.push(!matching.is_empty());
        for index in matching {
            selected.tests_by[index] += 1;
        }
        selected.files.push(file);
    }
    for Link { path, target } in links {
        let full = format!("{}{path}", selection.glob_prefix);
        let matching = exclude.matches(&full);
        for &index in &matching {
            selected.excluded_by[index] += 1;
        }
        match target {
            _ if !matching.is_empty() => selected.left_out.push((path, "excluded by the contract")),
            // Python imports it, and under its own name nobody has looked at it.
            Some(target) if selected.files.binary_search(&target).is_err() => {
                let reason = format!("a symbolic link to `{target}`, which is not looked at by itself");
                selected.unreadable.insert(path, reason);
            }
            _ => selected.left_out.push((path, "a symbolic link")),
        }
    }
    selected.left_out.sort_unstable();
    Ok(selected)
}

#[derive(Default)]
pub(crate) struct Walked {
    pub(crate) files: Vec<Box<str>>,
    pub(crate) compiled: Vec<Box<str>>,
    pub(crate) left_out: Vec<(Box<str>, &'static str)>,
    /// Links that are called like Python files.
    pub(crate) links: Vec<Link>,
    pub(crate) unreadable: BTreeMap<Box<str>, String>,
}

pub(crate) struct Link {
    pub(crate) path: Box<str>,
    /// The file that it leads to; none for what lies out of the tree, or is no file.
    pub(crate) target: Option<Box<str>>,
}

fn walk(selection: &Selection) -> Result<Walked, SelectionError> {
    let metadata = std::fs::metadata(selection.root).map_err(|error| root_error(selection.root, &error.to_string()))?;
    if !metadata.is_dir() {
        return Err(root_error(selection.root, "not a folder"));
    }
    let all = Mutex::new(Walked::default());
    let root = selection.root;
    let blocking: Vec<PathBuf> = root.ancestors().filter_map(blocking_ignore_file).collect();
    let respects = selection.respect_gitignore && blocking.is_empty();
    let barred = walk_below(selection, root, respects, &all);
    for (folder, _) in &barred {
        walk_below(selection, folder, false, &all);
    }
    let mut walked = all.into_inner().unwrap_or_else(PoisonError::into_inner);
    for path in barred.into_iter().map(|(_, file)| file).chain(blocking) {
        let reason = "not a regular file, so what it ignores is not known".to_owned();
        walked.unreadable.insert(relative(root, &path), reason);
    }
    Ok(walked)
}

/// Walks a folder of the tree; returns those in it that were not entered, each with the ignore file
/// that bars it.
fn walk_below(
    &Selection { root, stop, .. }: &Selection,
    from: &Path,
    respect_gitignore: bool,
    into: &Mutex<Walked>,
) -> Vec<(PathBuf, PathBuf)> {
    let barred = Arc::new(Mutex::new(Vec::new()));
    // Ignore files above a repository are not its own.
    let in_repository = from.ancestors().any(|folder| folder.join(".git").exists());
    let walker = WalkBuilder::new(from)
        .hidden(false)
        .follow_links(false)
        .git_ignore(respect_gitignore)
        .git_exclude(respect_gitignore)
        .git_global(false)
        .ignore(false)
        .parents(respect_gitignore)
        .require_git(in_repository)
        .threads(std::thread::available_parallelism().map_or(2, usize::from).min(8))
        .filter_entry({
            let barred = Arc::clone(&barred);
            move |entry| {
                if entry.depth() == 0 || !entry.file_type().is_some_and(|kind| kind.is_dir()) {
                    return true;
                }
                if NEVER.iter().any(|name| entry.file_name() == *name) {
                    return false;
                }
                match blocking_ignore_file(entry.path()).filter(|_| respect_gitignore) {
                    None => true,
                    Some(file) => {
                        barred.lock().unwrap_or_else(PoisonError::into_inner).push((entry.path().to_path_buf(), file));
                        false
                    }
                }
            }
        })
        .build_parallel();
    walker.run(|| {
        let mut batch = Batch { found: Walked::default(), into };
        Box::new(move |entry| {
            batch.visit(root, entry);
            if stop.load(Ordering::Relaxed) { WalkState::Quit } else { WalkState::Continue }
        })
    });
    let mut barred = barred.lock().unwrap_or_else(PoisonError::into_inner);
    std::mem::take(&mut *barred)
}

/// An ignore file of a folder that would be waited for, or read without end: a pipe, a device.
fn blocking_ignore_file(folder: &Path) -> Option<PathBuf> {
    let files = [folder.join(".gitignore"), folder.join(".git/info/exclude")];
    files.into_iter().find(|path| path.metadata().is_ok_and(|found| !found.is_file() && !found.is_dir()))
}

/// What one thread found; handed over when the thread is done.
struct Batch<'a> {
    found: Walked,
    into: &'a Mutex<Walked>,
}

impl Batch<'_> {
    fn visit(&mut self, root: &Path, entry: Result<ignore::DirEntry, ignore::Error>) {
        let entry = match entry {
            Ok(entry) => entry,
            Err(error) => {
                let path = error_path(&error).map_or_else(|| ".".into(), |path| relative(root, &path));
                let reason = match error.io_error() {
                    Some(cause) if cause.kind() == ErrorKind::PermissionDenied => "no permission to read it".to_owned(),
                    Some(cause) => cause.to_string(),
                    None => error.to_string(),
                };
                self.found.unreadable.insert(path, reason);
                return;
            }
        };
        let ending = entry.path().extension();
        let is_python = ending.is_some_and(|ending| ending == "py" || ending == "pyi");
        let Some(kind) = entry.file_type() else { return };
        if ending.is_some_and(|ending| COMPILED.iter().any(|each| ending == *each)) && !kind.is_dir() {
            self.found.compiled.push(relative(root, entry.path()));
        }
        if kind.is_symlink() && !NEVER.iter().any(|name| entry.file_name() == *name) && entry.path().is_dir() {
            // Links may lead out of the tree, or in circles.
            self.found.left_out.push((relative(root, entry.path()), "a link to a folder"));
            return;
        }
        if !is_python || kind.is_dir() {
            return;
        }
        let path = relative(root, entry.path());
        if entry.path().strip_prefix(root).is_ok_and(|path| path.to_str().is_none()) {
            self.found.unreadable.insert(path, "its name is not valid UTF-8".to_owned());
        } else if kind.is_symlink() {
            self.found.links.push(Link { path, target: target_below(root, entry.path()) });
        } else if kind.is_file() {
            self.found.files.push(path);
        } else {
            self.found.left_out.push((path, "not a regular file"));
        }
    }
}

impl Drop for Batch<'_> {
    fn drop(&mut self) {
        let mut into = self.into.lock().unwrap_or_else(PoisonError::into_inner);
        into.files.append(&mut self.found.files);
        into.left_out.append(&mut self.found.left_out);
        into.links.append(&mut self.found.links);
        into.compiled.append(&mut self.found.compiled);
        into.unreadable.append(&mut self.found.unreadable);
    }
}

fn target_below(root: &Path, link: &Path) -> Option<Box<str>> {
    let target = link.canonicalize().ok().filter(|target| target.is_file())?;
    let root = root.canonicalize().ok()?;
    target.starts_with(&root).then(|| relative(&root, &target))
}

fn relative(root: &Path, path: &Path) -> Box<str> {
    let path = path.strip_prefix(root).unwrap_or(path);
    let text = text_of(path.as_os_str().as_encoded_bytes());
    // Elsewhere a backslash is a letter like any other.
    if cfg!(windows) { text.replace('\\', "/").into() } else { text.into() }
}

/// A path that may be no text, with escapes for what is none.
pub(crate) fn text_of(path: &[u8]) -> String {
    let mut text = String::new();
    for part in path.utf8_chunks() {
        text.push_str(part.valid());
        text.extend(part.invalid().escape_ascii().map(char::from));
    }
    text
}

fn error_path(error: &ignore::Error) -> Option<PathBuf> {
    match error {
        ignore::Error::WithPath { path, .. } => Some(path.clone()),
        ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => error_path(err),
        _ => None,
    }
}

fn root_error(path: &Path, reason: &str) -> SelectionError {
    SelectionError::Root { path: path.display().to_string(), reason: reason.to_owned() }
}

/// Globs as in .gitignore: without a slash they match at any depth, a trailing slash or a folder's
/// name matches all below it.
pub(crate) fn globs(patterns: &[String]) -> Result<GlobSet, SelectionError> {
    let mut set = GlobSetBuilder::new();
    for pattern in patterns {
        let mut anchored = pattern.trim_end_matches('/').trim_start_matches("./");
        // Two such in a row are no glob, and one says the same.
        while anchored == "**/**" || anchored.ends_with("/**/**") {
            anchored = anchored.strip_suffix("/**").unwrap_or(anchored);
        }
        let anchored = match anchored.strip_prefix('/') {
            Some(rest) => rest.to_owned(),
            None if anchored.contains('/') || anchored == "**" => anchored.to_owned(),
            None => format!("**/{anchored}"),
        };
        let anchored = if anchored == "**" { "**/*".to_owned() } else { anchored };
        // One glob a pattern keeps the counts of each: the pattern itself, and all below it.
        let either = format!("{{{anchored},{anchored}/**}}");
        let glob = GlobBuilder::new(&either).literal_separator(true).backslash_escape(true).build();
        set.add(
            glob.map_err(|error| SelectionError::Glob { glob: pattern.clone(), reason: error.kind().to_string() })?,
        );
    }
    set.build().map_err(|error| SelectionError::Glob { glob: String::new(), reason: error.to_string() })
}

/// For each pattern, whether it matches each path.
pub fn matches(patterns: &[String], paths: &[String]) -> Result<Vec<Vec<bool>>, SelectionError> {
    patterns
        .iter()
        .map(|pattern| {
            let set = globs(std::slice::from_ref(pattern))?;
            Ok(paths.iter().map(|path| set.is_match(path)).collect())
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn globs_are_as_in_gitignore() -> Result<(), super::SelectionError> {
        let paths = ["a/b/test_x.py", "tests/a.py", "src/tests/a.py", "src/tests.py"].map(str::to_owned);
        let said = |pattern: &str| matches(&[pattern.to_owned()], &paths);

        assert_eq!(said("test_*.py")?, [[true, false, false, false]]);
        assert_eq!(said("tests/**")?, [[false, true, false, false]]);
        assert_eq!(said("/tests")?, [[false, true, false, false]]);
        assert_eq!(said("tests/")?, [[false, true, true, false]]);
        assert_eq!(said("**/tests/**")?, [[false, true, true, false]]);
        for all in ["**", "/**", "./**", "**/", "**/*", "*", "**/**", "/**/**", "**/**/**"] {
            assert_eq!(said(all)?, [[true; 4]], "{all}");
        }
        Ok(())
    }
}
