//! Calls on objects that are known to be of a class.

use pluribus_facts::{Call, Facts, Scope, ScopeId, ScopeKind};
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

/// Names by which a file may come to an object without naming where it is from.
#[derive(Default)]
struct Hints {
    fixtures: FxHashSet<String>,
    classes: FxHashSet<String>,
}

impl Codebase {
    /// Calls of methods on objects of these classes, or of classes below them that leave the method
    /// as it is; `makers` are functions that return such objects.
    pub fn method_calls(&self, classes: &[Handle], makers: &[Handle]) -> Vec<MethodCallRow> {
        let wanted: FxHashSet<Definition> = classes.iter().map(|&Handle(file, binding)| (file, binding)).collect();
        let makers: FxHashSet<Handle> = classes.iter().chain(makers).copied().collect();
        let hints = self.hints(&makers);
        let mut rows: Vec<MethodCallRow> = self
            .asked_files()
            .into_par_iter()
            .filter(|&id| self.can_hold(id, &makers, &hints))
            .flat_map_iter(|id| self.method_calls_in(id, &wanted))
            .collect();
        rows.sort_by(|a, b| a.site.place.cmp(&b.site.place));
        rows
    }

    /// What brings such objects to a file that names neither their class nor their makers: fixtures
    /// that give them, and base classes that hold them.
    fn hints(&self, makers: &FxHashSet<Handle>) -> Hints {
        let all: Vec<Hints> = (0..self.files.len() as FileId)
            .into_par_iter()
            .filter(|&id| self.can_name(id, makers))
            .filter_map(|id| {
                let facts = self.facts(id)?;
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
                Some(hints)
            })
            .collect();
        all.into_iter().fold(Hints::default(), |mut all, each| {
            all.fixtures.extend(each.fixtures);
            all.classes.extend(each.classes);
            all
        })
    }

    fn can_hold(&self, id: FileId, makers: &FxHashSet<Handle>, hints: &Hints) -> bool {
        let Some(facts) = self.facts(id) else { return false };
        let is_hint = |scope: &Scope| match scope.kind {
            ScopeKind::Function => scope.parameters.iter().any(|each| hints.fixtures.contains(facts.name(each.name))),
            ScopeKind::Class => scope.bases.iter().any(|&base| {
                let spelled = facts.name(base);
                hints.classes.contains(spelled.rsplit('.').next().unwrap_or(spelled))
            }),
            _ => false,
        };
        facts.scopes.iter().any(is_hint) || self.can_name(id, makers)
    }

    fn method_calls_in(&self, id: FileId, wanted: &FxHashSet<Definition>) -> Vec<MethodCallRow> {
        let Some(facts) = self.facts(id) else { return Vec::new() };
        let mut receivers: FxHashMap<(ScopeId, &str), Option<(Definition, bool)>> = FxHashMap::default();
        let mut rows = Vec::new();
        for call in &facts.calls {
            let Some((receiver, method)) = facts.name(call.callee).rsplit_once('.') else { continue };
            if method.ends_with([')', ']', '^']) {
                continue;
            }
            let known = *receivers.entry((call.scope, receiver)).or_insert_with(|| {
                match self.known(id, call.scope, receiver) {
                    Some(Known::Object { class, certain }) => {
                        self.wanted_class(class, wanted).map(|_| (class, certain))
                    }
                    _ => None,
                }
            });
            let Some((class, certain)) = known else { continue };
            rows.extend(self.method_call(id, facts, call, (class, certain), method, wanted));
        }
        rows
    }

    fn method_call(
        &self,
        id: FileId,
        facts: &Facts,
        call: &Call,
        (class, certain): (Definition, bool),
        method: &str,
        wanted: &FxHashSet<Definition>,
    ) -> Option<MethodCallRow> {
        let owner = self.wanted_class(class, wanted)?;
        let found = self.class_member(class.0, class.1, method);
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
            is_guarded: is_guarded(facts, call, method) || (found.is_none() && self.may_have(class, method)),
            expects_error: expects_error(facts, call),
            positional: call.positional,
            has_star: call.has_star,
            keywords: call.keywords.iter().map(|&name| facts.name(name).to_owned()).collect(),
            has_double_star: call.has_double_star,
            awaited: call.awaited,
            dropped: call.dropped,
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
    let stored = facts
        .stores
        .iter()
        .any(|store| store.target == call.callee && outermost(facts, store.scope) == outermost_scope);
    let around = facts.scopes.get(outermost_scope as usize);
    stored || around.is_some_and(|scope| scope.words.iter().any(|&word| facts.name(word) == method))
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
