//! What was read, what was not, and why.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;

use crate::codebase::{Codebase, File, Status};
use crate::file_rows::{FileRow, LedgerRow};
use crate::layout::{FileId, FolderId};
use crate::members::NOT_READ;
use crate::target::{Missing, Target};

impl Codebase {
    pub fn ledger(&self) -> LedgerRow {
        let count = |test: fn(&File) -> bool| self.files.iter().filter(|file| test(file)).count() as u32;
        LedgerRow {
            seen: self.files.len() as u32,
            tests: count(|file| file.is_test),
            parsed: count(|file| file.status == Status::Parsed),
            set_aside: count(|file| file.status == Status::SetAside),
            noted: (0..self.files.len() as FileId)
                .filter(|&id| matches!(self.file(id).status, Status::Recovered | Status::NotParsed(_)))
                .map(|id| self.file_row(id))
                .collect(),
            roots: self.root_rows(),
            left_out: self.selected.left_out.iter().map(|(path, why)| (path.to_string(), (*why).to_owned())).collect(),
            unreadable: self.selected.unreadable.iter().map(|(path, why)| (path.to_string(), why.clone())).collect(),
            excluded_by: self.selected.excluded_by.clone(),
            tests_by: self.selected.tests_by.clone(),
            unresolved: self.unresolved().into_iter().collect(),
        }
    }

    /// Every file that was selected, sorted by path.
    pub fn file_rows(&self) -> Vec<FileRow> {
        (0..self.files.len() as FileId).map(|id| self.file_row(id)).collect()
    }

    /// Each root with the files that are nearest to it, and why it is one.
    fn root_rows(&self) -> Vec<(String, u32, String)> {
        let mut files: FxHashMap<FolderId, u32> = FxHashMap::default();
        for folder in &self.layout.folder_of {
            *files.entry(self.roots.nearest(&self.layout, *folder)).or_default() += 1;
        }
        let all = self.roots.all.iter();
        let mut rows: Vec<_> = all
            .map(|(root, why)| (self.layout.path_of(*root), files.get(root).copied().unwrap_or(0), why.clone()))
            .collect();
        rows.sort_unstable();
        rows
    }

    pub(crate) fn unresolved(&self) -> BTreeMap<String, u32> {
        let mut counts = BTreeMap::new();
        for each in self.all_imports() {
            let reason = match each.found.target {
                Target::Missing(Missing::Module) => "the module is not in the code base",
                Target::Missing(Missing::Name) => "the module does not define the name",
                Target::Missing(Missing::BeyondRoot) => "relative import beyond the root",
                Target::Unknown(reason) if reason != NOT_READ => reason,
                _ => continue,
            };
            *counts.entry(reason.to_owned()).or_default() += 1;
        }
        counts
    }

    fn file_row(&self, id: FileId) -> FileRow {
        let file = self.file(id);
        let (status, reason) = match &file.status {
            Status::Parsed => ("parsed", String::new()),
            Status::SetAside => ("set-aside", String::new()),
            Status::NotParsed(reason) => ("not-parsed", reason.clone()),
            Status::Recovered => ("recovered", self.first_error(id)),
        };
        FileRow { path: file.path.to_string(), module: file.module.to_string(), is_test: file.is_test, status, reason }
    }

    /// The first syntax error of a file, and how many more there are.
    pub(crate) fn first_error(&self, id: FileId) -> String {
        let errors = self.facts(id).map_or(&[][..], |facts| &facts.errors);
        let first = errors.first().map_or_else(String::new, |error| format!("line {}: {}", error.line, error.message));
        let more = match errors.len() {
            0 | 1 => String::new(),
            count => format!(" (and {} more)", count - 1),
        };
        first + &more
    }
}
