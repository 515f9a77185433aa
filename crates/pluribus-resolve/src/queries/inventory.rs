//! What a code base consists of: the top level of every module, and who imports what by which path.

use std::collections::BTreeSet;

use pluribus_facts::{BindingKind, Body, Facts, ScopeId, ScopeKind, Sym, Value};
use rayon::prelude::*;
use rustc_hash::FxHashMap;
use serde::Serialize;

use crate::codebase::Codebase;
use crate::layout::{FileId, ModuleId};
use crate::members::Way;
use crate::target::Target;

/// Sets of fewer strings are everywhere.
const LEAST_STRINGS: usize = 3;
/// Longer sets are data, and no constant that anyone writes again by hand.
const MOST_STRINGS: usize = 200;

/// A file, and a binding in it; none for the module itself.
type Thing = (FileId, Option<u32>);

/// A module that is no test, and what stands at its top level.
#[derive(Clone, Debug, Serialize)]
pub struct InventoryRow {
    pub file: FileId,
    pub path: String,
    pub module: String,
    pub is_package: bool,
    pub classes: Vec<InventoryClass>,
    pub functions: Vec<InventoryFunction>,
    /// Constants that hold one string: name, string and line.
    pub texts: Vec<(String, String, u32)>,
    /// Constants that hold several strings.
    pub sets: Vec<(String, Vec<String>, u32)>,
    /// How many other values it binds, loggers apart.
    pub values: u32,
    /// Modules of the code base that it takes all names of, or that it puts in its own place.
    pub stands_for: Vec<FileId>,
    /// Modules of the code base that it imports from at its top level, each once.
    pub takes_from: Vec<FileId>,
}

#[derive(Clone, Debug, Serialize)]
pub struct InventoryClass {
    pub binding: u32,
    pub name: String,
    pub line: u32,
    pub column: u32,
    /// Every method, private ones too.
    pub methods: Vec<String>,
    /// As written.
    pub bases: Vec<String>,
    pub decorators: Vec<String>,
}

#[derive(Clone, Debug, Serialize)]
pub struct InventoryFunction {
    pub binding: u32,
    pub name: String,
    pub line: u32,
    pub column: u32,
    pub parameters: Vec<String>,
    pub decorators: Vec<String>,
    pub is_async: bool,
    /// `stub`, `forward` or `other`.
    pub body: &'static str,
    pub statements: u32,
}

/// By which paths the files of the code base import one thing.
#[derive(Clone, Debug, Serialize)]
pub struct DependantsRow {
    pub file: FileId,
    /// The binding of a definition; none for the module itself.
    pub binding: Option<u32>,
    /// Module and name as imported, and the files that do so, sorted; the name is empty for a module.
    pub paths: Vec<(String, String, Vec<FileId>)>,
}

impl Codebase {
    /// Every module that is no test, sorted by path.
    pub fn inventory(&self) -> Vec<InventoryRow> {
        self.asked_files().into_par_iter().filter_map(|id| self.inventory_row(id)).collect()
    }

    fn inventory_row(&self, id: FileId) -> Option<InventoryRow> {
        let file = self.file(id);
        let facts = self.facts(id).filter(|_| !file.is_test)?;
        let mut row = InventoryRow {
            file: id,
            path: file.path.to_string(),
            module: file.module.to_string(),
            is_package: self.layout.is_init[id as usize],
            classes: Vec::new(),
            functions: Vec::new(),
            texts: Vec::new(),
            sets: Vec::new(),
            values: 0,
            stands_for: self.stands_for(id, facts),
            takes_from: self.takes_from(id, facts),
        };
        let methods = methods_by_class(facts);
        for (index, binding) in facts.bindings.iter().enumerate().filter(|(_, each)| each.scope == 0) {
            let name = || facts.name(binding.name).to_owned();
            let texts = |all: &[Sym]| all.iter().map(|&text| facts.name(text).to_owned()).collect::<Vec<_>>();
            match &binding.kind {
                BindingKind::Definition(number) => {
                    let Some(scope) = facts.scopes.get(*number as usize) else { continue };
                    let (line, column) = (binding.span.line.max(1), binding.span.column.max(1));
                    if scope.kind == ScopeKind::Class {
                        row.classes.push(InventoryClass {
                            binding: index as u32,
                            name: name(),
                            line,
                            column,
                            methods: methods.get(number).map_or_else(Vec::new, |all| texts(all)),
                            bases: texts(&scope.bases),
                            decorators: texts(&scope.decorators),
                        });
                    } else {
                        row.functions.push(InventoryFunction {
                            binding: index as u32,
                            name: name(),
                            line,
                            column,
                            parameters: scope.parameters.iter().map(|each| facts.name(each.name).to_owned()).collect(),
                            decorators: texts(&scope.decorators),
                            is_async: scope.is_async,
                            body: match scope.body {
                                Body::Stub => "stub",
                                Body::Forward(_) => "forward",
                                Body::Other => "other",
                            },
                            statements: scope.statements,
                        });
                    }
                }
                BindingKind::Assignment(Value::Str(text)) => {
                    row.texts.push((name(), facts.name(*text).to_owned(), binding.span.line));
                }
                BindingKind::Assignment(Value::Strings(all, _))
                    if (LEAST_STRINGS..=MOST_STRINGS).contains(&all.len()) =>
                {
                    row.sets.push((name(), texts(all), binding.span.line));
                }
                BindingKind::Assignment(Value::Chain(_)) | BindingKind::Import(_) => {}
                BindingKind::Assignment(_) if counts(facts.name(binding.name)) => row.values += 1,
                _ => {}
            }
        }
        Some(row)
    }

