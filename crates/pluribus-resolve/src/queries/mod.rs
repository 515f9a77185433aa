//! Questions that rules ask, one file a kind of answer.

mod bindings;
mod changes;
mod classes;
mod copies;
mod families;
mod flows;
mod handing;
pub(crate) mod imports;
mod inventory;
mod ledger;
mod modules;
mod obstacles;
mod receivers;
mod scripts;
mod sets;
mod spelled;
mod strings;
mod uses;
mod words;

pub(crate) use classes::scopes_in;
pub(crate) use modules::is_near;

use pluribus_facts::{Arm, BranchId, ContentHash, Facts, ScopeId, ScopeKind, Span, content_hash};

use crate::codebase::Codebase;
use crate::layout::FileId;
use crate::names::kind_name;
use crate::namespace::is_under;
use crate::rows::{Handle, Hop, Place, Site, TargetRow};
use crate::target::{Missing, Step, Target};

/// As many bytes of a qualified name are told.
const MAX_QUALNAME: usize = 1_000;

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

/// The qualified name of the nearest class or function; of one that is longer than anyone writes only
/// the end, because each row has its own.
pub(crate) fn scope_name(facts: &Facts, scope: ScopeId) -> String {
    let (mut parts, mut length) = (Vec::new(), 0);
    for name in names_around(facts, scope) {
        length += name.len() + 1;
        if length > MAX_QUALNAME {
            parts.push("…");
            break;
        }
        parts.push(name);
    }
    parts.reverse();
    parts.join(".")
}

/// Tells the classes and functions of a file apart, however long their qualified names are.
pub(crate) fn scope_hash(facts: &Facts, scope: ScopeId) -> ContentHash {
    content_hash(names_around(facts, scope).collect::<Vec<_>>().join(".").as_bytes())
}

/// Names of the classes and functions around a scope, its own first.
fn names_around(facts: &Facts, scope: ScopeId) -> impl Iterator<Item = &str> {
    let around = std::iter::successors(facts.scopes.get(scope as usize), |scope| {
        (scope.kind != ScopeKind::Module).then(|| facts.scopes.get(scope.parent as usize)).flatten()
    });
    around.filter(|scope| scope.is_definition()).map(|scope| facts.name(scope.name))
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
        (at.kind != ScopeKind::Module).then(|| facts.scopes.get(at.parent as usize)).flatten()
    });
    std::iter::once(branch).chain(outer.take(100).map(|scope| scope.branch))
}
