//! What a function does with what it is given, and with what outlives it.

use serde::{Deserialize, Serialize};

use crate::model::{ScopeId, Span, Sym, Value};

/// Of a function that returns something; there is none where there is nothing to say.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Flow {
    pub scope: ScopeId,
    /// Parameters that can reach neither what is returned nor anything that outlives the call; true
    /// for those that are not used at all.
    pub idle: Vec<(Sym, bool)>,
    /// For each `return` of what is made of nothing but parts of parameters, as `context.user_id`:
    /// these parts.
    pub returned: Vec<Vec<Sym>>,
}

/// A change in place of what a function did not make itself.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Change {
    pub scope: ScopeId,
    /// The dotted expression that stands for what is changed.
    pub target: Sym,
    /// All that the key is made of: dotted expressions, and `?` for what is not known.
    pub key: Vec<Sym>,
    /// The dotted callee that makes the key; 0 when none does.
    pub maker: Sym,
    pub value: Value,
    pub how: How,
    pub span: Span,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum How {
    /// `x[key] = value`, or `x.setdefault(key, value)`.
    Item,
    /// `del x[key]`
    Deleted,
    /// `x.add(key)`
    Added,
    /// `x += value`
    Augmented,
}
