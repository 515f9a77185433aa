//! One walk over the syntax tree of a file that collects every kind of fact.

use ruff_python_ast::token::TokenKind;
use ruff_python_ast::visitor::Visitor;
use ruff_python_ast::{Expr, Stmt};
use ruff_python_parser::lexer::lex;
use ruff_python_parser::{Mode, ParseOptions, parse_unchecked};
use ruff_text_size::{Ranged, TextRange};
use rustc_hash::FxHashSet;

use crate::decode::decode;
use crate::interner::Interner;
use crate::model::{
    Arm, Binding, BindingKind, Body, Branch, BranchId, Facts, Reference, ReferenceKind, Scope, ScopeId, ScopeKind,
    Span, StringPlace, Sym, SyntaxNote, Value,
};
use crate::position::Positions;
use crate::suppressions;
use crate::tokens::Tokens;

/// Expressions and statements nested deeper than this are left out, with a note: each level costs stack.
pub(crate) const MAX_DEPTH: u32 = 2_000;
/// As deep as the parser may be sent: brackets nested deeper are not parsed.
const MAX_BRACKETS: usize = 2_000;
/// As many tokens as may follow each other in one expression: each may be a level of its own, as in
/// `not not x`, and takes stack to read and memory to parse. A file of fewer bytes has fewer.
const MAX_TOKENS: usize = 200_000;

/// Reads the facts of one file.
///
/// Returns an error message for a file that is no Python text at all.
pub fn extract(source: &[u8]) -> Result<Facts, String> {
    // A method's path would fix the lifetime that the walk is to choose.
    #[allow(clippy::redundant_closure_for_method_calls)]
    walk(source, |reader| reader.finish())
}

