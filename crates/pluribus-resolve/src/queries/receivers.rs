//! Calls on objects that are known to be of a class.

use std::collections::BTreeSet;

use pluribus_facts::{Binding, BindingKind, Call, Facts, Scope, ScopeId, ScopeKind, Value};
use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use super::classes::{outermost, scopes_in};
use crate::codebase::Codebase;
use crate::layout::FileId;
use crate::objects::{Definition, Known, has_decorator};
use crate::rows::{Handle, MethodCallRow, TargetRow};

/// Bases that bring no attributes of their own.
const PLAIN_BASES: [&str; 8] =
    ["object", "ABC", "abc.ABC", "Generic", "typing.Generic", "Protocol", "typing.Protocol", "NamedTuple"];

/// The class of an object, whether it can be nothing else, and whether it is of no class below.
type Receiver = (Definition, bool, bool);

/// Where a name is bound.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Seen {
    Scope(ScopeId),
    /// It is `self` in the methods of this class.
    Self_(ScopeId),
}

/// Names by which a file may come to an object without naming where it is from.
#[derive(Default)]
struct Hints {
    fixtures: FxHashSet<String>,
    classes: FxHashSet<String>,
}

/// What a file that names what makes the objects hints at.
fn hints_of(facts: &Facts) -> Hints {
    let mut hints = Hints::default();
    for scope in &facts.scopes {
        match scope.kind {
            ScopeKind::Function if has_decorator(facts, scope, "fixture") => {
                hints.fixtures.insert(facts.name(scope.name).to_owned());
            }
            ScopeKind::Class => {
                hints.classes.insert(facts.name(scope.name).to_owned());
            }
            _ => {}
        }
    }
    hints
}

impl Codebase {
    /// All of a file by which it is chosen to be looked through for such calls, or, where it names
    /// what makes the objects, by which others are.
    pub(crate) fn holding_traits(&self, id: FileId, makers: &[Handle]) -> (bool, BTreeSet<String>) {
        let Some(facts) = self.facts(id) else { return (false, BTreeSet::new()) };
        let makers: FxHashSet<Handle> = makers.iter().copied().collect();
        if self.can_name(id, &makers) {
            let Hints { fixtures, classes } = hints_of(facts);
            let classes = classes.iter().map(|name| format!("class {name}"));
            return (true, fixtures.into_iter().chain(classes).collect());
        }
        let names = |scope: &Scope| {
            let parameters = scope.parameters.iter().map(|each| each.name);
            parameters.chain(scope.bases.iter().copied()).map(|name| facts.name(name).to_owned()).collect::<Vec<_>>()
        };
        (false, facts.scopes.iter().flat_map(names).collect())
    }

    /// Calls of methods on objects of these classes, or of classes below them that leave the method
    /// as it is; `makers` are functions that return such objects.
    pub fn method_calls(&self, classes: &[Handle], makers: &[Handle]) -> Vec<MethodCallRow> {
        let wanted: FxHashSet<Definition> = classes.iter().map(|&Handle(file, binding)| (file, binding)).collect();
        let makers: FxHashSet<Handle> = classes.iter().chain(makers).copied().collect();
        // Of one file alone it is known already that it is to be looked at.
        let named: Vec<bool> = match self.only {
            Some(_) => Vec::new(),
            None => (0..self.files.len() as FileId).into_par_iter().map(|id| self.can_name(id, &makers)).collect(),
        };
        let hints = self.only.is_none().then(|| self.hints(&named));
        let mut rows: Vec<MethodCallRow> = self
            .asked_files()
            .into_par_iter()
            .filter(|&id| hints.as_ref().is_none_or(|hints| named[id as usize] || self.can_hold(id, hints)))
            .flat_map_iter(|id| self.method_calls_in(id, &wanted))
            .collect();
        rows.sort_by(|a, b| a.site.place.cmp(&b.site.place));
        rows
    }

    /// What brings such objects to a file that names neither their class nor their makers: fixtures
    /// that give them, and base classes that hold them.
    fn hints(&self, named: &[bool]) -> Hints {
        let all: Vec<Hints> = (0..self.files.len() as FileId)
            .into_par_iter()
            .filter(|&id| named[id as usize])
            .filter_map(|id| self.facts(id).map(hints_of))
            .collect();
        all.into_iter().fold(Hints::default(), |mut all, each| {
            all.fixtures.extend(each.fixtures);
            all.classes.extend(each.classes);
            all
        })
    }

    fn can_hold(&self, id: FileId, hints: &Hints) -> bool {
        let Some(facts) = self.facts(id) else { return false };
        let is_hint = |scope: &Scope| match scope.kind {
            ScopeKind::Function => scope.parameters.iter().any(|each| hints.fixtures.contains(facts.name(each.name))),
            ScopeKind::Class => scope.bases.iter().any(|&base| {
                let spelled = facts.name(base);
                hints.classes.contains(spelled.rsplit('.').next().unwrap_or(spelled))
            }),
            _ => false,
        };
        facts.scopes.iter().any(is_hint)
    }

