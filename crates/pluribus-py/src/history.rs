//! Revisions of a git repository, to be read without a checkout.

use std::ffi::OsString;
use std::path::PathBuf;
use std::sync::Arc;

use pluribus_resolve::Kind;
use pyo3::prelude::*;
use pyo3::types::PyBytes;

use crate::{FactsError, pool};

/// The blobs of a repository, and what was read of them.
#[pyclass(frozen)]
pub(crate) struct Blobs {
    blobs: Arc<pluribus_resolve::Blobs>,
    pub(crate) shelf: Arc<pluribus_resolve::Shelf>,
}

#[pymethods]
impl Blobs {
    #[new]
    #[pyo3(signature = (*, command, environment, cache))]
    fn new(
        py: Python<'_>,
        command: Vec<OsString>,
        environment: Vec<(OsString, OsString)>,
        cache: Option<PathBuf>,
    ) -> PyResult<Self> {
        let pool = pool()?;
        let shelf = py.detach(|| pool.install(|| pluribus_resolve::Shelf::open(cache.as_deref())));
        let blobs = Arc::new(pluribus_resolve::Blobs::new(command, environment));
        Ok(Self { blobs, shelf: Arc::new(shelf) })
    }

    /// Keeps what was read for the next run; the message when that failed.
    fn save(&self, py: Python<'_>) -> Option<String> {
        py.detach(|| self.shelf.save()).err().map(|error| error.to_string())
    }

    /// A revision without files, seen from a folder of it.
    fn empty(&self, base: &str) -> Revision {
        let inner = pluribus_resolve::Revision::empty(Arc::clone(&self.blobs), base);
        Revision { inner, shelf: Arc::clone(&self.shelf) }
    }
}

/// The files of one revision, seen from a folder of it.
#[pyclass(frozen)]
pub(crate) struct Revision {
    pub(crate) inner: pluribus_resolve::Revision,
    pub(crate) shelf: Arc<pluribus_resolve::Shelf>,
}

#[pymethods]
impl Revision {
    /// The revision that it becomes by what `git diff-tree -r -z` says.
    fn changed(&self, py: Python<'_>, diff: &[u8]) -> PyResult<Self> {
        let inner = py.detach(|| self.inner.changed(diff));
        let inner = inner.map_err(|error| FactsError::new_err(error.to_string()))?;
        Ok(Self { inner, shelf: Arc::clone(&self.shelf) })
    }

    /// The same, seen from another folder.
    fn seen_from(&self, base: &str) -> Self {
        Self { inner: self.inner.seen_from(base), shelf: Arc::clone(&self.shelf) }
    }

    /// The content of a file; none when it cannot be had.
    fn read<'py>(&self, py: Python<'py>, path: &str) -> Option<Bound<'py, PyBytes>> {
        py.detach(|| self.inner.read(path)).ok().map(|content| PyBytes::new(py, &content))
    }

    /// The blob of a file.
    fn blob(&self, path: &str) -> Option<String> {
        self.inner.blob(path).map(str::to_owned)
    }

    /// `file`, `link`, `submodule` or `folder`; none where nothing is. From the top of the repository.
    fn kind(&self, path: &str) -> Option<&'static str> {
        match self.inner.kind(path) {
            Some(Kind::File) => Some("file"),
            Some(Kind::Link) => Some("link"),
            Some(Kind::Submodule) => Some("submodule"),
            None => self.inner.is_folder(path).then_some("folder"),
        }
    }

    /// Tells it from any revision that could be judged otherwise.
    fn digest(&self, py: Python<'_>) -> String {
        format!("{:032x}", py.detach(|| self.inner.digest()))
    }

    /// Names of what lies in a folder, from the top of the repository.
    fn names(&self, folder: &str) -> Vec<String> {
        self.inner.names(folder)
    }
}
