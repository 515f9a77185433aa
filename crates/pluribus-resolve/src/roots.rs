//! Folders from which modules are imported, found without configuration.

use std::collections::BTreeMap;
use std::path::PathBuf;

use pluribus_facts::{Kind, Revision};

use crate::codebase::Options;
use crate::layout::{FolderId, Layout};

#[derive(Clone)]
pub(crate) struct Roots {
    /// Each root and what gave it away, sorted by path; the root of the tree is always among them.
    pub(crate) all: Vec<(FolderId, String)>,
    /// For each folder, the roots in the order in which its files look modules up.
    order_of: Vec<Box<[FolderId]>>,
}

/// Files that mark a project of its own, and source folders that projects use.
const PROJECT_FILES: [&str; 3] = ["pyproject.toml", "setup.cfg", "setup.py"];
const SOURCE_FOLDERS: [&str; 3] = ["src", "lib", "python"];

impl Roots {
    /// Configured roots are taken as they are; an unknown one is an error that names it.
    pub(crate) fn configured(layout: &Layout, paths: &[String]) -> Result<Self, String> {
        let mut found = BTreeMap::new();
        for path in paths {
            let folder = layout.folder_at(path.trim_end_matches('/')).ok_or_else(|| path.clone())?;
            found.insert(folder, "configured".to_owned());
        }
        Ok(Self::new(layout, found))
    }

    pub(crate) fn detected(layout: &Layout, ground: &Ground) -> Self {
        let mut found: BTreeMap<FolderId, String> = BTreeMap::new();
        found.insert(0, "the root of the tree".to_owned());
        for (index, folder) in layout.folders.iter().enumerate() {
            let id = index as FolderId;
            if folder.init.is_some() || has_package_above(layout, id) {
                continue;
            }
            let path = layout.path_of(id);
            let project = PROJECT_FILES.iter().find(|name| is_project_file(ground, &path, name));
            if let Some(file) = project {
                if id != 0 && !folder.folders.is_empty() {
                    found.entry(id).or_insert_with(|| format!("holds {file}"));
                }
                for (source, reason) in source_folders(layout, id, ground) {
                    found.entry(source).or_insert(reason);
                }
            }
            if SOURCE_FOLDERS[0] == &*folder.name && holds_package(layout, id) {
                found.entry(id).or_insert_with(|| "a src folder with packages".to_owned());
            }
        }
        Self::new(layout, found)
    }

    /// Adds a root that imports gave away.
    pub(crate) fn with(&self, layout: &Layout, more: BTreeMap<FolderId, String>) -> Self {
        let mut found: BTreeMap<FolderId, String> = self.all.iter().cloned().collect();
        for (folder, reason) in more {
            found.entry(folder).or_insert(reason);
        }
        Self::new(layout, found)
    }

    fn new(layout: &Layout, found: BTreeMap<FolderId, String>) -> Self {
        let mut all: Vec<(FolderId, String)> = found.into_iter().collect();
        all.sort_by_key(|(folder, _)| layout.path_of(*folder));
        let order_of = (0..layout.folders.len() as FolderId)
            .map(|folder| {
                // Nearest first: a project's own `tests` wins over that of its neighbour.
                let mut order: Vec<FolderId> =
                    layout.upwards(folder).filter(|at| all.iter().any(|(root, _)| root == at)).collect();
                order.extend(
                    all.iter().map(|(root, _)| *root).filter(|root| !layout.upwards(folder).any(|at| at == *root)),
                );
                order.into()
            })
            .collect();
        Self { all, order_of }
    }

    pub(crate) fn order(&self, folder: FolderId) -> &[FolderId] {
        self.order_of.get(folder as usize).map_or(&[], |order| order)
    }

    pub(crate) fn has(&self, folder: FolderId) -> bool {
        self.all.iter().any(|(root, _)| *root == folder)
    }

    /// The root that names the files of a folder: the nearest above it.
    pub(crate) fn nearest(&self, layout: &Layout, folder: FolderId) -> FolderId {
        layout.upwards(folder).find(|&at| self.has(at)).unwrap_or(0)
    }
}

/// A script may be called `setup.py` too: a real one calls `setup`.
fn is_project_file(ground: &Ground, folder: &str, name: &str) -> bool {
    if name != "setup.py" {
        return ground.is_file(folder, name);
    }
    ground
        .text(folder, name)
        .is_some_and(|text| text.contains("setup(") && (text.contains("setuptools") || text.contains("distutils")))
}

/// The folder that is the top of all roots, on disk or in a revision.
pub(crate) enum Ground<'a> {
    Disk(PathBuf),
    Revision(&'a Revision, &'a str),
}

