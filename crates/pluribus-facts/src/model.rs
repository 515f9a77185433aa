//! The facts of one file, as plain values. Names are interned per file: a [`Sym`] indexes [`Facts::names`].

use serde::{Deserialize, Serialize};

use crate::calls::Argument;
use crate::names::Names;
use crate::shape::{Shape, Statement};

/// Index into [`Facts::names`]; 0 is always the empty string and stands for "none".
pub type Sym = u32;
/// Index into [`Facts::scopes`]; 0 is the module.
pub type ScopeId = u32;
/// Index into [`Facts::branches`]; 0 is "always runs".
pub type BranchId = u32;

/// A range of bytes and where it starts: line and column (in code points) count from 1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Span {
    pub start: u32,
    pub end: u32,
    pub line: u32,
    pub column: u32,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Facts {
    pub names: Names,
    pub scopes: Vec<Scope>,
    pub branches: Vec<Branch>,
    pub imports: Vec<Import>,
    pub bindings: Vec<Binding>,
    pub stores: Vec<AttributeStore>,
    pub flows: Vec<crate::flow::Flow>,
    pub changes: Vec<crate::flow::Change>,
    pub shapes: Vec<Shape>,
    /// Of the shapes, in their order.
    pub statements: Vec<Statement>,
    pub calls: Vec<Call>,
    pub arguments: Vec<Argument>,
    pub references: Vec<Reference>,
    pub strings: Vec<StringUse>,
    pub exports: Vec<Export>,
    pub served: Served,
    pub suppressions: Vec<Suppression>,
    /// Syntax errors; what could be read around them was.
    pub errors: Vec<SyntaxNote>,
}

impl Facts {
    pub fn name(&self, sym: Sym) -> &str {
        self.names.get(sym)
    }

    /// The statements of a shape, in their order.
    pub fn statements_of(&self, shape: &Shape) -> &[Statement] {
        let start = shape.start as usize;
        self.statements.get(start..start + shape.count as usize).unwrap_or_default()
    }

    /// A number that all arms of one statement share, and no other: free of positions.
    pub fn statement_number(&self, branch: &Branch) -> usize {
        let of = (branch.parent, branch.statement);
        self.branches.iter().position(|each| (each.parent, each.statement) == of).unwrap_or(0)
    }

