//! Who imports what, through which module.

use std::borrow::Cow;

use globset::{Glob, GlobSet, GlobSetBuilder};
use rayon::prelude::*;
use rustc_hash::FxHashSet;

use crate::codebase::Codebase;
use crate::layout::{FileId, ModuleId};
use crate::names::Resolved;
use crate::rows::{Handle, ImportRow};
use crate::target::Target;

/// An import and what it reaches.
pub(crate) struct Reached {
    pub(crate) file: FileId,
    /// Its place among the imports of the file.
    pub(crate) index: usize,
    pub(crate) found: Resolved,
}

impl Codebase {
    /// Imports written through one of `modules`, or through something inside one of `packages`;
    /// star imports from one of `stars`; and imports that reach one of `handles`.
    pub fn imports(
        &self,
        modules: &[String],
        packages: &[String],
        stars: &[String],
        handles: &[Handle],
    ) -> Vec<ImportRow> {
        let handles: FxHashSet<Handle> = handles.iter().copied().collect();
        let stars: FxHashSet<&str> = stars.iter().map(String::as_str).collect();
        self.import_rows(|each| match each.found.target {
            Target::Definition(file, binding) if handles.contains(&Handle(file, binding)) => true,
            Target::Module(module) if modules.contains(&self.module_name(module)) => true,
            _ => {
                let is_star = self.imported_name(each) == "*";
                self.names_one_of(each, modules, packages) || (is_star && stars.contains(&*self.canonical_name(each)))
            }
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
        self.import_rows(|each| {
            let name = self.imported_name(each);
            matches!(each.found.target, Target::Missing(_))
                && (self.names_one_of(each, modules, packages)
                    || names.iter().any(|one| one == name)
                    || (!name.is_empty() && globs.is_match(name)))
        })
    }

    fn import_rows(&self, keep: impl Fn(&Reached) -> bool + Sync) -> Vec<ImportRow> {
        let kept = self.all_imports().par_iter().filter(|each| keep(each));
        let mut rows: Vec<ImportRow> = kept.filter_map(|each| self.import_row(each)).collect();
        rows.sort_by(|a, b| a.site.place.cmp(&b.site.place));
        rows
    }

    /// Every import of the code base's own modules.
    pub(crate) fn all_imports(&self) -> &[Reached] {
        self.imports.get_or_init(|| self.resolve_imports())
    }

    fn resolve_imports(&self) -> Vec<Reached> {
        let reached = self.asked_files().into_par_iter().flat_map_iter(|file| {
            let imports = self.facts(file).map_or(&[][..], |facts| &facts.imports);
            let reached = imports.iter().enumerate().map(move |(index, import)| Reached {
                file,
                index,
                found: self.resolve_import(file, import),
            });
            reached.filter(|each| each.found.module_target != Target::External)
        });
        reached.collect()
    }

    pub(crate) fn import_row(&self, each: &Reached) -> Option<ImportRow> {
        let Reached { file, index, ref found } = *each;
        let facts = self.facts(file)?;
        let import = facts.imports.get(index)?;
        let (name, asname) = (facts.name(import.name), facts.name(import.asname));
        let bound = match (name, asname) {
            ("", "") => facts.name(import.module).split('.').next().unwrap_or(""),
            (name, "") => name,
            (_, asname) => asname,
        };
        Some(ImportRow {
            site: self.site(file, facts, import.span, import.scope, import.branch),
            statement: self.place(file, import.statement),
            module_place: self.place(file, import.module_span),
            written: found.module.clone(),
            canonical: self.canonical_name(each).into_owned(),
            name: name.to_owned(),
            bound: bound.to_owned(),
            level: import.level,
            module_target: self.target_row(&found.module_target),
            target: self.target_row(&found.target),
            chain: self.hops(&found.chain),
        })
    }

    fn imported_name(&self, each: &Reached) -> &str {
        let named = self.facts(each.file).and_then(|facts| Some((facts, facts.imports.get(each.index)?)));
        named.map_or("", |(facts, import)| facts.name(import.name))
    }

    /// What the module that an import is written through is really called.
    fn canonical_name<'a>(&'a self, each: &'a Reached) -> Cow<'a, str> {
        match each.found.module_target {
            Target::Module(ModuleId::File(file)) => Cow::Borrowed(&self.file(file).module),
            Target::Module(module) => Cow::Owned(self.module_name(module)),
            _ => Cow::Borrowed(&each.found.module),
        }
    }

    /// Whether an import is written through one of `modules`, or through something inside `packages`.
    fn names_one_of(&self, each: &Reached, modules: &[String], packages: &[String]) -> bool {
        let is_one = |path: &str| {
            modules.iter().any(|module| module == path) || packages.iter().any(|package| is_inside(path, package))
        };
        if is_one(&each.found.module) || is_one(&self.canonical_name(each)) {
            return true;
        }
        // `from package import module` names a module too.
        let name = self.imported_name(each);
        !matches!(name, "" | "*") && is_one(&format!("{}.{name}", each.found.module))
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
