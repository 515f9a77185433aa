//! What a function makes and hands out: it returns or yields the very thing.
//!
//! Everything that is looked at stands in the function itself, so that the answer is the same
//! whatever else was read.

use pluribus_facts::{BindingKind, Call, Facts, How, ScopeId, ScopeKind, Sym, Value};
use rustc_hash::{FxHashMap, FxHashSet};

/// Methods of a container that give what was put into it.
const GIVING: [&str; 3] = ["get", "setdefault", "pop"];

/// Whether the function around a call hands out what the call makes; true inside when it can be
/// nothing else that is handed out there.
pub(super) fn is_handed_out(facts: &Facts, call: &Call) -> Option<bool> {
    let function = facts.scopes.get(call.scope as usize).filter(|scope| scope.kind == ScopeKind::Function)?;
    if function.returned.iter().all(|value| matches!(value, Value::None)) {
        return None;
    }
    let made = Made::by(facts, call);
    let handed = function.returned.iter().filter_map(|value| made.purity(facts, value));
    handed.max()
}

/// Names under which a function knows what one call of its makes; false for those that may hold
/// something else.
struct Made {
    callee: Sym,
    names: FxHashMap<Sym, bool>,
    /// What holds it by key.
    holders: FxHashSet<Sym>,
}

impl Made {
    fn by(facts: &Facts, call: &Call) -> Self {
        let bound = given_names(facts, call.scope);
        let mut made = Self { callee: call.callee, names: FxHashMap::default(), holders: FxHashSet::default() };
        let kept = facts.changes.iter().filter(|each| each.scope == call.scope && each.how == How::Item);
        let kept: Vec<(Sym, &Value)> = kept.map(|each| (each.target, &each.value)).collect();
        let mut goes_on = true;
        while goes_on {
            goes_on = false;
            for (&name, values) in &bound {
                if values.iter().flatten().any(|value| made.purity(facts, value).is_some()) {
                    let is_pure = values.iter().all(|value| value.is_some_and(|value| made.is_only(facts, value)));
                    goes_on |= made.names.insert(name, is_pure) != Some(is_pure);
                }
            }
            for (holder, value) in &kept {
                goes_on |= made.purity(facts, value).is_some() && made.holders.insert(*holder);
            }
        }
        made
    }

    fn is_only(&self, facts: &Facts, value: &Value) -> bool {
        matches!(value, Value::None) || self.purity(facts, value) == Some(true)
    }

    /// Whether a value may be what was made; true inside when it can be nothing else.
    fn purity(&self, facts: &Facts, value: &Value) -> Option<bool> {
        match value {
            Value::Call(callee) if *callee == self.callee => Some(true),
            Value::Call(callee) => {
                let (holder, method) = facts.name(*callee).rsplit_once('.')?;
                (GIVING.contains(&method) && self.holds(facts, holder)).then_some(true)
            }
            Value::Chain(chain) => {
                let by_key = || facts.name(*chain).strip_suffix("[]").filter(|holder| self.holds(facts, holder));
                self.names.get(chain).copied().or_else(|| by_key().map(|_| true))
            }
            // Another branch of the same expression may give something else, but this one gives it.
            Value::Either(values) => values.iter().filter_map(|value| self.purity(facts, value)).max(),
            _ => None,
        }
    }

    fn holds(&self, facts: &Facts, chain: &str) -> bool {
        self.holders.iter().any(|&holder| facts.name(holder) == chain)
    }
}

/// What each name and attribute is bound to in a function; none for what is not known.
fn given_names(facts: &Facts, scope: ScopeId) -> FxHashMap<Sym, Vec<Option<&Value>>> {
    let mut given: FxHashMap<Sym, Vec<Option<&Value>>> = FxHashMap::default();
    for binding in facts.bindings.iter().filter(|each| each.scope == scope) {
        let value = match &binding.kind {
            BindingKind::Assignment(value) => Some(value),
            // What a caller may hand in takes the place of what is made.
            BindingKind::Parameter(_) => continue,
            BindingKind::Outer | BindingKind::Declaration | BindingKind::Deleted => continue,
            _ => None,
        };
        given.entry(binding.name).or_default().push(value);
    }
    for store in facts.stores.iter().filter(|each| each.scope == scope) {
        given.entry(store.target).or_default().push(Some(&store.value));
    }
    given
}
