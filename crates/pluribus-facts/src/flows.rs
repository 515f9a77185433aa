//! Where what a function is given goes, and what it changes that outlives it.
//!
//! Data is followed by name through the whole function, in no order. Whatever is in doubt counts as
//! reached: only what cannot reach is worth a fact.

use ruff_python_ast::visitor::Visitor;
use ruff_python_ast::{Expr, StmtFunctionDef};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::extract::Reader;
use crate::flow::{Change, Flow};
use crate::flowing::{Edge, Flowing, Range, Store};
use crate::looks::root_of;
use crate::model::{ScopeId, Sym, Value};

/// More returned keys of one function are not worth keeping.
const MAX_RETURNED: usize = 8;
/// A key that is made of more names is not followed.
const MAX_FOLLOWED: usize = 64;

/// Adds the facts of one function.
pub(crate) fn read<'a>(reader: &mut Reader<'a>, function: &'a StmtFunctionDef, scope: ScopeId) {
    let mut flowing = Flowing::default();
    flowing.visit_body(&function.body);
    if flowing.gives_up {
        return;
    }
    let parameters = &function.parameters;
    // Most functions of a test hand nothing on and change nothing.
    let hands_on = !flowing.returned.is_empty() && parameters.iter().next().is_some();
    if !hands_on && flowing.stores.is_empty() {
        return;
    }
    let named: Vec<&'a str> = parameters.iter_non_variadic_params().map(|each| each.name().as_str()).collect();
    let all: FxHashSet<&'a str> = parameters.iter().map(|each| each.name().as_str()).collect();
    let bound = flowing.edges.iter().filter(|edge| edge.binds).map(|edge| edge.name);
    let locals: FxHashSet<&'a str> =
        bound.filter(|name| !flowing.outer.contains(name) && !all.contains(name)).collect();
    let mut into: FxHashMap<&str, Vec<usize>> = FxHashMap::default();
    for (index, edge) in flowing.edges.iter().enumerate() {
        into.entry(edge.name).or_default().push(index);
    }
    let flows = Flows { flowing, into, parameters: all, locals };
    let idle = flows.idle(&named);
    let mut returned = Vec::new();
    for range in flows.flowing.returned.iter().take(MAX_RETURNED) {
        let key = flows.key(reader, range.clone());
        if !key.is_empty() && key.iter().all(|&sym| flows.is_part_of_parameter(reader.interner.name(sym))) {
            returned.push(key);
        }
    }
    if (!idle.is_empty() && !flows.flowing.returned.is_empty()) || !returned.is_empty() {
        let idle = idle.into_iter().map(|(name, is_unused)| (reader.intern(name), is_unused)).collect();
        reader.facts.flows.push(Flow { scope, idle, returned });
    }
    for store in &flows.flowing.stores {
        let change = flows.change(reader, scope, store);
        reader.facts.changes.extend(change);
    }
}

struct Flows<'a> {
    flowing: Flowing<'a>,
    /// Numbers of the edges into each name.
    into: FxHashMap<&'a str, Vec<usize>>,
    parameters: FxHashSet<&'a str>,
    /// Names that the function binds and nobody else sees.
    locals: FxHashSet<&'a str>,
}

