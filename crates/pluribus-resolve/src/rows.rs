//! What queries answer with: plain rows, in the order of fields that `pluribus.codebase` reads, in `rows` and `uses`;
//! those of copies are in `copy_rows`.

use serde::{Deserialize, Serialize, Serializer};

use crate::layout::FileId;
use crate::lens;

/// A definition: its file and its binding there. Crosses the border as one number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize)]
#[serde(from = "u64")]
pub struct Handle(pub FileId, pub u32);

impl From<u64> for Handle {
    fn from(packed: u64) -> Self {
        Self((packed >> 32) as u32, packed as u32)
    }
}

impl From<Handle> for u64 {
    fn from(Handle(file, binding): Handle) -> Self {
        (Self::from(file) << 32) | Self::from(binding)
    }
}

impl Serialize for Handle {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u64(lens::handle(*self).into())
    }
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    pub path: String,
    pub line: u32,
    pub column: u32,
    pub start: u32,
    pub end: u32,
}

impl Serialize for Place {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let [line, column, start, end] = lens::position(self);
        (&self.path, line, column, start, end).serialize(serializer)
    }
}

/// Where a fact stands: the file, the module that it is, and what it is in.
#[derive(Clone, Debug, Serialize, PartialEq, Eq, PartialOrd, Ord)]
pub struct Site {
    pub place: Place,
    pub module: String,
    pub is_test: bool,
    /// Qualified name of the function or class around it; empty at module level.
    pub scope: String,
    pub in_function: bool,
    pub type_checking: bool,
    /// In a `try` that catches `ImportError`, or in such a handler.
    pub guarded: bool,
    /// In the handler.
    pub fallback: bool,
}

#[derive(Clone, Debug, Serialize, PartialEq, Eq)]
pub struct TargetRow {
    /// `definition`, `module`, `external`, `unknown`, `missing-module`, `missing-name`, `beyond-root`.
    pub kind: &'static str,
    /// `module:Qualname`, a module, or the reason.
    pub name: String,
    pub handle: Option<Handle>,
}

#[derive(Clone, Debug, Serialize, PartialEq, Eq)]
pub struct Hop {
    pub module: String,
    pub name: String,
    pub kind: &'static str,
    pub place: Place,
}

#[derive(Clone, Debug, Serialize)]
pub struct ImportRow {
    pub site: Site,
    pub statement: Place,
    pub module_place: Place,
    /// The module as written, made absolute.
    pub written: String,
    /// The same by the name that the code base gives the module it reaches.
    pub canonical: String,
    /// The imported name; empty for `import module`, `*` for a star.
    pub name: String,
    pub bound: String,
    pub level: u32,
    pub module_target: TargetRow,
    pub target: TargetRow,
    pub chain: Vec<Hop>,
}

#[derive(Clone, Debug, Serialize)]
pub struct BindingRow {
    pub site: Site,
    pub name: String,
    /// `import`, `alias`, `star`, `lazy`, `replaced`, `definition`, `assignment`, `other`.
    pub kind: &'static str,
    pub exported: bool,
    /// Spelled `import X as X`.
    pub redundant: bool,
    /// The name under which an import takes it; empty for all else.
    pub source: String,
    pub is_package: bool,
    /// How often the file itself uses the name.
    pub uses: u32,
    pub target: TargetRow,
    pub chain: Vec<Hop>,
    /// Whether nothing but `None` or a stub stands behind it.
    pub is_placeholder: bool,
    /// What the name may be instead: under another condition, or for type checkers.
    pub alternatives: Vec<Handle>,
}

#[derive(Clone, Debug, Serialize)]
pub struct ParameterRow {
    pub name: String,
    /// `positional-only`, `positional`, `var-positional`, `keyword-only`, `var-keyword`.
    pub kind: &'static str,
    pub annotation: String,
    pub default: String,
}

#[derive(Clone, Debug, Serialize)]
pub struct BaseRow {
    pub written: String,
    pub target: TargetRow,
}

