//! Functions that make objects of a class and return them.

use pluribus_facts::{BindingKind, Facts, ScopeId, ScopeKind};
use rayon::prelude::*;
use rustc_hash::FxHashSet;

use super::classes::scopes_in;
use crate::codebase::Codebase;
use crate::layout::FileId;
use crate::members::Way;
use crate::objects::Known;
use crate::rows::{Handle, MakerRow};
use crate::target::Target;

impl Codebase {
    /// Functions and methods that call one of these classes themselves, and return objects of it.
    pub fn makers(&self, classes: &[Handle]) -> Vec<MakerRow> {
        let wanted: FxHashSet<Handle> = classes.iter().copied().collect();
        let mut rows: Vec<MakerRow> = self
            .asked_files()
            .into_par_iter()
            .filter(|&id| self.can_name(id, &wanted))
            .flat_map_iter(|id| self.makers_in(id, &wanted))
            .collect();
        rows.sort_by(|a, b| a.definition.site.place.cmp(&b.definition.site.place));
        rows
    }

    fn makers_in(&self, id: FileId, wanted: &FxHashSet<Handle>) -> Vec<MakerRow> {
        let Some(facts) = self.facts(id) else { return Vec::new() };
        let functions = facts.bindings.iter().enumerate().filter_map(|(index, binding)| match binding.kind {
            BindingKind::Definition(scope) => Some((index as u32, scope)),
            _ => None,
        });
        functions.filter_map(|(index, scope)| self.maker(id, facts, (index, scope), wanted)).collect()
    }

    fn maker(
        &self,
        id: FileId,
        facts: &Facts,
        (index, scope): (u32, ScopeId),
        wanted: &FxHashSet<Handle>,
    ) -> Option<MakerRow> {
        let function = facts.scopes.get(scope as usize).filter(|scope| scope.kind == ScopeKind::Function)?;
        let returned = function.returned.iter().find_map(|value| match self.known_in(id, scope, value) {
            Some(Known::Object { class: (file, binding), certain, .. }) => {
                wanted.contains(&Handle(file, binding)).then_some((Handle(file, binding), certain))
            }
            _ => None,
        });
        let (class, is_certain) = returned?;
        let inside = scopes_in(facts, scope);
        let calls: FxHashSet<(ScopeId, u32)> = facts
            .calls
            .iter()
            .filter(|call| inside.contains(&call.scope))
            .map(|call| (call.scope, call.callee))
            .collect();
        let makes = calls.into_iter().any(|(scope, callee)| {
            let target = self.chain(id, scope, facts.name(callee), &mut Way::default());
            matches!(target, Target::Definition(file, binding) if Handle(file, binding) == class)
        });
        Some(MakerRow { definition: self.definition_row(id, index).filter(|_| makes)?, class, is_certain })
    }
}
