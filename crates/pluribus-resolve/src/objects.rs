//! What the objects that expressions stand for are known to be: the class, and how sure that is.
//!
//! Followed are assignments, annotations, `self.x`, parameters, what functions return, and pytest
//! fixtures. Whatever may be more than one thing is unknown.

use pluribus_facts::{BindingKind, Facts, Scope, ScopeId, ScopeKind, Value};

use crate::codebase::Codebase;
use crate::effort::{Effort, MAX_DEPTH, with_effort};
pub(crate) use crate::known::Known;
use crate::layout::FileId;
use crate::members::Way;
use crate::target::Target;

/// Decorators that leave what a function takes and returns as it is.
const HARMLESS: [&str; 14] = [
    "abstractmethod",
    "override",
    "final",
    "staticmethod",
    "classmethod",
    "cache",
    "lru_cache",
    "fixture",
    "no_type_check",
    "typechecked",
    "deprecated",
    "asynccontextmanager",
    "contextmanager",
    "overload",
];

/// A definition: its file and binding.
pub(crate) type Definition = (FileId, u32);

impl Codebase {
    /// What a dotted expression stands for, seen from a scope.
    pub(crate) fn known(&self, id: FileId, scope: ScopeId, chain: &str) -> Option<Known> {
        with_effort(|effort| self.known_within(id, scope, chain, effort))
    }

    fn known_within(&self, id: FileId, scope: ScopeId, chain: &str, effort: Effort) -> Option<Known> {
        let effort = effort.further()?;
        let mut parts = chain.split('.');
        let (name, calls) = split_calls(parts.next()?);
        let mut at = self.known_calls(self.known_name(id, scope, name, effort)?, calls, effort)?;
        for part in parts {
            let (name, calls) = split_calls(part);
            at = self.known_calls(self.known_attribute(&at, name, effort)?, calls, effort)?;
        }
        Some(at)
    }

    /// `()`, `[]` and `^` behind a name, one after the other.
    fn known_calls(&self, mut at: Known, mut calls: &str, effort: Effort) -> Option<Known> {
        while !calls.is_empty() {
            (at, calls) = if let Some(rest) = calls.strip_prefix("()") {
                (self.called(&at, effort)?, rest)
            } else if let Some(rest) = calls.strip_prefix('^') {
                match at {
                    Known::Coroutine(result) => (*result, rest),
                    _ => return None,
                }
            } else {
                return None;
            };
        }
        Some(at)
    }

    pub(crate) fn called(&self, at: &Known, effort: Effort) -> Option<Known> {
        match *at {
            Known::Definition(definition) if self.class_scope(definition.0, definition.1).is_some() => {
                Some(Known::Object { class: definition, certain: true, exact: true })
            }
            Known::Definition(function) => self.result(function, effort),
            Known::Method { function, certain, .. } => {
                self.result(function, effort).map(|result| result.weakened(certain))
            }
            _ => None,
        }
    }

    fn known_name(&self, id: FileId, scope: ScopeId, name: &str, effort: Effort) -> Option<Known> {
        let (facts, namespace) = self.contents(id)?;
        let mut at = scope;
        let mut is_innermost = true;
        while at != 0 {
            let found = facts.scopes.get(at as usize)?;
            if found.kind != ScopeKind::Class || is_innermost {
                let bindings: Vec<u32> = namespace.bindings(facts, at, name).iter().collect();
                let kinds = bindings.iter().filter_map(|&index| facts.bindings.get(index as usize));
                if kinds.clone().any(|binding| matches!(binding.kind, BindingKind::Outer)) {
                    break;
                }
                if !bindings.is_empty() {
                    return agreed(bindings.into_iter().map(|index| self.known_binding(id, index, effort)));
                }
            }
            if found.kind != ScopeKind::Expression {
                is_innermost = false;
            }
            at = found.parent;
        }
        match self.chain(id, 0, name, &mut Way::default()) {
            Target::Definition(file, binding) => self.known_definition(file, binding, effort),
            module @ Target::Module(_) => Some(Known::Module(module)),
            _ => None,
        }
    }

