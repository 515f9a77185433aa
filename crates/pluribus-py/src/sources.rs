//! Of one source, or of the names of files: what needs no code base.

use pyo3::prelude::*;

use crate::{FactsError, pool};

/// For each pattern, which paths it matches; globs are as in .gitignore.
#[pyfunction]
pub(crate) fn matches(patterns: Vec<String>, paths: Vec<String>) -> PyResult<Vec<Vec<bool>>> {
    pluribus_facts::matches(&patterns, &paths).map_err(|error| FactsError::new_err(error.to_string()))
}

type Mark = (String, Vec<String>, Vec<String>, String);
type Bound = (String, String, &'static str, Vec<Mark>, Vec<String>, Vec<String>, String, String, (bool, bool, bool));

/// What a source binds, in its order: the class around it, the name, the kind, decorators, names that
/// it mentions, parameters, source, what it depends on; and whether it is empty, async, a generator.
/// None for what is no Python text at all.
#[pyfunction]
pub(crate) fn bound(py: Python<'_>, source: Vec<u8>) -> PyResult<Option<Vec<Bound>>> {
    let pool = pool()?;
    let found = py.detach(|| pool.install(|| pluribus_facts::bound(&source)));
    Ok(found.ok().map(|rows| rows.into_iter().map(bound_row).collect()))
}

fn bound_row(row: pluribus_facts::Bound) -> Bound {
    let marks = row.marks.into_iter().map(|each| (each.name, each.mentions, each.keywords, each.values)).collect();
    let flags = (row.is_stub, row.is_async, row.is_generator);
    (row.scope, row.name, row.kind.name(), marks, row.mentions, row.parameters, row.text, row.condition, flags)
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
