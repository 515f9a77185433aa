//! Import statements to what they reach.

use pluribus_facts::{Arm, Facts, Import};

use crate::codebase::Codebase;
use crate::layout::{FileId, FolderId, Found, ModuleId};
use crate::members::Way;
use crate::namespace::is_under;
use crate::target::{Missing, Step, StepKind, Target};

/// Why what is in an extension module is not known.
pub(crate) const COMPILED: &str = "a compiled module";

/// Why what is in none of a package's own files is not known.
pub(crate) const ELSEWHERE: &str = "its package has modules in other folders too";

/// An import with everything that is known of it.
pub(crate) struct Resolved {
    /// The module as written, made absolute: `package.module`.
    pub(crate) module: String,
    /// What that module is.
    pub(crate) module_target: Target,
    /// What the bound name reaches.
    pub(crate) target: Target,
    pub(crate) chain: Vec<Step>,
}

impl Codebase {
    pub(crate) fn resolve_import(&self, file: FileId, import: &Import) -> Resolved {
        let mut way = Way::default();
        self.resolve_import_on(file, import, &mut way)
    }

    pub(crate) fn resolve_import_on(&self, file: FileId, import: &Import, way: &mut Way) -> Resolved {
        let Some(facts) = self.facts(file) else {
            return unresolved(String::new(), Target::Unknown("the file was not read"));
        };
        let written = facts.name(import.module);
        let name = facts.name(import.name);
        let (module, module_target) = if import.level == 0 {
            (written.to_owned(), self.absolute(file, written, way))
        } else {
            self.relative(file, import.level, written)
        };
        let target = match (&module_target, name) {
            // `import a.b` binds `a`, but what it imports is `a.b`.
            (found, "" | "*") => found.clone(),
            (&Target::Module(found), name) => {
                let outer = std::mem::replace(&mut way.is_typing, is_for_typing(facts, import));
                let target = self.member(found, name, way);
                way.is_typing = outer;
                target
            }
            (other, _) => other.clone(),
        };
        Resolved { module, module_target, target, chain: std::mem::take(&mut way.steps) }
    }

    /// What an absolute module path is for a file.
    pub(crate) fn absolute(&self, file: FileId, path: &str, way: &mut Way) -> Target {
        let folder = self.layout.folder_of[file as usize];
        let first = path.split('.').next().unwrap_or(path);
        match self.find_module(folder, path) {
            Found::Module(ModuleId::Namespace(found)) if !self.is_first_party(found) => {
                // A folder that only happens to be called like an installed package.
                Target::Unknown("a folder without `__init__.py`, or an installed package of that name")
            }
            Found::Module(module) => Target::Module(module),
            Found::Partly { parts, is_regular } => self.missing_module((file, folder), path, parts, is_regular, way),
        }
        .or_sibling(self, file, folder, first, path)
    }

    fn missing_module(
        &self,
        (file, folder): (FileId, FolderId),
        path: &str,
        parts: usize,
        is_regular: bool,
        way: &Way,
    ) -> Target {
        if parts == 0 {
            return Target::External;
        }
        if let Some(reason) = self.open_package(file, folder, path, parts, way) {
            return reason;
        }
        if self.roots.order(folder).iter().any(|&root| self.is_compiled(root, path)) {
            return Target::Unknown(COMPILED);
        }
        let namespace = path.split('.').next().and_then(|first| match self.find_module(folder, first) {
            Found::Module(ModuleId::Namespace(found)) => Some(found),
            _ => None,
        });
        match namespace {
            Some(found) if !is_regular && !self.proven.contains(&found) => {
                Target::Unknown("a folder without `__init__.py`, or an installed package of that name")
            }
            _ => Target::Missing(Missing::Module),
        }
    }

    /// A package on the way that makes submodules at run time, or is replaced by another.
    fn open_package(&self, file: FileId, folder: FolderId, path: &str, parts: usize, way: &Way) -> Option<Target> {
        let ends = path.match_indices('.').map(|(at, _)| at).chain([path.len()]).take(parts);
        for (index, end) in ends.enumerate() {
            let Found::Module(module @ ModuleId::File(package)) = self.find_module(folder, &path[..end]) else {
                continue;
            };
            let Some((facts, namespace)) = self.contents(package) else { continue };
            if facts.served.open_submodules {
                return Some(Target::Unknown("its package makes submodules at run time"));
            }
            if index + 1 == parts && namespace.extends_path(facts) {
                return Some(Target::Unknown(ELSEWHERE));
            }
            if facts.served.replaced_by.is_some() && package != file {
                let rest = path.get(end + 1..).unwrap_or("");
                let mut way = way.aside();
                let mut at = self.replacement(package, &mut way)?;
                for part in rest.split('.').filter(|part| !part.is_empty()) {
                    at = match self.member(at, part, &mut way) {
                        Target::Module(next) => next,
                        other => return Some(other),
                    };
                }
                return Some(Target::Module(at));
            }
            // `os.path` style: an attribute of a module that is itself a module.
            if let (Some(rest), false) = (path.get(end + 1..), self.layout.is_init[package as usize]) {
                let name = rest.split('.').next().unwrap_or(rest);
                let target = self.member(module, name, &mut way.aside());
                if rest == name && matches!(target, Target::Module(_)) {
                    return Some(target);
                }
            }
        }
        None
    }

