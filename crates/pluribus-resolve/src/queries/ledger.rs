//! What was read, what was not, and why.

use std::collections::BTreeMap;

use crate::codebase::{Codebase, Status};
use crate::members::NOT_READ;
use crate::rows::{FileRow, LedgerRow};

impl Codebase {
    pub fn ledger(&self) -> LedgerRow {
        let mut per_root: BTreeMap<String, (u32, String)> =
            self.roots.all.iter().map(|(folder, reason)| (self.layout.path_of(*folder), (0, reason.clone()))).collect();
        for folder in &self.layout.folder_of {
            let root = self.layout.path_of(self.roots.nearest(&self.layout, *folder));
            if let Some((files, _)) = per_root.get_mut(&root) {
                *files += 1;
            }
        }
        LedgerRow {
            files: self.files.iter().map(file_row).collect(),
            roots: per_root.into_iter().map(|(path, (files, reason))| (path, files, reason)).collect(),
            left_out: self.selected.left_out.iter().map(|(path, why)| (path.to_string(), (*why).to_owned())).collect(),
            unreadable: self.selected.unreadable.iter().map(|(path, why)| (path.to_string(), why.clone())).collect(),
            excluded_by: self.selected.excluded_by.clone(),
            tests_by: self.selected.tests_by.clone(),
            unresolved: self.unresolved().into_iter().collect(),
        }
    }

    fn unresolved(&self) -> BTreeMap<String, u32> {
        let mut counts = BTreeMap::new();
        for row in self.all_imports() {
            let reason = match (row.target.kind, row.target.name.as_str()) {
                ("missing-module", _) => "the module is not in the code base",
                ("missing-name", _) => "the module does not define the name",
                ("beyond-root", _) => "relative import beyond the root",
                ("unknown", reason) if reason != NOT_READ => reason,
                _ => continue,
            };
            *counts.entry(reason.to_owned()).or_default() += 1;
        }
        counts
    }
}

fn file_row(file: &crate::codebase::File) -> FileRow {
    let (status, reason) = match &file.status {
        Status::Parsed => ("parsed", String::new()),
        Status::SetAside => ("set-aside", String::new()),
        Status::NotParsed(reason) => ("not-parsed", reason.clone()),
        Status::Recovered => {
            let errors = file.facts.as_deref().map_or(&[][..], |facts| &facts.errors);
            let first =
                errors.first().map_or_else(String::new, |error| format!("line {}: {}", error.line, error.message));
            let more = match errors.len() {
                0 | 1 => String::new(),
                count => format!(" (and {} more)", count - 1),
            };
            ("recovered", first + &more)
        }
    };
    FileRow { path: file.path.to_string(), module: file.module.to_string(), is_test: file.is_test, status, reason }
}
