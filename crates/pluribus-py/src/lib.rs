//! The border: converts, frees the GIL, maps errors. No logic.
//!
//! Answers cross as `MessagePack` rows; `rows` and `uses` in `pluribus.codebase` say what they hold.

// Whatever comes from Python comes by value.
#![allow(clippy::needless_pass_by_value, clippy::too_many_arguments)]

mod history;
mod sources;

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use pluribus_resolve::rows::Handle;
use pluribus_resolve::{Focus, Moved, Options, Overlay, Question};
use pyo3::prelude::*;
use pyo3::types::PyBytes;

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

/// So long a signal waits to be heard.
const HEARTBEAT: Duration = Duration::from_millis(50);

/// Works in the pool and listens for signals meanwhile: when the handler of one raises, as that of
/// Ctrl-C does, `stop` is set, and what was raised comes back as soon as the work is given up.
fn interruptible<T: Send>(py: Python<'_>, stop: &AtomicBool, work: impl FnOnce() -> T + Send) -> PyResult<T> {
    let pool = pool()?;
    stop.store(false, Ordering::Relaxed);
    py.detach(|| {
        pool.in_place_scope(|scope| {
            let (sender, receiver) = channel();
            // Nobody may be listening any more.
            scope.spawn(move |_| drop(sender.send(work())));
            loop {
                match receiver.recv_timeout(HEARTBEAT) {
                    Ok(answer) => return Ok(answer),
                    Err(RecvTimeoutError::Timeout) => {
                        if let Err(raised) = Python::attach(heard) {
                            stop.store(true, Ordering::Relaxed);
                            return Err(raised);
                        }
                    }
                    // A panic, which the scope hands on.
                    Err(RecvTimeoutError::Disconnected) => return Err(FactsError::new_err("reading was broken off")),
                }
            }
        })
    })
}

/// Lets the handlers of signals run that came meanwhile; what one of them raised.
fn heard(py: Python<'_>) -> PyResult<()> {
    py.check_signals()
}

/// All files of one tree, names resolved across modules.
#[pyclass(frozen)]
struct Codebase {
    inner: Arc<Mutex<pluribus_resolve::Codebase>>,
    stop: Arc<AtomicBool>,
}

impl Drop for Codebase {
    /// Gives a million small things back while Python goes on.
    fn drop(&mut self) {
        let inner = Arc::clone(&self.inner);
        if let Ok(pool) = pool() {
            pool.spawn(move || drop(inner));
        }
    }
}

impl Codebase {
    fn lock(&self) -> MutexGuard<'_, pluribus_resolve::Codebase> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn ask<'py>(&self, py: Python<'py>, question: Question) -> PyResult<Bound<'py, PyBytes>> {
        let pool = pool()?;
        let packed = py.detach(|| {
            let inner = self.lock();
            pool.install(|| inner.ask(question))
        });
        match packed {
            Ok(packed) => Ok(PyBytes::new(py, &packed)),
            Err(error) => Err(FactsError::new_err(format!("an answer could not be packed: {error}"))),
        }
    }
}

/// Handles as Python holds them.
fn handles(packed: Vec<u64>) -> Vec<Handle> {
    packed.into_iter().map(Handle::from).collect()
}

#[pymethods]
impl Codebase {
    #[new]
    #[pyo3(signature = (root, *, prefix, roots, glob_prefix, exclude, tests, cache, overlay, stdlib, revision=None, bares_ignored=false))]
    fn new(
        py: Python<'_>,
        root: PathBuf,
        prefix: String,
        roots: Vec<String>,
        glob_prefix: String,
        exclude: Vec<String>,
        tests: Vec<String>,
        cache: Option<PathBuf>,
        overlay: Vec<(String, Vec<u8>)>,
        stdlib: Vec<String>,
        revision: Option<PyRef<'_, history::Revision>>,
        bares_ignored: bool,
    ) -> PyResult<Self> {
        let stop = Arc::new(AtomicBool::new(false));
        let shelf = revision.as_ref().map(|revision| Arc::clone(&revision.shelf));
        let revision = revision.map(|revision| revision.inner.clone());
        let overlay = match &revision {
            Some(revision) => Overlay::over(revision, overlay),
            None => Overlay::new(&root, overlay),
        };
        let overlay = overlay.map_err(|error| FactsError::new_err(error.to_string()))?;
        let options = Options {
            root,
            revision,
            shelf,
            prefix,
            roots,
            glob_prefix,
            exclude,
            tests,
            cache,
            overlay,
            bares_ignored,
            stdlib,
            stop: Arc::clone(&stop),
        };
        interruptible(py, &stop, || pluribus_resolve::Codebase::open(options))?
            .map(|inner| Self { inner: Arc::new(Mutex::new(inner)), stop })
            .map_err(|error| FactsError::new_err(error.to_string()))
    }

