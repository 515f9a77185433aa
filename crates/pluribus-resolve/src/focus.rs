//! Which files can matter to a set of concepts, proven from their words before any is parsed.
//!
//! A file reaches a concept by a chain of imports. Its last hop names a module of the concept, or a
//! name under which some module offers it. So: read the files whose words allow that, see which
//! names and modules they add, and repeat until nothing new comes.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use pluribus_facts::{BindingKind, Call, Facts, Outline, ScopeId, ScopeKind, Sym, Value, hash_definition};
use rayon::prelude::*;
use rustc_hash::FxHashSet;
use serde::{Deserialize, Serialize};

use crate::clues::Clues;
use crate::codebase::{Codebase, Status};
use crate::layout::{FileId, FolderId, Found, ModuleId};
use crate::members::Way;
use crate::queries::scopes_in;
use crate::target::Target;

/// What a set of concepts is about, as far as words can tell.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Focus {
    /// Dotted module paths.
    pub modules: Vec<String>,
    /// Names under which the concepts are known.
    pub names: Vec<String>,
    /// Globs of class names.
    pub classes: Vec<String>,
    /// Sets of function names, and how many of each a file must define to matter.
    pub methods: Vec<(Vec<String>, usize)>,
    /// Definitions, `package.module:Qualname` split in two, whose other names matter.
    pub definitions: Vec<(String, String)>,
    /// Methods of which it matters what constants are handed to them.
    pub senders: Vec<String>,
    /// Sets of words, and how many of each a file that is no test must spell to matter.
    pub words: Vec<(Vec<String>, usize)>,
    /// Definitions of which copies matter, as far as they were read; a whole module has no name.
    pub copied: Vec<(String, String)>,
}

/// Trees with no more files than this are read whole: it costs little, and then everything is known.
const READ_WHOLE: usize = 500;

impl Codebase {
    /// Reads every file that can matter, and says how many were set aside.
    pub fn focus(&mut self, focus: &Focus, reads_all: bool) {
        self.prove_named_namespaces(focus);
        self.focuses.push(focus.clone());
        if reads_all || self.files.len() <= READ_WHOLE {
            self.reads_whole = true;
            let ids: Vec<FileId> = (0..self.files.len() as FileId).filter(|&id| self.is_waiting(id)).collect();
            self.load(&ids);
            self.settle(&ids);
            return;
        }
        let mut clues = std::mem::take(&mut self.clues);
        clues.extend(focus);
        for (_, (words, least)) in self.words_of_copies(&focus.copied) {
            clues.add_words(words, least);
        }
        let mut goes_on = clues.have_news();
        while goes_on && !self.is_stopped() {
            let roots = self.roots.all.len();
            let found = self.load_what_has(&clues);
            self.settle(&found);
            let sought = self.seek_hidden_roots(&mut clues);
            clues.mark_tried();
            let demanded = self.load_demanded(&clues);
            self.demanded.extend(sought.iter().chain(&demanded));
            if self.roots.all.len() != roots {
                // A relative import need not spell what a file's own package is called.
                clues.try_all_again();
            }
            let wanted = self.wanted(focus);
            let has_read = [&found, &sought, &demanded].iter().any(|ids| !ids.is_empty());
            if has_read || self.offered != wanted {
                self.widen(&wanted, &mut clues);
                self.offered = wanted;
            }
            // What was demanded may lead on to what was not read either.
            goes_on = clues.have_news() || !demanded.is_empty();
        }
        if self.is_stopped() {
            clues.try_all_again();
        }
        self.clues = clues;
    }

    /// Draws from files that were just read where modules are looked for.
    pub(crate) fn settle(&mut self, ids: &[FileId]) {
        if ids.is_empty() {
            return;
        }
        self.detect_roots_by_imports(ids);
        self.prove_reached_namespaces(ids);
        self.imports = OnceLock::new();
        for file in &mut self.files {
            file.bound_by_imports = OnceLock::new();
        }
    }

    pub(crate) fn is_waiting(&self, id: FileId) -> bool {
        let file = self.file(id);
        file.contents.get().is_none() && file.status == Status::SetAside
    }

    /// Whether the words of a file allow that it matters.
    pub(crate) fn can_matter(&self, id: FileId, outline: &Outline, clues: &Clues) -> bool {
        // A copy in a test is no second owner.
        self.is_allowed(id, outline, clues, !self.file(id).is_test)
    }

    /// Whether a file that matters would not without the words of copies.
    pub(crate) fn needs_words(&self, id: FileId, outline: &Outline, clues: &Clues) -> bool {
        !self.file(id).is_test && !self.is_allowed(id, outline, clues, false)
    }

    fn is_allowed(&self, id: FileId, outline: &Outline, clues: &Clues, by_words: bool) -> bool {
        let parts: Vec<&str> = self.file(id).module.split('.').collect();
        let package = if self.layout.is_init[id as usize] { parts.as_slice() } else { &parts[..parts.len() - 1] };
        clues.allow(outline, package, by_words)
    }

