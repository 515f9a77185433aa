//! Words, and the constants that hold them.

use pluribus_facts::{Argument, BindingKind, Facts, Scope, ScopeId, ScopeKind, Value};

use crate::codebase::Codebase;
use crate::layout::FileId;
use crate::members::Way;
use crate::rows::ArgumentRow;
use crate::target::Target;

impl Codebase {
    /// The words that a call hands over, by themselves or by constants that are followed.
    pub(super) fn words_handed(&self, id: FileId, facts: &Facts, call: usize) -> Vec<ArgumentRow> {
        let scope = facts.calls.get(call).map_or(0, |call| call.scope);
        let rows = arguments_of(facts, call as u32).iter().filter_map(|argument| {
            let written = facts.name(argument.value);
            let (word, name) = if argument.is_literal {
                (written.to_owned(), "")
            } else {
                (self.word_named(id, scope, written)?, written)
            };
            Some(ArgumentRow {
                keyword: facts.name(argument.keyword).to_owned(),
                position: argument.position,
                word,
                name: name.to_owned(),
            })
        });
        rows.collect()
    }

    /// The word that a constant holds: of a module, of a class, or a member of an enum.
    fn word_named(&self, id: FileId, scope: ScopeId, chain: &str) -> Option<String> {
        let (owner, is_of_member) = chain.strip_suffix(".value").map_or((chain, false), |owner| (owner, true));
        let Target::Definition(file, binding) = self.chain(id, scope, owner, &mut Way::default()) else { return None };
        let (facts, namespace) = self.contents(file)?;
        let found = facts.bindings.get(binding as usize)?;
        let around = facts.scopes.get(found.scope as usize)?;
        let fits = match around.kind {
            ScopeKind::Module => !is_of_member,
            ScopeKind::Class => !is_of_member || is_enum(facts, around),
            _ => false,
        };
        let is_only = namespace.bindings(facts, found.scope, facts.name(found.name)).iter().nth(1).is_none();
        match found.kind {
            BindingKind::Assignment(Value::Str(word)) if fits && is_only => Some(facts.name(word).to_owned()),
            _ => None,
        }
    }
}

/// The arguments of one call: they stand together, in the order of the calls.
fn arguments_of(facts: &Facts, call: u32) -> &[Argument] {
    let start = facts.arguments.partition_point(|each| each.call < call);
    let end = facts.arguments.partition_point(|each| each.call <= call);
    facts.arguments.get(start..end).unwrap_or_default()
}

/// Whether a class says that it is an enum.
pub(super) fn is_enum(facts: &Facts, class: &Scope) -> bool {
    class.bases.iter().any(|&base| facts.name(base).ends_with("Enum"))
}
