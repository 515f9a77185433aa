//! The border: converts, frees the GIL, maps errors. No logic.
//!
//! Answers cross as `MessagePack` rows; `pluribus.codebase.rows` says what they hold.

// Whatever comes from Python comes by value.
#![allow(clippy::needless_pass_by_value, clippy::too_many_arguments)]

use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

use pluribus_resolve::{Focus, Options};
use pyo3::prelude::*;
use pyo3::types::PyBytes;
use serde::Serialize;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

pyo3::import_exception!(pluribus.errors, FactsError);

/// Deep trees need a deep stack; only what is used of it costs memory.
const STACK_BYTES: usize = 512 << 20;

fn pool() -> PyResult<&'static rayon::ThreadPool> {
    static POOL: OnceLock<Result<rayon::ThreadPool, String>> = OnceLock::new();
    POOL.get_or_init(|| {
        rayon::ThreadPoolBuilder::new().stack_size(STACK_BYTES).build().map_err(|error| error.to_string())
    })
    .as_ref()
    .map_err(|error| FactsError::new_err(format!("no threads to read with: {error}")))
}

/// All files of one tree, names resolved across modules.
#[pyclass(frozen)]
struct Codebase {
    inner: Mutex<pluribus_resolve::Codebase>,
}

impl Codebase {
    fn lock(&self) -> MutexGuard<'_, pluribus_resolve::Codebase> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn ask<'py, T: Serialize + Send>(
        &self,
        py: Python<'py>,
        question: impl FnOnce(&pluribus_resolve::Codebase) -> T + Send,
    ) -> PyResult<Bound<'py, PyBytes>> {
        let pool = pool()?;
        let packed = py.detach(|| {
            let inner = self.lock();
            let answer = pool.install(|| question(&inner));
            rmp_serde::to_vec(&answer)
        });
        match packed {
            Ok(packed) => Ok(PyBytes::new(py, &packed)),
            Err(error) => Err(FactsError::new_err(format!("an answer could not be packed: {error}"))),
        }
    }
}

#[pymethods]
impl Codebase {
    #[new]
    #[pyo3(signature = (root, *, prefix, roots, glob_prefix, exclude, tests, cache, stdlib))]
    fn new(
        py: Python<'_>,
        root: PathBuf,
        prefix: String,
        roots: Vec<String>,
        glob_prefix: String,
        exclude: Vec<String>,
        tests: Vec<String>,
        cache: Option<PathBuf>,
        stdlib: Vec<String>,
    ) -> PyResult<Self> {
        let options = Options { root, prefix, roots, glob_prefix, exclude, tests, cache, stdlib };
        let pool = pool()?;
        py.detach(|| pool.install(|| pluribus_resolve::Codebase::open(options)))
            .map(|inner| Self { inner: Mutex::new(inner) })
            .map_err(|error| FactsError::new_err(error.to_string()))
    }

    /// Reads every file that can matter to what is named; see `Focus` of the resolver.
    #[pyo3(signature = (*, modules, names, classes, methods, definitions, reads_all))]
    fn focus(
        &self,
        py: Python<'_>,
        modules: Vec<String>,
        names: Vec<String>,
        classes: Vec<String>,
        methods: Vec<(Vec<String>, usize)>,
        definitions: Vec<(String, String)>,
        reads_all: bool,
    ) -> PyResult<()> {
        let focus = Focus { modules, names, classes, methods, definitions };
        let pool = pool()?;
        py.detach(|| pool.install(|| self.lock().focus(&focus, reads_all)));
        Ok(())
    }

    /// Keeps what was read for the next run; the message when that failed.
    fn save(&self, py: Python<'_>) -> Option<String> {
        py.detach(|| self.lock().save()).err().map(|error| error.to_string())
    }

    fn handle(&self, py: Python<'_>, module: &str, qualname: &str) -> Option<u64> {
        py.detach(|| self.lock().definition_handle(module, qualname))
    }

    fn obstacle(&self, py: Python<'_>, module: &str, qualname: &str) -> Option<(String, String)> {
        py.detach(|| self.lock().obstacle(module, qualname))
    }

    fn has_module(&self, py: Python<'_>, path: &str) -> bool {
        py.detach(|| self.lock().module(path)).is_some()
    }

    fn same_module(&self, py: Python<'_>, path: &str) -> Option<String> {
        py.detach(|| self.lock().same_module(path))
    }