    /// Each may hand on what stands in yet another.
    fn load_demanded(&mut self, clues: &Clues) -> Vec<FileId> {
        let mut all = Vec::new();
        let mut asked: Vec<FileId> = (0..self.files.len() as FileId).collect();
        loop {
            let found: Vec<(FileId, Vec<FileId>)> = asked
                .par_iter()
                .map(|&id| (id, self.demanded_by(id, clues)))
                .filter(|(_, ids)| !ids.is_empty())
                .collect();
            let mut demanded: Vec<FileId> = found.iter().flat_map(|(_, ids)| ids).copied().collect();
            demanded.sort_unstable();
            demanded.dedup();
            demanded.retain(|&id| self.is_waiting(id));
            if demanded.is_empty() || self.is_stopped() {
                return all;
            }
            self.load(&demanded);
            self.settle(&demanded);
            // All others are asked again in the next round.
            asked = found.into_iter().map(|(id, _)| id).chain(demanded.iter().copied()).collect();
            asked.sort_unstable();
            asked.dedup();
            all.extend(demanded);
        }
    }

    /// Files without which it cannot be told what the imports and classes of a file reach that matter.
    fn demanded_by(&self, id: FileId, clues: &Clues) -> Vec<FileId> {
        let Some(facts) = self.facts(id) else { return Vec::new() };
        let mut way = Way::default();
        for import in &facts.imports {
            let module = facts.name(import.module);
            let last = module.rsplit('.').next().unwrap_or(module);
            // Under a name of the concept something else may be imported.
            let is_named = clues.name(facts.name(import.name)) || clues.name(facts.name(import.asname));
            if clues.lead_through(last) || is_named {
                self.resolve_import_on(id, import, &mut way);
            }
        }
        for binding in facts.bindings.iter().filter(|each| each.scope == 0 && clues.name(facts.name(each.name))) {
            if let BindingKind::Assignment(Value::Chain(chain)) = binding.kind {
                self.chain(id, 0, facts.name(chain), &mut way);
            }
        }
        for (index, scope) in facts.scopes.iter().enumerate() {
            if scope.kind != ScopeKind::Class {
                continue;
            }
            let is_named = clues.name(facts.name(scope.name));
            if is_named || may_rival(facts, index as u32, clues) {
                for &base in &scope.bases {
                    let base = facts.name(base).trim_end_matches("[]");
                    self.chain(id, scope.parent, base, &mut way);
                }
            }
            if is_named {
                // What it works with tells its role.
                for (scope, callee) in imported_callees(facts, index as u32) {
                    self.chain(id, scope, facts.name(callee), &mut way);
                }
            }
        }
        for (scope, constant) in constants_sent(facts, clues) {
            self.chain(id, scope, constant, &mut way);
        }
        way.unread.take()
    }

    /// Adds the names and aliases under which the files read so far offer the concepts.
    fn widen(&self, wanted: &FxHashSet<Target>, clues: &mut Clues) {
        let found: Vec<(FileId, String, Target)> =
            (0..self.files.len() as FileId).into_par_iter().flat_map_iter(|id| self.offers(id, wanted)).collect();
        for (id, name, target) in found {
            if !matches!(target, Target::Module(_)) {
                clues.add_name(&name);
            }
            clues.add_alias(&name, &self.file(id).module);
        }
    }

    pub(crate) fn wanted(&self, focus: &Focus) -> FxHashSet<Target> {
        let mut wanted = FxHashSet::default();
        for path in &focus.modules {
            wanted.extend(self.module(path).map(Target::Module));
        }
        for (module, qualname) in &focus.definitions {
            wanted.extend(self.definition(module, qualname).map(|(file, binding)| Target::Definition(file, binding)));
        }
        wanted
    }

    /// Module-level names of a file that reach what is wanted.
    pub(crate) fn offers(&self, id: FileId, wanted: &FxHashSet<Target>) -> Vec<(FileId, String, Target)> {
        let Some((facts, namespace)) = self.contents(id) else { return Vec::new() };
        let mut found = Vec::new();
        for name in self.names_served_by(id) {
            let target = self.member(ModuleId::File(id), name, &mut Way::default());
            if wanted.contains(&target) {
                found.push((id, name.to_owned(), target));
            }
        }
        for (name, bindings) in namespace.names_of(0) {
            let is_link = bindings.iter().any(|index| {
                matches!(
                    facts.bindings.get(index as usize).map(|binding| &binding.kind),
                    Some(BindingKind::Import(_) | BindingKind::Assignment(_))
                )
            });
            if !is_link {
                continue;
            }
            let target = self.member(ModuleId::File(id), facts.name(name), &mut Way::default());
            if wanted.contains(&target) {
                found.push((id, facts.name(name).to_owned(), target));
            }
        }
        found
    }