    /// Gives back the room that was left for more.
    pub(crate) fn shrink(&mut self) {
        self.names.shrink();
        self.scopes.shrink_to_fit();
        self.imports.shrink_to_fit();
        self.bindings.shrink_to_fit();
        self.calls.shrink_to_fit();
        self.flows.shrink_to_fit();
        self.changes.shrink_to_fit();
        self.shapes.shrink_to_fit();
        self.statements.shrink_to_fit();
        self.arguments.shrink_to_fit();
        self.references.shrink_to_fit();
        self.strings.shrink_to_fit();
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SyntaxNote {
    pub line: u32,
    pub column: u32,
    pub message: Box<str>,
}

/// What must hold for a statement to run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Branch {
    pub parent: BranchId,
    /// The statement that branches, as its byte offset: arms of one statement share it.
    pub statement: u32,
    pub arm: Arm,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Arm {
    Always,
    /// `if TYPE_CHECKING:`
    TypeChecking,
    /// `else` of it, or `if not TYPE_CHECKING:`
    Runtime,
    /// The n-th arm of any other `if` or `match`.
    If(u16),
    /// The body of a `try` that has a handler for `ImportError` or wider.
    TryImport,
    /// The body of any other `try`.
    Try,
    /// A handler; true when it catches `ImportError` or wider.
    Except(bool),
    /// The body of a `for`, `while` or `with`, or `else` of a loop or `try`.
    Body,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ScopeKind {
    Module,
    Class,
    Function,
    /// A lambda or a comprehension: it has names of its own, but no definition.
    Expression,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Scope {
    pub kind: ScopeKind,
    pub name: Sym,
    pub parent: ScopeId,
    /// Of the name; of the whole file for the module.
    pub span: Span,
    /// Bytes of the whole definition, decorators included.
    pub start: u32,
    pub end: u32,
    pub branch: BranchId,
    pub decorators: Vec<Sym>,
    /// Dotted base classes; `[]` marks a subscript.
    pub bases: Vec<Sym>,
    pub is_async: bool,
    pub parameters: Vec<Parameter>,
    /// Source text of the return annotation.
    pub returns: Sym,
    pub body: Body,
    /// What a function may return or yield, each kind once; none for one that never says so.
    pub returned: Vec<Value>,
    pub is_generator: bool,
    /// Statements in the body, without the docstring.
    pub statements: u32,
    /// For a class or a function in a module, and for what of the module is in neither: each
    /// identifier-like string in it, once, sorted.
    pub words: Vec<Sym>,
}

impl Scope {
    /// Whether it has a name of its own, as classes and functions have.
    pub fn is_definition(&self) -> bool {
        matches!(self.kind, ScopeKind::Class | ScopeKind::Function)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Body {
    /// Only `pass`, `...`, a docstring or `raise NotImplementedError`.
    Stub,
    /// One statement that passes the call on to this dotted callee.
    Forward(Sym),
    Other,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ParameterKind {
    PositionalOnly,
    Positional,
    VarPositional,
    KeywordOnly,
    VarKeyword,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Parameter {
    pub name: Sym,
    pub kind: ParameterKind,
    /// Source text.
    pub annotation: Sym,
    /// Source text; 0 when there is no default.
    pub default: Sym,
}

/// One alias of an import statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Import {
    pub scope: ScopeId,
    pub branch: BranchId,
    /// Leading dots; 0 for an absolute import.
    pub level: u32,
    /// As written, without the dots.
    pub module: Sym,
    /// The imported name, `*` for a star import, 0 for `import module`.
    pub name: Sym,
    pub asname: Sym,
    /// Of the alias.
    pub span: Span,
    /// Of the module as written, dots included.
    pub module_span: Span,
    /// Of the whole statement.
    pub statement: Span,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Binding {
    pub scope: ScopeId,
    pub name: Sym,
    pub span: Span,
    pub branch: BranchId,
    pub kind: BindingKind,
    /// Source text of the annotation.
    pub annotation: Sym,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum BindingKind {
    /// Index into [`Facts::imports`].
    Import(u32),
    /// A class or function; its scope.
    Definition(ScopeId),
    Assignment(Value),
    /// Index into the parameters of the scope.
    Parameter(u32),
    /// `x: int` with no value.
    Declaration,
    /// `del name`: what stood before it is gone.
    Deleted,
    /// `global` or `nonlocal`: the name belongs to another scope.
    Outer,
    /// A loop variable, a `with` or `except` target, part of an unpacking.
    Other,
}

/// What stands on the right-hand side, as far as a reader can tell at a glance.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Value {
    /// A dotted expression; see [`Call::callee`] for its spelling.
    Chain(Sym),
    /// A call of this dotted callee.
    Call(Sym),
    /// The same, awaited.
    Awaited(Sym),
    Str(Sym),
    None,
    /// A number, a bool, bytes, an f-string.
    Literal,
    /// A list, tuple or set of nothing but strings; true when it can be changed in place.
    Strings(Vec<Sym>, bool),
    /// A dict from strings to strings, or to sequences of strings.
    Table(Vec<(Sym, Vec<Sym>)>),
    /// Any other list, dict or set, comprehensions included.
    Mutable,
    /// `a or b`, `a if c else b`.
    Either(Vec<Value>),
    Other,
}

/// An assignment to an attribute: `self.x = value`, `module.name = value`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AttributeStore {
    pub scope: ScopeId,
    /// The dotted target.
    pub target: Sym,
    pub value: Value,
    pub annotation: Sym,
    pub span: Span,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Call {
    pub scope: ScopeId,
    /// Dotted, with `()` after a called part, `[]` after a subscripted one and `await` spelled `()^`;
    /// `?` for a part that is no name.
    pub callee: Sym,
    pub span: Span,
    pub positional: u16,
    pub has_star: bool,
    pub keywords: Vec<Sym>,
    pub has_double_star: bool,
    pub awaited: bool,
    /// A statement of its own, its result unused.
    pub dropped: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ReferenceKind {
    Load,
    Annotation,
    Base,
    /// In the second argument of `isinstance` or `issubclass`, `cast`, or an `except` clause.
    TypeCheck,
    Callee,
    Decorator,
    /// Handed to a call that may keep or call it.
    Argument,
}

/// A use of a name that the file imports or defines at module level.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reference {
    pub scope: ScopeId,
    pub chain: Sym,
    pub span: Span,
    pub kind: ReferenceKind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum StringPlace {
    /// The n-th positional argument.
    Argument(u16),
    /// A keyword argument of this name.
    Keyword(Sym),
    Subscript,
    DictKey,
    DictValue,
    Element,
    /// An operand of `==`, `in` and the like, or of `assertEqual` and its like.
    Comparison,
    Other,
}

/// A string that is spelled like a dotted path, and where it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StringUse {
    pub scope: ScopeId,
    pub text: Sym,
    pub span: Span,
    pub place: StringPlace,
    /// The nearest call around it, or the subscripted or compared expression; 0 for none.
    pub callee: Sym,
}

/// One step in the making of `__all__`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Export {
    Set(Vec<(Sym, Span)>),
    Add(Vec<(Sym, Span)>),
    Remove(Sym),
    /// `__all__ += other.__all__`: the dotted module.
    AddFrom(Sym),
    /// Something that cannot be read off.
    Unknown,
}

/// Names that a module serves without binding them.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Served {
    /// The scope of a module-level `__getattr__`.
    pub getattr: Option<ScopeId>,
    /// Names that it compares its parameter with.
    pub compared: Vec<(Sym, Span)>,
    /// Module-level containers that it looks its parameter up in.
    pub tables: Vec<Sym>,
    /// Modules, dotted, that it hands any name on to.
    pub forwards: Vec<Sym>,
    /// (name, module as written, attribute) of lazy-import tables.
    pub lazy: Vec<(Sym, Sym, Sym, Span)>,
    /// `sys.modules[__name__] = <dotted>` and where.
    pub replaced_by: Option<(Sym, Span)>,
    /// Anything may be served: an unreadable `__getattr__`, `globals().update(...)`, `exec`.
    pub open_names: bool,
    /// Any submodule may exist: `sys.modules[...] = ...` with a computed key.
    pub open_submodules: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Suppression {
    pub span: Span,
    /// First and last line of the statement it belongs to.
    pub first_line: u32,
    pub last_line: u32,
    pub rules: Vec<Sym>,
    pub reason: Sym,
}
