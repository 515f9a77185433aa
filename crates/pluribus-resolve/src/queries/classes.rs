//! Definitions in full: signatures, members, bases and collaborators.

use pluribus_facts::{BindingKind, Body, Facts, ParameterKind, Scope, ScopeId, ScopeKind, Value};
use rayon::prelude::*;
use rustc_hash::FxHashSet;
use std::collections::BTreeSet;

use super::imports::glob_set;
use super::scope_name;
use crate::codebase::Codebase;
use crate::effort::with_effort;
use crate::layout::FileId;
use crate::members::Way;
use crate::objects::Known;
use crate::rows::{BaseRow, ClassRow, DefinitionRow, Handle, ParameterRow, TargetRow};
use crate::target::Target;

impl Codebase {
    /// Classes that match a glob, or define at least `least` of `methods` themselves.
    pub fn classes_like(&self, globs: &[String], methods: &[String], least: usize) -> Vec<ClassRow> {
        let globs = glob_set(globs);
        let methods: FxHashSet<&str> = methods.iter().map(String::as_str).collect();
        let mut rows: Vec<ClassRow> = self
            .asked_files()
            .into_par_iter()
            .flat_map_iter(|id| {
                let found = self.candidate_classes(id, |facts, scope| {
                    let name = facts.scopes.get(scope as usize).map_or("", |scope| facts.name(scope.name));
                    globs.is_match(name) || {
                        let namespace = self.namespace(id);
                        let names: BTreeSet<&str> = namespace
                            .into_iter()
                            .flat_map(|namespace| namespace.names_of(scope))
                            .map(|(name, _)| facts.name(name))
                            .filter(|name| methods.contains(name))
                            .collect();
                        least > 0 && names.len() >= least
                    }
                });
                found.into_iter().filter_map(move |binding| self.class_row(id, binding))
            })
            .collect();
        rows.sort_by(|a, b| a.definition.site.place.cmp(&b.definition.site.place));
        rows
    }

    /// Classes that keep an object of one of these classes, or made by one of these functions, on
    /// `self`.
    pub fn classes_holding(&self, handles: &[Handle]) -> Vec<ClassRow> {
        let wanted: FxHashSet<Handle> = handles.iter().copied().collect();
        let mut rows: Vec<ClassRow> = self
            .asked_files()
            .into_par_iter()
            .filter(|&id| self.can_name(id, &wanted))
            .flat_map_iter(|id| {
                let found = self.candidate_classes(id, |facts, class| {
                    let stores = self.stores(id, facts, &scopes_in(facts, class));
                    stores.iter().any(|(_, target, is_instance)| {
                        *is_instance && target.handle.is_some_and(|handle| wanted.contains(&handle))
                    })
                });
                found.into_iter().filter_map(move |binding| self.class_row(id, binding))
            })
            .collect();
        rows.sort_by(|a, b| a.definition.site.place.cmp(&b.definition.site.place));
        rows
    }

    fn candidate_classes(&self, id: FileId, keep: impl Fn(&Facts, ScopeId) -> bool) -> Vec<u32> {
        let Some(facts) = self.facts(id) else { return Vec::new() };
        facts
            .bindings
            .iter()
            .enumerate()
            .filter(|(_, binding)| match binding.kind {
                BindingKind::Definition(scope) => {
                    let is_class = facts.scopes.get(scope as usize).is_some_and(|scope| scope.kind == ScopeKind::Class);
                    is_class && keep(facts, scope)
                }
                _ => false,
            })
            .map(|(index, _)| index as u32)
            .collect()
    }

    /// Module-level functions of one of these names, or whose name matches a glob.
    pub fn functions_named(&self, names: &[String], globs: &[String]) -> Vec<DefinitionRow> {
        let globs = glob_set(globs);
        let mut rows: Vec<DefinitionRow> = self
            .asked_files()
            .into_par_iter()
            .flat_map_iter(|id| {
                let facts = self.facts(id);
                let count = facts.map_or(0, |facts| facts.bindings.len());
                let wanted = |index: &u32| {
                    facts.and_then(|facts| Some((facts, facts.bindings.get(*index as usize)?))).is_some_and(
                        |(facts, binding)| {
                            let name = facts.name(binding.name);
                            binding.scope == 0
                                && self.definition_kind(id, *index) == Some(ScopeKind::Function)
                                && (names.iter().any(|each| each == name) || globs.is_match(name))
                        },
                    )
                };
                (0..count as u32).filter(wanted).filter_map(|index| self.definition_row(id, index)).collect::<Vec<_>>()
            })
            .collect();
        rows.sort_by(|a, b| a.site.place.cmp(&b.site.place));
        rows
    }

    pub fn class(&self, Handle(file, binding): Handle) -> Option<ClassRow> {
        self.class_row(file, binding)
    }

    /// Those of these definitions that are classes, in full.
    pub fn classes_at(&self, handles: &[Handle]) -> Vec<ClassRow> {
        handles.par_iter().filter_map(|&Handle(file, binding)| self.class_row(file, binding)).collect()
    }

    pub fn define(&self, Handle(file, binding): Handle) -> Option<DefinitionRow> {
        self.definition_row(file, binding)
    }

