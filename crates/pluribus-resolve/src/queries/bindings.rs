//! Under which names modules offer a definition, and what else goes by a name.

use pluribus_facts::{Binding, BindingKind, Body, Facts, Value};
use rayon::prelude::*;
use rustc_hash::FxHashSet;

use crate::codebase::Codebase;
use crate::layout::{FileId, ModuleId};
use crate::members::{Way, is_for_typing};
use crate::namespace::{Bindings, candidates};
use crate::rows::{BindingRow, Handle};
use crate::target::{StepKind, Target};

impl Codebase {
    /// Module-level names that reach one of `handles` or one of `modules`.
    pub fn offers_of(&self, handles: &[Handle], modules: &[String]) -> Vec<BindingRow> {
        let mut wanted: FxHashSet<Target> =
            handles.iter().map(|&Handle(file, binding)| Target::Definition(file, binding)).collect();
        wanted.extend(modules.iter().filter_map(|path| self.module(path)).map(Target::Module));
        let mut rows: Vec<BindingRow> = self.bound(|_, _| true, &wanted);
        // Star imports and served names say nothing of the names that they bring.
        let mut names: Vec<String> = rows.iter().map(|row| row.name.clone()).collect();
        names.extend(handles.iter().map(|&Handle(file, binding)| self.qualname(file, binding)));
        names.sort_unstable();
        names.dedup();
        let served: Vec<BindingRow> =
            self.asked_files().into_par_iter().flat_map_iter(|id| self.served_rows(id, &names, &wanted)).collect();
        rows.extend(served);
        sort(&mut rows);
        rows
    }

    /// Module-level bindings of a name, whatever it reaches.
    pub fn bindings_named(&self, name: &str) -> Vec<BindingRow> {
        let mut rows = self.bound(|_, bound| bound == name, &FxHashSet::default());
        sort(&mut rows);
        rows
    }

    fn bound(&self, keep: impl Fn(FileId, &str) -> bool + Sync, wanted: &FxHashSet<Target>) -> Vec<BindingRow> {
        self.asked_files()
            .into_par_iter()
            .flat_map_iter(|id| {
                let mut rows = Vec::new();
                if let Some((facts, namespace)) = self.contents(id) {
                    for (name, bindings) in namespace.names_of(0) {
                        if keep(id, facts.name(name)) {
                            rows.extend(self.binding_row(id, facts, facts.name(name), bindings, wanted));
                        }
                    }
                }
                rows
            })
            .collect()
    }

    fn binding_row(
        &self,
        id: FileId,
        facts: &Facts,
        name: &str,
        bindings: Bindings,
        wanted: &FxHashSet<Target>,
    ) -> Option<BindingRow> {
        let ordered = candidates(facts, bindings);
        let &first = ordered.first()?;
        let binding = facts.bindings.get(first as usize)?;
        if !wanted.is_empty() && !is_link(binding) {
            return None;
        }
        let mut way = Way::default();
        // A replaced module offers what stands in its place, but binds its own names.
        let mut target = self.follow(id, first, &mut way);
        if !target.is_found() {
            way = Way::default();
            target = self.member(ModuleId::File(id), name, &mut way);
        }
        if !wanted.is_empty() && !wanted.contains(&target) {
            return None;
        }
        let kind = match &binding.kind {
            BindingKind::Import(_) => "import",
            BindingKind::Definition(_) => "definition",
            BindingKind::Assignment(Value::Chain(_) | Value::Either(_)) if target != Target::Definition(id, first) => {
                "alias"
            }
            BindingKind::Assignment(Value::Chain(chain)) if self.is_missing_alias(id, first, facts.name(*chain)) => {
                "other"
            }
            BindingKind::Assignment(_) => "assignment",
            _ => "other",
        };
        Some(BindingRow {
            site: self.site(id, facts, binding.span, binding.scope, binding.branch),
            name: name.to_owned(),
            kind,
            exported: facts.exports.iter().any(|step| exports(facts, step, name)),
            redundant: is_redundant(facts, binding, name),
            source: source(facts, binding),
            is_package: self.layout.is_init[id as usize],
            uses: uses(facts, name),
            is_placeholder: is_placeholder(facts, binding),
            alternatives: ordered[1..]
                .iter()
                .copied()
                // Also where the other arm is sure to bind the name at run time.
                .chain(bindings.iter().filter(|&index| is_for_typing(facts, index) && !ordered.contains(&index)))
                .filter_map(|index| match self.follow(id, index, &mut Way::default()) {
                    Target::Definition(file, binding) => Some(Handle(file, binding)),
                    _ => None,
                })
                .collect(),
            target: self.target_row(&target),
            chain: self.hops(&way.steps),
        })
    }