    /// A class or function stands for itself, a variable for what it holds.
    pub(crate) fn known_definition(&self, file: FileId, binding: u32, effort: Effort) -> Option<Known> {
        let effort = effort.further()?;
        if self.definition_kind(file, binding).is_some() {
            return Some(Known::Definition((file, binding)));
        }
        let (facts, namespace) = self.contents(file)?;
        let bound = facts.bindings.get(binding as usize)?;
        let all: Vec<u32> = namespace.bindings(facts, bound.scope, facts.name(bound.name)).iter().collect();
        agreed(all.into_iter().map(|index| self.known_binding(file, index, effort)))
    }

    fn known_binding(&self, id: FileId, index: u32, effort: Effort) -> Said {
        let Some(facts) = self.facts(id) else { return Said::Unknown };
        let Some(binding) = facts.bindings.get(index as usize) else { return Said::Unknown };
        let annotated = self.annotated_class(id, binding.scope, facts.name(binding.annotation));
        if let Some(class) = annotated {
            return Said::Known(Known::Object { class, certain: true, exact: false });
        }
        match &binding.kind {
            BindingKind::Assignment(value) => self.known_value(id, binding.scope, value, effort),
            BindingKind::Parameter(number) if binding.annotation == 0 => {
                self.known_parameter(id, facts, binding.scope, *number, effort).into()
            }
            BindingKind::Definition(_) => Said::Known(Known::Definition((id, index))),
            BindingKind::Import(_) => match self.follow(id, index, &mut Way::default()) {
                Target::Definition(file, binding) => self.known_definition(file, binding, effort).into(),
                module @ Target::Module(_) => Said::Known(Known::Module(module)),
                _ => Said::Unknown,
            },
            BindingKind::Declaration => Said::Nothing,
            _ => Said::Unknown,
        }
    }

    /// Whether a name stands for something unknown once it is bound there.
    pub(crate) fn is_unknown_from(&self, id: FileId, index: u32) -> bool {
        with_effort(|effort| matches!(self.known_binding(id, index, effort), Said::Unknown))
    }

    fn known_value(&self, id: FileId, scope: ScopeId, value: &Value, effort: Effort) -> Said {
        let Some(facts) = self.facts(id) else { return Said::Unknown };
        match value {
            Value::Chain(chain) => self.known_within(id, scope, facts.name(*chain), effort).into(),
            Value::Call(callee) => self.known_within(id, scope, &format!("{}()", facts.name(*callee)), effort).into(),
            Value::Awaited(callee) => {
                self.known_within(id, scope, &format!("{}()^", facts.name(*callee)), effort).into()
            }
            Value::Either(values) => {
                agreed(values.iter().map(|value| self.known_value(id, scope, value, effort))).into()
            }
            Value::None => Said::Nothing,
            _ => Said::Unknown,
        }
    }

    /// `self` and `cls` of a method, and a fixture of pytest.
    fn known_parameter(&self, id: FileId, facts: &Facts, scope: ScopeId, number: u32, effort: Effort) -> Option<Known> {
        let function = facts.scopes.get(scope as usize)?;
        let class = facts.scopes.get(function.parent as usize).filter(|parent| parent.kind == ScopeKind::Class);
        if class.is_some() && number == 0 && !has_decorator(facts, function, "staticmethod") {
            let class = (id, self.binding_of_scope(id, function.parent)?);
            let is_class = has_decorator(facts, function, "classmethod") || facts.name(function.name) == "__new__";
            return Some(if is_class {
                Known::Definition(class)
            } else {
                Known::Object { class, certain: true, exact: false }
            });
        }
        let parameter = function.parameters.get(number as usize)?;
        if parameter.default != 0 || !is_test(facts, function) {
            return None;
        }
        let fixture = self.fixture(id, facts.name(parameter.name), scope)?;
        match self.result(fixture, effort)? {
            // pytest plug-ins await what an async fixture gives.
            Known::Coroutine(result) => Some(*result),
            result => Some(result),
        }
    }