    pub(crate) fn definition_row(&self, id: FileId, index: u32) -> Option<DefinitionRow> {
        let facts = self.facts(id)?;
        let binding = facts.bindings.get(index as usize)?;
        let scope = match binding.kind {
            BindingKind::Definition(scope) => facts.scopes.get(scope as usize),
            _ => None,
        };
        let kind = match scope.map(|scope| scope.kind) {
            Some(ScopeKind::Class) => "class",
            Some(_) => "function",
            None => "variable",
        };
        let (body, forwards_to) = match scope.map(|scope| scope.body) {
            Some(Body::Stub) => ("stub", ""),
            Some(Body::Forward(callee)) => ("forward", facts.name(callee)),
            _ => ("other", ""),
        };
        let scope_id = match binding.kind {
            BindingKind::Definition(scope) => scope,
            _ => 0,
        };
        let bases = if kind == "class" { self.bases(id, scope_id) } else { Vec::new() };
        let texts = |all: &[u32]| all.iter().map(|&sym| facts.name(sym).to_owned()).collect::<Vec<_>>();
        Some(DefinitionRow {
            handle: Handle(id, index),
            site: self.site(id, facts, binding.span, binding.scope, binding.branch),
            qualname: self.qualname(id, index),
            kind,
            is_async: scope.is_some_and(|scope| scope.is_async),
            is_generator: scope.is_some_and(|scope| scope.is_generator),
            gives: scope.map_or("unknown", |scope| self.gives(id, index, scope)),
            parameters: scope.map_or_else(Vec::new, |scope| parameter_rows(facts, scope)),
            returns: scope.map_or_else(String::new, |scope| facts.name(scope.returns).to_owned()),
            decorators: scope.map_or_else(Vec::new, |scope| texts(&scope.decorators)),
            bases: bases
                .into_iter()
                .map(|(written, target)| BaseRow { written, target: self.target_row(&target) })
                .collect(),
            body,
            forwards_to: forwards_to.to_owned(),
        })
    }

