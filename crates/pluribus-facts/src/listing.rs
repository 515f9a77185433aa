//! The definitions of one file, for who wants to know no more of it.

use crate::extract::extract;
use crate::model::{Binding, BindingKind, Body, Facts, ScopeId, ScopeKind, Value};

/// A function, a class, or the module itself, which has no name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// As in `Class.method`.
    pub qualname: String,
    pub is_function: bool,
    /// Dotted, without what they are called with.
    pub decorators: Vec<String>,
    /// What a function calls itself; of a module or class only what it calls as a statement, and what its
    /// `pytestmark` is. Dotted.
    pub calls: Vec<String>,
    /// Whether there is nothing in it.
    pub is_stub: bool,
}

/// Lists what a file defines; an error message for what is no Python text at all.
pub fn definitions(source: &[u8]) -> Result<Vec<Listed>, String> {
    let facts = extract(source)?;
    let all = facts.scopes.iter().enumerate().filter(|(_, scope)| scope.kind != ScopeKind::Expression);
    Ok(all
        .map(|(index, scope)| {
            let id = index as ScopeId;
            let calls = facts.calls.iter().filter(|call| match scope.kind {
                ScopeKind::Function => definition_around(&facts, call.scope) == id,
                // A marker may have a name and be used elsewhere, and a decorator marks what it decorates.
                _ => call.scope == id && (call.dropped || is_mark(&facts, id, call.span.start)),
            });
            let marks = facts.bindings.iter().filter(|binding| is_mark_of(&facts, binding, id));
            let marks = marks.filter_map(|binding| match binding.kind {
                BindingKind::Assignment(Value::Chain(chain)) => Some(facts.name(chain).to_owned()),
                _ => None,
            });
            Listed {
                qualname: qualname(&facts, id),
                is_function: scope.kind == ScopeKind::Function,
                decorators: scope
                    .decorators
                    .iter()
                    .map(|&name| facts.name(name).trim_end_matches("()").to_owned())
                    .collect(),
                calls: calls.map(|call| facts.name(call.callee).to_owned()).chain(marks).collect(),
                is_stub: matches!(scope.body, Body::Stub),
            }
        })
        .collect())
}

fn is_mark_of(facts: &Facts, binding: &Binding, scope: ScopeId) -> bool {
    binding.scope == scope && facts.name(binding.name) == "pytestmark"
}

/// Whether a place in a module or class is in what its `pytestmark` is bound to: behind that name, and
/// before whatever is bound or defined next.
fn is_mark(facts: &Facts, scope: ScopeId, place: u32) -> bool {
    let bound = facts.bindings.iter().filter(|binding| binding.scope == scope && binding.span.start < place);
    let Some(last) = bound.max_by_key(|binding| binding.span.start) else { return false };
    let is_behind = |start: u32| last.span.start < start && start <= place;
    is_mark_of(facts, last, scope)
        && !facts.scopes.iter().any(|inner| inner.is_definition() && inner.parent == scope && is_behind(inner.start))
}

/// The nearest scope that has a name of its own, or the module.
fn definition_around(facts: &Facts, scope: ScopeId) -> ScopeId {
    let mut at = scope;
    while at != 0 {
        match facts.scopes.get(at as usize) {
            Some(found) if !found.is_definition() => at = found.parent,
            Some(_) => return at,
            None => return 0,
        }
    }
    at
}

fn qualname(facts: &Facts, scope: ScopeId) -> String {
    let mut parts = Vec::new();
    let mut at = scope;
    while at != 0 {
        let Some(found) = facts.scopes.get(at as usize) else { break };
        if found.is_definition() {
            parts.push(facts.name(found.name));
        }
        at = found.parent;
    }
    parts.reverse();
    parts.join(".")
}

#[cfg(test)]
mod tests {
    use super::definitions;

    #[test]
    fn functions_are_listed_with_what_marks_them() -> Result<(), String> {
        let source = b"import pytest\npytestmark = pytest.mark.slow\n\n\nclass TestA:\n    @pytest.mark.skip(reason='x')\n    def test_b(self):\n        [pytest.skip('y') for _ in 'z']\n\n    async def test_c(self): ...\n";

        let listed = definitions(source)?;

        let names: Vec<&str> = listed.iter().map(|each| each.qualname.as_str()).collect();
        assert_eq!(names, ["", "TestA", "TestA.test_b", "TestA.test_c"]);
        assert_eq!(listed[0].calls, ["pytest.mark.slow"]);
        assert_eq!(listed[2].decorators, ["pytest.mark.skip"]);
        assert!(listed[2].calls.contains(&"pytest.skip".to_owned()));
        assert!(!listed[2].is_stub && listed[3].is_stub);
        Ok(())
    }

    #[test]
    fn a_marker_marks_what_it_is_put_on_and_nothing_else() -> Result<(), String> {
        let source = b"import pytest\npytestmark = [\n    pytest.mark.slow(),\n    pytest.mark.other(1),\n]\nneeds = pytest.mark.skipif(True, reason='x')\npytest.importorskip('y')\n\n\n@pytest.mark.skipif(True, reason='x')\nclass TestA:\n    @pytest.mark.xfail(reason='x')\n    def test_b(self): return 1\n";

        let listed = definitions(source)?;

        assert_eq!(listed[0].calls, ["pytest.mark.slow", "pytest.mark.other", "pytest.importorskip"]);
        assert_eq!(listed[1].decorators, ["pytest.mark.skipif"]);
        assert!(listed[1].calls.is_empty() && listed[2].calls.is_empty());
        Ok(())
    }
}
