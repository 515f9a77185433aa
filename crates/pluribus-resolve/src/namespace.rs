//! The names of one file by scope, in the order in which they are bound.

use std::sync::OnceLock;

use pluribus_facts::{Arm, Binding, BindingKind, BranchId, Call, Facts, ScopeId, Sym, Value, hash_word};

/// Bindings by scope and name; and the star imports of the module, by index of the import.
pub(crate) struct Namespace {
    /// (scope, name, binding), sorted.
    rows: Vec<(ScopeId, Sym, u32)>,
    /// Names that are bound anywhere in the file behind their hashes, sorted.
    names: Vec<(u32, Sym)>,
    pub(crate) stars: Vec<u32>,
    /// Asked for again with every name that a package lacks.
    extends_path: OnceLock<bool>,
}

impl Namespace {
    pub(crate) fn new(facts: &Facts) -> Self {
        let mut rows = Vec::with_capacity(facts.bindings.len());
        let mut stars = Vec::new();
        for (index, binding) in facts.bindings.iter().enumerate() {
            if let BindingKind::Import(import) = binding.kind
                && facts.name(binding.name) == "*"
            {
                if binding.scope == 0 {
                    stars.push(import);
                }
                continue;
            }
            rows.push((binding.scope, binding.name, index as u32));
        }
        rows.sort_unstable();
        let mut names: Vec<Sym> = rows.iter().map(|(_, name, _)| *name).collect();
        names.sort_unstable();
        names.dedup();
        let mut names: Vec<(u32, Sym)> = names.into_iter().map(|name| (hash_word(facts.name(name)), name)).collect();
        names.sort_unstable();
        Self { rows, names, stars, extends_path: OnceLock::new() }
    }

    /// The bindings of a name in a scope, first to last.
    pub(crate) fn bindings(&self, facts: &Facts, scope: ScopeId, name: &str) -> Bindings<'_> {
        let hash = hash_word(name);
        let start = self.names.partition_point(|each| each.0 < hash);
        let alike = self.names[start..].iter().take_while(|each| each.0 == hash);
        let found = alike.map(|each| each.1).find(|&sym| facts.name(sym) == name);
        Bindings { rows: found.map_or(&[], |sym| self.rows_of(scope, sym)) }
    }

    /// Whether a package says that it has modules in other folders too: `__path__ = extend_path(...)`,
    /// `__path__.append(...)`, `pkg_resources.declare_namespace(__name__)`.
    pub(crate) fn extends_path(&self, facts: &Facts) -> bool {
        let binds = |binding: &Binding| binding.scope == 0 && facts.name(binding.name) == "__path__";
        let calls = |call: &Call| {
            let callee = facts.name(call.callee);
            callee.starts_with("__path__.") || callee.rsplit('.').next() == Some("declare_namespace")
        };
        *self.extends_path.get_or_init(|| facts.bindings.iter().any(binds) || facts.calls.iter().any(calls))
    }

    /// Names that a scope binds, each with its bindings.
    pub(crate) fn names_of(&self, scope: ScopeId) -> impl Iterator<Item = (Sym, Bindings<'_>)> {
        let start = self.rows.partition_point(|row| row.0 < scope);
        let end = self.rows.partition_point(|row| row.0 <= scope);
        self.rows[start..end].chunk_by(|a, b| a.1 == b.1).map(|rows| (rows[0].1, Bindings { rows }))
    }

    fn rows_of(&self, scope: ScopeId, name: Sym) -> &[(ScopeId, Sym, u32)] {
        let start = self.rows.partition_point(|row| (row.0, row.1) < (scope, name));
        let end = self.rows.partition_point(|row| (row.0, row.1) <= (scope, name));
        &self.rows[start..end]
    }
}

/// Indexes into [`Facts::bindings`], in order.
#[derive(Clone, Copy)]
pub(crate) struct Bindings<'a> {
    rows: &'a [(ScopeId, Sym, u32)],
}

impl Bindings<'_> {
    pub(crate) fn len(&self) -> usize {
        self.rows.len()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    pub(crate) fn first(&self) -> Option<u32> {
        self.rows.first().map(|row| row.2)
    }

    pub(crate) fn last(&self) -> Option<u32> {
        self.rows.last().map(|row| row.2)
    }

    /// Those that stand before a binding in the file.
    pub(crate) fn before(self, index: u32) -> Self {
        Self { rows: &self.rows[..self.rows.partition_point(|row| row.2 < index)] }
    }

    pub(crate) fn iter(&self) -> impl DoubleEndedIterator<Item = u32> {
        self.rows.iter().map(|row| row.2)
    }
}

/// Whether a branch or one around it has such an arm.
pub(crate) fn is_under(facts: &Facts, branch: BranchId, test: impl Fn(Arm) -> bool) -> bool {
    let mut at = branch;
    while at != 0 {
        let Some(found) = facts.branches.get(at as usize) else { return false };
        if test(found.arm) {
            return true;
        }
        at = found.parent;
    }
    false
}

/// The bindings that may hold at the end of the module, the likeliest first.
///
/// The last unconditional one wins over all before it. Of `try`, its body comes before its
/// handlers; what only type checkers see comes last, and so does a placeholder such as `None`.
pub(crate) fn candidates(facts: &Facts, bindings: Bindings) -> Vec<u32> {
    let mut found: Vec<(u8, u32)> = Vec::new();
    for index in bindings.iter().rev() {
        let Some(binding) = facts.bindings.get(index as usize) else { continue };
        if matches!(binding.kind, BindingKind::Outer) {
            continue;
        }
        let arm = |test: fn(Arm) -> bool| is_under(facts, binding.branch, test);
        let is_placeholder = matches!(
            binding.kind,
            BindingKind::Assignment(Value::None) | BindingKind::Declaration | BindingKind::Other
        );
        let is_deleted = matches!(binding.kind, BindingKind::Deleted);
        let is_conditional = arm(|arm| !matches!(arm, Arm::Body | Arm::Runtime | Arm::Always));
        if is_deleted && !is_conditional {
            break;
        }
        if is_deleted {
            continue;
        }
        let rank = if arm(|arm| arm == Arm::TypeChecking) {
            5
        } else if is_placeholder {
            4
        } else if arm(|arm| matches!(arm, Arm::Except(_))) {
            3
        } else if arm(|arm| matches!(arm, Arm::TryImport | Arm::Try)) {
            0
        } else if is_conditional {
            2
        } else {
            1
        };
        found.push((rank, index));
        // Of a `try` and its handler that both bind the name, one is sure to have done so.
        let is_settled = rank == 0
            && found.iter().any(|&(other, handler)| {
                other == 3
                    && facts.bindings.get(handler as usize).is_some_and(|handler| {
                        statement_of(facts, handler.branch) == statement_of(facts, binding.branch)
                    })
            });
        if (!is_conditional && !is_placeholder) || is_settled {
            break;
        }
    }
    // Within a rank the first in the file comes first for the arms of one statement, the last
    // otherwise; an unconditional binding is alone in its rank.
    found.reverse();
    found.sort_by_key(|(rank, _)| *rank);
    found.into_iter().map(|(_, index)| index).collect()
}

/// The statement that a branch is an arm of.
fn statement_of(facts: &Facts, branch: BranchId) -> Option<(BranchId, u32)> {
    facts.branches.get(branch as usize).map(|branch| (branch.parent, branch.statement))
}
