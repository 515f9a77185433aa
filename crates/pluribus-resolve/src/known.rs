//! What an expression is known to stand for.

use crate::objects::Definition;
use crate::target::Target;

/// What an expression stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Known {
    /// An object of a class; whether nothing else is possible.
    Object {
        class: Definition,
        certain: bool,
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
            Self::Object { class, certain } => Self::Object { class, certain: certain && still },
            Self::Method { class, function, certain } => Self::Method { class, function, certain: certain && still },
            Self::Coroutine(result) => Self::Coroutine(Box::new(result.weakened(still))),
            other => other,
        }
    }

    pub(crate) fn is_same(&self, other: &Self) -> bool {
        self.clone().weakened(false) == other.clone().weakened(false)
    }
}