impl<'a> Flows<'a> {
    fn edges_into(&self, name: &str) -> impl Iterator<Item = &Edge<'a>> {
        self.into.get(name).into_iter().flatten().filter_map(|&index| self.flowing.edges.get(index))
    }

    /// Parameters that reach neither what is returned nor what outlives the call; true for those
    /// that are not used at all.
    fn idle(&self, named: &[&'a str]) -> Vec<(&'a str, bool)> {
        let flowing = &self.flowing;
        if flowing.reads_all {
            return Vec::new();
        }
        let escaping = flowing.edges.iter().filter(|edge| self.escapes(edge)).map(|edge| edge.sources.clone());
        let mut waiting: Vec<Range> = flowing.sinks.iter().cloned().chain(escaping).collect();
        let mut reached: FxHashSet<&str> = FxHashSet::default();
        while let Some(range) = waiting.pop() {
            for source in flowing.found.get(range).into_iter().flatten() {
                if reached.insert(source.root) {
                    waiting.extend(self.edges_into(source.root).map(|edge| edge.sources.clone()));
                }
            }
        }
        let used: FxHashSet<&str> = flowing.found.iter().map(|source| source.root).collect();
        let idle = named.iter().filter(|name| !reached.contains(**name) && !matches!(**name, "self" | "cls"));
        idle.map(|&name| (name, !used.contains(name) && !flowing.seen.contains(name))).collect()
    }

    /// Whether others may see what flows there.
    fn escapes(&self, edge: &Edge<'a>) -> bool {
        if edge.binds {
            return !self.locals.contains(edge.name) && !self.parameters.contains(edge.name);
        }
        if !self.locals.contains(edge.name) {
            return true;
        }
        // What came from elsewhere may be held there too.
        let made_here = |name: &str| matches!(name, "dict" | "list" | "set" | "str");
        self.edges_into(edge.name).filter(|into| into.binds).any(|into| {
            let sources = self.flowing.found.get(into.sources.clone()).into_iter().flatten();
            sources.into_iter().any(|source| !made_here(source.root))
        })
    }

    /// All that an expression is made of: parameters and what is in them, names from elsewhere, and
    /// `?` for what is not known.
    fn key(&self, reader: &mut Reader<'a>, range: Range) -> Vec<Sym> {
        let mut key = Vec::new();
        let mut waiting = vec![range];
        let mut followed: FxHashSet<&str> = FxHashSet::default();
        while let Some(range) = waiting.pop() {
            for source in self.flowing.found.get(range).into_iter().flatten() {
                let is_local = self.locals.contains(source.root);
                let is_parameter = self.parameters.contains(source.root);
                if (is_local || is_parameter) && followed.insert(source.root) {
                    let before = waiting.len();
                    waiting.extend(
                        self.edges_into(source.root).filter(|edge| edge.binds).map(|edge| edge.sources.clone()),
                    );
                    if is_local && (before == waiting.len() || followed.len() > MAX_FOLLOWED) {
                        key.push(reader.intern("?"));
                        waiting.truncate(before);
                    }
                }
                if !is_local && (is_parameter || !source.is_callee) {
                    let chain = reader.chain(source.expression);
                    key.push(chain.unwrap_or_else(|| reader.intern("?")));
                }
            }
        }
        key.sort_unstable();
        key.dedup();
        key
    }

    fn is_part_of_parameter(&self, chain: &str) -> bool {
        chain.split_once('.').is_some_and(|(root, _)| self.parameters.contains(root) && root != "self" && root != "cls")
    }

    /// The function that makes a key, called where it stands or where its name is bound.
    fn maker(&self, reader: &mut Reader<'a>, expression: &'a Expr) -> Sym {
        let expression = match expression {
            Expr::Name(name) => self.flowing.values.get(name.id.as_str()).copied().flatten(),
            other => Some(other),
        };
        match expression {
            Some(Expr::Call(call)) => reader.chain(&call.func).unwrap_or(0),
            _ => 0,
        }
    }

    fn change(&self, reader: &mut Reader<'a>, scope: ScopeId, store: &Store<'a>) -> Option<Change> {
        let root = root_of(store.target)?;
        if self.locals.contains(root) {
            return None;
        }
        Some(Change {
            scope,
            target: reader.chain(store.target)?,
            key: self.key(reader, store.key.clone()),
            maker: store.key_expression.map_or(0, |expression| self.maker(reader, expression)),
            value: store.value.map_or(Value::None, |value| reader.value(value)),
            how: store.how,
            span: reader.span(store.range),
        })
    }
}
