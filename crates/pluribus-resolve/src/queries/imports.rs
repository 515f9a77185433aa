//! Who imports what, through which module.

use globset::{Glob, GlobSet, GlobSetBuilder};
use rayon::prelude::*;
use rustc_hash::FxHashSet;

use crate::codebase::Codebase;
use crate::layout::{FileId, ModuleId};
use crate::rows::{Handle, ImportRow};
use crate::target::Target;

impl Codebase {
    /// Imports written through one of `modules`, through something inside one of `packages`, or
    /// reaching one of `handles`.
    pub fn imports(&self, modules: &[String], packages: &[String], handles: &[Handle]) -> Vec<ImportRow> {
        let handles: FxHashSet<Handle> = handles.iter().copied().collect();
        self.import_rows(|row| {
            names_one_of(row, modules, packages)
                || (row.target.kind == "module" && modules.contains(&row.target.name))
                || row.target.handle.is_some_and(|handle| handles.contains(&handle))
        })
    }

    /// Imports of modules or names that do not exist, and that are written so, or whose name is one
    /// of `names` or matches one of `globs`.
    pub fn missing_imports(
        &self,
        modules: &[String],
        packages: &[String],
        names: &[String],
        globs: &[String],
    ) -> Vec<ImportRow> {
        let globs = glob_set(globs);
        self.import_rows(|row| {
            let is_missing = row.target.kind.starts_with("missing") || row.target.kind == "beyond-root";
            is_missing
                && (names_one_of(row, modules, packages)
                    || names.contains(&row.name)
                    || (!row.name.is_empty() && globs.is_match(&row.name)))
        })
    }

    fn import_rows(&self, keep: impl Fn(&ImportRow) -> bool + Sync) -> Vec<ImportRow> {
        self.all_imports().par_iter().filter(|row| keep(row)).cloned().collect()
    }

    /// Every import of the code base's own modules, sorted by place.
    pub(crate) fn all_imports(&self) -> &[ImportRow] {
        self.imports.get_or_init(|| self.resolve_imports())
    }

    fn resolve_imports(&self) -> Vec<ImportRow> {
        let mut rows: Vec<ImportRow> = self
            .asked_files()
            .into_par_iter()
            .flat_map_iter(|id| {
                let count = self.facts(id).map_or(0, |facts| facts.imports.len());
                (0..count).filter_map(move |index| self.import_row(id, index))
            })
            .collect();
        rows.sort_by(|a, b| a.site.place.cmp(&b.site.place));
        rows
    }

    fn import_row(&self, id: FileId, index: usize) -> Option<ImportRow> {
        let facts = self.facts(id)?;
        let import = facts.imports.get(index)?;
        let resolved = self.resolve_import(id, import);
        if resolved.module_target == Target::External {
            return None;
        }
        let canonical = match resolved.module_target {
            Target::Module(module) => self.module_name(module),
            _ => resolved.module.clone(),
        };
        let (name, asname) = (facts.name(import.name), facts.name(import.asname));
        let bound = match (name, asname) {
            ("", "") => facts.name(import.module).split('.').next().unwrap_or(""),
            (name, "") => name,
            (_, asname) => asname,
        };
        Some(ImportRow {
            site: self.site(id, facts, import.span, import.scope, import.branch),
            statement: self.place(id, import.statement),
            module_place: self.place(id, import.module_span),
            written: resolved.module,
            canonical,
            name: name.to_owned(),
            bound: bound.to_owned(),
            level: import.level,
            module_target: self.target_row(&resolved.module_target),
            target: self.target_row(&resolved.target),
            chain: self.hops(&resolved.chain),
        })
    }

    /// Whether a module replaces itself by another, so that both names are one module object.
    pub fn same_module(&self, path: &str) -> Option<String> {
        match self.module(path)? {
            ModuleId::File(file) => {
                self.replacement(file, &mut crate::members::Way::default()).map(|other| self.module_name(other))
            }
            ModuleId::Namespace(_) => None,
        }
    }
}

/// Whether an import is written through one of `modules`, or through something inside `packages`.
fn names_one_of(row: &ImportRow, modules: &[String], packages: &[String]) -> bool {
    // `from package import module` names a module too.
    let full =
        if matches!(row.name.as_str(), "" | "*") { String::new() } else { format!("{}.{}", row.written, row.name) };
    let paths = [&row.written, &row.canonical, &full];
    paths.iter().any(|path| modules.contains(path) || packages.iter().any(|package| is_inside(path, package)))
}

/// Whether a dotted path is another or inside it.
pub(crate) fn is_inside(path: &str, module: &str) -> bool {
    path.strip_prefix(module).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

pub(crate) fn glob_set(patterns: &[String]) -> GlobSet {
    let mut set = GlobSetBuilder::new();
    for glob in patterns.iter().filter_map(|pattern| Glob::new(pattern).ok()) {
        set.add(glob);
    }
    set.build().unwrap_or_default()
}
