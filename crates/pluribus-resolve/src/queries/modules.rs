//! Modules as wholes: what they define themselves, and what is defined twice in them.

use pluribus_facts::{Arm, BindingKind, BranchId, Facts, Scope, Value};

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::handle;
use crate::codebase::Codebase;
use crate::layout::{FileId, ModuleId};
use crate::members::Way;
use crate::rows::{ModuleRow, ScopeBindingRow, SuppressionRow, TargetRow};

impl Codebase {
    pub fn module_row(&self, path: &str) -> Option<ModuleRow> {
        match self.module(path)? {
            ModuleId::File(id) => self.file_module_row(id),
            ModuleId::Namespace(_) => None,
        }
    }

    fn file_module_row(&self, id: FileId) -> Option<ModuleRow> {
        let file = self.file(id);
        let facts = file.facts.as_deref()?;
        let own = facts
            .bindings
            .iter()
            .filter(|binding| binding.scope == 0)
            .filter_map(|binding| {
                let kind = match &binding.kind {
                    BindingKind::Definition(scope) => {
                        if facts.scopes.get(*scope as usize)?.kind == pluribus_facts::ScopeKind::Class {
                            "class"
                        } else {
                            "function"
                        }
                    }
                    BindingKind::Assignment(Value::Chain(_)) => "alias",
                    BindingKind::Assignment(Value::Call(_)) => "call",
                    BindingKind::Assignment(_) => "value",
                    _ => return None,
                };
                Some((facts.name(binding.name).to_owned(), kind, self.place(id, binding.span)))
            })
            .collect();
        let first = facts.bindings.iter().map(|binding| binding.span).min_by_key(|span| span.start).unwrap_or_default();
        let replaced_by = facts.served.replaced_by.map(|(chain, span)| {
            let name = self
                .replacement(id, &mut Way::default())
                .map_or_else(|| facts.name(chain).to_owned(), |module| self.module_name(module));
            (name, self.place(id, span))
        });
        Some(ModuleRow {
            module: file.module.to_string(),
            path: file.path.to_string(),
            is_test: file.is_test,
            is_package: self.layout.is_init[id as usize],
            exported: self.exported(ModuleId::File(id), &mut Way::default()).map(|names| {
                let mut names: Vec<String> = names.into_iter().map(String::from).collect();
                names.sort_unstable();
                names
            }),
            own,
            imported: self.imported(id, facts),
            calls: facts
                .calls
                .iter()
                .filter(|call| call.scope == 0 && call.dropped)
                .map(|call| facts.name(call.callee).to_owned())
                .collect(),
            replaced_by,
            first: self.place(id, first),
            open_names: facts.served.open_names,
            has_getattr: facts.served.getattr.is_some(),
        })
    }

    fn imported(&self, id: FileId, facts: &Facts) -> Vec<(String, String, TargetRow)> {
        facts
            .bindings
            .iter()
            .filter(|binding| binding.scope == 0)
            .filter_map(|binding| match binding.kind {
                BindingKind::Import(import) => {
                    let import = facts.imports.get(import as usize)?;
                    let resolved = self.resolve_import(id, import);
                    let row = self.target_row(&resolved.target);
                    Some((facts.name(binding.name).to_owned(), resolved.module, row))
                }
                _ => None,
            })
            .collect()
    }

    /// Bindings of names that some scope of a module binds more than once, in order.
    pub fn rebound(&self, path: &str) -> Vec<ScopeBindingRow> {
        let Some(ModuleId::File(id)) = self.module(path) else { return Vec::new() };
        let file = self.file(id);
        let (Some(facts), Some(namespace)) = (file.facts.as_deref(), file.namespace.as_ref()) else {
            return Vec::new();
        };
        let mut rows = Vec::new();
        for (index, binding) in facts.bindings.iter().enumerate() {
            if namespace.bindings(facts, binding.scope, facts.name(binding.name)).len() < 2 {
                continue;
            }
            let scope = match binding.kind {
                BindingKind::Definition(scope) => facts.scopes.get(scope as usize),
                _ => None,
            };
            let name = facts.name(binding.name);
            rows.push(ScopeBindingRow {
                site: self.site(id, facts, binding.span, binding.scope, binding.branch),
                name: name.to_owned(),
                kind: kind_of(&binding.kind, scope),
                decorators: scope.map_or_else(Vec::new, |scope| {
                    scope.decorators.iter().map(|&each| facts.name(each).to_owned()).collect()
                }),
                branches: branch_path(facts, binding.branch),
                handle: handle(id, index as u32),
                wraps_itself: facts
                    .references
                    .iter()
                    .any(|each| facts.name(each.chain) == name && line_of(binding.span.line, each.span.line)),
            });
        }
        rows
    }