    fn gives(&self, id: FileId, index: u32, scope: &Scope) -> &'static str {
        if scope.kind != ScopeKind::Function || scope.body == Body::Stub {
            return "unknown";
        }
        if scope.is_async || scope.is_generator {
            return if scope.is_async && !scope.is_generator { "coroutine" } else { "plain" };
        }
        let is_plain = |value: &Value| {
            matches!(
                value,
                Value::None | Value::Literal | Value::Str(_) | Value::Strings(..) | Value::Table(_) | Value::Mutable
            )
        };
        let leaves_it =
            |name: &str| matches!(name.rsplit('.').next(), Some("staticmethod" | "classmethod" | "override" | "final"));
        let is_as_written = self
            .facts(id)
            .is_some_and(|facts| scope.decorators.iter().all(|&decorator| leaves_it(facts.name(decorator))));
        if is_as_written && scope.returned.iter().all(is_plain) {
            return "plain";
        }
        match with_effort(|effort| self.called(&Known::Definition((id, index)), effort)) {
            Some(Known::Coroutine(_)) => "coroutine",
            Some(Known::Object { class, certain: true, .. })
                if self.class_member(class.0, class.1, "__await__").is_none() =>
            {
                let above = self.ancestors(class.0, class.1);
                if above.iter().all(|row| row.handle.is_some()) { "plain" } else { "unknown" }
            }
            _ => "unknown",
        }
    }

    fn class_row(&self, id: FileId, binding: u32) -> Option<ClassRow> {
        let facts = self.facts(id)?;
        let namespace = self.namespace(id)?;
        let class = self.class_scope(id, binding)?;
        let mut methods = Vec::new();
        let mut attributes = Vec::new();
        for (name, bindings) in namespace.names_of(class) {
            let Some(last) = bindings.last() else { continue };
            match self.definition_kind(id, last) {
                Some(ScopeKind::Function) => methods.extend(self.definition_row(id, last)),
                _ => attributes.push(facts.name(name).to_owned()),
            }
        }
        methods.sort_by_key(|method| method.site.place.start);
        attributes.sort_unstable();
        let inside = scopes_in(facts, class);
        let outermost = outermost(facts, class);
        let words = facts.scopes.get(outermost as usize).map_or(&[][..], |scope| &scope.words);
        Some(ClassRow {
            definition: self.definition_row(id, binding)?,
            methods,
            attributes,
            stores: self.stores(id, facts, &inside),
            ancestors: self.ancestors(id, binding),
            collaborators: self.collaborators(id, facts, &inside, class),
            words: words.iter().map(|&sym| facts.name(sym).to_owned()).collect(),
        })
    }

    fn stores(&self, id: FileId, facts: &Facts, inside: &FxHashSet<ScopeId>) -> Vec<(String, TargetRow, bool)> {
        let mut rows: Vec<(String, TargetRow, bool)> = facts
            .stores
            .iter()
            .filter(|store| inside.contains(&store.scope))
            .filter_map(|store| {
                let name = facts.name(store.target).strip_prefix("self.")?;
                let (chain, is_call) = match &store.value {
                    Value::Chain(chain) => (*chain, false),
                    Value::Call(chain) | Value::Awaited(chain) => (*chain, true),
                    Value::Either(values) => values.iter().find_map(|value| match value {
                        Value::Call(chain) | Value::Awaited(chain) => Some((*chain, true)),
                        Value::Chain(chain) => Some((*chain, false)),
                        _ => None,
                    })?,
                    _ => return None,
                };
                let mut target = self.chain(id, store.scope, facts.name(chain), &mut Way::default());
                let mut is_call = is_call;
                if !target.is_found() {
                    // A parameter with an annotation is as good as a call of its class.
                    if let Some(annotated) = self.annotated(id, facts, store.scope, facts.name(chain)) {
                        (target, is_call) = (annotated, true);
                    }
                }
                Some((name.to_owned(), self.target_row(&target), is_call))
            })
            .collect();
        rows.sort_by(|a, b| (&a.0, &a.1.name).cmp(&(&b.0, &b.1.name)));
        rows.dedup_by(|a, b| a.0 == b.0 && a.1 == b.1);
        rows
    }

    fn annotated(&self, id: FileId, facts: &Facts, scope: ScopeId, name: &str) -> Option<Target> {
        let namespace = self.namespace(id)?;
        let binding = namespace.bindings(facts, scope, name).first()?;
        let annotation = facts.name(facts.bindings.get(binding as usize)?.annotation);
        annotation
            .split(|c: char| !(c.is_alphanumeric() || c == '_' || c == '.'))
            .filter(|part| !part.is_empty() && !matches!(*part, "None" | "Optional" | "Union" | "typing"))
            .map(|part| self.chain(id, scope, part, &mut Way::default()))
            .find(|target| matches!(target, Target::Definition(..)))
    }

    fn collaborators(&self, id: FileId, facts: &Facts, inside: &FxHashSet<ScopeId>, class: ScopeId) -> Vec<String> {
        let mut found = BTreeSet::new();
        let calls =
            facts.calls.iter().filter(|call| inside.contains(&call.scope)).map(|call| (call.scope, call.callee));
        let seen: FxHashSet<(ScopeId, u32)> = calls.collect();
        for (scope, callee) in seen {
            if let Target::Definition(file, binding) = self.chain(id, scope, facts.name(callee), &mut Way::default())
                && facts.bindings.get(binding as usize).is_some_and(|found| file != id || found.scope == 0)
            {
                found.insert(format!("{}:{}", self.file(file).module, self.qualname(file, binding)));
            }
        }
        found.remove(&format!("{}:{}", self.file(id).module, scope_name(facts, class)));
        found.into_iter().collect()
    }

    /// Every class above a class, nearest first; what cannot be followed is named all the same.
    pub(crate) fn ancestors(&self, id: FileId, binding: u32) -> Vec<TargetRow> {
        let mut waiting = std::collections::VecDeque::from([(id, binding)]);
        let mut seen: FxHashSet<(FileId, u32)> = std::iter::once((id, binding)).collect();
        let mut rows = Vec::new();
        while let Some((file, binding)) = waiting.pop_front() {
            let Some(scope) = self.class_scope(file, binding) else { continue };
            for (written, target) in self.bases(file, scope) {
                let mut row = self.target_row(&target);
                if let Target::Definition(file, binding) = target {
                    if seen.insert((file, binding)) {
                        waiting.push_back((file, binding));
                        rows.push(row);
                    }
                } else {
                    row.name = written;
                    rows.push(row);
                }
            }
            if rows.len() > 100 {
                break;
            }
        }
        rows
    }
}

pub(crate) fn parameter_rows(facts: &Facts, scope: &Scope) -> Vec<ParameterRow> {
    scope
        .parameters
        .iter()
        .map(|parameter| ParameterRow {
            name: facts.name(parameter.name).to_owned(),
            kind: match parameter.kind {
                ParameterKind::PositionalOnly => "positional-only",
                ParameterKind::Positional => "positional",
                ParameterKind::VarPositional => "var-positional",
                ParameterKind::KeywordOnly => "keyword-only",
                ParameterKind::VarKeyword => "var-keyword",
            },
            annotation: facts.name(parameter.annotation).to_owned(),
            default: facts.name(parameter.default).to_owned(),
        })
        .collect()
}

/// A scope and all inside it.
pub(crate) fn scopes_in(facts: &Facts, scope: ScopeId) -> FxHashSet<ScopeId> {
    let mut inside: FxHashSet<ScopeId> = std::iter::once(scope).collect();
    // Scopes are numbered in the order in which they open: a parent before what it holds.
    for (index, each) in facts.scopes.iter().enumerate().skip(scope as usize + 1) {
        if inside.contains(&each.parent) {
            inside.insert(index as ScopeId);
        }
    }
    inside
}

/// The class or function of the module in which a scope lies; 0 in none.
pub(super) fn outermost(facts: &Facts, scope: ScopeId) -> ScopeId {
    let mut at = scope;
    while let Some(found) = facts.scopes.get(at as usize) {
        if found.parent == 0 {
            return at;
        }
        at = found.parent;
    }
    at
}
