//! The folders of a tree as Python sees them: packages, modules and namespace packages.

use rustc_hash::FxHashMap;

pub type FileId = u32;
pub type FolderId = u32;

/// A module: a file, or a folder without `__init__.py` (a namespace package).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ModuleId {
    File(FileId),
    Namespace(FolderId),
}

#[derive(Default)]
pub(crate) struct Folder {
    pub(crate) parent: Option<FolderId>,
    pub(crate) name: Box<str>,
    pub(crate) folders: FxHashMap<Box<str>, FolderId>,
    pub(crate) modules: FxHashMap<Box<str>, FileId>,
    pub(crate) init: Option<FileId>,
}

/// All folders that hold Python files; 0 is the root of the tree.
pub(crate) struct Layout {
    pub(crate) folders: Vec<Folder>,
    /// The folder of each file.
    pub(crate) folder_of: Vec<FolderId>,
    /// Whether each file is an `__init__`.
    pub(crate) is_init: Vec<bool>,
}

/// How far a dotted path could be followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Found {
    Module(ModuleId),
    /// Only so many parts exist; whether the last of them is a regular package or a module.
    Partly {
        parts: usize,
        is_regular: bool,
    },
}

impl Layout {
    /// Builds the layout from sorted paths relative to the root.
    pub(crate) fn new(paths: &[Box<str>]) -> Self {
        let mut layout = Self {
            folders: vec![Folder::default()],
            folder_of: Vec::with_capacity(paths.len()),
            is_init: Vec::with_capacity(paths.len()),
        };
        for (index, path) in paths.iter().enumerate() {
            let id = index as FileId;
            let (folder, file) = path.rsplit_once('/').unwrap_or(("", path));
            let folder = layout.add_folder(folder);
            let (stem, is_stub) = match file.strip_suffix(".pyi") {
                Some(stem) => (stem, true),
                None => (file.strip_suffix(".py").unwrap_or(file), false),
            };
            layout.folder_of.push(folder);
            layout.is_init.push(stem == "__init__");
            let at = &mut layout.folders[folder as usize];
            // A stub stands in only where there is no source: ".py" sorts before ".pyi".
            match (stem, is_stub) {
                ("__init__", true) => at.init = at.init.or(Some(id)),
                ("__init__", false) => at.init = Some(id),
                (stem, true) => {
                    at.modules.entry(stem.into()).or_insert(id);
                }
                (stem, false) => {
                    at.modules.insert(stem.into(), id);
                }
            }
        }
        layout
    }

    fn add_folder(&mut self, path: &str) -> FolderId {
        let mut at = 0;
        for name in path.split('/').filter(|name| !name.is_empty()) {
            at = if let Some(&next) = self.folders[at as usize].folders.get(name) {
                next
            } else {
                let next = self.folders.len() as FolderId;
                self.folders.push(Folder { parent: Some(at), name: name.into(), ..Folder::default() });
                self.folders[at as usize].folders.insert(name.into(), next);
                next
            };
        }
        at
    }

    /// Whether any folder or module goes by a name.
    pub(crate) fn has_name(&self, name: &str) -> bool {
        self.folders.iter().any(|folder| &*folder.name == name || folder.modules.contains_key(name))
    }

    pub(crate) fn folder(&self, id: FolderId) -> &Folder {
        &self.folders[id as usize]
    }

    /// The folder at a path relative to the root.
    pub(crate) fn folder_at(&self, path: &str) -> Option<FolderId> {
        let mut at = 0;
        for name in path.split('/').filter(|name| !name.is_empty() && *name != ".") {
            at = *self.folder(at).folders.get(name)?;
        }
        Some(at)
    }

    pub(crate) fn path_of(&self, folder: FolderId) -> String {
        let mut names = Vec::new();
        let mut at = folder;
        while let Some(parent) = self.folder(at).parent {
            names.push(&*self.folder(at).name);
            at = parent;
        }
        if names.is_empty() {
            return ".".to_owned();
        }
        names.reverse();
        names.join("/")
    }

    /// The folder itself, then its parents up to the root.
    pub(crate) fn upwards(&self, folder: FolderId) -> impl Iterator<Item = FolderId> {
        std::iter::successors(Some(folder), |&at| self.folder(at).parent)
    }

    /// Follows a dotted path from a folder, the way the import system does: a package wins over a
    /// module of the same name, and a module over a folder without `__init__.py`.
    pub(crate) fn find(&self, from: FolderId, path: &str) -> Found {
        let mut at = from;
        let mut is_regular = false;
        let mut parts = path.split('.').enumerate().peekable();
        while let Some((index, part)) = parts.next() {
            let folder = self.folder(at);
            let is_last = parts.peek().is_none();
            let inner = folder.folders.get(part).copied();
            let package = inner.filter(|&inner| self.folder(inner).init.is_some());
            match (package, folder.modules.get(part), inner) {
                (Some(package), _, _) => {
                    if let (true, Some(init)) = (is_last, self.folder(package).init) {
                        return Found::Module(ModuleId::File(init));
                    }
                    (at, is_regular) = (package, true);
                }
                (None, Some(&module), _) if is_last => return Found::Module(ModuleId::File(module)),
                (None, Some(_), _) => return Found::Partly { parts: index + 1, is_regular: true },
                (None, None, Some(namespace)) if is_last => return Found::Module(ModuleId::Namespace(namespace)),
                (None, None, Some(namespace)) => (at, is_regular) = (namespace, false),
                (None, None, None) => return Found::Partly { parts: index, is_regular },
            }
        }
        Found::Partly { parts: 0, is_regular: false }
    }

    /// The submodule of a module.
    pub(crate) fn submodule(&self, module: ModuleId, name: &str) -> Option<ModuleId> {
        match self.find(self.package_folder(module)?, name) {
            Found::Module(found) => Some(found),
            Found::Partly { .. } => None,
        }
    }

    /// The folder whose files are the submodules of a module; none for a plain module.
    pub(crate) fn package_folder(&self, module: ModuleId) -> Option<FolderId> {
        match module {
            ModuleId::Namespace(folder) => Some(folder),
            ModuleId::File(file) => self.is_init[file as usize].then(|| self.folder_of[file as usize]),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn layout(paths: &[&str]) -> Layout {
        Layout::new(&paths.iter().map(|&path| path.into()).collect::<Vec<_>>())
    }

    #[test]
    fn a_package_wins_over_a_module_of_its_name_and_a_module_over_a_bare_folder() {
        let tree = layout(&["a.py", "a/__init__.py", "b.py", "b/x.py", "c/d.py"]);

        assert_eq!(tree.find(0, "a"), Found::Module(ModuleId::File(1)));
        assert_eq!(tree.find(0, "b"), Found::Module(ModuleId::File(2)));
        assert_eq!(tree.find(0, "b.x"), Found::Partly { parts: 1, is_regular: true });
        assert_eq!(tree.find(0, "c.d"), Found::Module(ModuleId::File(4)));
        assert!(matches!(tree.find(0, "c"), Found::Module(ModuleId::Namespace(_))));
        assert_eq!(tree.find(0, "c.e"), Found::Partly { parts: 1, is_regular: false });
    }

    #[test]
    fn a_stub_stands_in_only_where_there_is_no_source() {
        let tree = layout(&["a.py", "a.pyi", "b.pyi"]);

        assert_eq!(tree.find(0, "a"), Found::Module(ModuleId::File(0)));
        assert_eq!(tree.find(0, "b"), Found::Module(ModuleId::File(2)));
    }
}
