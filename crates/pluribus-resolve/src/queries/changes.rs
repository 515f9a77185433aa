//! What outlives a call and is changed in it: attributes of classes, and variables of modules.

use pluribus_facts::{BindingKind, Facts, How, ScopeId, ScopeKind, Span, Value};
use rayon::prelude::*;
use rustc_hash::FxHashSet;

use super::classes::scopes_in;
use crate::codebase::Codebase;
use crate::layout::FileId;
use crate::members::Way;
use crate::objects::{Definition, Known, has_decorator};
use crate::rows::{ChangeRow, Handle};
use crate::target::Target;

/// Methods that change what they are called on.
pub(super) const CHANGING: [&str; 15] = [
    "add",
    "append",
    "appendleft",
    "clear",
    "difference_update",
    "discard",
    "extend",
    "extendleft",
    "insert",
    "pop",
    "popitem",
    "popleft",
    "remove",
    "setdefault",
    "update",
];

/// What makes an empty container.
const CONTAINERS: [&str; 12] = [
    "dict",
    "list",
    "set",
    "bytearray",
    "defaultdict",
    "OrderedDict",
    "deque",
    "Counter",
    "ChainMap",
    "WeakValueDictionary",
    "WeakKeyDictionary",
    "WeakSet",
];

/// A change, before what is changed is known.
struct Found<'a> {
    scope: ScopeId,
    span: Span,
    target: &'a str,
    how: &'static str,
    method: &'a str,
    key: Vec<String>,
    maker: &'a str,
    value: &'a Value,
}

impl Codebase {
    /// Changes of what outlives the call, in the methods of these classes and in these functions.
    pub fn changes(&self, holders: &[Handle]) -> Vec<ChangeRow> {
        let files = self.asked_files();
        let asked: Vec<Handle> = holders.iter().copied().filter(|Handle(file, _)| files.contains(file)).collect();
        let mut rows: Vec<ChangeRow> =
            asked.into_par_iter().flat_map_iter(|holder| self.changes_in(holder).unwrap_or_default()).collect();
        rows.sort_by(|a, b| (&a.site.place, &a.name, a.how).cmp(&(&b.site.place, &b.name, b.how)));
        rows
    }

    fn changes_in(&self, holder: Handle) -> Option<Vec<ChangeRow>> {
        let Handle(id, binding) = holder;
        let facts = self.facts(id)?;
        let BindingKind::Definition(outer) = facts.bindings.get(binding as usize)?.kind else { return None };
        let inside = scopes_in(facts, outer);
        let mut found = items(facts, &inside);
        found.extend(calls(facts, &inside));
        found.extend(rebound(facts, &inside));
        Some(found.into_iter().filter_map(|each| self.change_row(id, facts, holder, &each)).collect())
    }

    fn change_row(&self, id: FileId, facts: &Facts, holder: Handle, found: &Found<'_>) -> Option<ChangeRow> {
        let (through, (file, binding)) = self.outliving(id, facts, found)?;
        let there = self.facts(file)?;
        let declared = there.bindings.get(binding as usize)?;
        let kind = match there.scopes.get(declared.scope as usize)?.kind {
            ScopeKind::Module => "module",
            ScopeKind::Class => "class",
            _ => return None,
        };
        let value = match self.known_in(id, found.scope, found.value) {
            Some(Known::Object { class: (file, binding), .. }) => Some(Handle(file, binding)),
            _ => None,
        };
        let is_own = file == id;
        Some(ChangeRow {
            site: self.site(id, facts, found.span, found.scope, 0),
            holder,
            name: there.name(declared.name).to_owned(),
            target: format!("{}:{}", self.file(file).module, self.qualname(file, binding)),
            kind,
            declared: self.declared_as(file, binding),
            through,
            how: found.how,
            method: found.method.to_owned(),
            key: found.key.clone(),
            made_of: self.returned_keys(id, found.scope, found.maker),
            value,
            // A place elsewhere would not move with its file.
            place: is_own.then(|| self.site(id, facts, declared.span, declared.scope, declared.branch)),
        })
    }

