//! Questions that rules ask, one file a kind of answer.

mod bindings;
mod classes;
mod imports;
mod ledger;
mod modules;
mod obstacles;
mod strings;
mod uses;

pub(crate) use modules::is_near;

use pluribus_facts::{Arm, BranchId, Facts, ScopeId, ScopeKind, Span};

use crate::codebase::Codebase;
use crate::layout::FileId;
use crate::names::kind_name;
use crate::namespace::is_under;
use crate::rows::{Handle, Hop, Place, Site, TargetRow};
use crate::target::{Missing, Step, Target};

impl Codebase {
    pub(crate) fn place(&self, file: FileId, span: Span) -> Place {
        Place {
            path: self.file(file).path.to_string(),
            line: span.line.max(1),
            column: span.column.max(1),
            start: span.start,
            end: span.end,
        }
    }

    pub(crate) fn site(&self, file: FileId, facts: &Facts, span: Span, scope: ScopeId, branch: BranchId) -> Site {
        let read = self.file(file);
        let arm = |test: fn(Arm) -> bool| branches_around(facts, scope, branch).any(|at| is_under(facts, at, test));
        Site {
            place: self.place(file, span),
            module: read.module.to_string(),
            is_test: read.is_test,
            scope: scope_name(facts, scope),
            in_function: scopes_around(facts, scope).any(|kind| kind == ScopeKind::Function),
            type_checking: arm(|arm| arm == Arm::TypeChecking),
            guarded: arm(|arm| matches!(arm, Arm::TryImport | Arm::Except(true))),
            fallback: arm(|arm| matches!(arm, Arm::Except(_))),
        }
    }

    pub(crate) fn target_row(&self, target: &Target) -> TargetRow {
        let row = |kind, name: String| TargetRow { kind, name, handle: None };
        match *target {
            Target::Definition(file, binding) => TargetRow {
                kind: "definition",
                name: format!("{}:{}", self.file(file).module, self.qualname(file, binding)),
                handle: Some(Handle(file, binding)),
            },
            Target::Module(module) => row("module", self.module_name(module)),
            Target::External => row("external", String::new()),
            Target::Unknown(reason) => row("unknown", reason.to_owned()),
            Target::Missing(Missing::Module) => row("missing-module", String::new()),
            Target::Missing(Missing::Name) => row("missing-name", String::new()),
            Target::Missing(Missing::BeyondRoot) => row("beyond-root", String::new()),
        }
    }

    pub(crate) fn qualname(&self, file: FileId, binding: u32) -> String {
        let Some(facts) = self.facts(file) else { return String::new() };
        let Some(binding) = facts.bindings.get(binding as usize) else { return String::new() };
        let name = facts.name(binding.name);
        match scope_name(facts, binding.scope).as_str() {
            "" => name.to_owned(),
            outer => format!("{outer}.{name}"),
        }
    }

    pub(crate) fn hops(&self, steps: &[Step]) -> Vec<Hop> {
        steps
            .iter()
            .map(|step| Hop {
                module: self.file(step.file).module.to_string(),
                name: step.name.to_string(),
                kind: kind_name(step.kind),
                place: self.place(step.file, step.span),
            })
            .collect()
    }
}

/// The qualified name of the nearest class or function.
pub(crate) fn scope_name(facts: &Facts, scope: ScopeId) -> String {
    let mut at = scope;
    while at != 0 {
        let Some(found) = facts.scopes.get(at as usize) else { break };
        if found.qualname != 0 {
            return facts.name(found.qualname).to_owned();
        }
        at = found.parent;
    }
    String::new()
}

fn scopes_around(facts: &Facts, scope: ScopeId) -> impl Iterator<Item = ScopeKind> {
    std::iter::successors(Some(scope), |&at| {
        (at != 0).then(|| facts.scopes.get(at as usize)).flatten().map(|at| at.parent)
    })
    .filter_map(|at| facts.scopes.get(at as usize).map(|at| at.kind))
}

/// The branch of a fact, and those of the definitions around it.
fn branches_around(facts: &Facts, scope: ScopeId, branch: BranchId) -> impl Iterator<Item = BranchId> {
    let outer = std::iter::successors(facts.scopes.get(scope as usize), |at| {
        (at.parent != 0 || at.qualname != 0).then(|| facts.scopes.get(at.parent as usize)).flatten()
    });
    std::iter::once(branch).chain(outer.take(100).map(|scope| scope.branch))
}
