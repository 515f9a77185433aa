//! Names that a file uses and never binds, and what is wrong with its syntax: what an edit must not add.

use rustc_hash::FxHashSet;

use crate::extract::{Reader, root_name, root_of, walk};
use crate::model::{BindingKind, ScopeId, ScopeKind, Sym};

/// What a person who edited the file would want to know.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Loose {
    /// Syntax errors, with their lines.
    pub errors: Vec<(u32, String)>,
    /// The qualified name of the class or function, and the name that it uses: sorted, once for each
    /// use. Builtins are among them, and what a star import brings.
    pub unbound: Vec<(String, String)>,
}

/// Looks through a file for names that nothing binds.
///
/// Returns an error message for a file that is no Python text at all.
pub fn loose(source: &[u8]) -> Result<Loose, String> {
    // As in `extract`.
    #[allow(clippy::redundant_closure_for_method_calls)]
    walk(source, |reader| reader.loose())
}

impl Reader<'_> {
    fn loose(self) -> Loose {
        let mut bound: FxHashSet<(ScopeId, Sym)> = FxHashSet::default();
        let mut outer: FxHashSet<(ScopeId, Sym)> = FxHashSet::default();
        for binding in &self.facts.bindings {
            match binding.kind {
                BindingKind::Outer => outer.insert((binding.scope, binding.name)),
                BindingKind::Deleted => false,
                _ => bound.insert((binding.scope, binding.name)),
            };
        }
        let is_bound = |scope: ScopeId, name: &str| {
            let Some(name) = self.interner.get(name) else { return false };
            let (mut at, mut is_innermost) = (scope, true);
            while at != 0 {
                let Some(found) = self.facts.scopes.get(at as usize) else { break };
                // Names of a class body are not seen from its methods.
                if found.kind != ScopeKind::Class || is_innermost {
                    if outer.contains(&(at, name)) {
                        break;
                    }
                    if bound.contains(&(at, name)) {
                        return true;
                    }
                }
                if found.kind != ScopeKind::Expression {
                    is_innermost = false;
                }
                at = found.parent;
            }
            // A function may bind a name of the module, once it was run.
            bound.contains(&(0, name)) || outer.iter().any(|each| each.1 == name)
        };
        let plain = self.uses.iter().filter_map(|(scope, _, expression)| Some((*scope, root_name(expression)?)));
        // What is quoted in annotations.
        let quoted = self.facts.references.iter().map(|each| (each.scope, root_of(self.interner.name(each.chain))));
        let mut unbound: Vec<(String, String)> = plain
            .chain(quoted)
            .filter(|(scope, name)| !is_bound(*scope, name))
            .map(|(scope, name)| (self.scope_name(scope), name.to_owned()))
            .collect();
        unbound.sort_unstable();
        let errors = self.facts.errors.iter().map(|each| (each.line, each.message.to_string())).collect();
        Loose { errors, unbound }
    }

    fn scope_name(&self, scope: ScopeId) -> String {
        let mut parts = Vec::new();
        let mut at = scope;
        while at != 0 {
            let Some(found) = self.facts.scopes.get(at as usize) else { break };
            if found.is_definition() {
                parts.push(self.interner.name(found.name));
            }
            at = found.parent;
        }
        parts.reverse();
        parts.join(".")
    }
}

#[cfg(test)]
mod tests {
    use super::loose;

    fn unbound(source: &str) -> Vec<String> {
        let found = loose(source.as_bytes()).unwrap_or_default();
        found.unbound.into_iter().map(|(scope, name)| format!("{scope}:{name}")).collect()
    }

    #[test]
    fn a_name_is_bound_by_its_scope_or_one_around_it() {
        assert_eq!(unbound("import a.b\nx = a.b.c\ndef f(y):\n    return x, y\n"), [""; 0]);
        assert_eq!(unbound("def f():\n    import a\ndef g():\n    return a.x\n"), ["g:a"]);
        assert_eq!(unbound("class C:\n    k = 1\n    def f(self):\n        return k\n"), ["C.f:k"]);
    }

    #[test]
    fn a_name_that_an_annotation_quotes_is_used() {
        assert_eq!(unbound("def f(x: 'a.B') -> 'C': ...\n"), [":C", ":a"]);
    }

    #[test]
    fn what_a_function_binds_for_its_module_is_bound() {
        assert_eq!(unbound("def f():\n    global x\n    x = 1\ndef g():\n    return x\n"), [""; 0]);
    }

    #[test]
    fn syntax_errors_are_told_with_their_lines() {
        let found = loose(b"x = 1\nimport\n").unwrap_or_default();

        assert_eq!(found.errors.iter().map(|each| each.0).collect::<Vec<_>>(), [2]);
    }
}