    /// For each (module, qualified name), the definitions or modules that are most like it, best
    /// first, at most three.
    pub fn nearest(&self, asked: &[(String, String)]) -> Vec<Vec<String>> {
        let mut known: FxHashMap<&str, Vec<&str>> = FxHashMap::default();
        let mut modules: FxHashMap<&str, Vec<&str>> = FxHashMap::default();
        for file in &self.files {
            let stem = file.module.rsplit('.').next().unwrap_or("");
            modules.entry(stem).or_default().push(&file.module);
            for (facts, binding) in
                file.facts.as_deref().into_iter().flat_map(|facts| facts.bindings.iter().map(move |each| (facts, each)))
            {
                if binding.scope == 0 && matches!(binding.kind, BindingKind::Definition(_)) {
                    known.entry(facts.name(binding.name)).or_default().push(&file.module);
                }
            }
        }
        asked
            .par_iter()
            .map(|(module, qualname)| {
                let names = if qualname.is_empty() { &modules } else { &known };
                let last = if qualname.is_empty() { module } else { qualname };
                let last = last.rsplit('.').next().unwrap_or(last);
                let limit = last.chars().count().div_ceil(3).max(1);
                let mut near: Vec<(usize, usize, String)> = Vec::new();
                for (name, places) in names.iter().filter(|(name, _)| name.len().abs_diff(last.len()) <= limit) {
                    let by_name = distance(name, last, limit);
                    if by_name > limit {
                        continue;
                    }
                    near.extend(places.iter().map(|place| {
                        let said = if qualname.is_empty() { (*place).to_owned() } else { format!("{place}:{name}") };
                        (by_name, distance(place, module, usize::MAX), said)
                    }));
                }
                near.sort();
                near.dedup();
                near.into_iter().take(3).map(|(_, _, name)| name).collect()
            })
            .collect()
    }

    pub fn suppressions(&self) -> Vec<SuppressionRow> {
        self.read_files()
            .flat_map(|(id, _, facts)| {
                facts.suppressions.iter().map(move |each| SuppressionRow {
                    place: self.place(id, each.span),
                    first_line: each.first_line,
                    last_line: each.last_line,
                    rules: each.rules.iter().map(|&rule| facts.name(rule).to_owned()).collect(),
                    reason: facts.name(each.reason).to_owned(),
                })
            })
            .collect()
    }
}

fn line_of(bound: u32, used: u32) -> bool {
    bound == used
}

fn kind_of(kind: &BindingKind, scope: Option<&Scope>) -> &'static str {
    match (kind, scope.map(|scope| scope.kind)) {
        (_, Some(pluribus_facts::ScopeKind::Class)) => "class",
        (_, Some(_)) => "function",
        (BindingKind::Import(_), _) => "import",
        (BindingKind::Assignment(Value::None), _) => "none",
        (BindingKind::Assignment(_), _) => "assignment",
        _ => "other",
    }
}

fn branch_path(facts: &Facts, branch: BranchId) -> Vec<(u32, String)> {
    let mut path = Vec::new();
    let mut at = branch;
    while at != 0 {
        let Some(found) = facts.branches.get(at as usize) else { break };
        if !matches!(found.arm, Arm::Body) {
            path.push((found.statement, format!("{:?}", found.arm)));
        }
        at = found.parent;
    }
    path.reverse();
    path
}

/// Levenshtein distance, in bytes; anything above `limit` once it is passed.
fn distance(a: &str, b: &str, limit: usize) -> usize {
    let b = b.as_bytes();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, left) in a.bytes().enumerate() {
        let mut diagonal = i;
        row[0] = i + 1;
        let mut least = row[0];
        for (j, right) in b.iter().enumerate() {
            let cost = diagonal + usize::from(left != *right);
            diagonal = row[j + 1];
            row[j + 1] = cost.min(row[j] + 1).min(diagonal + 1);
            least = least.min(row[j + 1]);
        }
        if least > limit {
            return least;
        }
    }
    row[b.len()]
}
