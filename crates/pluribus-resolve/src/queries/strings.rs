//! Strings that name modules or what is in them.

use std::borrow::Cow;

use pluribus_facts::{Facts, OWN_MODULE, OWN_PACKAGE, ScopeId, StringPlace};
use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use super::classes::{outermost, scopes_in};
use super::imports::is_inside;
use crate::codebase::Codebase;
use crate::layout::FileId;
use crate::rows::StringRow;

impl Codebase {
    /// Strings that name one of `modules` or something inside it.
    pub fn strings_naming(&self, modules: &[String]) -> Vec<StringRow> {
        let mut rows: Vec<StringRow> =
            self.asked_files().into_par_iter().flat_map_iter(|id| self.strings_in(id, modules)).collect();
        rows.sort_by(|a, b| a.site.place.cmp(&b.site.place));
        rows
    }

    /// The files of which a dotted name, or a string like one, may have one of these in it, and some
    /// more: fast, to be looked at closely.
    pub fn chaining(&self, parts: &[String]) -> Vec<String> {
        let mut paths: Vec<String> = self
            .asked_files()
            .into_par_iter()
            .filter(|&id| {
                let Some(facts) = self.facts(id) else { return false };
                parts.iter().any(|part| facts.names.may_hold(part))
            })
            .map(|id| self.file(id).path.to_string())
            .collect();
        paths.sort_unstable();
        paths
    }

    fn strings_in(&self, id: FileId, modules: &[String]) -> Vec<StringRow> {
        let Some(facts) = self.facts(id) else { return Vec::new() };
        let mut used: FxHashMap<ScopeId, Vec<String>> = FxHashMap::default();
        let names = |text: &str| modules.iter().any(|module| is_inside(text.split(':').next().unwrap_or(text), module));
        facts
            .strings
            .iter()
            .map(|each| (each, self.whole_name(id, facts.name(each.text))))
            .filter(|(_, text)| names(text))
            .map(|(each, text)| {
                let (position, index, keyword) = match each.place {
                    StringPlace::Argument(index) => ("argument", index, 0),
                    StringPlace::Keyword(name) => ("keyword", 0, name),
                    StringPlace::Subscript => ("subscript", 0, 0),
                    StringPlace::DictKey => ("key", 0, 0),
                    StringPlace::DictValue => ("value", 0, 0),
                    StringPlace::Element => ("element", 0, 0),
                    StringPlace::Comparison => ("comparison", 0, 0),
                    StringPlace::Other => ("other", 0, 0),
                };
                let callee = facts.name(each.callee);
                let around = outermost(facts, each.scope);
                let used_around = used.entry(around).or_insert_with(|| self.used_in(id, facts, around));
                StringRow {
                    site: self.site(id, facts, each.span, each.scope, 0),
                    text: text.into_owned(),
                    position,
                    index,
                    keyword: facts.name(keyword).to_owned(),
                    callee: callee.to_owned(),
                    callee_path: self.spelled_out(id, facts, each.scope, callee),
                    used_around: used_around.clone(),
                }
            })
            .collect()
    }

    /// What a string names; one that starts at the package or module of its own file, by all its parts.
    fn whole_name<'a>(&self, id: FileId, text: &'a str) -> Cow<'a, str> {
        let (is_package, rest) = match (text.strip_prefix(OWN_PACKAGE), text.strip_prefix(OWN_MODULE)) {
            (Some(rest), _) => (true, rest),
            (_, Some(rest)) => (false, rest),
            _ => return Cow::Borrowed(text),
        };
        let path = rest.trim_start_matches('.');
        let mut up = (rest.len() - path.len()).saturating_sub(usize::from(!path.is_empty()));
        up += usize::from(is_package && self.layout.is_init.get(id as usize) != Some(&true));
        let module = &self.file(id).module;
        let mut parts: Vec<&str> = module.split('.').collect();
        if up >= parts.len() {
            return Cow::Borrowed(text);
        }
        parts.truncate(parts.len() - up);
        if !path.is_empty() {
            parts.push(path);
        }
        Cow::Owned(parts.join("."))
    }

    fn used_in(&self, id: FileId, facts: &Facts, definition: ScopeId) -> Vec<String> {
        if definition == 0 {
            return Vec::new();
        }
        let inside = scopes_in(facts, definition);
        let calls = facts.calls.iter().map(|call| (call.scope, call.callee));
        let references = facts.references.iter().map(|reference| (reference.scope, reference.chain));
        let used: FxHashSet<(ScopeId, u32)> =
            calls.chain(references).filter(|(scope, _)| inside.contains(scope)).collect();
        let mut spelled: Vec<String> =
            used.into_iter().map(|(scope, chain)| self.spelled_out(id, facts, scope, facts.name(chain))).collect();
        spelled.sort_unstable();
        spelled.dedup();
        spelled
    }

    /// A dotted expression with the import of its first name spelled out.
    fn spelled_out(&self, id: FileId, facts: &Facts, scope: ScopeId, chain: &str) -> String {
        let (first, rest) = match chain.find(['.', '(', '[']) {
            Some(at) => chain.split_at(at),
            None => (chain, ""),
        };
        let Some(namespace) = self.namespace(id) else { return chain.to_owned() };
        let mut at = scope;
        loop {
            for index in namespace.bindings(facts, at, first).iter() {
                let Some(binding) = facts.bindings.get(index as usize) else { continue };
                if let pluribus_facts::BindingKind::Import(import) = binding.kind {
                    let Some(import) = facts.imports.get(import as usize) else { continue };
                    let module = facts.name(import.module);
                    return match (facts.name(import.name), facts.name(import.asname)) {
                        ("", "") => chain.to_owned(),
                        ("", _) => format!("{module}{rest}"),
                        (name, _) => format!("{module}.{name}{rest}"),
                    };
                }
                return chain.to_owned();
            }
            if at == 0 {
                return chain.to_owned();
            }
            at = facts.scopes.get(at as usize).map_or(0, |scope| scope.parent);
        }
    }
}