    /// The definition that a contract names.
    pub fn definition(&self, module: &str, qualname: &str) -> Option<(FileId, u32)> {
        let module = self.module(module)?;
        let mut parts = qualname.split('.');
        let first = parts.next()?;
        let mut at = match (self.member(module, first, &mut Way::default()), module) {
            (Target::Definition(file, binding), _) => (file, binding),
            // `try: from installed import Name` with a definition of its own in the handler.
            (Target::External, ModuleId::File(file)) => (file, self.own_definition(file, first)?),
            _ => return None,
        };
        for part in parts {
            at = self.class_member(at.0, at.1, part)?;
        }
        Some(at)
    }

    fn own_definition(&self, file: FileId, name: &str) -> Option<u32> {
        self.note(file, name);
        let (facts, namespace) = self.contents(file)?;
        let bindings = namespace.bindings(facts, 0, name);
        bindings.iter().rev().find(|&index| self.definition_kind(file, index).is_some())
    }

    /// A folder without `__init__.py` is a package of this code base when the contract names
    /// something in it, or when an import reaches a file in it by its full path.
    fn prove_named_namespaces(&mut self, focus: &Focus) {
        let named =
            focus.modules.iter().map(String::as_str).chain(focus.definitions.iter().map(|(module, _)| module.as_str()));
        let proven: Vec<FolderId> = named.filter_map(|path| self.top_namespace(0, path, false)).collect();
        self.proven.extend(proven);
    }

    fn prove_reached_namespaces(&mut self, ids: &[FileId]) {
        let reached: Vec<FolderId> = ids.par_iter().flat_map_iter(|&id| self.reached_namespaces(id)).collect();
        self.proven.extend(reached);
    }

    fn reached_namespaces(&self, id: FileId) -> FxHashSet<FolderId> {
        let folder = self.layout.folder_of[id as usize];
        let Some(facts) = self.facts(id) else { return FxHashSet::default() };
        let absolute = facts.imports.iter().filter(|import| import.level == 0);
        absolute.filter_map(|import| self.top_namespace(folder, facts.name(import.module), true)).collect()
    }

    fn top_namespace(&self, folder: FolderId, path: &str, must_exist: bool) -> Option<FolderId> {
        let first = path.split('.').next()?;
        if self.stdlib.contains(first) {
            return None;
        }
        let Found::Module(ModuleId::Namespace(namespace)) = self.find_module(folder, first) else { return None };
        if !must_exist {
            return Some(namespace);
        }
        matches!(self.find_module(folder, path), Found::Module(ModuleId::File(_))).then_some(namespace)
    }

    /// The scope kind of a definition, when it has a scope.
    pub(crate) fn definition_kind(&self, file: FileId, binding: u32) -> Option<ScopeKind> {
        let facts = self.facts(file)?;
        match facts.bindings.get(binding as usize)?.kind {
            BindingKind::Definition(scope) => facts.scopes.get(scope as usize).map(|scope| scope.kind),
            _ => None,
        }
    }
}

/// Whether a class defines enough of the methods that nominate a rival.
pub(crate) fn may_rival(facts: &Facts, class: u32, clues: &Clues) -> bool {
    let methods: FxHashSet<u32> = facts
        .scopes
        .iter()
        .filter(|scope| scope.parent == class && scope.kind == ScopeKind::Function)
        .map(|scope| hash_definition(facts.name(scope.name)))
        .collect();
    clues.nominate(&methods)
}

/// Names of constants that are handed to a sending method, and where they are seen from.
pub(crate) fn constants_sent<'a>(facts: &'a Facts, clues: &Clues) -> Vec<(ScopeId, &'a str)> {
    let named = facts.arguments.iter().filter(|argument| !argument.is_literal);
    let sent = named.filter_map(|argument| {
        let call = facts.calls.get(argument.call as usize)?;
        let method = facts.name(call.callee).rsplit('.').next()?;
        let constant = facts.name(argument.value);
        clues.is_sender(method).then(|| (call.scope, constant.strip_suffix(".value").unwrap_or(constant)))
    });
    sent.collect()
}

/// What a class calls under names that are imported, seen from where it is called.
pub(crate) fn imported_callees(facts: &Facts, class: ScopeId) -> BTreeSet<(ScopeId, Sym)> {
    let inside = scopes_in(facts, class);
    let imported: FxHashSet<&str> = facts
        .bindings
        .iter()
        .filter(|binding| matches!(binding.kind, BindingKind::Import(_)))
        .map(|binding| facts.name(binding.name))
        .collect();
    let calls = facts.calls.iter().filter(|call| inside.contains(&call.scope));
    let first = |call: &Call| facts.name(call.callee).split(['.', '(', '[', '^']).next().unwrap_or("");
    calls.filter(|call| imported.contains(first(call))).map(|call| (call.scope, call.callee)).collect()
}
