//! All files of one tree, and how much of each was read.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use pluribus_facts::{
    ContentHash, Facts, Outline, Overlay, Revision, Selected, Selection, SelectionError, hash_word, select,
};
use rustc_hash::FxHashSet;
use thiserror::Error;

use crate::clues::Clues;
use crate::focus::Focus;
use crate::hidden::Hidden;
use crate::layout::{FileId, Folder, FolderId, Found, Layout, ModuleId};
use crate::namespace::Namespace;
use crate::queries::imports::Reached;
use crate::questions::Question;
use crate::roots::{Ground, Roots};
use crate::shelf::Shelf;
use crate::target::Target;

#[derive(Clone, Default)]
pub struct Options {
    pub root: PathBuf,
    /// Where the files are, if not on disk; `root` is but a name then.
    pub revision: Option<Revision>,
    /// What other revisions have left of use; only with a revision.
    pub shelf: Option<Arc<Shelf>>,
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
    /// Files as they would be; nothing that was judged by them is kept.
    pub overlay: Overlay,
    /// Look at what git ignores too.
    pub bares_ignored: bool,
    /// Top-level names of Python's own library.
    pub stdlib: Vec<String>,
    /// Set by another thread when nobody waits for the answer any more; files that were not read by
    /// then are not read.
    pub stop: Arc<AtomicBool>,
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

/// The facts of a file, and its names by scope.
pub(crate) struct Contents {
    pub(crate) facts: Facts,
    pub(crate) namespace: Namespace,
}

impl Contents {
    pub(crate) fn new(facts: Facts) -> Self {
        Self { namespace: Namespace::new(&facts), facts }
    }
}

pub struct File {
    pub path: Box<str>,
    pub is_test: bool,
    /// Dotted name as seen from the nearest root.
    pub module: Box<str>,
    pub status: Status,
    /// What was read of it, if it was.
    pub(crate) contents: OnceLock<Arc<Contents>>,
    /// The content of which its facts are kept, where they are to be read when they are asked for.
    pub(crate) kept_as: Option<ContentHash>,
    /// Of the content that was read, where it is kept.
    pub(crate) hash: Option<ContentHash>,
    /// Names that were looked up in it, as hashes; noted where answers are kept.
    pub(crate) asked: Mutex<FxHashSet<u32>>,
    /// See the method of `Codebase` of the same name.
    pub(crate) bound_by_imports: OnceLock<Box<[(u32, Target)]>>,
    /// Known until its contents are.
    pub(crate) outline: Option<Arc<Outline>>,
}

pub struct Codebase {
    pub(crate) options: Options,
    pub files: Vec<File>,
    pub(crate) layout: Layout,
    pub(crate) roots: Roots,
    pub(crate) hidden: Hidden,
    pub(crate) selected: Selected,
    pub(crate) stdlib: FxHashSet<Box<str>>,
    /// Top-level folders without `__init__.py` that imports have been seen to reach into.
    pub(crate) proven: FxHashSet<FolderId>,
    pub(crate) kept: crate::kept::Kept,
    /// Whether facts that were to be kept could not be read.
    pub(crate) lost: AtomicBool,
    /// See `selection_digest`; 0 where answers are not kept.
    pub(crate) selection: ContentHash,
    /// Every question so far.
    pub(crate) trace: Mutex<Vec<Question>>,
    pub(crate) focuses: Vec<Focus>,
    pub(crate) reads_whole: bool,
    /// Files that were read only because others cannot be understood without them.
    pub(crate) demanded: FxHashSet<FileId>,
    /// Folder and name of each module that is compiled from another language.
    pub(crate) compiled: FxHashSet<(FolderId, Box<str>)>,
    pub(crate) clues: Clues,
    /// Sets of words of copies, by number, for which alone a file was read.
    pub(crate) chosen_by: FxHashSet<usize>,
    /// What the names that modules offer were last looked through for.
    pub(crate) offered: FxHashSet<Target>,
    /// The one file that questions are about; none for all.
    pub(crate) only: Option<FileId>,
    /// Every import of the files that were read, resolved once.
    pub(crate) imports: OnceLock<Vec<Reached>>,
}

impl Codebase {
    /// Selects the files of a tree and lays them out; reads none of them.
    pub fn open(options: Options) -> Result<Self, OpenError> {
        let mut selected = select(&Selection {
            root: &options.root,
            revision: options.revision.as_ref(),
            exclude: &options.exclude,
            tests: &options.tests,
            glob_prefix: &options.glob_prefix,
            respect_gitignore: !options.bares_ignored,
            overlay: &options.overlay,
            stop: &options.stop,
        })?;
        let paths = std::mem::take(&mut selected.files);
        let named: Vec<Box<str>> = paths.iter().map(|path| format!("{}{path}", options.prefix).into()).collect();
        let layout = Layout::new(&named);
        let roots = if options.roots.is_empty() {
            Roots::detected(&layout, &Ground::of(&options))
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
                contents: OnceLock::new(),
                kept_as: None,
                hash: None,
                asked: Mutex::default(),
                bound_by_imports: OnceLock::new(),
                outline: None,
            })
            .collect();
        let stdlib = options.stdlib.iter().map(|name| name.as_str().into()).collect();
        if let (Some(shelf), Some(revision)) = (&options.shelf, &options.revision) {
            shelf.keep_only(revision);
        }
        let kept = crate::kept::Kept::open(&options);
        let compiled = compiled_modules(&layout, &selected, &options.prefix);
        let mut codebase = Self {
            options,
            files,
            layout,
            roots,
            hidden: Hidden::default(),
            selected,
            stdlib,
            proven: FxHashSet::default(),
            kept,
            lost: AtomicBool::new(false),
            selection: 0,
            trace: Mutex::default(),
            focuses: Vec::new(),
            reads_whole: false,
            demanded: FxHashSet::default(),
            compiled,
            clues: Clues::default(),
            chosen_by: FxHashSet::default(),
            offered: FxHashSet::default(),
            only: None,
            imports: OnceLock::new(),
        };
        codebase.name_modules();
        codebase.hidden = codebase.hidden_packages();
        if codebase.kept.is_on() {
            codebase.selection = codebase.selection_digest();
        }
        Ok(codebase)
    }

