//! pytest fixtures: which function fills a parameter of a test.

use pluribus_facts::{BindingKind, ScopeId, ScopeKind};

use crate::codebase::Codebase;
use crate::layout::FileId;
use crate::members::Way;
use crate::objects::{Definition, has_decorator};
use crate::target::Target;

impl Codebase {
    /// The fixture of a name that a function in a scope is given: of its class, its module, or the
    /// nearest `conftest.py` above.
    pub(crate) fn fixture(&self, id: FileId, name: &str, function: ScopeId) -> Option<Definition> {
        let facts = self.facts(id)?;
        let parent = facts.scopes.get(function as usize)?.parent;
        if facts.scopes.get(parent as usize).is_some_and(|scope| scope.kind == ScopeKind::Class) {
            let class = self.binding_of_scope(id, parent)?;
            let member = self.class_member(id, class, name);
            if let Some(found) = member.filter(|&(file, binding)| self.is_fixture(file, binding, function, id)) {
                return Some(found);
            }
        }
        let own = self.fixture_of_module(id, name, function, id);
        own.or_else(|| {
            let folder = self.layout.folder_of[id as usize];
            self.layout
                .upwards(folder)
                .filter_map(|at| self.layout.folder(at).modules.get("conftest").copied())
                .find_map(|conftest| self.fixture_of_module(conftest, name, function, id))
        })
    }

    fn fixture_of_module(&self, id: FileId, name: &str, asked: ScopeId, from: FileId) -> Option<Definition> {
        self.note(id, name);
        let (facts, namespace) = self.contents(id)?;
        if let Some(index) = namespace.bindings(facts, 0, name).last() {
            let found = match self.follow(id, index, &mut Way::default()) {
                Target::Definition(file, binding) => (file, binding),
                _ => return None,
            };
            if self.is_fixture(found.0, found.1, asked, from) {
                return Some(found);
            }
        }
        None
    }

    fn is_fixture(&self, file: FileId, binding: u32, asked: ScopeId, from: FileId) -> bool {
        let is_itself = file == from
            && self.facts(file).is_some_and(|facts| {
                matches!(facts.bindings.get(binding as usize).map(|each| &each.kind), Some(BindingKind::Definition(scope)) if *scope == asked)
            });
        // A fixture may take the one of its own name that it overrides.
        !is_itself && self.function(file, binding).is_some_and(|(facts, scope)| has_decorator(facts, scope, "fixture"))
    }
}
