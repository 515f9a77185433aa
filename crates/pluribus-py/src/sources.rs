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

/// Line, kind, path, as spelled, what is handed over.
type ActRow = (u32, &'static str, String, String, String);

fn row_of(act: pluribus_facts::Act) -> ActRow {
    (act.line, act.kind, act.path, act.shown, act.given)
}

/// What runs when a function of a source is called; None for a function that is not seen.
#[pyfunction]
pub(crate) fn calling(py: Python<'_>, source: Vec<u8>, function: String) -> PyResult<Option<Vec<ActRow>>> {
    let pool = pool()?;
    let found = py.detach(|| pool.install(|| pluribus_facts::calling(&source, &function)));
    Ok(found.map_err(FactsError::new_err)?.map(|acts| acts.into_iter().map(row_of).collect()))
}

/// What runs when a source is imported: its imports (byte of the statement, module, name), its acts (line,
/// kind, path, as spelled, what is handed over), its classes (name, bases, whether they are plain), and
/// what its names are.
#[pyfunction]
#[allow(clippy::type_complexity)]
pub(crate) fn running(
    py: Python<'_>,
    source: Vec<u8>,
) -> PyResult<(Vec<(u32, String, String)>, Vec<ActRow>, Vec<(String, Vec<String>, bool)>, Vec<(String, String)>)> {
    let pool = pool()?;
    let found = py.detach(|| pool.install(|| pluribus_facts::running(&source))).map_err(FactsError::new_err)?;
    Ok((
        found.imports.into_iter().map(|each| (each.statement, each.module, each.name)).collect(),
        found.acts.into_iter().map(row_of).collect(),
        found.classes.into_iter().map(|each| (each.name, each.bases, each.is_plain)).collect(),
        found.names,
    ))
}

/// Where a source may bind names of a module anew: line, kind, name. `held` are its names for the module,
/// `paths` those by which the module may be imported.
#[pyfunction]
pub(crate) fn rebindings(
    py: Python<'_>,
    source: Vec<u8>,
    held: Vec<String>,
    paths: Vec<String>,
) -> PyResult<Vec<(u32, &'static str, String)>> {
    let pool = pool()?;
    let found = py.detach(|| pool.install(|| pluribus_facts::rebindings(&source, &held, &paths)));
    let found = found.map_err(FactsError::new_err)?;
    Ok(found.into_iter().map(|each| (each.line, each.kind, each.name)).collect())
}

/// The ranges of a source that f-strings print as they are spelled.
#[pyfunction]
pub(crate) fn spoken(py: Python<'_>, source: Vec<u8>) -> PyResult<Vec<(u32, u32)>> {
    let pool = pool()?;
    py.detach(|| pool.install(|| pluribus_facts::spoken(&source))).map_err(FactsError::new_err)
}
