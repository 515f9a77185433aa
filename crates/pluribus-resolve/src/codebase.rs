//! All files of one tree, and how much of each was read.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use pluribus_facts::{Facts, Outline, Selected, Selection, SelectionError, select};
use rustc_hash::FxHashSet;
use thiserror::Error;

use crate::clues::Clues;
use crate::layout::{FileId, Folder, FolderId, Found, Layout, ModuleId};
use crate::namespace::Namespace;
use crate::roots::Roots;
use crate::rows::ImportRow;
use crate::target::Target;

#[derive(Clone, Debug, Default)]
pub struct Options {
    pub root: PathBuf,
    /// The folders above `root` that belong to its modules' names, such as `src/shop/`; empty, or
    /// with a slash at its end.
    pub prefix: String,
    /// Import roots relative to the folder above `prefix`; empty to find them.
    pub roots: Vec<String>,
    /// See `Selection::glob_prefix`.
    pub glob_prefix: String,
    pub exclude: Vec<String>,
    pub tests: Vec<String>,
    /// Where facts are kept between runs; none to keep nothing.
    pub cache: Option<PathBuf>,
    /// Top-level names of Python's own library.
    pub stdlib: Vec<String>,
}

#[derive(Debug, Error)]
pub enum OpenError {
    #[error(transparent)]
    Selection(#[from] SelectionError),
    #[error("root `{0}` holds no Python file")]
    EmptyRoot(String),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Status {
    /// Not looked at yet, or set aside because its words prove that it does not matter.
    SetAside,
    Parsed,
    Recovered,
    NotParsed(String),
}

pub struct File {
    pub path: Box<str>,
    pub is_test: bool,
    /// Dotted name as seen from the nearest root.
    pub module: Box<str>,
    pub status: Status,
    pub facts: Option<Box<Facts>>,
    pub(crate) namespace: Option<Namespace>,
    pub(crate) outline: Option<Outline>,
}

pub struct Codebase {
    pub(crate) options: Options,
    pub files: Vec<File>,
    pub(crate) layout: Layout,
    pub(crate) roots: Roots,
    pub(crate) selected: Selected,
    pub(crate) stdlib: FxHashSet<Box<str>>,
    /// Top-level folders without `__init__.py` that imports have been seen to reach into.
    pub(crate) proven: FxHashSet<FolderId>,
    pub(crate) kept: crate::kept::Kept,
    /// Folder and name of each module that is compiled from another language.
    pub(crate) compiled: FxHashSet<(FolderId, Box<str>)>,
    pub(crate) clues: Clues,
    /// What the names that modules offer were last looked through for.
    pub(crate) offered: FxHashSet<Target>,
    /// Every import of the files that were read, resolved once.
    pub(crate) imports: OnceLock<Vec<ImportRow>>,
}

impl Codebase {
    /// Selects the files of a tree and lays them out; reads none of them.
    pub fn open(options: Options) -> Result<Self, OpenError> {
        let mut selected = select(&Selection {
            root: &options.root,
            exclude: &options.exclude,
            tests: &options.tests,
            glob_prefix: &options.glob_prefix,
            respect_gitignore: true,
        })?;
        let paths = std::mem::take(&mut selected.files);
        let named: Vec<Box<str>> = paths.iter().map(|path| format!("{}{path}", options.prefix).into()).collect();
        let layout = Layout::new(&named);
        let roots = if options.roots.is_empty() {
            let above = options.prefix.matches('/').count();
            Roots::detected(&layout, options.root.ancestors().nth(above).unwrap_or(&options.root))
        } else {
            Roots::configured(&layout, &options.roots).map_err(OpenError::EmptyRoot)?
        };
        let files = paths
            .into_iter()
            .zip(std::mem::take(&mut selected.is_test))
            .map(|(path, is_test)| File {
                path,
                is_test,
                module: "".into(),
                status: Status::SetAside,
                facts: None,
                namespace: None,
                outline: None,
            })
            .collect();
        let stdlib = options.stdlib.iter().map(|name| name.as_str().into()).collect();
        let kept = crate::kept::Kept::open(&options);
        let compiled = compiled_modules(&layout, &selected, &options.prefix);
        let mut codebase = Self {
            options,
            files,
            layout,
            roots,
            selected,
            stdlib,
            proven: FxHashSet::default(),
            kept,
            compiled,
            clues: Clues::default(),
            offered: FxHashSet::default(),
            imports: OnceLock::new(),
        };
        codebase.name_modules();
        Ok(codebase)
    }

    pub fn root(&self) -> &Path {
        &self.options.root
    }

    pub(crate) fn file(&self, id: FileId) -> &File {
        &self.files[id as usize]
    }

    /// Files whose facts are at hand.
    pub(crate) fn read_files(&self) -> impl Iterator<Item = (FileId, &File, &Facts)> {
        self.files.iter().enumerate().filter_map(|(id, file)| Some((id as FileId, file, file.facts.as_deref()?)))
    }

    pub(crate) fn add_roots(&mut self, more: BTreeMap<FolderId, String>) {
        self.roots = self.roots.with(&self.layout, more);
        self.name_modules();
    }

    fn name_modules(&mut self) {
        for id in 0..self.files.len() as FileId {
            let folder = self.layout.folder_of[id as usize];
            let root = self.roots.nearest(&self.layout, folder);
            let mut name = self.dotted(folder, root);
            if !self.layout.is_init[id as usize] {
                let path = &self.files[id as usize].path;
                let stem = path.rsplit('/').next().unwrap_or(path).split('.').next().unwrap_or("");
                if !name.is_empty() {
                    name.push('.');
                }
                name.push_str(stem);
            }
            self.files[id as usize].module = name.into();
        }
    }

    /// The dotted path of a folder below a root; empty for the root itself.
    fn dotted(&self, folder: FolderId, root: FolderId) -> String {
        let mut parts: Vec<&str> = Vec::new();
        for at in self.layout.upwards(folder) {
            if at == root {
                break;
            }
            let Folder { name, .. } = self.layout.folder(at);
            parts.push(name);
        }
        parts.reverse();
        parts.join(".")
    }

    pub(crate) fn module_name(&self, module: ModuleId) -> String {
        match module {
            ModuleId::File(file) => self.file(file).module.to_string(),
            ModuleId::Namespace(folder) => self.dotted(folder, self.roots.nearest(&self.layout, folder)),
        }
    }

    /// Looks an absolute module path up the way a file of `folder` would.
    pub(crate) fn find_module(&self, folder: FolderId, path: &str) -> Found {
        let mut best = Found::Partly { parts: 0, is_regular: false };
        for &root in self.roots.order(folder) {
            match self.layout.find(root, path) {
                // A bare folder is a namespace package only where no root has the real thing.
                Found::Module(ModuleId::Namespace(namespace)) => {
                    if !matches!(best, Found::Module(_)) {
                        best = Found::Module(ModuleId::Namespace(namespace));
                    }
                }
                Found::Module(module) => return Found::Module(module),
                partly @ Found::Partly { parts, is_regular } => {
                    if let Found::Partly { parts: most, is_regular: was_regular } = best
                        && (parts, is_regular) > (most, was_regular)
                    {
                        best = partly;
                    }
                }
            }
        }
        best
    }

    /// Looks a module path of the contract up, over all roots.
    pub fn module(&self, path: &str) -> Option<ModuleId> {
        match self.find_module(0, path) {
            Found::Module(module) => Some(module),
            Found::Partly { .. } => None,
        }
    }
}

fn compiled_modules(layout: &Layout, selected: &Selected, prefix: &str) -> FxHashSet<(FolderId, Box<str>)> {
    let found = selected.compiled.iter().filter_map(|path| {
        let path = format!("{prefix}{path}");
        let (folder, file) = path.rsplit_once('/').unwrap_or(("", &path));
        Some((layout.folder_at(folder)?, file.split('.').next()?.into()))
    });
    found.collect()
}
