//! Calls of definitions, and other uses of them.

use std::collections::BTreeSet;

use pluribus_facts::{BindingKind, Call, Export, Facts, ReferenceKind, ScopeId, Sym, Value};
use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use super::handing::is_handed_out;
use super::receivers::expects_error;
use super::scope_name;
use crate::codebase::Codebase;
use crate::layout::{FileId, ModuleId};
use crate::members::Way;
use crate::objects::Known;
use crate::rows::{CallRow, Handle, InsideRow, ReferenceRow};
use crate::target::Target;

/// Names that may lead to what is wanted; all of them in a file with star imports.
struct Roots<'a> {
    names: FxHashSet<&'a str>,
    takes_all: bool,
}

impl Roots<'_> {
    fn lead(&self, chain: &str) -> bool {
        self.takes_all || self.names.contains(root_of(chain))
    }
}

/// How a use is called.
pub(crate) fn kind_of_use(kind: ReferenceKind) -> &'static str {
    match kind {
        ReferenceKind::Load => "load",
        ReferenceKind::Annotation => "annotation",
        ReferenceKind::Base => "base",
        ReferenceKind::TypeCheck => "type-check",
        ReferenceKind::Callee => "callee",
        ReferenceKind::Decorator => "decorator",
        ReferenceKind::Argument => "argument",
    }
}

/// The name that a dotted expression starts with.
pub(crate) fn root_of(chain: &str) -> &str {
    &chain[..chain.find(['.', '(', '[', '^']).unwrap_or(chain.len())]
}

/// What is called in `self.name` and `cls.name`.
fn kept_name(callee: &str) -> Option<&str> {
    let name = callee.strip_prefix("self.").or_else(|| callee.strip_prefix("cls."))?;
    (!name.contains(['.', '(', '[', '^'])).then_some(name)
}

/// The dotted expressions that an assignment may be an alias of.
fn links_of(value: &Value) -> Box<dyn Iterator<Item = u32> + '_> {
    match value {
        Value::Chain(chain) => Box::new(std::iter::once(*chain)),
        Value::Either(values) => Box::new(values.iter().flat_map(links_of)),
        _ => Box::new(std::iter::empty()),
    }
}

impl Codebase {
    /// Calls whose callee is one of these definitions.
    pub fn calls_of(&self, handles: &[Handle]) -> Vec<CallRow> {
        let wanted: FxHashSet<Handle> = handles.iter().copied().collect();
        let mut rows: Vec<CallRow> =
            self.asked_files().into_par_iter().flat_map_iter(|id| self.calls_in(id, &wanted)).collect();
        rows.sort_by(|a, b| a.site.place.cmp(&b.site.place));
        rows
    }

    fn calls_in(&self, id: FileId, wanted: &FxHashSet<Handle>) -> Vec<CallRow> {
        let Some(facts) = self.facts(id) else { return Vec::new() };
        let Some(roots) = self.roots_of_interest(id, facts, wanted) else { return Vec::new() };
        let mut known = FxHashMap::default();
        let mut rows = Vec::new();
        for call in &facts.calls {
            let callee = facts.name(call.callee);
            let is_kept = kept_name(callee).is_some_and(|name| roots.names.contains(name));
            if !is_kept && !roots.lead(callee) {
                continue;
            }
            let key = (call.scope, call.callee);
            let find = if is_kept { Self::kept_class } else { Self::handle_of };
            let target = *known.entry(key).or_insert_with(|| find(self, id, call.scope, callee, wanted));
            let Some(target) = target else { continue };
            rows.push(CallRow {
                site: self.site(id, facts, call.span, call.scope, 0),
                callee: facts.name(call.callee).to_owned(),
                target,
                positional: call.positional,
                has_star: call.has_star,
                keywords: call.keywords.iter().map(|&name| facts.name(name).to_owned()).collect(),
                has_double_star: call.has_double_star,
                awaited: call.awaited,
                dropped: call.dropped,
                expects_error: expects_error(facts, call),
                handed_out: self.handed_out(id, facts, call, target),
            });
        }
        rows
    }

    /// The function that hands out the object which a call of a class makes.
    fn handed_out(
        &self,
        id: FileId,
        facts: &Facts,
        call: &Call,
        Handle(file, binding): Handle,
    ) -> Option<(Handle, bool)> {
        self.class_scope(file, binding)?;
        let is_certain = is_handed_out(facts, call)?;
        self.binding_of_scope(id, call.scope).map(|function| (Handle(id, function), is_certain))
    }

    /// What a module lists in `__all__` itself, and what is called in it, as written.
    pub fn inside(&self, path: &str) -> Option<InsideRow> {
        let ModuleId::File(id) = self.module(path)? else { return None };
        let facts = self.facts(id)?;
        let listed = facts.exports.iter().flat_map(|step| match step {
            Export::Set(all) | Export::Add(all) => all.as_slice(),
            _ => &[],
        });
        let calls: FxHashSet<(ScopeId, Sym)> = facts.calls.iter().map(|call| (call.scope, call.callee)).collect();
        let named = calls.into_iter().map(|(scope, callee)| (scope_name(facts, scope), facts.name(callee).to_owned()));
        Some(InsideRow {
            listed: listed.map(|(name, _)| facts.name(*name).to_owned()).collect(),
            calls: named.collect::<BTreeSet<_>>().into_iter().collect(),
        })
    }

