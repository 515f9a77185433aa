//! The names of a module, through re-exports, star imports and lazy tables.

use std::cell::RefCell;
use std::rc::Rc;

use pluribus_facts::{Arm, BindingKind, Export, Facts, Value};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::codebase::Codebase;
use crate::layout::{FileId, ModuleId};
use crate::names::{COMPILED, ELSEWHERE};
use crate::namespace::{candidates, is_under};
use crate::target::{Missing, Step, StepKind, Target};

/// Re-exports longer than this are taken for a cycle that grows.
const MAX_HOPS: usize = 100;

/// Why a name of a module that was set aside is not known.
pub(crate) const NOT_READ: &str = "its module was not read";

/// The way travelled so far: the hops, and what is being resolved, against cycles.
#[derive(Default)]
pub(crate) struct Way {
    pub(crate) steps: Vec<Step>,
    visiting: FxHashSet<(FileId, Box<str>)>,
    /// What led nowhere meanwhile. Modules that star-import each other can be walked in more orders
    /// than there is time for.
    failed: FxHashMap<(FileId, Box<str>), Target>,
    /// Whether names that only type checkers see count too.
    pub(crate) is_typing: bool,
    /// Files that would have to be read, or read whole, to go on; those of questions on the side are
    /// ours too.
    pub(crate) unread: Rc<RefCell<Vec<FileId>>>,
}

impl Way {
    /// For a question on the side: its steps are not ours, but the circles are the same.
    pub(crate) fn aside(&self) -> Self {
        Self {
            visiting: self.visiting.clone(),
            is_typing: self.is_typing,
            unread: Rc::clone(&self.unread),
            ..Self::default()
        }
    }
}

impl Codebase {
    /// What `module.name` is at run time.
    pub(crate) fn member(&self, module: ModuleId, name: &str, way: &mut Way) -> Target {
        let ModuleId::File(file) = module else {
            return match self.layout.submodule(module, name) {
                Some(found) => Target::Module(found),
                None => Target::Missing(Missing::Name),
            };
        };
        let Some(facts) = self.facts(file) else {
            return match self.layout.submodule(module, name) {
                Some(found) => Target::Module(found),
                None => {
                    way.unread.borrow_mut().push(file);
                    Target::Unknown(NOT_READ)
                }
            };
        };
        self.note(file, name);
        let key = (file, Box::from(name));
        if let Some(target) = way.failed.get(&key) {
            return target.clone();
        }
        if way.steps.len() > MAX_HOPS || !way.visiting.insert(key.clone()) {
            return Target::Unknown("it is imported in a circle");
        }
        let steps = way.steps.len();
        let target = self.member_of_file(file, facts, name, way);
        way.visiting.remove(&key);
        if !target.is_found() {
            way.steps.truncate(steps);
            way.failed.insert(key, target.clone());
        }
        if way.visiting.is_empty() {
            // What failed inside a circle may be found outside of it.
            way.failed.clear();
        }
        target
    }

    fn member_of_file(&self, file: FileId, facts: &Facts, name: &str, way: &mut Way) -> Target {
        if let Some((_, span)) = facts.served.replaced_by
            && let Some(other) = self.replacement(file, &mut way.aside())
        {
            way.steps.push(Step { file, span, kind: StepKind::SameModule, name: name.into() });
            return self.member(other, name, way);
        }
        let own = self.own_member(file, facts, name, way);
        if own.as_ref().is_some_and(Target::is_found) {
            return own.unwrap_or(Target::External);
        }
        if let Some(found) = self.layout.submodule(ModuleId::File(file), name) {
            return Target::Module(found);
        }
        if let Some(target) = own {
            return target;
        }
        if let Some(target) = self.served(file, facts, name, way) {
            return target;
        }
        let package = self.layout.package_folder(ModuleId::File(file));
        if package.is_some_and(|folder| self.is_compiled(folder, name)) {
            return Target::Unknown(COMPILED);
        }
        if is_module_attribute(name) {
            return Target::External;
        }
        if facts.served.open_names || facts.served.open_submodules {
            return Target::Unknown("its module makes names at run time");
        }
        if package.is_some() && self.namespace(file).is_some_and(|namespace| namespace.extends_path(facts)) {
            return Target::Unknown(ELSEWHERE);
        }
        if !facts.errors.is_empty() {
            way.unread.borrow_mut().push(file);
            return Target::Unknown("its module has syntax errors");
        }
        match self.star_that_may_hold(file, facts, way) {
            Some(reason) => Target::Unknown(reason),
            None => Target::Missing(Missing::Name),
        }
    }