/// Walks over a file, and hands on what was seen.
pub(crate) fn walk<T>(source: &[u8], finish: impl FnOnce(Reader<'_>) -> T) -> Result<T, String> {
    let decoded = decode(source)?;
    let text = decoded.text.as_ref();
    if text.len() > MAX_TOKENS || bracket_depth(text.as_bytes()) > MAX_BRACKETS {
        refuse_too_deep(text)?;
    }
    let parsed = parse_unchecked(text, ParseOptions::from(Mode::Module));
    let positions = Positions::new(text, decoded.shift);
    let mut reader = Reader::new(text, positions);
    if let Some(note) = decoded.note {
        reader.facts.errors.push(SyntaxNote { line: 1, column: 1, message: note.into() });
    }
    for error in parsed.errors() {
        let span = reader.positions.span(error.location);
        reader.facts.errors.push(SyntaxNote {
            line: span.line,
            column: span.column,
            message: error.error.to_string().into(),
        });
    }
    if let Some(tree) = parsed.syntax().as_module() {
        suppressions::read(&mut reader, parsed.tokens());
        reader.read_module(&tree.body);
    }
    let is_too_deep = reader.is_too_deep;
    if is_too_deep {
        let message = format!("nested deeper than {MAX_DEPTH} levels; what is deeper was not read");
        reader.facts.errors.push(SyntaxNote { line: 1, column: 1, message: message.into() });
    }
    let seen = finish(reader);
    if is_too_deep {
        // Dropping such a tree would need as much stack as walking it: leave it where it is.
        std::mem::forget(parsed);
    }
    Ok(seen)
}

/// Parses a file for who reads no facts, and hands its text and statements on.
///
/// Returns an error message for a file that is no Python text at all.
pub(crate) fn parsed<T>(source: &[u8], read: impl FnOnce(&str, &[Stmt]) -> T) -> Result<T, String> {
    with_tree(source, |text, _, body, _| read(text, body))
}

/// Parses a file for who looks at its tree alone; with it comes the line of its first syntax error.
pub(crate) fn with_tree<T>(
    source: &[u8],
    look: impl FnOnce(&str, &Positions<'_>, &[Stmt], Option<u32>) -> T,
) -> Result<T, String> {
    let decoded = decode(source)?;
    let text = decoded.text.as_ref();
    if text.len() > MAX_TOKENS || bracket_depth(text.as_bytes()) > MAX_BRACKETS {
        refuse_too_deep(text)?;
    }
    let parsed = parse_unchecked(text, ParseOptions::from(Mode::Module));
    let positions = Positions::new(text, decoded.shift);
    let first = parsed.errors().first().map(|error| positions.span(error.location).line);
    let body = parsed.syntax().as_module().map_or(&[][..], |tree| &tree.body);
    let seen = look(text, &positions, body, first.or(decoded.note.map(|_| 1)));
    if text.len() > MAX_TOKENS {
        // As in `walk`: dropping a deep tree would need as much stack as walking it.
        std::mem::forget(parsed);
    }
    Ok(seen)
}

/// Errs when the expressions of a file nest too deep to be parsed, or might.
fn refuse_too_deep(text: &str) -> Result<(), String> {
    let mut lexer = lex(text, Mode::Module);
    // Tokens of the expression being read, for each open bracket and around them. A comma ends an
    // expression, but not that of a lambda, whose parameters have commas too.
    let (mut open, mut run, mut lambdas) = (Vec::new(), 0usize, 0usize);
    let mut around = 0;
    loop {
        match lexer.next_token() {
            TokenKind::EndOfFile => return Ok(()),
            TokenKind::Newline | TokenKind::Semi => {
                open.clear();
                (run, lambdas, around) = (0, 0, 0);
            }
            TokenKind::Lpar | TokenKind::Lsqb | TokenKind::Lbrace => {
                around += run + 1;
                open.push((run + 1, lambdas));
                (run, lambdas) = (0, 0);
                if open.len() > MAX_BRACKETS {
                    return Err(format!("brackets nested deeper than {MAX_BRACKETS}"));
                }
            }
            TokenKind::Rpar | TokenKind::Rsqb | TokenKind::Rbrace => {
                let before;
                (before, lambdas) = open.pop().unwrap_or((run, lambdas));
                around = around.saturating_sub(before);
                run = before + 1;
            }
            TokenKind::Comma => run = lambdas,
            TokenKind::Lambda => (run, lambdas) = (run + 1, lambdas + 1),
            TokenKind::Comment | TokenKind::NonLogicalNewline | TokenKind::Indent | TokenKind::Dedent => {}
            // Strings side by side are one.
            TokenKind::String | TokenKind::FStringStart | TokenKind::FStringMiddle | TokenKind::FStringEnd => {}
            _ => run += 1,
        }
        if around + run > MAX_TOKENS {
            return Err(format!("an expression of more than {MAX_TOKENS} parts"));
        }
    }
}

/// How deep brackets nest, those in strings and comments included: found fast, and seldom wrong.
fn bracket_depth(source: &[u8]) -> usize {
    let opens = |byte: u8| u8::from(byte == b'(') | u8::from(byte == b'[') | u8::from(byte == b'{');
    // Counted in bytes, which takes many in one step.
    let all: usize =
        source.chunks(255).map(|chunk| usize::from(chunk.iter().map(|&byte| opens(byte)).sum::<u8>())).sum();
    if all <= MAX_BRACKETS {
        return all;
    }
    let (mut depth, mut deepest) = (0usize, 0usize);
    for &byte in source {
        match byte {
            b'(' | b'[' | b'{' => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            b')' | b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    deepest
}

pub(crate) struct Reader<'a> {
    pub(crate) source: &'a str,
    pub(crate) positions: Positions<'a>,
    pub(crate) interner: Interner,
    pub(crate) facts: Facts,
    pub(crate) scope: ScopeId,
    pub(crate) branch: BranchId,
    /// How the expression being read is used.
    pub(crate) kind: ReferenceKind,
    /// Where a string would stand, and the call or subscript around it.
    pub(crate) place: (StringPlace, Sym),
    /// Strings of each outermost class or function.
    pub(crate) words: FxHashSet<Sym>,
    /// Uses of names, in order; most are of no interest, which only the end of the file tells.
    pub(crate) uses: Vec<(ScopeId, ReferenceKind, &'a Expr)>,
    /// Room for the tokens of one function.
    pub(crate) tokens: Tokens,
    pub(crate) depth: u32,
    pub(crate) is_too_deep: bool,
}

impl<'a> Reader<'a> {
    fn new(source: &'a str, positions: Positions<'a>) -> Self {
        Self {
            source,
            positions,
            interner: Interner::new(),
            facts: Facts::default(),
            scope: 0,
            branch: 0,
            kind: ReferenceKind::Load,
            place: (StringPlace::Other, 0),
            words: FxHashSet::default(),
            uses: Vec::new(),
            tokens: Tokens::default(),
            depth: 0,
            is_too_deep: false,
        }
    }

    fn read_module(&mut self, body: &'a [Stmt]) {
        self.facts.branches.push(Branch { parent: 0, statement: 0, arm: Arm::Always });
        self.facts.scopes.push(Scope {
            kind: ScopeKind::Module,
            name: 0,
            parent: 0,
            span: Span { start: 0, end: 0, line: 1, column: 1 },
            start: 0,
            end: self.source.len() as u32,
            branch: 0,
            decorators: Vec::new(),
            bases: Vec::new(),
            is_async: false,
            parameters: Vec::new(),
            returns: 0,
            body: Body::Other,
            returned: Vec::new(),
            is_generator: false,
            statements: body.len() as u32,
            words: Vec::new(),
        });
        self.visit_body(body);
    }

    fn finish(mut self) -> Facts {
        // Only now is it known which names the file imports: a use may stand before its import.
        let mut known = vec![false; self.interner.len()];
        for binding in &self.facts.bindings {
            if binding.scope == 0 || matches!(binding.kind, BindingKind::Import(_)) {
                known[binding.name as usize] = true;
            }
        }
        let is_known = |interner: &Interner, root: &str| {
            interner.get(root).is_some_and(|sym| known.get(sym as usize) == Some(&true))
        };
        let interner = &self.interner;
        self.facts.references.retain(|reference| is_known(interner, root_of(interner.name(reference.chain))));
        for (scope, kind, expression) in std::mem::take(&mut self.uses) {
            if !root_name(expression).is_some_and(|root| is_known(&self.interner, root)) {
                continue;
            }
            if let Some(chain) = self.chain(expression) {
                let span = self.span(expression);
                self.facts.references.push(Reference { scope, chain, span, kind });
            }
        }
        let mut words: Vec<Sym> = self.words.into_iter().collect();
        words.sort_unstable();
        if let Some(module) = self.facts.scopes.first_mut() {
            module.words = words;
        }
        self.facts.references.sort_by_key(|reference| reference.span.start);
        self.facts.names = self.interner.into_names();
        self.facts.shrink();
        self.facts
    }

    pub(crate) fn intern(&mut self, name: &str) -> Sym {
        self.interner.intern(name)
    }

    pub(crate) fn span(&self, node: impl Ranged) -> Span {
        self.positions.span(node.range())
    }

    /// The source text of a node, interned.
    pub(crate) fn text_of(&mut self, range: TextRange) -> Sym {
        let text = self.source.get(range.start().to_usize()..range.end().to_usize()).unwrap_or("");
        self.interner.intern(text)
    }

    pub(crate) fn bind(&mut self, name: &str, span: Span, kind: BindingKind, annotation: Sym) {
        // A `__getattr__` from elsewhere may serve anything.
        let is_foreign = !matches!(kind, BindingKind::Definition(_));
        self.facts.served.open_names |= self.scope == 0 && is_foreign && name == "__getattr__";
        let name = self.intern(name);
        let (scope, branch) = (self.scope, self.branch);
        self.facts.bindings.push(Binding { scope, name, span, branch, kind, annotation });
    }

    pub(crate) fn enter_branch<R>(&mut self, statement: u32, arm: Arm, read: impl FnOnce(&mut Self) -> R) -> R {
        let parent = self.branch;
        self.branch = self.facts.branches.len() as BranchId;
        self.facts.branches.push(Branch { parent, statement, arm });
        let result = read(self);
        self.branch = parent;
        result
    }

    /// Reads expressions whose names are used in the given way.
    pub(crate) fn reading_as(&mut self, kind: ReferenceKind, read: impl FnOnce(&mut Self)) {
        let outer = std::mem::replace(&mut self.kind, kind);
        read(self);
        self.kind = outer;
    }

    pub(crate) fn at(&mut self, place: StringPlace, callee: Sym, read: impl FnOnce(&mut Self)) {
        let outer = std::mem::replace(&mut self.place, (place, callee));
        read(self);
        self.place = outer;
    }
    pub(crate) fn in_scope(&mut self, scope: Scope, read: impl FnOnce(&mut Self)) -> ScopeId {
        let id = self.facts.scopes.len() as ScopeId;
        self.facts.scopes.push(scope);
        let outer = (self.scope, self.branch);
        (self.scope, self.branch) = (id, 0);
        read(self);
        (self.scope, self.branch) = outer;
        id
    }
    pub(crate) fn value(&mut self, expression: &'a Expr) -> Value {
        crate::values::read(self, expression)
    }
}

pub(crate) fn root_name(expression: &Expr) -> Option<&str> {
    let mut at = expression;
    loop {
        match at {
            Expr::Attribute(attribute) => at = &attribute.value,
            Expr::Name(name) => return Some(name.id.as_str()),
            _ => return None,
        }
    }
}

/// The name that a dotted chain starts with.
pub(crate) fn root_of(chain: &str) -> &str {
    let end = chain.find(['.', '(', '[']).unwrap_or(chain.len());
    &chain[..end]
}
