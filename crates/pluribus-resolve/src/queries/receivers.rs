//! Calls on objects that are known to be of a class.

use pluribus_facts::{Call, Facts, Scope, ScopeId, ScopeKind};
use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::codebase::Codebase;
use crate::layout::FileId;
use crate::objects::{Definition, Known, has_decorator};
use crate::rows::{Handle, MethodCallRow};

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
            positional: call.positional,
            has_star: call.has_star,
            keywords: call.keywords.iter().map(|&name| facts.name(name).to_owned()).collect(),
            has_double_star: call.has_double_star,
            awaited: call.awaited,
            dropped: call.dropped,
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