    /// Whether a dotted path below a folder is an extension module.
    pub(crate) fn is_compiled(&self, from: FolderId, path: &str) -> bool {
        let (package, name) = path.rsplit_once('.').unwrap_or(("", path));
        let mut parts = package.split('.').filter(|part| !part.is_empty());
        let folder = parts.try_fold(from, |at, part| self.layout.folder(at).folders.get(part).copied());
        folder.is_some_and(|folder| self.compiled.contains(&(folder, name.into())))
    }

    fn relative(&self, file: FileId, level: u32, written: &str) -> (String, Target) {
        let level = level as usize;
        let Some(folder) = self.climbed(file, level) else {
            return (format!("{}{written}", ".".repeat(level)), Target::Missing(Missing::BeyondRoot));
        };
        let init = self.layout.folder(folder).init;
        let package = init.map_or(ModuleId::Namespace(folder), ModuleId::File);
        let base = self.module_name(package);
        if written.is_empty() {
            return (base, Target::Module(package));
        }
        let name = if base.is_empty() { written.to_owned() } else { format!("{base}.{written}") };
        let target = match self.layout.find(folder, written) {
            Found::Module(module) => Target::Module(module),
            Found::Partly { .. } if self.is_compiled(folder, written) => Target::Unknown(COMPILED),
            Found::Partly { parts, .. } => match init.and_then(|init| self.open_submodule(init, parts)) {
                Some(open) => open,
                None => Target::Missing(Missing::Module),
            },
        };
        (name, target)
    }

    /// The folder that a relative import of so many dots starts from; none beyond the top-level
    /// package, as in Python.
    pub(crate) fn climbed(&self, file: FileId, level: usize) -> Option<FolderId> {
        let from = self.layout.folder_of[file as usize];
        // With one dot the folder must be a package, or the import would work nowhere: then a root that
        // was not found lies above it.
        let mut packages = self.layout.upwards(from).take_while(|&at| level == 1 || !self.is_outermost_root(at));
        packages.nth(level.checked_sub(1)?)
    }

    /// Whether no import root is above this one: a folder below two may be imported from either.
    fn is_outermost_root(&self, folder: FolderId) -> bool {
        let is_root = folder == 0 || self.roots.has(folder);
        is_root && !self.layout.upwards(folder).skip(1).any(|above| self.roots.has(above))
    }

    fn open_submodule(&self, init: FileId, parts: usize) -> Option<Target> {
        let (facts, namespace) = self.contents(init)?;
        if parts == 0 && namespace.extends_path(facts) {
            return Some(Target::Unknown(ELSEWHERE));
        }
        facts.served.open_submodules.then_some(Target::Unknown("its package makes submodules at run time"))
    }

    /// Whether a folder without `__init__.py` is known to be a package of this code base.
    fn is_first_party(&self, folder: FolderId) -> bool {
        // Inside of a package with one, it is looked for nowhere else.
        self.layout.upwards(folder).any(|at| self.proven.contains(&at) || self.layout.folder(at).init.is_some())
    }
}

impl Target {
    /// Scripts import the files beside them.
    fn or_sibling(self, codebase: &Codebase, file: FileId, folder: FolderId, first: &str, path: &str) -> Self {
        let is_lost = matches!(self, Target::External);
        let is_script_folder = codebase.layout.folder(folder).init.is_none();
        if !is_lost || !is_script_folder || codebase.stdlib.contains(first) {
            return self;
        }
        match codebase.layout.find(folder, path) {
            Found::Module(module @ ModuleId::File(found)) if found != file => Target::Module(module),
            _ => self,
        }
    }
}

fn is_for_typing(facts: &Facts, import: &Import) -> bool {
    let around = facts.scopes.get(import.scope as usize).map_or(0, |scope| scope.branch);
    [import.branch, around].into_iter().any(|branch| is_under(facts, branch, |arm| arm == Arm::TypeChecking))
}

fn unresolved(module: String, target: Target) -> Resolved {
    Resolved { module, module_target: target.clone(), target, chain: Vec::new() }
}

/// How a step of the chain is called in reports.
pub(crate) fn kind_name(kind: StepKind) -> &'static str {
    match kind {
        StepKind::Import => "import",
        StepKind::Star => "star import",
        StepKind::Alias => "alias",
        StepKind::Lazy => "served lazily",
        StepKind::SameModule => "same module object",
    }
}