    pub(crate) fn known_attribute(&self, of: &Known, name: &str, effort: Effort) -> Option<Known> {
        match *of {
            Known::Module(Target::Module(module)) => match self.member(module, name, &mut Way::default()) {
                Target::Definition(file, binding) => self.known_definition(file, binding, effort),
                module @ Target::Module(_) => Some(Known::Module(module)),
                _ => None,
            },
            Known::Object { class, certain, .. } => {
                self.known_member(class, name, effort).map(|known| known.weakened(certain))
            }
            Known::Definition((file, binding)) => {
                let (file, binding) = self.class_member(file, binding, name)?;
                self.known_definition(file, binding, effort)
            }
            _ => None,
        }
    }

    /// An attribute of an object: a method, a property, or what the class or `self` keeps there.
    fn known_member(&self, class: Definition, name: &str, effort: Effort) -> Option<Known> {
        if let Some((file, binding)) = self.class_member(class.0, class.1, name) {
            if self.definition_kind(file, binding) == Some(ScopeKind::Function) {
                let (facts, scope) = self.function(file, binding)?;
                if has_decorator(facts, scope, "property") || has_decorator(facts, scope, "cached_property") {
                    return self.returned(file, binding, effort);
                }
                return Some(Known::Method { class, function: (file, binding), certain: true });
            }
            let bound = self.facts(file)?.bindings.get(binding as usize)?;
            let is_empty = matches!(bound.kind, BindingKind::Assignment(Value::None) | BindingKind::Declaration);
            if !is_empty || bound.annotation != 0 {
                return self.known_definition(file, binding, effort);
            }
        }
        self.stored(class, name, effort)
    }

    /// What methods of a class, or of those above it, keep as `self.name`.
    pub(crate) fn stored(&self, class: Definition, name: &str, effort: Effort) -> Option<Known> {
        let target = format!("self.{name}");
        let mut waiting = vec![class];
        for _ in 0..MAX_DEPTH {
            let (file, binding) = waiting.pop()?;
            let facts = self.facts(file)?;
            let scope = self.class_scope(file, binding)?;
            let inside = crate::queries::scopes_in(facts, scope);
            let stores =
                facts.stores.iter().filter(|store| inside.contains(&store.scope) && facts.name(store.target) == target);
            let said: Vec<Said> = stores
                .map(|store| match self.annotated_class(file, store.scope, facts.name(store.annotation)) {
                    Some(class) => Said::Known(Known::Object { class, certain: true, exact: false }),
                    None => self.known_value(file, store.scope, &store.value, effort),
                })
                .collect();
            if !said.is_empty() {
                return agreed(said.into_iter());
            }
            waiting.extend(self.bases(file, scope).into_iter().rev().filter_map(|(_, target)| match target {
                Target::Definition(file, binding) => Some((file, binding)),
                _ => None,
            }));
        }
        None
    }

    /// What a call of a function gives; a coroutine of it for an async one.
    fn result(&self, (file, binding): Definition, effort: Effort) -> Option<Known> {
        let effort = effort.further()?;
        let (_, scope) = self.function(file, binding)?;
        let is_coroutine = scope.is_async && !scope.is_generator;
        let known = self.returned(file, binding, effort)?;
        Some(if is_coroutine { Known::Coroutine(Box::new(known)) } else { known })
    }

