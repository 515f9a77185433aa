//! What functions make of what they are given.

use pluribus_facts::{BindingKind, Facts, ScopeId, Value};

use super::changes::CHANGING;
use super::classes::scopes_in;
use crate::codebase::Codebase;
use crate::layout::FileId;
use crate::members::Way;
use crate::objects::Known;
use crate::rows::{FlowRow, Handle, ReturnedRow};
use crate::target::Target;

impl Codebase {
    /// What these functions return, and what they are given to no end.
    pub fn flows(&self, functions: &[Handle]) -> Vec<FlowRow> {
        let files = self.asked_files();
        let asked = functions.iter().filter(|Handle(file, _)| files.contains(file));
        asked.filter_map(|&handle| self.flow(handle)).collect()
    }

    fn flow(&self, handle: Handle) -> Option<FlowRow> {
        let Handle(id, binding) = handle;
        let (facts, scope) = self.function(id, binding)?;
        let inside = facts.scopes.iter().position(|each| std::ptr::eq(each, scope))? as ScopeId;
        let flow = facts.flows.iter().find(|flow| flow.scope == inside);
        let idle = flow.into_iter().flat_map(|flow| &flow.idle);
        Some(FlowRow {
            handle,
            idle: idle.map(|&(name, is_unused)| (facts.name(name).to_owned(), is_unused)).collect(),
            kept: kept(facts, inside),
            returned: scope.returned.iter().flat_map(|value| self.returned_rows(id, facts, inside, value)).collect(),
        })
    }

    /// What a value that stands in a scope is.
    pub(super) fn known_in(&self, id: FileId, scope: ScopeId, value: &Value) -> Option<Known> {
        let name = |sym: u32| self.facts(id).map_or("", |facts| facts.name(sym));
        match value {
            Value::Chain(chain) => self.known(id, scope, name(*chain)),
            Value::Call(callee) => self.known(id, scope, &format!("{}()", name(*callee))),
            Value::Awaited(callee) => self.known(id, scope, &format!("{}()^", name(*callee))),
            _ => None,
        }
    }

    fn returned_rows(&self, id: FileId, facts: &Facts, scope: ScopeId, value: &Value) -> Vec<ReturnedRow> {
        let plain = |kind| ReturnedRow { kind, class: None, name: String::new(), is_certain: true };
        if let Value::Either(values) = value {
            return values.iter().flat_map(|value| self.returned_rows(id, facts, scope, value)).collect();
        }
        let row = match (self.known_in(id, scope, value), value) {
            (Some(Known::Object { class: (file, binding), certain, .. }), _) => ReturnedRow {
                kind: "object",
                class: Some(Handle(file, binding)),
                name: format!("{}:{}", self.file(file).module, self.qualname(file, binding)),
                is_certain: certain,
            },
            (_, Value::None) => plain("none"),
            (_, Value::Literal | Value::Str(_) | Value::Strings(..) | Value::Table(_) | Value::Mutable) => {
                plain("constant")
            }
            (_, Value::Call(callee)) => match self.chain(id, scope, facts.name(*callee), &mut Way::default()) {
                Target::External => ReturnedRow { name: facts.name(*callee).to_owned(), ..plain("external") },
                _ => plain("unknown"),
            },
            _ => plain("unknown"),
        };
        vec![row]
    }
}

/// Parameters with a default that a function changes in place, keeps or returns as they are.
fn kept(facts: &Facts, function: ScopeId) -> Vec<String> {
    let Some(scope) = facts.scopes.get(function as usize) else { return Vec::new() };
    let inside = scopes_in(facts, function);
    let is_bound_anew = |name: u32| {
        let bindings = facts.bindings.iter().filter(|each| inside.contains(&each.scope) && each.name == name);
        bindings.into_iter().any(|each| !matches!(each.kind, BindingKind::Parameter(_)))
    };
    let is_kept = |name: u32| {
        let spelled = facts.name(name);
        let changes = facts.changes.iter().any(|each| inside.contains(&each.scope) && each.target == name);
        let stores = facts.stores.iter().any(|each| inside.contains(&each.scope) && each.value == Value::Chain(name));
        let calls = facts.calls.iter().filter(|call| inside.contains(&call.scope)).any(|call| {
            let callee = facts.name(call.callee).rsplit_once('.');
            callee.is_some_and(|(on, method)| on == spelled && CHANGING.contains(&method))
        });
        changes || stores || calls || scope.returned.contains(&Value::Chain(name))
    };
    let named = scope.parameters.iter().filter(|each| each.default != 0).map(|each| each.name);
    named.filter(|&name| !is_bound_anew(name) && is_kept(name)).map(|name| facts.name(name).to_owned()).collect()
}