    /// What the module binds itself, or by star imports; the later of the two wins.
    fn own_member(&self, file: FileId, facts: &Facts, name: &str, way: &mut Way) -> Option<Target> {
        let namespace = self.namespace(file)?;
        let mut ordered = candidates(facts, namespace.bindings(facts, 0, name));
        if !way.is_typing && !facts.served.open_names {
            ordered.retain(|&index| !is_for_typing(facts, index));
        }
        let starts = |index: u32| facts.bindings.get(index as usize).map_or(0, |binding| binding.span.start);
        let last = ordered.iter().copied().filter(|&index| is_certain(facts, index)).map(starts).max();
        // First what a `try` may bind, then a star behind all that is certain, then the rest.
        let (tried, rest): (Vec<u32>, Vec<u32>) =
            ordered.iter().partition(|&&index| !is_certain(facts, index) && is_tried(facts, index));
        let mut first = None;
        if let Some(target) = self.first_of(file, &tried, way, &mut first) {
            return Some(target);
        }
        for star in namespace.stars.iter().rev() {
            let Some(import) = facts.imports.get(*star as usize) else { continue };
            if last.is_some_and(|last| import.span.start < last) {
                break;
            }
            if let Some(target) = self.starred(file, *star, name, way) {
                return Some(target);
            }
        }
        self.first_of(file, &rest, way, &mut first).or(first)
    }

    /// The first of several bindings that leads anywhere; what the first of all gave is kept.
    fn first_of(&self, file: FileId, indexes: &[u32], way: &mut Way, first: &mut Option<Target>) -> Option<Target> {
        for &index in indexes {
            let steps = way.steps.len();
            let target = self.follow(file, index, way);
            if target.is_found() || target == Target::External {
                return Some(target);
            }
            way.steps.truncate(steps);
            first.get_or_insert(target);
        }
        None
    }

    /// What a star import brings under a name; none when it does not.
    fn starred(&self, file: FileId, star: u32, name: &str, way: &mut Way) -> Option<Target> {
        let facts = self.facts(file)?;
        let import = facts.imports.get(star as usize)?;
        let Target::Module(module) = self.resolve_import_on(file, import, &mut way.aside()).module_target else {
            return None;
        };
        if module == ModuleId::File(file) {
            return None;
        }
        if let Some(exported) = self.exported(module, way) {
            if !exported.contains(name) {
                return None;
            }
        } else if name.starts_with('_') {
            return None;
        }
        way.steps.push(Step { file, span: import.span, kind: StepKind::Star, name: name.into() });
        let target = self.member(module, name, way);
        if target.is_found() || target == Target::External {
            return Some(target);
        }
        way.steps.pop();
        None
    }

    /// The names in `__all__`; none when there is no `__all__`, or it cannot be read.
    pub(crate) fn exported(&self, module: ModuleId, way: &mut Way) -> Option<FxHashSet<Box<str>>> {
        let ModuleId::File(file) = module else { return None };
        if !way.visiting.insert((file, "__all__".into())) {
            return None;
        }
        let names = self.exported_by(module, file, way);
        way.visiting.remove(&(file, "__all__".into()));
        names
    }

    fn exported_by(&self, module: ModuleId, file: FileId, way: &mut Way) -> Option<FxHashSet<Box<str>>> {
        let facts = self.facts(file)?;
        if facts.exports.is_empty() {
            return None;
        }
        let mut names: FxHashSet<Box<str>> = FxHashSet::default();
        for step in &facts.exports {
            match step {
                Export::Set(all) => names = all.iter().map(|(name, _)| facts.name(*name).into()).collect(),
                Export::Add(all) => names.extend(all.iter().map(|(name, _)| facts.name(*name).into())),
                Export::Remove(name) => {
                    names.remove(facts.name(*name));
                }
                Export::AddFrom(chain) => {
                    let Target::Module(other) = self.chain(file, 0, facts.name(*chain), &mut way.aside()) else {
                        return None;
                    };
                    if other == module {
                        return None;
                    }
                    names.extend(self.exported(other, way)?);
                }
                Export::Unknown => return None,
            }
        }
        Some(names)
    }

