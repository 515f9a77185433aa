//! Which Python files of a revision are looked at: those that a walk over its checkout would find.

use std::path::Path;

use ignore::gitignore::{Gitignore, GitignoreBuilder};
use rustc_hash::FxHashMap;

use crate::revision::{Entry, Kind, Revision};
use crate::select::{COMPILED, Link, NEVER, Walked, text_of};

/// What git ignores is left out even where it is in the tree, as it would be in a checkout.
struct Ignored {
    /// By folder, seen from the top of the repository.
    rules: FxHashMap<String, Gitignore>,
    folders: FxHashMap<String, bool>,
}

/// Walks a revision.
pub(crate) fn walk_revision(revision: &Revision, respect_gitignore: bool) -> Walked {
    let mut walked = Walked::default();
    let mut ignored = Ignored { rules: FxHashMap::default(), folders: FxHashMap::default() };
    if respect_gitignore {
        ignored.rules = rules(revision, &mut walked);
    }
    let base = revision.base.trim_end_matches('/');
    for (path, entry) in revision.below(base) {
        let below = path.get(revision.base.len()..).unwrap_or(path);
        let (folders, name) = below.rsplit_once('/').unwrap_or(("", below));
        if folders.split('/').any(|folder| NEVER.contains(&folder)) {
            continue;
        }
        let Some(found) = what_is(revision, path, name, entry) else { continue };
        if ignored.holds(path, revision.base.len()) {
            continue;
        }
        let full = path;
        let path = below.into();
        match found {
            What::File => walked.files.push(path),
            What::Compiled => walked.compiled.push(path),
            What::Link => {
                let target = target_of(revision, full).filter(|target| revision.kind(target) == Some(Kind::File));
                let target = target.and_then(|target| target.strip_prefix(&*revision.base).map(Box::from));
                walked.links.push(Link { path, target });
            }
            What::LeftOut(reason) => walked.left_out.push((path, reason)),
        }
    }
    for (path, entry) in revision.nameless.iter() {
        if let Some(below) = path.strip_prefix(revision.base.as_bytes())
            && is_python(Path::new(&*text_of(below)))
            && entry.kind != Kind::Submodule
        {
            walked.unreadable.insert(text_of(below).into(), "its name is not valid UTF-8".to_owned());
        }
    }
    walked
}

enum What {
    File,
    Compiled,
    Link,
    LeftOut(&'static str),
}

fn what_is(revision: &Revision, path: &str, name: &str, entry: &Entry) -> Option<What> {
    let as_path = Path::new(name);
    if entry.kind == Kind::Submodule {
        return (!NEVER.contains(&name)).then_some(What::LeftOut("a submodule"));
    }
    if entry.kind == Kind::Link && !NEVER.contains(&name) && leads_to_folder(revision, path, entry) {
        return Some(What::LeftOut("a link to a folder"));
    }
    if as_path.extension().is_some_and(|ending| COMPILED.iter().any(|each| ending == *each)) {
        return Some(What::Compiled);
    }
    match entry.kind {
        _ if !is_python(as_path) => None,
        Kind::Link => Some(What::Link),
        _ => Some(What::File),
    }
}

fn is_python(path: &Path) -> bool {
    path.extension().is_some_and(|ending| ending == "py" || ending == "pyi")
}

/// Whether a link leads to a folder of the same tree. What lies elsewhere is not in the revision.
fn leads_to_folder(revision: &Revision, path: &str, entry: &Entry) -> bool {
    entry.kind == Kind::Link && target_of(revision, path).is_some_and(|target| revision.is_folder(&target))
}

/// As many links may lead from one to the next, as on a disk.
const MAX_LINKS: usize = 40;

/// What a path leads to when every link in it is followed; none for what lies out of the repository.
fn target_of(revision: &Revision, path: &str) -> Option<String> {
    let mut links = 0;
    let mut waiting: Vec<String> = path.rsplit('/').map(str::to_owned).collect();
    let mut reached: Vec<String> = Vec::new();
    while let Some(part) = waiting.pop() {
        match part.as_str() {
            "" | "." => continue,
            ".." => {
                reached.pop()?;
                continue;
            }
            _ => reached.push(part),
        }
        let at = reached.join("/");
        let Some(entry) = revision.entries.get(at.as_str()).filter(|entry| entry.kind == Kind::Link) else { continue };
        links += 1;
        let target = revision.content(entry).ok().filter(|_| links <= MAX_LINKS)?;
        let target = std::str::from_utf8(&target).ok().filter(|target| !target.starts_with('/'))?;
        reached.pop();
        waiting.extend(target.rsplit('/').map(str::to_owned));
    }
    Some(reached.join("/"))
}

/// The `.gitignore` files that have a say about the folder that is looked at.
fn rules(revision: &Revision, walked: &mut Walked) -> FxHashMap<String, Gitignore> {
    let mut rules = FxHashMap::default();
    for (path, entry) in revision.below("") {
        let folder = match path.rsplit_once('/') {
            Some((folder, ".gitignore")) => folder,
            None if path == ".gitignore" => "",
            _ => continue,
        };
        let inside = format!("{folder}/");
        let is_near = folder.is_empty() || inside.starts_with(&*revision.base) || revision.base.starts_with(&inside);
        // git follows no link to find out what to ignore.
        if entry.kind != Kind::File || !is_near {
            continue;
        }
        match revision.content(entry) {
            Ok(content) => drop(rules.insert(folder.to_owned(), parsed(folder, &content))),
            Err(reason) => {
                let below = path.strip_prefix(&*revision.base).unwrap_or(path);
                walked.unreadable.insert(below.into(), format!("{reason}, so what it ignores is not known"));
            }
        }
    }
    rules
}

fn parsed(folder: &str, content: &[u8]) -> Gitignore {
    let mut builder = GitignoreBuilder::new(Path::new("/").join(folder));
    for line in String::from_utf8_lossy(content).trim_start_matches('\u{feff}').lines() {
        // A line that is no glob ignores nothing, as in git.
        let _ = builder.add_line(None, line);
    }
    builder.build().unwrap_or_else(|_| Gitignore::empty())
}

impl Ignored {
    /// Whether a file, or a folder that it lies in below the first `start` bytes of its path, is
    /// ignored.
    fn holds(&mut self, path: &str, start: usize) -> bool {
        if self.rules.is_empty() {
            return false;
        }
        let below = path.get(start..).unwrap_or("");
        for (at, _) in below.match_indices('/') {
            let folder = path.get(..start + at).unwrap_or(path);
            let is_ignored = match self.folders.get(folder) {
                Some(&known) => known,
                None => {
                    let found = self.says(folder, true);
                    self.folders.insert(folder.to_owned(), found);
                    found
                }
            };
            if is_ignored {
                return true;
            }
        }
        self.says(path, false)
    }

    /// What the nearest `.gitignore` says that says anything.
    fn says(&self, path: &str, is_folder: bool) -> bool {
        let full = Path::new("/").join(path);
        let mut folder = path;
        loop {
            folder = folder.rsplit_once('/').map_or("", |(above, _)| above);
            if let Some(rules) = self.rules.get(folder) {
                let said = rules.matched(&full, is_folder);
                if !said.is_none() {
                    return said.is_ignore();
                }
            }
            if folder.is_empty() {
                return false;
            }
        }
    }
}
