//! Packages that no import root shows, and roots that imports of them give away.

use std::collections::BTreeMap;

use pluribus_facts::{Outline, hash_word};

use crate::clues::Clues;
use crate::codebase::Codebase;
use crate::layout::{FileId, FolderId, Found};

/// By name, each package that cannot be imported from the roots that were found without reading a
/// file, and that is the only one of its name.
pub(crate) type Hidden = BTreeMap<Box<str>, FolderId>;

/// Hashes of the name of a package, and of the names of what is in it.
pub(crate) type Package = (u32, Vec<u32>);

/// So many files are read before it is asked again whether more have to be.
const AT_ONCE: usize = 64;

/// Whether a file can import something from a package.
pub(crate) fn spells(outline: &Outline, (name, inner): &Package) -> bool {
    outline.has(*name) && inner.iter().any(|&hash| outline.has(hash))
}

impl Codebase {
    pub(crate) fn hidden_packages(&self) -> Hidden {
        let mut by_name: BTreeMap<&str, Vec<FolderId>> = BTreeMap::new();
        if !self.options.roots.is_empty() {
            return Hidden::new();
        }
        for (index, folder) in self.layout.folders.iter().enumerate() {
            if let (Some(_), Some(parent)) = (folder.init, folder.parent)
                && !self.layout.upwards(parent).any(|at| self.layout.folder(at).init.is_some())
            {
                by_name.entry(&folder.name).or_default().push(index as FolderId);
            }
        }
        let is_hidden =
            |name: &str| !self.stdlib.contains(name) && matches!(self.find_module(0, name), Found::Partly { .. });
        let alone = by_name.into_iter().filter_map(|(name, packages)| match packages.as_slice() {
            [package] if is_hidden(name) => Some((name.into(), *package)),
            _ => None,
        });
        alone.collect()
    }

    /// Reads files that may import from hidden packages until one does: which roots there are must not
    /// depend on which files matter otherwise. What no file imports from becomes a clue, whose files
    /// are all read. Which files were read.
    pub(crate) fn seek_hidden_roots(&mut self, clues: &mut Clues) -> Vec<FileId> {
        let mut sought: Vec<(Vec<FileId>, FolderId, Package)> = self
            .hidden
            .iter()
            .filter_map(|(name, &folder)| Some((self.layout.folder(folder).parent?, self.package(name, folder))))
            .filter(|(parent, _)| !self.roots.has(*parent))
            .map(|(parent, package)| (self.files_that_spell(&package), parent, package))
            .collect();
        // Where few files have to be read, one of them may spare the others.
        sought.sort_by_key(|(files, ..)| files.len());
        let mut read = Vec::new();
        for (files, parent, package) in sought {
            for some in files.chunks(AT_ONCE) {
                if self.roots.has(parent) || self.is_stopped() {
                    break;
                }
                let ids: Vec<FileId> = some.iter().copied().filter(|&id| self.is_waiting(id)).collect();
                self.load(&ids);
                self.settle(&ids);
                read.extend(ids);
            }
            if !self.roots.has(parent) {
                clues.add_package(package);
            }
        }
        read
    }

    /// Whether two states of a file allow imports from the same hidden packages.
    pub(crate) fn spell_the_same(&self, before: &Outline, after: &Outline) -> bool {
        self.hidden.iter().all(|(name, &folder)| {
            let package = self.package(name, folder);
            spells(before, &package) == spells(after, &package)
        })
    }

    fn package(&self, name: &str, folder: FolderId) -> Package {
        let folder = self.layout.folder(folder);
        let inner = folder.folders.keys().chain(folder.modules.keys());
        let mut inner: Vec<u32> = inner.map(|inner| hash_word(inner)).collect();
        inner.sort_unstable();
        (hash_word(name), inner)
    }

    fn files_that_spell(&self, package: &Package) -> Vec<FileId> {
        let waiting = (0..self.files.len() as FileId).filter(|&id| self.is_waiting(id));
        waiting.filter(|&id| self.file(id).outline.as_ref().is_some_and(|outline| spells(outline, package))).collect()
    }

    /// Folders that absolute imports must start from, though nothing declares them.
    pub(crate) fn detect_roots_by_imports(&mut self, ids: &[FileId]) {
        let mut found: BTreeMap<FolderId, String> = BTreeMap::new();
        for facts in ids.iter().filter_map(|&id| self.facts(id)) {
            for import in facts.imports.iter().filter(|import| import.level == 0) {
                let path = facts.name(import.module);
                // One name alone may be an installed package; a whole path that fits is no accident.
                let Some((first, _)) = path.split_once('.') else { continue };
                let Some(&package) = self.hidden.get(first) else { continue };
                let Some(parent) = self.layout.folder(package).parent else { continue };
                if matches!(self.layout.find(parent, path), Found::Module(_)) {
                    // Not which package: that depends on which file was read first.
                    found.insert(parent, "imports name a package in it".to_owned());
                }
            }
        }
        if !found.is_empty() {
            self.add_roots(found);
        }
    }
}