    /// The class that a class keeps as an attribute, and that its methods call by it.
    fn kept_class(&self, id: FileId, scope: u32, chain: &str, wanted: &FxHashSet<Handle>) -> Option<Handle> {
        match self.known(id, scope, chain)? {
            Known::Definition((file, binding)) => Some(Handle(file, binding)).filter(|found| wanted.contains(found)),
            _ => None,
        }
    }

    /// Whether a dotted expression in a file can reach one of these definitions.
    pub(crate) fn can_name(&self, id: FileId, wanted: &FxHashSet<Handle>) -> bool {
        let facts = self.facts(id);
        facts.is_some_and(|facts| self.roots_of_interest(id, facts, wanted).is_some())
    }

    /// The names of a file from which a dotted expression can reach what is wanted; none when there
    /// are none. Most files have few, and most expressions start elsewhere.
    fn roots_of_interest<'a>(&self, id: FileId, facts: &'a Facts, wanted: &FxHashSet<Handle>) -> Option<Roots<'a>> {
        let namespace = self.namespace(id)?;
        let mut names: FxHashSet<&str> = FxHashSet::default();
        for (index, target) in self.bound_by_imports(id, facts) {
            let leads = match *target {
                Target::Definition(file, binding) => wanted.contains(&Handle(file, binding)),
                Target::Module(_) => true,
                _ => false,
            };
            if leads && let Some(binding) = facts.bindings.get(*index as usize) {
                names.insert(facts.name(binding.name));
            }
        }
        let own = wanted.iter().filter(|handle| handle.0 == id);
        names.extend(own.filter_map(|handle| Some(facts.name(facts.bindings.get(handle.1 as usize)?.name))));
        let mut before = usize::MAX;
        while before != names.len() {
            before = names.len();
            for binding in &facts.bindings {
                if let BindingKind::Assignment(value) = &binding.kind
                    && links_of(value).any(|chain| names.contains(root_of(facts.name(chain))))
                {
                    names.insert(facts.name(binding.name));
                }
            }
        }
        let roots = Roots { names, takes_all: !namespace.stars.is_empty() };
        (roots.takes_all || !roots.names.is_empty()).then_some(roots)
    }

    /// What the names that a file imports reach, by the index of their binding; found once, for many
    /// ask.
    fn bound_by_imports(&self, id: FileId, facts: &Facts) -> &[(u32, Target)] {
        self.file(id).bound_by_imports.get_or_init(|| {
            let bindings = facts.bindings.iter().zip(0..);
            let imported = bindings.filter(|(binding, _)| matches!(binding.kind, BindingKind::Import(_)));
            imported.map(|(_, index)| (index, self.follow(id, index, &mut Way::default()))).collect()
        })
    }

    fn handle_of(&self, id: FileId, scope: u32, chain: &str, wanted: &FxHashSet<Handle>) -> Option<Handle> {
        match self.chain(id, scope, chain, &mut Way::default()) {
            Target::Definition(file, binding) => Some(Handle(file, binding)).filter(|found| wanted.contains(found)),
            _ => None,
        }
    }

    /// Uses of these definitions by name, calls included.
    pub fn references_of(&self, handles: &[Handle]) -> Vec<ReferenceRow> {
        let wanted: FxHashSet<Handle> = handles.iter().copied().collect();
        let mut rows: Vec<ReferenceRow> =
            self.asked_files().into_par_iter().flat_map_iter(|id| self.references_in(id, &wanted)).collect();
        rows.sort_by(|a, b| a.site.place.cmp(&b.site.place));
        rows
    }

    fn references_in(&self, id: FileId, wanted: &FxHashSet<Handle>) -> Vec<ReferenceRow> {
        let Some(facts) = self.facts(id) else { return Vec::new() };
        let Some(roots) = self.roots_of_interest(id, facts, wanted) else { return Vec::new() };
        let mut known = FxHashMap::default();
        let mut rows = Vec::new();
        for reference in facts.references.iter().filter(|each| roots.lead(facts.name(each.chain))) {
            let target = *known
                .entry((reference.scope, reference.chain))
                .or_insert_with(|| self.longest_prefix(id, reference.scope, facts.name(reference.chain), wanted));
            let Some(target) = target else { continue };
            rows.push(ReferenceRow {
                site: self.site(id, facts, reference.span, reference.scope, 0),
                chain: facts.name(reference.chain).to_owned(),
                kind: kind_of_use(reference.kind),
                target,
            });
        }
        rows
    }

    /// `Owner.method` is a use of `Owner`.
    fn longest_prefix(&self, id: FileId, scope: u32, chain: &str, wanted: &FxHashSet<Handle>) -> Option<Handle> {
        let ends = chain.match_indices('.').map(|(at, _)| at).chain([chain.len()]);
        ends.filter_map(|end| chain.get(..end)).find_map(|prefix| self.handle_of(id, scope, prefix, wanted))
    }
}
