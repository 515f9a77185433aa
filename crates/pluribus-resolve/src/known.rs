//! What an expression is known to stand for.

use crate::objects::Definition;
use crate::target::Target;

/// What an expression stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Known {
    /// An object of a class; whether it can be nothing else, and whether it is of no class below.
    Object {
        class: Definition,
        certain: bool,
        exact: bool,
    },
    /// A class, a function or a module's variable by name.
    Definition(Definition),
    /// A method of an object.
    Method {
        class: Definition,
        function: Definition,
        certain: bool,
    },
    /// What gives the object when it is awaited.
    Coroutine(Box<Known>),
    Module(Target),
}

impl Known {
    pub(crate) fn is_certain(&self) -> bool {
        match self {
            Self::Object { certain, .. } | Self::Method { certain, .. } => *certain,
            Self::Coroutine(result) => result.is_certain(),
            Self::Definition(_) | Self::Module(_) => true,
        }
    }

    pub(crate) fn weakened(self, still: bool) -> Self {
        match self {
            Self::Object { class, certain, exact } => {
                Self::Object { class, certain: certain && still, exact: exact && still }
            }
            Self::Method { class, function, certain } => Self::Method { class, function, certain: certain && still },
            Self::Coroutine(result) => Self::Coroutine(Box::new(result.weakened(still))),
            other => other,
        }
    }

    /// The same, as sure and as exact as both are.
    pub(crate) fn agreeing_with(self, other: &Self) -> Self {
        match (self.weakened(other.is_certain()), other) {
            (Self::Object { class, certain, exact }, Self::Object { exact: of_other, .. }) => {
                Self::Object { class, certain, exact: exact && *of_other }
            }
            (known, _) => known,
        }
    }

    pub(crate) fn is_same(&self, other: &Self) -> bool {
        self.clone().weakened(false) == other.clone().weakened(false)
    }
}
