//! Dotted expressions inside a file, by Python's scoping.

use pluribus_facts::{BindingKind, ScopeId, ScopeKind};

use crate::codebase::Codebase;
use crate::layout::{FileId, ModuleId};
use crate::members::{NOT_READ, Way};
use crate::namespace::{Bindings, candidates};
use crate::target::Target;

/// Base classes followed at most.
const MAX_BASES: usize = 50;

impl Codebase {
    /// What a dotted expression in a scope reaches.
    pub(crate) fn chain(&self, file: FileId, scope: ScopeId, chain: &str, way: &mut Way) -> Target {
        self.walk_chain(file, scope, chain, way, true)
    }

    /// The same, of the names that the module binds itself, even when it is replaced by another.
    pub(crate) fn own_chain(&self, file: FileId, scope: ScopeId, chain: &str, way: &mut Way) -> Target {
        self.walk_chain(file, scope, chain, way, false)
    }

    /// What a dotted expression reaches where a binding stands: of several bindings of a name in a
    /// module, those before it are in force.
    pub(crate) fn chain_before(&self, file: FileId, index: u32, chain: &str, way: &mut Way) -> Target {
        let Some((facts, namespace)) = self.contents(file) else { return Target::Unknown(NOT_READ) };
        let scope = facts.bindings.get(index as usize).map_or(0, |binding| binding.scope);
        let (first, rest) = chain.split_once('.').unwrap_or((chain, ""));
        self.note(file, first);
        let earlier = namespace.bindings(facts, 0, first).before(index);
        if scope != 0 || earlier.is_empty() {
            let own = facts.bindings.get(index as usize).map_or("", |binding| facts.name(binding.name));
            return if own == chain { Target::External } else { self.chain(file, scope, chain, way) };
        }
        let mut target = Target::External;
        for candidate in candidates(facts, earlier) {
            let steps = way.steps.len();
            target = self.follow(file, candidate, way);
            if target.is_found() {
                break;
            }
            way.steps.truncate(steps);
        }
        rest.split('.').filter(|part| !part.is_empty()).fold(target, |at, part| self.attribute(at, part, way))
    }

    fn walk_chain(&self, file: FileId, scope: ScopeId, chain: &str, way: &mut Way, replaced: bool) -> Target {
        let mut parts = chain.split('.');
        let Some(first) = parts.next() else { return Target::External };
        if first.ends_with([')', ']', '^']) {
            return Target::Unknown("the result of an expression");
        }
        let mut at = self.name_in_scope(file, scope, first, way, replaced);
        for part in parts {
            at = self.attribute(at, part, way);
        }
        at
    }

    pub(crate) fn attribute(&self, of: Target, name: &str, way: &mut Way) -> Target {
        if name.ends_with([')', ']', '^']) {
            return Target::Unknown("the result of an expression");
        }
        match of {
            Target::Module(module) => self.member(module, name, way),
            Target::Definition(file, binding) => match self.class_member(file, binding, name) {
                Some((file, binding)) => Target::Definition(file, binding),
                None => Target::Unknown("an attribute of an object"),
            },
            other => other,
        }
    }

    fn name_in_scope(&self, file: FileId, scope: ScopeId, name: &str, way: &mut Way, replaced: bool) -> Target {
        let Some((facts, namespace)) = self.contents(file) else { return Target::Unknown(NOT_READ) };
        let home = self.home_of(file, scope, name);
        if home != 0 {
            let bindings = namespace.bindings(facts, home, name);
            let first = bindings.first().and_then(|index| facts.bindings.get(index as usize));
            return match first.map(|binding| &binding.kind) {
                Some(BindingKind::Parameter(_) | BindingKind::Other) => Target::Unknown("a local variable"),
                _ => self.first_found(file, bindings, way),
            };
        }
        if replaced {
            // A file sees its own names for type checkers, wherever it uses them.
            let outer = std::mem::replace(&mut way.is_typing, true);
            let target = self.member(ModuleId::File(file), name, way);
            way.is_typing = outer;
            target
        } else {
            self.note(file, name);
            self.first_found(file, namespace.bindings(facts, 0, name), way)
        }
    }

    /// The scope whose binding of a name is meant in a scope; that of the module where none is.
    pub(crate) fn home_of(&self, file: FileId, scope: ScopeId, name: &str) -> ScopeId {
        let Some((facts, namespace)) = self.contents(file) else { return 0 };
        let mut at = scope;
        let mut is_innermost = true;
        while at != 0 {
            let Some(found) = facts.scopes.get(at as usize) else { break };
            // Names of a class body are not seen from its methods.
            if found.kind != ScopeKind::Class || is_innermost {
                let bindings = namespace.bindings(facts, at, name);
                let mut found = bindings.iter().filter_map(|index| facts.bindings.get(index as usize));
                if found.any(|binding| matches!(binding.kind, BindingKind::Outer)) {
                    break;
                }
                if !bindings.is_empty() {
                    return at;
                }
            }
            if found.kind != ScopeKind::Expression {
                is_innermost = false;
            }
            at = found.parent;
        }
        0
    }

    /// Several bindings of one local name: the first that leads anywhere.
    fn first_found(&self, file: FileId, bindings: Bindings, way: &mut Way) -> Target {
        let mut last = Target::External;
        for index in bindings.iter() {
            let steps = way.steps.len();
            let target = self.follow(file, index, way);
            if target.is_found() {
                return target;
            }
            way.steps.truncate(steps);
            last = target;
        }
        last
    }

    /// A member of a class, looked for in the class and then in its bases, left to right.
    pub(crate) fn class_member(&self, file: FileId, binding: u32, name: &str) -> Option<(FileId, u32)> {
        let mut waiting = vec![(file, binding)];
        let mut seen = 0;
        while let Some((file, binding)) = waiting.pop() {
            seen += 1;
            if seen > MAX_BASES {
                return None;
            }
            let scope = self.class_scope(file, binding)?;
            let (facts, namespace) = self.contents(file)?;
            if let Some(found) = namespace.bindings(facts, scope, name).last() {
                return Some((file, found));
            }
            let mut bases = self.bases(file, scope);
            bases.reverse();
            waiting.extend(bases.into_iter().filter_map(|(_, target)| match target {
                Target::Definition(file, binding) if self.class_scope(file, binding).is_some() => Some((file, binding)),
                _ => None,
            }));
        }
        None
    }

    /// The scope of a definition that is a class.
    pub(crate) fn class_scope(&self, file: FileId, binding: u32) -> Option<ScopeId> {
        let facts = self.facts(file)?;
        match facts.bindings.get(binding as usize)?.kind {
            BindingKind::Definition(scope) if facts.scopes.get(scope as usize)?.kind == ScopeKind::Class => Some(scope),
            _ => None,
        }
    }

    /// The base classes of a class: as written, and what each reaches.
    pub(crate) fn bases(&self, file: FileId, class: ScopeId) -> Vec<(String, Target)> {
        let Some(facts) = self.facts(file) else { return Vec::new() };
        let Some(scope) = facts.scopes.get(class as usize) else { return Vec::new() };
        scope
            .bases
            .iter()
            .map(|&base| {
                let written = facts.name(base);
                // `Generic[T]` and `Base[int]` are what stands before the bracket.
                let plain = written.trim_end_matches("[]");
                (plain.to_owned(), self.chain(file, scope.parent, plain, &mut Way::default()))
            })
            .collect()
    }
}