    fn method_calls_in(&self, id: FileId, wanted: &FxHashSet<Definition>) -> Vec<MethodCallRow> {
        let Some(facts) = self.facts(id) else { return Vec::new() };
        let mut receivers: FxHashMap<(Seen, &str), Option<Receiver>> = FxHashMap::default();
        let mut rows = Vec::new();
        for (number, call) in facts.calls.iter().enumerate() {
            let Some((receiver, method)) = facts.name(call.callee).rsplit_once('.') else { continue };
            if method.ends_with([')', ']', '^']) {
                continue;
            }
            let first = receiver.split(['.', '(', '[', '^']).next().unwrap_or(receiver);
            let seen = self.seen_from(id, facts, call.scope, first);
            let known =
                *receivers.entry((seen, receiver)).or_insert_with(|| match self.known(id, call.scope, receiver) {
                    Some(Known::Object { class, certain, exact }) => {
                        self.wanted_class(class, wanted).map(|_| (class, certain, exact))
                    }
                    _ => None,
                });
            let Some(known) = known else { continue };
            if self.is_given_else(id, facts, call, first) {
                continue;
            }
            let row = self.method_call(id, facts, call, known, method, wanted);
            rows.extend(row.map(|row| MethodCallRow { arguments: self.words_handed(id, facts, number), ..row }));
        }
        rows
    }

    /// Whether what a variable of the calling function was given last before the call is unknown,
    /// whichever way the function took. An annotation says what it is all the same.
    fn is_given_else(&self, id: FileId, facts: &Facts, call: &Call, name: &str) -> bool {
        let is_function = facts.scopes.get(call.scope as usize).is_some_and(|scope| scope.kind == ScopeKind::Function);
        let Some(namespace) = self.namespace(id).filter(|_| is_function) else { return false };
        let all: Vec<(u32, &Binding)> = namespace
            .bindings(facts, call.scope, name)
            .iter()
            .filter_map(|index| Some((index, facts.bindings.get(index as usize)?)))
            .collect();
        if all.len() < 2 || all.iter().any(|(_, each)| each.annotation != 0) {
            return false;
        }
        let (before, after): (Vec<_>, Vec<_>) = all.into_iter().partition(|(_, each)| each.span.line < call.span.line);
        // The next turn of a loop begins with what the last one left.
        let may_come_back = after.iter().any(|(_, each)| each.branch != 0);
        let last = before.into_iter().max_by_key(|(_, each)| each.span.start);
        last.filter(|(_, each)| !may_come_back && each.branch == 0 && matches!(each.kind, BindingKind::Assignment(_)))
            .is_some_and(|(index, _)| self.is_unknown_from(id, index))
    }

    /// Where a name is bound, seen from a scope: expressions that start with it stand for the same in
    /// every scope that sees it there.
    fn seen_from(&self, id: FileId, facts: &Facts, scope: ScopeId, name: &str) -> Seen {
        let Some(namespace) = self.namespace(id) else { return Seen::Scope(scope) };
        let mut at = scope;
        while let Some(found) = facts.scopes.get(at as usize).filter(|_| at != 0) {
            if let Some(index) = namespace.bindings(facts, at, name).first() {
                let is_first = matches!(
                    facts.bindings.get(index as usize).map(|binding| &binding.kind),
                    Some(BindingKind::Parameter(0))
                );
                let is_plain = is_first && name == "self" && found.decorators.is_empty();
                let class = facts.scopes.get(found.parent as usize).map(|parent| parent.kind);
                return if is_plain && class == Some(ScopeKind::Class) {
                    Seen::Self_(found.parent)
                } else {
                    Seen::Scope(at)
                };
            }
            at = found.parent;
        }
        Seen::Scope(0)
    }

    fn method_call(
        &self,
        id: FileId,
        facts: &Facts,
        call: &Call,
        (class, certain, exact): Receiver,
        method: &str,
        wanted: &FxHashSet<Definition>,
    ) -> Option<MethodCallRow> {
        let owner = self.wanted_class(class, wanted)?;
        let found = self.class_member(class.0, class.1, method);
        if found.is_none() && method.starts_with("__") && method.ends_with("__") {
            // Every object has more of these than its class defines.
            return None;
        }
        if class != owner && found != self.class_member(owner.0, owner.1, method) {
            // The subclass has its own: that is its affair.
            return None;
        }
        Some(MethodCallRow {
            site: self.site(id, facts, call.span, call.scope, 0),
            callee: facts.name(call.callee).to_owned(),
            method: method.to_owned(),
            class: Handle(owner.0, owner.1),
            target: found.map(|(file, binding)| Handle(file, binding)),
            is_certain: certain,
            is_exact: exact,
            is_guarded: is_guarded(facts, call, method) || (found.is_none() && self.may_have(class, method)),
            expects_error: expects_error(facts, call),
            positional: call.positional,
            has_star: call.has_star,
            keywords: call.keywords.iter().map(|&name| facts.name(name).to_owned()).collect(),
            has_double_star: call.has_double_star,
            awaited: call.awaited,
            dropped: call.dropped,
            arguments: Vec::new(),
        })
    }