    /// What a change is of, and by which way it is named there: `self`, `cls` or `name`.
    fn outliving(&self, id: FileId, facts: &Facts, found: &Found<'_>) -> Option<(&'static str, Definition)> {
        let chain = found.target.replace("[]", "");
        let (first, rest) = chain.split_once('.').unwrap_or((&chain, ""));
        if let Some((class, is_class)) = self.receiver(id, facts, found.scope, first) {
            let (rest, through) = match rest.strip_prefix("__class__.") {
                Some(rest) => (rest, "cls"),
                None => (rest, if is_class { "cls" } else { "self" }),
            };
            if rest.is_empty() || rest.contains(['.', '(', '^']) {
                return None;
            }
            if through == "self" && (found.how == "rebound" || self.keeps_its_own(id, class, rest)) {
                return None;
            }
            return Some((through, self.class_member(class.0, class.1, rest)?));
        }
        if let Some(rest) = chain.strip_prefix("type().") {
            let method = method_around(facts, found.scope)?;
            let class = (id, self.binding_of_scope(id, facts.scopes.get(method as usize)?.parent)?);
            return Some(("cls", self.class_member(class.0, class.1, rest)?));
        }
        if chain.contains(['(', '^']) {
            return None;
        }
        match self.chain(id, found.scope, &chain, &mut Way::default()) {
            // Another file may not have been read.
            Target::Definition(file, binding) if file == id && self.definition_kind(file, binding).is_none() => {
                Some(("name", (file, binding)))
            }
            _ => None,
        }
    }

    /// The class whose object or self a name stands for in a method; true for the class itself.
    fn receiver(&self, id: FileId, facts: &Facts, scope: ScopeId, name: &str) -> Option<(Definition, bool)> {
        let method = method_around(facts, scope)?;
        let function = facts.scopes.get(method as usize)?;
        if has_decorator(facts, function, "staticmethod") {
            return None;
        }
        let first = function.parameters.first()?;
        if facts.name(first.name) != name {
            return None;
        }
        let class = (id, self.binding_of_scope(id, function.parent)?);
        let is_class = has_decorator(facts, function, "classmethod") || facts.name(function.name) == "__new__";
        Some((class, is_class))
    }

    /// Whether objects of a class have an attribute of their own under a name, so that the class's
    /// is only what they start from.
    fn keeps_its_own(&self, id: FileId, class: Definition, name: &str) -> bool {
        let target = format!("self.{name}");
        let above = self.ancestors(class.0, class.1);
        let all = std::iter::once(Handle(class.0, class.1)).chain(above.iter().filter_map(|row| row.handle));
        all.into_iter().any(|Handle(file, binding)| {
            let Some(facts) = self.facts(file) else { return true };
            let Some(scope) = self.class_scope(file, binding) else { return true };
            let inside = scopes_in(facts, scope);
            let augmented: FxHashSet<u32> = facts
                .changes
                .iter()
                .filter(|change| file == id && change.how == How::Augmented)
                .map(|change| change.span.start)
                .collect();
            facts.stores.iter().any(|store| {
                inside.contains(&store.scope)
                    && facts.name(store.target) == target
                    && !augmented.contains(&store.span.start)
            })
        })
    }

    /// What a variable starts as: `container`, `none`, `constant` or `other`.
    fn declared_as(&self, file: FileId, binding: u32) -> &'static str {
        let Some(facts) = self.facts(file) else { return "other" };
        match facts.bindings.get(binding as usize).map(|binding| &binding.kind) {
            Some(BindingKind::Assignment(value)) => match value {
                Value::Mutable | Value::Strings(_, true) | Value::Table(_) => "container",
                Value::Call(callee) => {
                    let spelled = facts.name(*callee);
                    let last = spelled.rsplit('.').next().unwrap_or(spelled);
                    if CONTAINERS.contains(&last) { "container" } else { "other" }
                }
                Value::None => "none",
                Value::Literal | Value::Str(_) => "constant",
                _ => "other",
            },
            _ => "other",
        }
    }

    /// For a function that makes keys: what of its parameter each `return` is made of.
    fn returned_keys(&self, id: FileId, scope: ScopeId, callee: &str) -> Vec<Vec<String>> {
        if callee.is_empty() {
            return Vec::new();
        }
        match self.chain(id, scope, callee, &mut Way::default()) {
            // Another file may not have been read.
            Target::Definition(file, binding) if file == id => self.keys_of(file, binding),
            _ => Vec::new(),
        }
    }

    /// The keys that a function returns which are made of nothing but parts of its first parameter,
    /// without its name.
    pub(crate) fn keys_of(&self, file: FileId, binding: u32) -> Vec<Vec<String>> {
        let Some((facts, scope)) = self.function(file, binding) else { return Vec::new() };
        let is_own = |flow: &&pluribus_facts::Flow| {
            facts.scopes.get(flow.scope as usize).is_some_and(|each| std::ptr::eq(each, scope))
        };
        let Some(flow) = facts.flows.iter().find(is_own) else { return Vec::new() };
        let first = scope.parameters.first().map_or("", |parameter| facts.name(parameter.name));
        let parts = |key: &Vec<u32>| {
            let all = key.iter().map(|&sym| facts.name(sym).strip_prefix(first)?.strip_prefix('.').map(str::to_owned));
            all.collect::<Option<Vec<String>>>()
        };
        flow.returned.iter().filter_map(parts).collect()
    }
}