    /// A star import whose module cannot be read may bind any name.
    fn star_that_may_hold(&self, file: FileId, facts: &Facts, way: &Way) -> Option<&'static str> {
        let namespace = self.namespace(file)?;
        namespace.stars.iter().find_map(|&star| {
            let import = facts.imports.get(star as usize)?;
            match self.resolve_import_on(file, import, &mut way.aside()).module_target {
                Target::Module(ModuleId::File(other)) => {
                    let is_open =
                        self.facts(other).is_none_or(|facts| facts.served.open_names || !facts.errors.is_empty());
                    is_open.then_some("a star import may bring it")
                }
                Target::Module(ModuleId::Namespace(_)) | Target::Missing(_) => None,
                _ => Some("a star import from outside may bring it"),
            }
        })
    }

    /// Follows one binding to what it holds.
    pub(crate) fn follow(&self, file: FileId, index: u32, way: &mut Way) -> Target {
        let Some(facts) = self.facts(file) else { return Target::Unknown(NOT_READ) };
        let Some(binding) = facts.bindings.get(index as usize) else { return Target::External };
        let itself = Target::Definition(file, index);
        match &binding.kind {
            BindingKind::Import(import) => {
                let Some(import) = facts.imports.get(*import as usize) else { return itself };
                let name = facts.name(binding.name);
                if import.name == 0 && import.asname == 0 {
                    // `import a.b` binds `a`.
                    return self.absolute(file, name, way);
                }
                way.steps.push(Step { file, span: import.span, kind: StepKind::Import, name: name.into() });
                let steps = std::mem::take(&mut way.steps);
                let resolved = self.resolve_import_on(file, import, way);
                way.steps = steps;
                way.steps.extend(resolved.chain);
                resolved.target
            }
            BindingKind::Definition(_) => itself,
            BindingKind::Assignment(value) => {
                let steps = way.steps.len();
                let name = facts.name(binding.name);
                way.steps.push(Step { file, span: binding.span, kind: StepKind::Alias, name: name.into() });
                let target = self.aliased(file, index, value, way);
                if let Some(target) = target {
                    return target;
                }
                way.steps.truncate(steps);
                itself
            }
            _ => itself,
        }
    }

    /// What a plain alias stands for; none when the value is an object of its own.
    fn aliased(&self, file: FileId, index: u32, value: &Value, way: &mut Way) -> Option<Target> {
        match value {
            Value::Chain(chain) => {
                let facts = self.facts(file)?;
                let target = self.chain_before(file, index, facts.name(*chain), way);
                target.is_found().then_some(target)
            }
            Value::Either(values) => values.iter().find_map(|value| self.aliased(file, index, value, way)),
            _ => None,
        }
    }

    /// The module that a module puts in its own place.
    pub(crate) fn replacement(&self, file: FileId, way: &mut Way) -> Option<ModuleId> {
        let facts = self.facts(file)?;
        let (chain, _) = facts.served.replaced_by?;
        let _asked = Asked::once(file)?;
        match self.module_expression(file, 0, facts.name(chain), way) {
            Some(module) if module != ModuleId::File(file) => Some(module),
            _ => None,
        }
    }

    /// A dotted expression, or `import a.b` for a module imported by name.
    pub(crate) fn module_expression(&self, file: FileId, scope: u32, text: &str, way: &mut Way) -> Option<ModuleId> {
        let target = match text.strip_prefix("import ") {
            Some(path) => self.written_module(file, path, way),
            None => self.own_chain(file, scope, text, way),
        };
        match target {
            Target::Module(module) => Some(module),
            _ => None,
        }
    }

    /// A module path as a string would name it: dots in front make it relative.
    pub(crate) fn written_module(&self, file: FileId, path: &str, way: &mut Way) -> Target {
        let level = path.len() - path.trim_start_matches('.').len();
        if level == 0 {
            return self.absolute(file, path, way);
        }
        let Some(folder) = self.climbed(file, level) else { return Target::Missing(Missing::BeyondRoot) };
        match self.layout.find(folder, &path[level..]) {
            crate::layout::Found::Module(module) => Target::Module(module),
            crate::layout::Found::Partly { .. } => Target::Missing(Missing::Module),
        }
    }
}

/// Whether a binding stands under no condition.
fn is_certain(facts: &Facts, index: u32) -> bool {
    let branch = facts.bindings.get(index as usize).map_or(0, |binding| binding.branch);
    !is_under(facts, branch, |arm| !matches!(arm, Arm::Body | Arm::Runtime | Arm::Always))
}

/// Whether a binding stands in the body of a `try`.
fn is_tried(facts: &Facts, index: u32) -> bool {
    let branch = facts.bindings.get(index as usize).map_or(0, |binding| binding.branch);
    is_under(facts, branch, |arm| matches!(arm, Arm::Try | Arm::TryImport))
}

/// Whether only type checkers see a binding.
pub(crate) fn is_for_typing(facts: &Facts, index: u32) -> bool {
    let branch = facts.bindings.get(index as usize).map_or(0, |binding| binding.branch);
    is_under(facts, branch, |arm| arm == Arm::TypeChecking)
}

thread_local! {
    static ASKED: RefCell<FxHashSet<FileId>> = RefCell::default();
}

/// That the replacement of a module is being looked for. To look for it again meanwhile is a circle:
/// paths of modules are followed without a `Way` that would know.
struct Asked(FileId);

impl Asked {
    fn once(file: FileId) -> Option<Self> {
        ASKED.with_borrow_mut(|all| all.insert(file)).then(|| Self(file))
    }
}

impl Drop for Asked {
    fn drop(&mut self) {
        ASKED.with_borrow_mut(|all| all.remove(&self.0));
    }
}

/// Attributes that every module has.
fn is_module_attribute(name: &str) -> bool {
    matches!(
        name,
        "__name__"
            | "__file__"
            | "__doc__"
            | "__path__"
            | "__package__"
            | "__spec__"
            | "__loader__"
            | "__dict__"
            | "__builtins__"
            | "__annotations__"
            | "__cached__"
    )
}
