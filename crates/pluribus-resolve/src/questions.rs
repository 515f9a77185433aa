//! Every question that can be asked of a code base, as a value: so that it can be asked again.

use rmp_serde::encode::Error;
use serde::{Deserialize, Serialize};

use crate::codebase::Codebase;
use crate::layout::{FileId, ModuleId};
use crate::rows::Handle;

/// See the method of `Codebase` of the same name for what each is answered with.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Question {
    Module(String),
    Exports(String),
    BareModules(Vec<String>),
    Definition(Handle),
    ClassOf(Handle),
    ClassesAt(Vec<Handle>),
    Inventory,
    Dependants,
    Nearest(Vec<(String, String)>),
    Imports { modules: Vec<String>, packages: Vec<String>, stars: Vec<String>, handles: Vec<Handle> },
    MissingImports { modules: Vec<String>, packages: Vec<String>, names: Vec<String>, globs: Vec<String> },
    Offers { handles: Vec<Handle>, modules: Vec<String> },
    BindingsNamed(String),
    Calls(Vec<Handle>),
    MethodCalls { classes: Vec<Handle>, makers: Vec<Handle> },
    References(Vec<Handle>),
    Strings(Vec<String>),
    Classes { globs: Vec<String>, methods: Vec<String>, least: usize },
    Holders(Vec<Handle>),
    Changes(Vec<Handle>),
    Flows(Vec<Handle>),
    Functions { names: Vec<String>, globs: Vec<String> },
    Copies { handles: Vec<Handle>, modules: Vec<String> },
    CloneFamilies(usize),
    Rebound(String),
    SetsOf(String),
    Inside(String),
    SetsLike(Vec<Vec<String>>),
    Spelled(Vec<String>),
    Scripts(Vec<String>),
    Reach(Vec<(String, String)>),
    Suppressions,
    Ledger,
    Files,
    Chaining(Vec<String>),
}

impl Codebase {
    /// Answers a question, and remembers that it was asked where answers are kept.
    pub fn ask(&self, question: Question) -> Result<Vec<u8>, Error> {
        let answer = self.answer(&question);
        if self.kept.is_on() {
            self.trace.lock().unwrap_or_else(std::sync::PoisonError::into_inner).push(question);
        }
        answer
    }

    pub(crate) fn answer(&self, question: &Question) -> Result<Vec<u8>, Error> {
        match question {
            Question::Module(path) => pack(&self.module_row(path)),
            Question::Exports(path) => pack(&self.exports(path)),
            Question::BareModules(paths) => pack(&self.bare_modules(paths)),
            Question::Definition(handle) => pack(&self.define(*handle)),
            Question::ClassOf(handle) => pack(&self.class(*handle)),
            Question::ClassesAt(handles) => pack(&self.classes_at(handles)),
            Question::Inventory => pack(&self.inventory()),
            Question::Dependants => pack(&self.dependants()),
            Question::Nearest(asked) => pack(&self.nearest(asked)),
            Question::Imports { modules, packages, stars, handles } => {
                pack(&self.imports(modules, packages, stars, handles))
            }
            Question::MissingImports { modules, packages, names, globs } => {
                pack(&self.missing_imports(modules, packages, names, globs))
            }
            Question::Offers { handles, modules } => pack(&self.offers_of(handles, modules)),
            Question::BindingsNamed(name) => pack(&self.bindings_named(name)),
            Question::Calls(handles) => pack(&self.calls_of(handles)),
            Question::MethodCalls { classes, makers } => pack(&self.method_calls(classes, makers)),
            Question::References(handles) => pack(&self.references_of(handles)),
            Question::Strings(modules) => pack(&self.strings_naming(modules)),
            Question::Classes { globs, methods, least } => pack(&self.classes_like(globs, methods, *least)),
            Question::Holders(handles) => pack(&self.classes_holding(handles)),
            Question::Changes(handles) => pack(&self.changes(handles)),
            Question::Flows(handles) => pack(&self.flows(handles)),
            Question::Functions { names, globs } => pack(&self.functions_named(names, globs)),
            Question::Copies { handles, modules } => pack(&self.copies_of(handles, modules)),
            Question::CloneFamilies(least) => pack(&self.clone_families(*least)),
            Question::Rebound(path) => pack(&self.rebound(path)),
            Question::SetsOf(path) => pack(&self.sets_of(path)),
            Question::Inside(path) => pack(&self.inside(path)),
            Question::SetsLike(sets) => pack(&self.sets_like(sets)),
            Question::Spelled(names) => pack(&self.spelled(names)),
            Question::Scripts(paths) => pack(&self.scripts(paths)),
            Question::Reach(asked) => pack(&self.reach(asked)),
            Question::Suppressions => pack(&self.suppressions()),
            Question::Ledger => pack(&self.ledger()),
            Question::Files => pack(&self.file_rows()),
            Question::Chaining(parts) => pack(&self.chaining(parts)),
        }
    }

    /// The part of an answer that one file alone decides, given what it offers to others; `only`
    /// must be set to it. None when it decides nothing.
    pub(crate) fn answer_of(&self, id: FileId, question: &Question) -> Option<Result<Vec<u8>, Error>> {
        match question {
            Question::Module(path)
            | Question::Exports(path)
            | Question::Rebound(path)
            | Question::SetsOf(path)
            | Question::Inside(path) => (self.module(path) == Some(ModuleId::File(id))).then(|| self.answer(question)),
            Question::Definition(Handle(file, _)) | Question::ClassOf(Handle(file, _)) => {
                (*file == id).then(|| self.answer(question))
            }
            // Its names come from what files offer, and the list of files is the same.
            Question::Nearest(_) | Question::Files => None,
            // Its functions are compared with those of all other files.
            Question::CloneFamilies(least) => Some(pack(&self.shape_rows(*least))),
            // Of the counts, only these are not of files.
            Question::Ledger => Some(pack(&self.unresolved())),
            _ => Some(self.answer(question)),
        }
    }
}

impl Question {
    /// The same question about definitions that were numbered anew.
    pub(crate) fn renumbered(&self, number: impl Fn(Handle) -> Option<Handle>) -> Option<Self> {
        let all = |handles: &[Handle]| handles.iter().map(|&handle| number(handle)).collect::<Option<Vec<_>>>();
        Some(match self {
            Self::Definition(handle) => Self::Definition(number(*handle)?),
            Self::ClassOf(handle) => Self::ClassOf(number(*handle)?),
            Self::ClassesAt(handles) => Self::ClassesAt(all(handles)?),
            Self::Imports { modules, packages, stars, handles } => Self::Imports {
                modules: modules.clone(),
                packages: packages.clone(),
                stars: stars.clone(),
                handles: all(handles)?,
            },
            Self::Offers { handles, modules } => Self::Offers { handles: all(handles)?, modules: modules.clone() },
            Self::Copies { handles, modules } => Self::Copies { handles: all(handles)?, modules: modules.clone() },
            Self::Calls(handles) => Self::Calls(all(handles)?),
            Self::MethodCalls { classes, makers } => Self::MethodCalls { classes: all(classes)?, makers: all(makers)? },
            Self::References(handles) => Self::References(all(handles)?),
            Self::Holders(handles) => Self::Holders(all(handles)?),
            Self::Changes(handles) => Self::Changes(all(handles)?),
            Self::Flows(handles) => Self::Flows(all(handles)?),
            other => other.clone(),
        })
    }
}

fn pack<T: Serialize>(answer: &T) -> Result<Vec<u8>, Error> {
    rmp_serde::to_vec(answer)
}
