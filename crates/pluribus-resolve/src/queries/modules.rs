//! Modules as wholes: what they define themselves, and what is defined twice in them.

use std::collections::BTreeMap;

use pluribus_facts::{Arm, BindingKind, BranchId, Facts, Scope, Value};
use rapidfuzz::distance::levenshtein;
use rayon::prelude::*;
use rustc_hash::FxHashMap;

use crate::codebase::Codebase;
use crate::file_rows::{ModuleRow, SuppressionRow};
use crate::layout::{FileId, ModuleId};
use crate::members::Way;
use crate::namespace::Namespace;
use crate::rows::{ScopeBindingRow, TargetRow};

/// So many suggestions are enough for one mistake.
const NEAREST: usize = 3;

impl Codebase {
    pub fn module_row(&self, path: &str) -> Option<ModuleRow> {
        match self.module(path)? {
            ModuleId::File(id) => self.file_module_row(id),
            ModuleId::Namespace(_) => None,
        }
    }

    /// A module's name, and the names in its `__all__`, sorted; none when it has none that can be
    /// read. None for what is no module that was read.
    pub fn exports(&self, path: &str) -> Option<(String, Option<Vec<String>>)> {
        let module = self.module(path)?;
        let ModuleId::File(id) = module else { return None };
        self.facts(id)?;
        let names = self.exported(module, &mut Way::default()).map(|names| {
            let mut names: Vec<String> = names.into_iter().map(String::from).collect();
            names.sort_unstable();
            names
        });
        Some((self.module_name(module), names))
    }

    /// Those of these modules that define no public class or function but under names that they bind
    /// to something else too, or that put another module in their place; in the order given.
    pub fn bare_modules(&self, paths: &[String]) -> Vec<String> {
        let bare = paths.par_iter().filter(|path| {
            let Some(ModuleId::File(id)) = self.module(path) else { return false };
            self.asked_files().contains(&id) && self.contents(id).is_some_and(|(facts, names)| is_bare(facts, names))
        });
        bare.cloned().collect()
    }

    fn file_module_row(&self, id: FileId) -> Option<ModuleRow> {
        let file = self.file(id);
        let facts = self.facts(id)?;
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
                    BindingKind::Assignment(Value::Call(_) | Value::Awaited(_)) => "call",
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
            own,
            imported: self.imported(id, facts),
            calls: facts
                .calls
                .iter()
                .filter(|call| call.scope == 0 && call.dropped)
                .map(|call| facts.name(call.callee).to_owned())
                .collect(),
            stores: facts
                .stores
                .iter()
                .filter(|store| store.scope == 0)
                .map(|store| facts.name(store.target).to_owned())
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
        let Some((facts, namespace)) = self.contents(id) else { return Vec::new() };
        let mut rows = Vec::new();
        for binding in &facts.bindings {
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
        }
        for (_, file, facts) in self.read_files() {
            for binding in &facts.bindings {
                if binding.scope == 0 && matches!(binding.kind, BindingKind::Definition(_)) {
                    known.entry(facts.name(binding.name)).or_default().push(&file.module);
                }
            }
        }
        asked
            .par_iter()
            .map(|(module, qualname)| {
                if qualname.is_empty() {
                    nearest_of(&modules, module, module, |place, _| place.to_owned())
                } else {
                    nearest_of(&known, qualname, module, |place, name| format!("{place}:{name}"))
                }
            })
            .collect()
    }

    pub fn suppressions(&self) -> Vec<SuppressionRow> {
        self.read_files()
            .flat_map(|(id, file, facts)| {
                facts.suppressions.iter().map(move |each| SuppressionRow {
                    place: self.place(id, each.span),
                    is_test: file.is_test,
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
            path.push((facts.statement_number(found) as u32, format!("{:?}", found.arm)));
        }
        at = found.parent;
    }
    path.reverse();
    path
}

fn is_bare(facts: &Facts, namespace: &Namespace) -> bool {
    let at_top = facts.bindings.iter().filter(|binding| binding.scope == 0);
    let mut defined = at_top.filter(|binding| matches!(binding.kind, BindingKind::Definition(_)));
    facts.served.replaced_by.is_some()
        || !defined.any(|binding| {
            let name = facts.name(binding.name);
            !name.starts_with('_') && namespace.bindings(facts, 0, name).len() == 1
        })
}

fn last_part(asked: &str) -> &str {
    asked.rsplit('.').next().unwrap_or(asked)
}

fn most_mistakes(name: &str) -> usize {
    name.chars().count().div_ceil(3).max(1)
}

/// Whether a name may be suggested for one that does not exist.
pub(crate) fn is_near(name: &str, asked: &str) -> bool {
    let last = last_part(asked);
    levenshtein::distance(name.bytes(), last.bytes()) <= most_mistakes(last)
}

/// The definitions or modules whose last name is most like the asked one, those in the most similar
/// module first; at most [`NEAREST`].
fn nearest_of(
    places_of: &FxHashMap<&str, Vec<&str>>,
    asked: &str,
    module: &str,
    say: fn(&str, &str) -> String,
) -> Vec<String> {
    let last = last_part(asked);
    let limit = most_mistakes(last);
    let to_last = levenshtein::BatchComparator::new(last.bytes());
    let to_module = levenshtein::BatchComparator::new(module.bytes());
    let within = levenshtein::Args::default().score_cutoff(limit);
    let mut by_distance: BTreeMap<usize, Vec<(&str, &Vec<&str>)>> = BTreeMap::new();
    for (name, places) in places_of {
        if name.len().abs_diff(last.len()) <= limit
            && let Some(distance) = to_last.distance_with_args(name.bytes(), &within)
        {
            by_distance.entry(distance).or_default().push((name, places));
        }
    }
    let mut found = Vec::new();
    for named in by_distance.values() {
        let mut near: Vec<(usize, String)> = Vec::new();
        for (name, places) in named {
            near.extend(places.iter().map(|place| (to_module.distance(place.bytes()), say(place, name))));
        }
        near.sort();
        near.dedup();
        found.extend(near.into_iter().map(|(_, said)| said));
        if found.len() >= NEAREST {
            break;
        }
    }
    found.truncate(NEAREST);
    found
}