    /// Whether an object may have an attribute that its class and those above it do not define.
    fn may_have(&self, class: Definition, name: &str) -> bool {
        let target = format!("self.{name}");
        let above = self.ancestors(class.0, class.1);
        let is_known = |row: &TargetRow| row.handle.is_some() || PLAIN_BASES.contains(&row.name.as_str());
        if !above.iter().all(is_known) {
            return true;
        }
        let bases = above.iter().filter_map(|row| row.handle).map(|Handle(file, binding)| (file, binding));
        std::iter::once(class).chain(bases).any(|(file, binding)| {
            let (Some(facts), Some(scope)) = (self.facts(file), self.class_scope(file, binding)) else { return true };
            let inside = scopes_in(facts, scope);
            let serves = |name: &str| self.class_member(file, binding, name).is_some();
            let is_decorated = facts.scopes.get(scope as usize).is_some_and(|scope| !scope.decorators.is_empty());
            serves("__getattr__")
                || serves("__getattribute__")
                || is_decorated
                || facts.stores.iter().any(|each| inside.contains(&each.scope) && facts.name(each.target) == target)
                || facts.calls.iter().any(|call| {
                    let callee = facts.name(call.callee);
                    inside.contains(&call.scope) && (callee == "setattr" || callee.contains("__dict__"))
                })
        })
    }

    /// The class itself when it is wanted, or the nearest wanted one above it.
    fn wanted_class(&self, class: Definition, wanted: &FxHashSet<Definition>) -> Option<Definition> {
        if wanted.contains(&class) {
            return Some(class);
        }
        let above = self.ancestors(class.0, class.1);
        above
            .into_iter()
            .filter_map(|row| row.handle)
            .map(|Handle(file, binding)| (file, binding))
            .find(|each| wanted.contains(each))
    }
}

/// Whether the file itself stores something under the name that is called, as for a mock, or names it
/// in a string near by, as for `hasattr` and `patch.object`.
fn is_guarded(facts: &Facts, call: &Call, method: &str) -> bool {
    let outermost_scope = outermost(facts, call.scope);
    let mut put = facts.stores.iter().filter(|store| store.target == call.callee);
    let is_put_there = put.any(|store| {
        let is_around = outermost(facts, store.scope) == outermost_scope;
        is_around && (!is_made_here(facts, call) || shares_function(facts, store.scope, call.scope))
    });
    let around = facts.scopes.get(outermost_scope as usize);
    is_put_there || around.is_some_and(|scope| scope.words.iter().any(|&word| facts.name(word) == method))
}

/// Whether the function around a call makes the object that it is on, by the name of its class, so
/// that no other function has put anything into it.
fn is_made_here(facts: &Facts, call: &Call) -> bool {
    let Some((receiver, _)) = facts.name(call.callee).rsplit_once('.') else { return false };
    let around = functions_around(facts, call.scope);
    let own = facts.bindings.iter().filter(|binding| around.contains(&binding.scope));
    let mut bound = own.filter(|binding| facts.name(binding.name) == receiver).peekable();
    bound.peek().is_some()
        && bound.all(|binding| match binding.kind {
            BindingKind::Assignment(Value::Call(callee)) => {
                let class = facts.name(callee).rsplit('.').next().unwrap_or_default();
                class.trim_start_matches('_').starts_with(char::is_uppercase)
            }
            _ => false,
        })
}

fn shares_function(facts: &Facts, one: ScopeId, other: ScopeId) -> bool {
    let (one, other) = (functions_around(facts, one), functions_around(facts, other));
    one.last().is_some() && one.last() == other.last()
}

/// The functions around a scope up to the class or module that they stand in, the innermost first.
fn functions_around(facts: &Facts, scope: ScopeId) -> Vec<ScopeId> {
    let mut around = Vec::new();
    let mut at = scope;
    while let Some(found) = facts.scopes.get(at as usize) {
        match found.kind {
            ScopeKind::Function => around.push(at),
            ScopeKind::Expression => {}
            ScopeKind::Class | ScopeKind::Module => break,
        }
        at = found.parent;
    }
    around
}

/// So far below `pytest.raises(...)` its block may reach.
const RAISING_LINES: u32 = 12;

pub(super) fn expects_error(facts: &Facts, call: &Call) -> bool {
    let raising = facts.calls.iter().filter(|other| {
        let callee = facts.name(other.callee);
        other.scope == call.scope
            && matches!(callee.rsplit('.').next(), Some("raises" | "assertRaises" | "assertRaisesRegex"))
    });
    raising.into_iter().any(|other| (other.span.line..=other.span.line + RAISING_LINES).contains(&call.span.line))
}