    /// Whether an alias is of a name that does not exist.
    fn is_missing_alias(&self, id: FileId, index: u32, chain: &str) -> bool {
        matches!(self.chain_before(id, index, chain, &mut Way::default()), Target::Missing(_))
    }

    fn served_rows(&self, id: FileId, names: &[String], wanted: &FxHashSet<Target>) -> Vec<BindingRow> {
        let Some((facts, namespace)) = self.contents(id) else { return Vec::new() };
        let served = &facts.served;
        let is_plain = namespace.stars.is_empty()
            && served.lazy.is_empty()
            && served.getattr.is_none()
            && served.replaced_by.is_none();
        if is_plain {
            return Vec::new();
        }
        let mut asked: FxHashSet<&str> = names.iter().map(String::as_str).collect();
        asked.extend(self.names_served_by(id));
        let mut rows = Vec::new();
        for name in asked {
            let mut way = Way::default();
            let target = self.member(ModuleId::File(id), name, &mut way);
            let Some(step) = way.steps.first().filter(|_| wanted.contains(&target)) else { continue };
            let kind = match step.kind {
                StepKind::Star => "star",
                StepKind::SameModule => "replaced",
                StepKind::Lazy => "lazy",
                // A binding of its own is there already.
                StepKind::Import | StepKind::Alias => continue,
            };
            rows.push(BindingRow {
                site: self.site(id, facts, step.span, 0, 0),
                name: name.to_owned(),
                kind,
                exported: facts.exports.iter().any(|export| exports(facts, export, name)),
                redundant: false,
                source: String::new(),
                is_package: self.layout.is_init[id as usize],
                uses: uses(facts, name),
                is_placeholder: false,
                alternatives: Vec::new(),
                target: self.target_row(&target),
                chain: self.hops(&way.steps),
            });
        }
        rows
    }

    /// Names that lazy tables and a module `__getattr__` spell out.
    pub(crate) fn names_served_by(&self, id: FileId) -> Vec<&str> {
        let Some((facts, namespace)) = self.contents(id) else { return Vec::new() };
        let served = &facts.served;
        let mut names: Vec<&str> = served.lazy.iter().map(|(key, ..)| facts.name(*key)).collect();
        names.extend(served.compared.iter().map(|(key, _)| facts.name(*key)));
        for table in &served.tables {
            for index in namespace.bindings(facts, 0, facts.name(*table)).iter() {
                if let Some(BindingKind::Assignment(Value::Table(rows))) =
                    facts.bindings.get(index as usize).map(|binding| &binding.kind)
                {
                    names.extend(rows.iter().map(|(key, _)| facts.name(*key)));
                }
            }
        }
        names
    }

    /// Handles of every binding of the definition's name in its scope: all that it was defined as.
    pub fn definition_handle(&self, module: &str, qualname: &str) -> Option<Handle> {
        self.definition(module, qualname).map(|(file, binding)| Handle(file, binding))
    }
}

fn sort(rows: &mut [BindingRow]) {
    rows.sort_by(|a, b| (&a.site.place, &a.name).cmp(&(&b.site.place, &b.name)));
}

fn is_link(binding: &Binding) -> bool {
    matches!(binding.kind, BindingKind::Import(_) | BindingKind::Assignment(Value::Chain(_) | Value::Either(_)))
}

fn exports(facts: &Facts, step: &pluribus_facts::Export, name: &str) -> bool {
    match step {
        pluribus_facts::Export::Set(all) | pluribus_facts::Export::Add(all) => {
            all.iter().any(|(each, _)| facts.name(*each) == name)
        }
        _ => false,
    }
}

fn is_redundant(facts: &Facts, binding: &Binding, name: &str) -> bool {
    match binding.kind {
        BindingKind::Import(import) => facts
            .imports
            .get(import as usize)
            .is_some_and(|import| import.name == import.asname && facts.name(import.asname) == name),
        _ => false,
    }
}

fn source(facts: &Facts, binding: &Binding) -> String {
    match binding.kind {
        BindingKind::Import(import) => {
            facts.imports.get(import as usize).map_or_else(String::new, |import| facts.name(import.name).to_owned())
        }
        _ => String::new(),
    }
}

/// Uses of a name in its own file, its binding not counted.
fn uses(facts: &Facts, name: &str) -> u32 {
    let is_root = |chain: &str| chain.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'));
    facts.references.iter().filter(|each| is_root(facts.name(each.chain))).count() as u32
}

fn is_placeholder(facts: &Facts, binding: &Binding) -> bool {
    match &binding.kind {
        BindingKind::Assignment(Value::None) | BindingKind::Declaration | BindingKind::Other => true,
        BindingKind::Definition(scope) => {
            facts.scopes.get(*scope as usize).is_some_and(|scope| scope.body == Body::Stub)
        }
        _ => false,
    }
}