    fn module<'py>(&self, py: Python<'py>, path: &str) -> PyResult<Bound<'py, PyBytes>> {
        self.ask(py, |codebase| codebase.module_row(path))
    }

    fn definition<'py>(&self, py: Python<'py>, handle: u64) -> PyResult<Bound<'py, PyBytes>> {
        self.ask(py, |codebase| codebase.define(handle))
    }

    fn class_of<'py>(&self, py: Python<'py>, handle: u64) -> PyResult<Bound<'py, PyBytes>> {
        self.ask(py, |codebase| codebase.class(handle))
    }

    fn nearest<'py>(&self, py: Python<'py>, asked: Vec<(String, String)>) -> PyResult<Bound<'py, PyBytes>> {
        self.ask(py, |codebase| codebase.nearest(&asked))
    }

    fn imports<'py>(
        &self,
        py: Python<'py>,
        modules: Vec<String>,
        packages: Vec<String>,
        handles: Vec<u64>,
    ) -> PyResult<Bound<'py, PyBytes>> {
        self.ask(py, |codebase| codebase.imports(&modules, &packages, &handles))
    }

    fn missing_imports<'py>(
        &self,
        py: Python<'py>,
        modules: Vec<String>,
        packages: Vec<String>,
        names: Vec<String>,
        globs: Vec<String>,
    ) -> PyResult<Bound<'py, PyBytes>> {
        self.ask(py, |codebase| codebase.missing_imports(&modules, &packages, &names, &globs))
    }

    fn offers<'py>(&self, py: Python<'py>, handles: Vec<u64>, modules: Vec<String>) -> PyResult<Bound<'py, PyBytes>> {
        self.ask(py, |codebase| codebase.offers_of(&handles, &modules))
    }

    fn bindings_named<'py>(&self, py: Python<'py>, name: &str) -> PyResult<Bound<'py, PyBytes>> {
        self.ask(py, |codebase| codebase.bindings_named(name))
    }

    fn calls<'py>(&self, py: Python<'py>, handles: Vec<u64>) -> PyResult<Bound<'py, PyBytes>> {
        self.ask(py, |codebase| codebase.calls_of(&handles))
    }

    fn references<'py>(&self, py: Python<'py>, handles: Vec<u64>) -> PyResult<Bound<'py, PyBytes>> {
        self.ask(py, |codebase| codebase.references_of(&handles))
    }

    fn strings<'py>(&self, py: Python<'py>, modules: Vec<String>) -> PyResult<Bound<'py, PyBytes>> {
        self.ask(py, |codebase| codebase.strings_naming(&modules))
    }

    fn classes<'py>(
        &self,
        py: Python<'py>,
        globs: Vec<String>,
        methods: Vec<String>,
        least: usize,
    ) -> PyResult<Bound<'py, PyBytes>> {
        self.ask(py, |codebase| codebase.classes_like(&globs, &methods, least))
    }

    fn holders<'py>(&self, py: Python<'py>, handles: Vec<u64>) -> PyResult<Bound<'py, PyBytes>> {
        self.ask(py, |codebase| codebase.classes_holding(&handles))
    }

    fn functions<'py>(&self, py: Python<'py>, names: Vec<String>, globs: Vec<String>) -> PyResult<Bound<'py, PyBytes>> {
        self.ask(py, |codebase| codebase.functions_named(&names, &globs))
    }

    fn rebound<'py>(&self, py: Python<'py>, path: &str) -> PyResult<Bound<'py, PyBytes>> {
        self.ask(py, |codebase| codebase.rebound(path))
    }

    fn suppressions<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        self.ask(py, pluribus_resolve::Codebase::suppressions)
    }

    fn ledger<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        self.ask(py, pluribus_resolve::Codebase::ledger)
    }

    fn files<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        self.ask(py, pluribus_resolve::Codebase::file_rows)
    }
}

/// For each pattern, which paths it matches; globs are as in .gitignore.
#[pyfunction]
fn matches(patterns: Vec<String>, paths: Vec<String>) -> PyResult<Vec<Vec<bool>>> {
    pluribus_facts::matches(&patterns, &paths).map_err(|error| FactsError::new_err(error.to_string()))
}

#[pymodule]
fn _native(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<Codebase>()?;
    module.add_function(wrap_pyfunction!(matches, module)?)
}