/// The method that a scope is, or lies in.
fn method_around(facts: &Facts, scope: ScopeId) -> Option<ScopeId> {
    let mut at = scope;
    while at != 0 {
        let found = facts.scopes.get(at as usize)?;
        let parent = facts.scopes.get(found.parent as usize)?;
        match (found.kind, parent.kind) {
            (ScopeKind::Function, ScopeKind::Class) => return Some(at),
            (ScopeKind::Class, _) => return None,
            _ => at = found.parent,
        }
    }
    None
}

fn items<'a>(facts: &'a Facts, inside: &FxHashSet<ScopeId>) -> Vec<Found<'a>> {
    let changes = facts.changes.iter().filter(|change| inside.contains(&change.scope));
    changes
        .filter(|change| !is_number(change.how, &change.value))
        .map(|change| Found {
            scope: change.scope,
            span: change.span,
            target: facts.name(change.target),
            how: match change.how {
                How::Item => "item",
                How::Added => "added",
                How::Deleted => "deleted",
                How::Augmented => "augmented",
            },
            method: "",
            key: change.key.iter().map(|&sym| facts.name(sym).to_owned()).collect(),
            maker: facts.name(change.maker),
            value: &change.value,
        })
        .collect()
}

/// A count belongs to nobody.
fn is_number(how: How, value: &Value) -> bool {
    how == How::Augmented && matches!(value, Value::Literal | Value::Str(_) | Value::None)
}

fn calls<'a>(facts: &'a Facts, inside: &FxHashSet<ScopeId>) -> Vec<Found<'a>> {
    let calls = facts.calls.iter().filter(|call| inside.contains(&call.scope));
    calls
        .filter_map(|call| {
            let (target, method) = facts.name(call.callee).rsplit_once('.')?;
            // With a key it is a change of its own.
            let is_item = match method {
                "setdefault" => call.positional >= 2,
                "add" => call.positional == 1 && !call.has_star && call.keywords.is_empty(),
                _ => false,
            };
            (CHANGING.contains(&method) && !is_item).then_some(Found {
                scope: call.scope,
                span: call.span,
                target,
                how: "call",
                method,
                key: Vec::new(),
                maker: "",
                value: &Value::Other,
            })
        })
        .collect()
}

/// Attributes and global names that are bound anew, to more than a constant.
fn rebound<'a>(facts: &'a Facts, inside: &FxHashSet<ScopeId>) -> Vec<Found<'a>> {
    let is_constant = |value: &Value| matches!(value, Value::None | Value::Literal | Value::Str(_));
    let found = |scope, span, target, value| Found {
        scope,
        span,
        target,
        how: "rebound",
        method: "",
        key: Vec::new(),
        maker: "",
        value,
    };
    let augmented: FxHashSet<u32> = facts.changes.iter().map(|change| change.span.start).collect();
    let stores = facts.stores.iter().filter(|store| {
        inside.contains(&store.scope) && !is_constant(&store.value) && !augmented.contains(&store.span.start)
    });
    let mut all: Vec<Found<'a>> =
        stores.map(|store| found(store.scope, store.span, facts.name(store.target), &store.value)).collect();
    let outer: FxHashSet<(ScopeId, u32)> = facts
        .bindings
        .iter()
        .filter(|binding| inside.contains(&binding.scope) && matches!(binding.kind, BindingKind::Outer))
        .map(|binding| (binding.scope, binding.name))
        .collect();
    for binding in facts.bindings.iter().filter(|binding| outer.contains(&(binding.scope, binding.name))) {
        if let BindingKind::Assignment(value) = &binding.kind
            && !is_constant(value)
        {
            all.push(found(binding.scope, binding.span, facts.name(binding.name), value));
        }
    }
    all
}