    fn stands_for(&self, id: FileId, facts: &Facts) -> Vec<FileId> {
        let mut found = BTreeSet::new();
        if let Some(ModuleId::File(other)) = self.replacement(id, &mut Way::default()) {
            found.insert(other);
        }
        for import in facts.imports.iter().filter(|import| import.scope == 0 && facts.name(import.name) == "*") {
            if let Target::Module(ModuleId::File(other)) = self.resolve_import(id, import).module_target {
                found.insert(other);
            }
        }
        found.remove(&id);
        found.into_iter().collect()
    }

    fn takes_from(&self, id: FileId, facts: &Facts) -> Vec<FileId> {
        let of_module = facts.imports.iter().filter(|import| import.scope == 0);
        let mut found: BTreeSet<FileId> = of_module
            .filter_map(|import| {
                let resolved = self.resolve_import(id, import);
                match (resolved.target, resolved.module_target) {
                    (Target::Module(ModuleId::File(other)), _) | (_, Target::Module(ModuleId::File(other))) => {
                        Some(other)
                    }
                    _ => None,
                }
            })
            .collect();
        found.remove(&id);
        found.into_iter().collect()
    }

    /// What is imported of the code base's own modules that are no tests, and by whom.
    pub fn dependants(&self) -> Vec<DependantsRow> {
        let imported: Vec<(Thing, String, String, FileId)> =
            self.asked_files().into_par_iter().flat_map_iter(|id| self.imported_by(id)).collect();
        let mut things: FxHashMap<Thing, FxHashMap<(String, String), BTreeSet<FileId>>> = FxHashMap::default();
        for (thing, module, name, importer) in imported {
            things.entry(thing).or_default().entry((module, name)).or_default().insert(importer);
        }
        let mut rows: Vec<DependantsRow> = things
            .into_iter()
            .map(|((file, binding), paths)| {
                let mut paths: Vec<_> = paths
                    .into_iter()
                    .map(|((module, name), files)| (module, name, files.into_iter().collect()))
                    .collect();
                paths.sort();
                DependantsRow { file, binding, paths }
            })
            .collect();
        rows.sort_by_key(|row| (row.file, row.binding));
        rows
    }

    fn imported_by(&self, id: FileId) -> Vec<(Thing, String, String, FileId)> {
        let Some(facts) = self.facts(id) else { return Vec::new() };
        let mut found = Vec::new();
        for import in &facts.imports {
            let resolved = self.resolve_import(id, import);
            let Target::Module(through) = resolved.module_target else { continue };
            let name = facts.name(import.name);
            let (thing, module, name) = match resolved.target {
                Target::Definition(file, binding) => {
                    ((file, Some(binding)), self.module_name(through), name.to_owned())
                }
                // `from package import module` is a path to the module, under its own name or another.
                Target::Module(ModuleId::File(file)) if !matches!(name, "" | "*") => {
                    ((file, None), format!("{}.{name}", self.module_name(through)), String::new())
                }
                Target::Module(ModuleId::File(file)) => ((file, None), resolved.module, String::new()),
                _ => continue,
            };
            if thing.0 != id && !self.file(thing.0).is_test {
                found.push((thing, module, name, id));
            }
        }
        found
    }
}

/// Whether a value of this name is one that a module has for others.
fn counts(name: &str) -> bool {
    !name.starts_with("__") && !matches!(name, "logger" | "log" | "_logger" | "_log" | "LOGGER")
}

/// The names of the methods of each class, each once, in the order of their first definition.
fn methods_by_class(facts: &Facts) -> FxHashMap<ScopeId, Vec<Sym>> {
    let mut methods: FxHashMap<ScopeId, Vec<Sym>> = FxHashMap::default();
    for scope in facts.scopes.iter().filter(|scope| scope.kind == ScopeKind::Function) {
        let is_in_class = facts.scopes.get(scope.parent as usize).is_some_and(|above| above.kind == ScopeKind::Class);
        if is_in_class {
            let all = methods.entry(scope.parent).or_default();
            if !all.contains(&scope.name) {
                all.push(scope.name);
            }
        }
    }
    methods
}