    /// Reads every file that can matter to what is named; see `Focus` of the resolver.
    #[pyo3(signature = (*, modules, names, classes, methods, definitions, senders, words, copied, reads_all))]
    fn focus(
        &self,
        py: Python<'_>,
        modules: Vec<String>,
        names: Vec<String>,
        classes: Vec<String>,
        methods: Vec<(Vec<String>, usize)>,
        definitions: Vec<(String, String)>,
        senders: Vec<String>,
        words: Vec<(Vec<String>, usize)>,
        copied: Vec<(String, String)>,
        reads_all: bool,
    ) -> PyResult<()> {
        let focus = Focus { modules, names, classes, methods, definitions, senders, words, copied };
        interruptible(py, &self.stop, || self.lock().focus(&focus, reads_all))
    }

    /// Reads what is no test whole, and of tests what they import.
    fn survey(&self, py: Python<'_>) -> PyResult<()> {
        interruptible(py, &self.stop, || self.lock().survey_all())
    }

    /// Keeps what was read for the next run; the message when that failed.
    fn save(&self, py: Python<'_>) -> Option<String> {
        py.detach(|| self.lock().save()).err().map(|error| error.to_string())
    }

    /// The kept verdict on a question, if it still holds, and what has moved since: for each path
    /// pairs of a line and column then and now.
    #[allow(clippy::type_complexity)]
    fn recall<'py>(
        &self,
        py: Python<'py>,
        question: Vec<u8>,
    ) -> PyResult<Option<(Bound<'py, PyBytes>, Vec<(String, Vec<Moved>)>)>> {
        let pool = pool()?;
        let recalled = py.detach(|| pool.install(|| self.lock().recall(&question)));
        Ok(recalled.map(|recalled| (PyBytes::new(py, &recalled.body), recalled.moved)))
    }

    /// Keeps a verdict on a question; the message when that failed.
    fn keep(&self, py: Python<'_>, question: Vec<u8>, verdict: Vec<u8>) -> Option<String> {
        py.detach(|| self.lock().keep(&question, verdict)).err().map(|error| error.to_string())
    }

    fn handle(&self, py: Python<'_>, module: &str, qualname: &str) -> Option<u64> {
        py.detach(|| self.lock().definition_handle(module, qualname)).map(u64::from)
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
        self.ask(py, Question::Module(path.to_owned()))
    }