    pub(crate) fn is_stopped(&self) -> bool {
        self.options.stop.load(Ordering::Relaxed)
    }

    pub(crate) fn file(&self, id: FileId) -> &File {
        &self.files[id as usize]
    }

    /// The facts of a file and its names by scope; none when it was not read.
    pub(crate) fn contents(&self, id: FileId) -> Option<(&Facts, &Namespace)> {
        let file = self.file(id);
        let contents = match (file.contents.get(), file.kept_as) {
            (Some(contents), _) => contents,
            (None, None) => return None,
            (None, Some(hash)) => {
                let Some(facts) = self.kept.facts(hash) else {
                    self.lost.store(true, Ordering::Relaxed);
                    return None;
                };
                file.contents.get_or_init(|| Arc::new(Contents::new(facts)))
            }
        };
        Some((&contents.facts, &contents.namespace))
    }

    /// Notes that a name of a module was looked up, if only to find that there is none.
    pub(crate) fn note(&self, file: FileId, name: &str) {
        if self.kept.is_on() {
            self.file(file).asked.lock().unwrap_or_else(PoisonError::into_inner).insert(hash_word(name));
        }
    }

    pub(crate) fn facts(&self, id: FileId) -> Option<&Facts> {
        self.contents(id).map(|(facts, _)| facts)
    }

    pub(crate) fn namespace(&self, id: FileId) -> Option<&Namespace> {
        self.contents(id).map(|(_, namespace)| namespace)
    }

    /// The files that a question is about: all, or one alone.
    pub(crate) fn asked_files(&self) -> Range<FileId> {
        self.only.map_or(0..self.files.len() as FileId, |only| only..only + 1)
    }

    /// Those of them that were read.
    pub(crate) fn read_files(&self) -> impl Iterator<Item = (FileId, &File, &Facts)> {
        self.asked_files().filter_map(|id| Some((id, self.file(id), self.facts(id)?)))
    }

    pub(crate) fn add_roots(&mut self, more: BTreeMap<FolderId, String>) {
        self.roots = self.roots.with(&self.layout, more);
        self.name_modules();
    }

    pub(crate) fn name_modules(&mut self) {
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