#[derive(Clone, Debug, Serialize)]
pub struct DefinitionRow {
    pub handle: Handle,
    pub site: Site,
    pub qualname: String,
    /// `class`, `function`, `variable`.
    pub kind: &'static str,
    pub is_async: bool,
    pub parameters: Vec<ParameterRow>,
    pub returns: String,
    pub decorators: Vec<String>,
    pub bases: Vec<BaseRow>,
    pub is_generator: bool,
    /// What a call gives, as far as it can be told: `coroutine`, `plain` for what cannot be awaited,
    /// `unknown`.
    pub gives: &'static str,
    /// `stub`, `forward` or `other`.
    pub body: &'static str,
    /// The callee that a forwarding body passes on to.
    pub forwards_to: String,
}

#[derive(Clone, Debug, Serialize)]
pub struct ClassRow {
    pub definition: DefinitionRow,
    pub methods: Vec<DefinitionRow>,
    /// Class attributes that are no methods.
    pub attributes: Vec<String>,
    /// `self.name`, and what its value reaches when it is a name or a call of one.
    pub stores: Vec<(String, TargetRow, bool)>,
    /// Every class that it inherits from, as far as that can be followed.
    pub ancestors: Vec<TargetRow>,
    /// First-party definitions that it calls.
    pub collaborators: Vec<String>,
    /// Identifier-like strings in it.
    pub words: Vec<String>,
}

#[derive(Clone, Debug, Serialize)]
pub struct CallRow {
    pub site: Site,
    pub callee: String,
    pub target: Handle,
    pub positional: u16,
    pub has_star: bool,
    pub keywords: Vec<String>,
    pub has_double_star: bool,
    pub awaited: bool,
    pub dropped: bool,
    /// Whether it stands where an error is expected, as below `pytest.raises`.
    pub expects_error: bool,
    /// The function that returns or yields the object of a class; whether it can be nothing else.
    pub handed_out: Option<(Handle, bool)>,
}

/// What a module lists in `__all__` itself, and calls: (nearest class or function, callee as written).
#[derive(Clone, Debug, Serialize)]
pub struct InsideRow {
    pub listed: Vec<String>,
    pub calls: Vec<(String, String)>,
}

/// A word that is handed to a method.
#[derive(Clone, Debug, Serialize)]
pub struct ArgumentRow {
    /// Empty for one that stands by its position.
    pub keyword: String,
    pub position: u16,
    pub word: String,
    /// The constant that holds it, as written; empty for the string itself.
    pub name: String,
}

/// A call of a method on an object whose class is known.
#[derive(Clone, Debug, Serialize)]
pub struct MethodCallRow {
    pub site: Site,
    pub callee: String,
    pub method: String,
    /// The class that was asked for: that of the object, or one above it.
    pub class: Handle,
    /// What the class has under that name; none when it has nothing.
    pub target: Option<Handle>,
    /// Whether the object can be nothing else.
    pub is_certain: bool,
    /// Whether the object is of no class below that one.
    pub is_exact: bool,
    /// Whether the file puts something else under that name, or asks by a string whether it is there.
    pub is_guarded: bool,
    /// Whether the call stands where an error is expected, as below `pytest.raises`.
    pub expects_error: bool,
    pub positional: u16,
    pub has_star: bool,
    pub keywords: Vec<String>,
    pub has_double_star: bool,
    pub awaited: bool,
    pub dropped: bool,
    /// Those that are known.
    pub arguments: Vec<ArgumentRow>,
}

/// A change of what outlives the call in which it happens.
#[derive(Clone, Debug, Serialize)]
pub struct ChangeRow {
    pub site: Site,
    /// The class or function that was asked for.
    pub holder: Handle,
    pub name: String,
    /// `module:Qualname` of the class attribute or the variable.
    pub target: String,
    /// `class` or `module`.
    pub kind: &'static str,
    /// What it starts as: `container`, `none`, `constant`, `other`.
    pub declared: &'static str,
    /// `self`, `cls` or `name`.
    pub through: &'static str,
    /// `item`, `added`, `deleted`, `augmented`, `call`, `rebound`.
    pub how: &'static str,
    /// The method that is called on it.
    pub method: String,
    /// What the key is made of: dotted expressions, `?` for what is not known.
    pub key: Vec<String>,
    /// When a function makes the key: for each key that is made of nothing but parts of its first
    /// parameter, these parts.
    pub made_of: Vec<Vec<String>>,
    /// The class of what is put there.
    pub value: Option<Handle>,
    /// Where it is declared, in the same file.
    pub place: Option<Site>,
}

