//! Of one source, or of the names of files: what needs no code base.

use pyo3::prelude::*;

use crate::{FactsError, pool};

/// For each pattern, which paths it matches; globs are as in .gitignore.
#[pyfunction]
pub(crate) fn matches(patterns: Vec<String>, paths: Vec<String>) -> PyResult<Vec<Vec<bool>>> {
    pluribus_facts::matches(&patterns, &paths).map_err(|error| FactsError::new_err(error.to_string()))
}

/// The module and all functions and classes of a source: qualified name, whether it is a function,
/// decorators, calls, whether it is empty. None for what is no Python text at all.
#[pyfunction]
#[allow(clippy::type_complexity)]
pub(crate) fn definitions(source: &[u8]) -> Option<Vec<(String, bool, Vec<String>, Vec<String>, bool)>> {
    let listed = pluribus_facts::definitions(source).ok()?;
    Some(
        listed
            .into_iter()
            .map(|each| (each.qualname, each.is_function, each.decorators, each.calls, each.is_stub))
            .collect(),
    )
}

/// Syntax errors of a source with their lines; and each use of a name that nothing in it binds, with
/// the class or function around it.
#[pyfunction]
#[allow(clippy::type_complexity)]
pub(crate) fn loose(py: Python<'_>, source: Vec<u8>) -> PyResult<(Vec<(u32, String)>, Vec<(String, String)>)> {
    let pool = pool()?;
    let found = py.detach(|| pool.install(|| pluribus_resolve::loose(&source)));
    found.map(|found| (found.errors, found.unbound)).map_err(FactsError::new_err)
}