    fn exports<'py>(&self, py: Python<'py>, path: &str) -> PyResult<Bound<'py, PyBytes>> {
        self.ask(py, Question::Exports(path.to_owned()))
    }

    fn bare_modules<'py>(&self, py: Python<'py>, paths: Vec<String>) -> PyResult<Bound<'py, PyBytes>> {
        self.ask(py, Question::BareModules(paths))
    }

    fn definition<'py>(&self, py: Python<'py>, handle: u64) -> PyResult<Bound<'py, PyBytes>> {
        self.ask(py, Question::Definition(handle.into()))
    }

    fn class_of<'py>(&self, py: Python<'py>, handle: u64) -> PyResult<Bound<'py, PyBytes>> {
        self.ask(py, Question::ClassOf(handle.into()))
    }

    fn classes_at<'py>(&self, py: Python<'py>, handles: Vec<u64>) -> PyResult<Bound<'py, PyBytes>> {
        self.ask(py, Question::ClassesAt(self::handles(handles)))
    }

    fn inventory<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        self.ask(py, Question::Inventory)
    }

    fn dependants<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        self.ask(py, Question::Dependants)
    }

    fn nearest<'py>(&self, py: Python<'py>, asked: Vec<(String, String)>) -> PyResult<Bound<'py, PyBytes>> {
        self.ask(py, Question::Nearest(asked))
    }

    fn imports<'py>(
        &self,
        py: Python<'py>,
        modules: Vec<String>,
        packages: Vec<String>,
        stars: Vec<String>,
        handles: Vec<u64>,
    ) -> PyResult<Bound<'py, PyBytes>> {
        self.ask(py, Question::Imports { modules, packages, stars, handles: self::handles(handles) })
    }

    fn missing_imports<'py>(
        &self,
        py: Python<'py>,
        modules: Vec<String>,
        packages: Vec<String>,
        names: Vec<String>,
        globs: Vec<String>,
    ) -> PyResult<Bound<'py, PyBytes>> {
        self.ask(py, Question::MissingImports { modules, packages, names, globs })
    }

    fn offers<'py>(&self, py: Python<'py>, handles: Vec<u64>, modules: Vec<String>) -> PyResult<Bound<'py, PyBytes>> {
        self.ask(py, Question::Offers { handles: self::handles(handles), modules })
    }

    fn bindings_named<'py>(&self, py: Python<'py>, name: &str) -> PyResult<Bound<'py, PyBytes>> {
        self.ask(py, Question::BindingsNamed(name.to_owned()))
    }

    fn calls<'py>(&self, py: Python<'py>, handles: Vec<u64>) -> PyResult<Bound<'py, PyBytes>> {
        self.ask(py, Question::Calls(self::handles(handles)))
    }

    fn method_calls<'py>(&self, py: Python<'py>, classes: Vec<u64>, makers: Vec<u64>) -> PyResult<Bound<'py, PyBytes>> {
        self.ask(py, Question::MethodCalls { classes: handles(classes), makers: handles(makers) })
    }

    fn references<'py>(&self, py: Python<'py>, handles: Vec<u64>) -> PyResult<Bound<'py, PyBytes>> {
        self.ask(py, Question::References(self::handles(handles)))
    }

    fn strings<'py>(&self, py: Python<'py>, modules: Vec<String>) -> PyResult<Bound<'py, PyBytes>> {
        self.ask(py, Question::Strings(modules))
    }

    fn chaining<'py>(&self, py: Python<'py>, parts: Vec<String>) -> PyResult<Bound<'py, PyBytes>> {
        self.ask(py, Question::Chaining(parts))
    }

    fn classes<'py>(
        &self,
        py: Python<'py>,
        globs: Vec<String>,
        methods: Vec<String>,
        least: usize,
    ) -> PyResult<Bound<'py, PyBytes>> {
        self.ask(py, Question::Classes { globs, methods, least })
    }

    fn holders<'py>(&self, py: Python<'py>, handles: Vec<u64>) -> PyResult<Bound<'py, PyBytes>> {
        self.ask(py, Question::Holders(self::handles(handles)))
    }

    fn changes<'py>(&self, py: Python<'py>, handles: Vec<u64>) -> PyResult<Bound<'py, PyBytes>> {
        self.ask(py, Question::Changes(self::handles(handles)))
    }

    fn flows<'py>(&self, py: Python<'py>, handles: Vec<u64>) -> PyResult<Bound<'py, PyBytes>> {
        self.ask(py, Question::Flows(self::handles(handles)))
    }

    fn functions<'py>(&self, py: Python<'py>, names: Vec<String>, globs: Vec<String>) -> PyResult<Bound<'py, PyBytes>> {
        self.ask(py, Question::Functions { names, globs })
    }

    fn copies<'py>(&self, py: Python<'py>, handles: Vec<u64>, modules: Vec<String>) -> PyResult<Bound<'py, PyBytes>> {
        self.ask(py, Question::Copies { handles: self::handles(handles), modules })
    }

    fn clone_families<'py>(&self, py: Python<'py>, least: usize) -> PyResult<Bound<'py, PyBytes>> {
        self.ask(py, Question::CloneFamilies(least))
    }

    fn rebound<'py>(&self, py: Python<'py>, path: &str) -> PyResult<Bound<'py, PyBytes>> {
        self.ask(py, Question::Rebound(path.to_owned()))
    }

    fn inside<'py>(&self, py: Python<'py>, path: &str) -> PyResult<Bound<'py, PyBytes>> {
        self.ask(py, Question::Inside(path.to_owned()))
    }

    fn sets_of<'py>(&self, py: Python<'py>, path: &str) -> PyResult<Bound<'py, PyBytes>> {
        self.ask(py, Question::SetsOf(path.to_owned()))
    }

    fn sets_like<'py>(&self, py: Python<'py>, sets: Vec<Vec<String>>) -> PyResult<Bound<'py, PyBytes>> {
        self.ask(py, Question::SetsLike(sets))
    }

    fn spelled<'py>(&self, py: Python<'py>, names: Vec<String>) -> PyResult<Bound<'py, PyBytes>> {
        self.ask(py, Question::Spelled(names))
    }

    fn scripts<'py>(&self, py: Python<'py>, paths: Vec<String>) -> PyResult<Bound<'py, PyBytes>> {
        self.ask(py, Question::Scripts(paths))
    }

    fn reach<'py>(&self, py: Python<'py>, asked: Vec<(String, String)>) -> PyResult<Bound<'py, PyBytes>> {
        self.ask(py, Question::Reach(asked))
    }

    fn suppressions<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        self.ask(py, Question::Suppressions)
    }

    fn ledger<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        self.ask(py, Question::Ledger)
    }

    fn files<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        self.ask(py, Question::Files)
    }
}

#[pymodule]
fn _native(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<Codebase>()?;
    module.add_class::<history::Blobs>()?;
    module.add_class::<history::Revision>()?;
    module.add_function(wrap_pyfunction!(sources::bound, module)?)?;
    module.add_function(wrap_pyfunction!(sources::loose, module)?)?;
    module.add_function(wrap_pyfunction!(sources::calling, module)?)?;
    module.add_function(wrap_pyfunction!(sources::running, module)?)?;
    module.add_function(wrap_pyfunction!(sources::rebindings, module)?)?;
    module.add_function(wrap_pyfunction!(sources::spoken, module)?)?;
    module.add_function(wrap_pyfunction!(sources::matches, module)?)
}