    fn returned(&self, file: FileId, binding: u32, effort: Effort) -> Option<Known> {
        let effort = effort.further()?;
        let (facts, scope) = self.function(file, binding)?;
        let is_fixture = has_decorator(facts, scope, "fixture");
        if scope.is_generator && !is_fixture {
            return None;
        }
        let is_plain = scope.decorators.iter().all(|&name| {
            let name = facts.name(name).trim_end_matches("()");
            let name = name.rsplit('.').next().unwrap_or(name);
            HARMLESS.contains(&name) || name == "property" || name == "cached_property"
        });
        if !is_plain {
            return None;
        }
        let Some(BindingKind::Definition(inside)) = facts.bindings.get(binding as usize).map(|each| &each.kind) else {
            return None;
        };
        if scope.returns != 0 && !is_fixture {
            let class = self.annotated_class(file, scope.parent, facts.name(scope.returns))?;
            return Some(Known::Object { class, certain: true, exact: false });
        }
        agreed(scope.returned.iter().map(|value| self.known_value(file, *inside, value, effort)))
    }

    /// The one class of the code base that an annotation names, `None` apart.
    pub(crate) fn annotated_class(&self, id: FileId, scope: ScopeId, annotation: &str) -> Option<Definition> {
        let text = annotation.trim().trim_matches(['"', '\'']);
        let text = text
            .strip_prefix("Optional[")
            .or_else(|| text.strip_prefix("typing.Optional["))
            .and_then(|rest| rest.strip_suffix(']'))
            .unwrap_or(text);
        let mut named = text.split('|').map(str::trim).filter(|part| *part != "None" && !part.is_empty());
        let (name, None) = (named.next()?, named.next()) else { return None };
        let name = name.trim_matches(['"', '\'']);
        if !name.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '.') {
            return None;
        }
        match self.chain(id, scope, name, &mut Way::default()) {
            Target::Definition(file, binding) => self.class_scope(file, binding).map(|_| (file, binding)),
            _ => None,
        }
    }

    pub(crate) fn function(&self, file: FileId, binding: u32) -> Option<(&Facts, &Scope)> {
        let facts = self.facts(file)?;
        match facts.bindings.get(binding as usize)?.kind {
            BindingKind::Definition(scope) => facts
                .scopes
                .get(scope as usize)
                .filter(|scope| scope.kind == ScopeKind::Function)
                .map(|scope| (facts, scope)),
            _ => None,
        }
    }

    pub(crate) fn binding_of_scope(&self, id: FileId, scope: ScopeId) -> Option<u32> {
        let facts = self.facts(id)?;
        let found =
            facts.bindings.iter().position(|each| matches!(each.kind, BindingKind::Definition(at) if at == scope));
        found.map(|index| index as u32)
    }
}

/// What one of several says.
enum Said {
    /// It holds nothing yet.
    Nothing,
    Unknown,
    Known(Known),
}

impl From<Option<Known>> for Said {
    fn from(known: Option<Known>) -> Self {
        known.map_or(Self::Unknown, Self::Known)
    }
}

/// What all say that say anything; less sure when some say nothing.
fn agreed(all: impl Iterator<Item = Said>) -> Option<Known> {
    let mut known: Option<Known> = None;
    let mut certain = true;
    for said in all {
        match said {
            Said::Nothing => {}
            Said::Unknown => certain = false,
            Said::Known(found) => match &known {
                Some(before) if !before.is_same(&found) => return None,
                Some(before) => known = Some(before.clone().agreeing_with(&found)),
                None => known = Some(found),
            },
        }
    }
    known.map(|known| known.weakened(certain))
}

/// A name, and the calls behind it: `a()^` is `a` and `()^`.
fn split_calls(part: &str) -> (&str, &str) {
    part.split_at(part.find(['(', '[', '^']).unwrap_or(part.len()))
}

/// Whether a function has a decorator of that name, called or not, from wherever.
pub(crate) fn has_decorator(facts: &Facts, scope: &Scope, name: &str) -> bool {
    scope.decorators.iter().any(|&decorator| {
        let spelled = facts.name(decorator).trim_end_matches("()");
        spelled.rsplit('.').next() == Some(name)
    })
}

/// Whether pytest fills the parameters of a function by name.
fn is_test(facts: &Facts, function: &Scope) -> bool {
    facts.name(function.name).starts_with("test") || has_decorator(facts, function, "fixture")
}
