//! Sets of words that are written down as constants: lists, classes and enums.

use std::collections::BTreeSet;

use pluribus_facts::{BindingKind, Facts, ScopeId, ScopeKind, Value};
use rayon::prelude::*;

use super::words::is_enum;
use crate::codebase::Codebase;
use crate::layout::{FileId, ModuleId};
use crate::rows::SetRow;

/// Sets of fewer words are everywhere.
const LEAST: usize = 3;

impl Codebase {
    /// The sets that the module at `path` writes down.
    pub fn sets_of(&self, path: &str) -> Vec<SetRow> {
        match self.module(path) {
            Some(ModuleId::File(file)) => self.sets_in(file),
            _ => Vec::new(),
        }
    }

    /// Sets that hold all of one of these.
    pub fn sets_like(&self, wanted: &[Vec<String>]) -> Vec<SetRow> {
        let holds = |row: &SetRow| wanted.iter().any(|set| set.iter().all(|word| row.words.contains(word)));
        let mut rows: Vec<SetRow> =
            self.asked_files().into_par_iter().flat_map_iter(|id| self.sets_in(id)).filter(holds).collect();
        rows.sort_by(|a, b| (&a.site.place, &a.name).cmp(&(&b.site.place, &b.name)));
        rows
    }

    fn sets_in(&self, id: FileId) -> Vec<SetRow> {
        let Some(facts) = self.facts(id) else { return Vec::new() };
        let bound = facts.bindings.iter().filter_map(|binding| {
            let BindingKind::Assignment(value) = &binding.kind else { return None };
            let words = words_listed(facts, value)?;
            let site = self.site(id, facts, binding.span, binding.scope, binding.branch);
            Some(("list", site, facts.name(binding.name), words))
        });
        let kept = facts.stores.iter().filter_map(|store| {
            let words = words_listed(facts, &store.value)?;
            Some(("list", self.site(id, facts, store.span, store.scope, 0), facts.name(store.target), words))
        });
        let classes = facts.scopes.iter().enumerate().filter(|(_, scope)| scope.kind == ScopeKind::Class);
        let classes = classes.map(|(number, class)| {
            let kind = if is_enum(facts, class) { "enum" } else { "class" };
            let site = self.site(id, facts, class.span, class.parent, class.branch);
            (kind, site, facts.name(class.name), words_in_class(facts, number as ScopeId))
        });
        let rows = bound.chain(kept).chain(classes).filter(|(.., words)| words.len() >= LEAST);
        rows.map(|(kind, site, name, words)| SetRow {
            name: if site.scope.is_empty() { name.to_owned() } else { format!("{}.{name}", site.scope) },
            site,
            kind,
            words: words.into_iter().map(str::to_owned).collect(),
        })
        .collect()
    }
}

fn words_listed<'a>(facts: &'a Facts, value: &'a Value) -> Option<BTreeSet<&'a str>> {
    match value {
        Value::Strings(all, _) => Some(all.iter().map(|&word| facts.name(word)).collect()),
        _ => None,
    }
}

fn words_in_class(facts: &Facts, class: ScopeId) -> BTreeSet<&str> {
    let inside = facts.bindings.iter().filter(|binding| binding.scope == class);
    let words = inside.filter_map(|binding| match binding.kind {
        BindingKind::Assignment(Value::Str(word)) => Some(facts.name(word)),
        _ => None,
    });
    words.collect()
}
