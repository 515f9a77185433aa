//! What a name reaches, and the way there.

use pluribus_facts::Span;

use crate::layout::{FileId, ModuleId};

/// What a name reaches.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Target {
    /// A class, function or variable: the file, and the index of its binding there.
    Definition(FileId, u32),
    Module(ModuleId),
    /// A module or name that the code base neither holds nor claims.
    External,
    /// It may exist; this says why that cannot be told from source.
    Unknown(&'static str),
    Missing(Missing),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Missing {
    /// No such module, though the code base holds the package that it would be in.
    Module,
    /// The module exists and does not define the name.
    Name,
    /// A relative import that leaves the tree.
    BeyondRoot,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StepKind {
    Import,
    Star,
    Alias,
    /// A lazy table or module `__getattr__`.
    Lazy,
    /// `sys.modules[__name__] = ...`: both modules are one object.
    SameModule,
}

/// One hop on the way from a name to what it reaches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    pub file: FileId,
    pub span: Span,
    pub kind: StepKind,
    /// The name that this hop resolves, in the module of `file`.
    pub name: Box<str>,
}

impl Target {
    pub(crate) fn is_found(&self) -> bool {
        matches!(self, Target::Definition(..) | Target::Module(_))
    }
}