impl<'a> Ground<'a> {
    pub(crate) fn of(options: &'a Options) -> Self {
        match &options.revision {
            Some(revision) => Self::Revision(revision, revision.above(&options.prefix)),
            None => {
                let above = options.prefix.matches('/').count();
                Self::Disk(options.root.ancestors().nth(above).unwrap_or(&options.root).to_path_buf())
            }
        }
    }

    fn is_file(&self, folder: &str, name: &str) -> bool {
        match self {
            Self::Disk(top) => top.join(folder).join(name).is_file(),
            Self::Revision(revision, top) => revision.kind(&joined(top, folder, name)) == Some(Kind::File),
        }
    }

    /// The text of a file; none of a pipe, which would be waited for.
    fn text(&self, folder: &str, name: &str) -> Option<String> {
        if !self.is_file(folder, name) {
            return None;
        }
        match self {
            Self::Disk(top) => std::fs::read_to_string(top.join(folder).join(name)).ok(),
            Self::Revision(revision, top) => {
                let content = revision.seen_from("").read(&joined(top, folder, name)).ok()?;
                String::from_utf8(content).ok()
            }
        }
    }
}

fn joined(top: &str, folder: &str, name: &str) -> String {
    if folder == "." { format!("{top}{name}") } else { format!("{top}{folder}/{name}") }
}

fn has_package_above(layout: &Layout, folder: FolderId) -> bool {
    layout.upwards(folder).skip(1).any(|at| layout.folder(at).init.is_some())
}

fn holds_package(layout: &Layout, folder: FolderId) -> bool {
    layout.folder(folder).folders.values().any(|&inner| {
        let inner = layout.folder(inner);
        inner.init.is_some() || !inner.modules.is_empty() || !inner.folders.is_empty()
    })
}

fn source_folders(layout: &Layout, project: FolderId, ground: &Ground) -> Vec<(FolderId, String)> {
    let mut found = Vec::new();
    for name in SOURCE_FOLDERS {
        if let Some(&folder) = layout.folder(project).folders.get(name)
            && layout.folder(folder).init.is_none()
            && (name == "src" || holds_regular_package(layout, folder))
        {
            found.push((folder, format!("the {name} folder of a project")));
        }
    }
    for (path, reason) in configured_by_tools(ground.text(&layout.path_of(project), "pyproject.toml")) {
        let inner = path.trim_start_matches("./").trim_end_matches('/');
        let full = match layout.path_of(project).as_str() {
            "." => inner.to_owned(),
            project => format!("{project}/{inner}"),
        };
        if let Some(folder) = layout.folder_at(&full).filter(|&folder| layout.folder(folder).init.is_none()) {
            found.push((folder, reason));
        }
    }
    found
}

fn holds_regular_package(layout: &Layout, folder: FolderId) -> bool {
    layout.folder(folder).folders.values().any(|&inner| layout.folder(inner).init.is_some())
}

/// Import roots that build back-ends, pytest and type checkers are told of.
fn configured_by_tools(pyproject: Option<String>) -> Vec<(String, String)> {
    let Some(table) = pyproject.and_then(|text| text.parse::<toml::Table>().ok()) else {
        return Vec::new();
    };
    let at = |keys: &[&str]| {
        let mut value = table.get(*keys.first()?)?;
        for key in &keys[1..] {
            value = value.get(key)?;
        }
        Some(value)
    };
    let paths = |value: &toml::Value| -> Vec<String> {
        match value {
            toml::Value::String(path) => vec![path.clone()],
            toml::Value::Array(all) => all.iter().filter_map(|each| each.as_str().map(str::to_owned)).collect(),
            _ => Vec::new(),
        }
    };
    let mut found = Vec::new();
    for (keys, name) in [
        (&["tool", "setuptools", "packages", "find", "where"][..], "setuptools"),
        (&["tool", "pytest", "ini_options", "pythonpath"][..], "pytest's pythonpath"),
        (&["tool", "mypy", "mypy_path"][..], "mypy_path"),
        (&["tool", "pyright", "extraPaths"][..], "pyright's extraPaths"),
        (&["tool", "ruff", "src"][..], "ruff's src"),
    ] {
        found.extend(at(keys).map(paths).unwrap_or_default().into_iter().map(|path| (path, name)));
    }
    let hatch = at(&["tool", "hatch", "build", "targets", "wheel", "packages"]).map(paths).unwrap_or_default();
    found.extend(hatch.into_iter().filter_map(|path| Some((path.rsplit_once('/')?.0.to_owned(), "hatch"))));
    if let Some(packages) = at(&["tool", "poetry", "packages"]).and_then(toml::Value::as_array) {
        let from = packages.iter().filter_map(|each| each.get("from")?.as_str());
        found.extend(from.map(|path| (path.to_owned(), "poetry")));
    }
    found.into_iter().map(|(path, tool)| (path, format!("named by {tool}"))).collect()
}