/// What a function makes of what it is given.
#[derive(Clone, Debug, Serialize)]
pub struct FlowRow {
    pub handle: Handle,
    /// Parameters that reach neither what is returned nor what outlives the call; true for those
    /// that are not used at all.
    pub idle: Vec<(String, bool)>,
    /// Parameters with a default that are changed in place, kept or returned as they are.
    pub kept: Vec<String>,
    pub returned: Vec<ReturnedRow>,
}

#[derive(Clone, Debug, Serialize)]
pub struct ReturnedRow {
    /// `object`, `none`, `constant`, `external`, `unknown`.
    pub kind: &'static str,
    /// The class of the object.
    pub class: Option<Handle>,
    /// `module:Qualname` of the class, or the dotted name of what is called.
    pub name: String,
    pub is_certain: bool,
}

#[derive(Clone, Debug, Serialize)]
pub struct ReferenceRow {
    pub site: Site,
    pub chain: String,
    /// `load`, `annotation`, `base`, `type-check`, `callee`, `decorator`.
    pub kind: &'static str,
    pub target: Handle,
}

#[derive(Clone, Debug, Serialize)]
pub struct StringRow {
    pub site: Site,
    pub text: String,
    /// `argument`, `keyword`, `subscript`, `key`, `value`, `element`, `comparison`, `other`.
    pub position: &'static str,
    pub index: u16,
    pub keyword: String,
    pub callee: String,
    /// The callee with its import spelled out.
    pub callee_path: String,
    /// What is called and referred to in the outermost class or function around it, each once, with
    /// imports spelled out; nothing at module level.
    pub used_around: Vec<String>,
}

/// A file, and which of the names that were asked for it spells.
#[derive(Clone, Debug, Serialize)]
pub struct SpelledRow {
    pub path: String,
    /// Sorted, each once.
    pub names: Vec<String>,
}

/// Words that are written down together.
#[derive(Clone, Debug, Serialize)]
pub struct SetRow {
    pub site: Site,
    /// Qualified within the module.
    pub name: String,
    /// `list` for any sequence or set, `class`, `enum`.
    pub kind: &'static str,
    /// Sorted, each once.
    pub words: Vec<String>,
}

#[derive(Clone, Debug, Serialize)]
pub struct ScopeBindingRow {
    pub site: Site,
    pub name: String,
    pub kind: &'static str,
    pub decorators: Vec<String>,
    /// (number of the statement, arm) of each conditional around it, outermost first.
    pub branches: Vec<(u32, String)>,
    /// Whether an assignment uses the name that it binds.
    pub wraps_itself: bool,
}

#[derive(Clone, Debug, Serialize)]
pub struct ModuleRow {
    pub module: String,
    pub path: String,
    pub is_test: bool,
    pub is_package: bool,
    /// Names that the module defines itself: (name, kind, place).
    pub own: Vec<(String, &'static str, Place)>,
    /// Names that the module imports at its top level: through which module, and what each reaches.
    pub imported: Vec<(String, String, TargetRow)>,
    /// Calls at module level, as written.
    pub calls: Vec<String>,
    /// The module that it puts in its own place.
    pub replaced_by: Option<(String, Place)>,
    /// Where the first statement that binds a name stands.
    pub first: Place,
    pub open_names: bool,
    pub has_getattr: bool,
}

#[derive(Clone, Debug, Serialize)]
pub struct SuppressionRow {
    pub place: Place,
    pub is_test: bool,
    pub first_line: u32,
    pub last_line: u32,
    pub rules: Vec<String>,
    pub reason: String,
}

#[derive(Clone, Debug, Serialize)]
pub struct FileRow {
    pub path: String,
    pub module: String,
    pub is_test: bool,
    /// `parsed`, `recovered`, `set-aside`, `not-parsed`.
    pub status: &'static str,
    pub reason: String,
}

#[derive(Clone, Debug, Serialize)]
pub struct LedgerRow {
    pub seen: u32,
    pub tests: u32,
    pub parsed: u32,
    pub set_aside: u32,
    /// Files that were recovered or not parsed.
    pub noted: Vec<FileRow>,
    pub roots: Vec<(String, u32, String)>,
    pub left_out: Vec<(String, String)>,
    pub unreadable: Vec<(String, String)>,
    pub excluded_by: Vec<u32>,
    pub tests_by: Vec<u32>,
    pub unresolved: Vec<(String, u32)>,
}
