//! One walk over the syntax tree of a file that collects every kind of fact.

use ruff_python_ast::visitor::{self, Visitor};
use ruff_python_ast::{
    AnyParameterRef, Comprehension, Decorator, ExceptHandler, Expr, ExprCall, ExprContext, Parameters, Pattern,
    Stmt, TypeParams,
};
use ruff_python_parser::{Mode, ParseOptions, parse_unchecked};
use ruff_text_size::{Ranged, TextRange};
use rustc_hash::FxHashSet;

use crate::decode::decode;
use crate::interner::Interner;
use crate::model::{
    Arm, Binding, BindingKind, Branch, BranchId, Body, Facts, ReferenceKind, Reference, Scope, ScopeId,
    ScopeKind, Span, StringPlace, Sym, SyntaxNote, Value,
};
use crate::position::Positions;
use crate::suppressions;

/// Expressions and statements nested deeper than this are left out, with a note: each level costs stack.
const MAX_DEPTH: u32 = 2_000;
/// As deep as the parser may be sent: brackets nested deeper are not parsed.
const MAX_BRACKETS: usize = 2_000;

/// Reads the facts of one file.
///
/// Returns an error message for a file that is no Python text at all.
pub fn extract(source: &[u8]) -> Result<Facts, String> {
    let decoded = decode(source)?;
    let text = decoded.text.as_ref();
    if bracket_depth(text.as_bytes()) > MAX_BRACKETS {
        return Err(format!("brackets nested deeper than {MAX_BRACKETS}"));
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
    let mut facts = reader.finish();
    if is_too_deep {
        // Dropping such a tree would need as much stack as walking it: leave it where it is.
        std::mem::forget(parsed);
        let message = format!("nested deeper than {MAX_DEPTH} levels; what is deeper was not read");
        facts.errors.push(SyntaxNote { line: 1, column: 1, message: message.into() });
    }
    Ok(facts)
}

/// How deep brackets nest at most, strings and comments included: an upper bound, found fast.
fn bracket_depth(source: &[u8]) -> usize {
    let opens = |byte: &u8| matches!(byte, b'(' | b'[' | b'{');
    let all = source.iter().filter(|byte| opens(byte)).count();
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
    uses: Vec<(ScopeId, ReferenceKind, &'a Expr)>,
    depth: u32,
    is_too_deep: bool,
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
            depth: 0,
            is_too_deep: false,
        }
    }

    fn read_module(&mut self, body: &'a [Stmt]) {
        self.facts.branches.push(Branch { parent: 0, statement: 0, arm: Arm::Always });
        self.facts.scopes.push(Scope {
            kind: ScopeKind::Module,
            name: 0,
            qualname: 0,
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
        let is_known = |interner: &Interner, root: &str| interner.get(root).is_some_and(|sym| known.get(sym as usize) == Some(&true));
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
        self.facts.references.sort_by_key(|reference| reference.span.start);
        self.facts.names = self.interner.into_names();
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

    fn refer(&mut self, expression: &'a Expr) {
        self.uses.push((self.scope, self.kind, expression));
    }

    /// Binds the names of an assignment target that is more than one name.
    fn bind_targets(&mut self, target: &'a Expr) {
        match target {
            Expr::Name(name) => {
                let span = self.span(name);
                self.bind(name.id.as_str(), span, BindingKind::Other, 0);
            }
            Expr::Tuple(tuple) => tuple.elts.iter().for_each(|each| self.bind_targets(each)),
            Expr::List(list) => list.elts.iter().for_each(|each| self.bind_targets(each)),
            Expr::Starred(starred) => self.bind_targets(&starred.value),
            other => self.visit_expr(other),
        }
    }

    fn assign(&mut self, target: &'a Expr, value: Option<&'a Expr>, annotation: Sym, is_augmented: bool) {
        match target {
            Expr::Name(name) => {
                let span = self.span(name);
                if name.id == "__all__" && self.scope == 0 {
                    self.read_all(value, is_augmented);
                }
                let kind = match value {
                    _ if is_augmented => BindingKind::Other,
                    Some(value) => BindingKind::Assignment(self.value(value)),
                    None => BindingKind::Declaration,
                };
                self.bind(name.id.as_str(), span, kind, annotation);
            }
            Expr::Attribute(attribute) => {
                if let (Some(target), Some(value)) = (self.chain(target), value) {
                    let (scope, span) = (self.scope, self.span(attribute));
                    let value = self.value(value);
                    self.facts.stores.push(crate::model::AttributeStore { scope, target, value, annotation, span });
                }
                self.visit_expr(&attribute.value);
            }
            Expr::Subscript(subscript) => {
                if let Some(value) = value {
                    self.read_subscript_store(subscript, value);
                }
                self.visit_expr(target);
            }
            other => self.bind_targets(other),
        }
    }

    fn read_expression_scope(&mut self, range: TextRange, read: impl FnOnce(&mut Self)) {
        let span = self.positions.span(range);
        self.in_scope(
            Scope {
                kind: ScopeKind::Expression,
                name: 0,
                qualname: 0,
                parent: self.scope,
                span,
                start: span.start,
                end: span.end,
                branch: self.branch,
                decorators: Vec::new(),
                bases: Vec::new(),
                is_async: false,
                parameters: Vec::new(),
                returns: 0,
                body: Body::Other,
                statements: 0,
                words: Vec::new(),
            },
            read,
        );
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

    fn read_if(&mut self, statement: &'a ruff_python_ast::StmtIf) {
        let offset = statement.range.start().to_u32();
        let first = type_checking_arm(&statement.test);
        self.visit_expr(&statement.test);
        self.enter_branch(offset, first.unwrap_or(Arm::If(0)), |reader| reader.visit_body(&statement.body));
        for (index, clause) in statement.elif_else_clauses.iter().enumerate() {
            let arm = match (&clause.test, first) {
                (None, Some(Arm::TypeChecking)) => Arm::Runtime,
                (None, Some(Arm::Runtime)) => Arm::TypeChecking,
                (Some(test), _) => type_checking_arm(test).unwrap_or(Arm::If(index as u16 + 1)),
                (None, _) => Arm::If(index as u16 + 1),
            };
            if let Some(test) = &clause.test {
                self.visit_expr(test);
            }
            self.enter_branch(offset, arm, |reader| reader.visit_body(&clause.body));
        }
    }

    fn read_try(&mut self, statement: &'a ruff_python_ast::StmtTry) {
        let offset = statement.range.start().to_u32();
        let catches = |handler: &ExceptHandler| match handler {
            ExceptHandler::ExceptHandler(handler) => {
                handler.type_.as_deref().is_none_or(catches_import_error)
            }
        };
        let arm = if statement.handlers.iter().any(catches) { Arm::TryImport } else { Arm::Try };
        self.enter_branch(offset, arm, |reader| reader.visit_body(&statement.body));
        for handler in &statement.handlers {
            let is_import = catches(handler);
            let ExceptHandler::ExceptHandler(handler) = handler;
            self.enter_branch(offset, Arm::Except(is_import), |reader| {
                if let Some(type_) = &handler.type_ {
                    reader.reading_as(ReferenceKind::TypeCheck, |reader| reader.visit_expr(type_));
                }
                if let Some(name) = &handler.name {
                    let span = reader.span(name);
                    reader.bind(name.as_str(), span, BindingKind::Other, 0);
                }
                reader.visit_body(&handler.body);
            });
        }
        self.enter_branch(offset, Arm::Body, |reader| reader.visit_body(&statement.orelse));
        self.visit_body(&statement.finalbody);
    }
}

impl<'a> Visitor<'a> for Reader<'a> {
    fn visit_stmt(&mut self, statement: &'a Stmt) {
        if self.depth >= MAX_DEPTH {
            self.is_too_deep = true;
            return;
        }
        self.depth += 1;
        self.read_statement(statement);
        self.depth -= 1;
    }

    fn visit_expr(&mut self, expression: &'a Expr) {
        if self.depth >= MAX_DEPTH {
            self.is_too_deep = true;
            return;
        }
        self.depth += 1;
        self.read_expression(expression);
        self.depth -= 1;
    }

    fn visit_annotation(&mut self, expression: &'a Expr) {
        self.reading_as(ReferenceKind::Annotation, |reader| reader.visit_expr(expression));
    }

    fn visit_decorator(&mut self, decorator: &'a Decorator) {
        self.reading_as(ReferenceKind::Decorator, |reader| reader.visit_expr(&decorator.expression));
    }

    fn visit_comprehension(&mut self, comprehension: &'a Comprehension) {
        self.visit_expr(&comprehension.iter);
        self.bind_targets(&comprehension.target);
        comprehension.ifs.iter().for_each(|each| self.visit_expr(each));
    }

    fn visit_type_params(&mut self, parameters: &'a TypeParams) {
        for parameter in &parameters.type_params {
            let span = self.span(parameter.name());
            self.bind(parameter.name().as_str(), span, BindingKind::Other, 0);
        }
        visitor::walk_type_params(self, parameters);
    }

    fn visit_pattern(&mut self, pattern: &'a Pattern) {
        let name = match pattern {
            Pattern::MatchAs(each) => each.name.as_ref(),
            Pattern::MatchStar(each) => each.name.as_ref(),
            Pattern::MatchMapping(each) => each.rest.as_ref(),
            _ => None,
        };
        if let Some(name) = name {
            let span = self.span(name);
            self.bind(name.as_str(), span, BindingKind::Other, 0);
        }
        visitor::walk_pattern(self, pattern);
    }

    fn visit_parameters(&mut self, parameters: &'a Parameters) {
        for (index, parameter) in parameters.iter().enumerate() {
            let span = self.span(parameter.name());
            let annotation = parameter.annotation().map_or(0, |each| self.text_of(each.range()));
            self.bind(parameter.name().as_str(), span, BindingKind::Parameter(index as u32), annotation);
            debug_assert!(!matches!(parameter, AnyParameterRef::Variadic(_) if parameter.default().is_some()));
        }
    }
}

impl<'a> Reader<'a> {
    fn read_statement(&mut self, statement: &'a Stmt) {
        match statement {
            Stmt::Import(import) => self.read_import(import),
            Stmt::ImportFrom(import) => self.read_import_from(import),
            Stmt::FunctionDef(function) => self.read_function(function),
            Stmt::ClassDef(class) => self.read_class(class),
            Stmt::Assign(assign) => {
                self.visit_expr(&assign.value);
                assign.targets.iter().for_each(|target| self.assign(target, Some(&assign.value), 0, false));
            }
            Stmt::AnnAssign(assign) => {
                let annotation = self.text_of(assign.annotation.range());
                self.visit_annotation(&assign.annotation);
                if let Some(value) = &assign.value {
                    self.visit_expr(value);
                }
                self.assign(&assign.target, assign.value.as_deref(), annotation, false);
            }
            Stmt::AugAssign(assign) => {
                self.visit_expr(&assign.value);
                self.assign(&assign.target, Some(&assign.value), 0, true);
            }
            Stmt::TypeAlias(alias) => {
                self.reading_as(ReferenceKind::Annotation, |reader| reader.visit_expr(&alias.value));
                self.assign(&alias.name, Some(&alias.value), 0, false);
            }
            Stmt::If(each) => self.read_if(each),
            Stmt::Try(each) => self.read_try(each),
            Stmt::For(each) => {
                self.visit_expr(&each.iter);
                let offset = each.range.start().to_u32();
                self.enter_branch(offset, Arm::Body, |reader| {
                    reader.bind_targets(&each.target);
                    reader.visit_body(&each.body);
                });
                self.visit_body(&each.orelse);
            }
            Stmt::While(each) => {
                self.visit_expr(&each.test);
                self.enter_branch(each.range.start().to_u32(), Arm::Body, |reader| reader.visit_body(&each.body));
                self.visit_body(&each.orelse);
            }
            Stmt::With(each) => {
                for item in &each.items {
                    self.visit_expr(&item.context_expr);
                    match item.optional_vars.as_deref() {
                        Some(Expr::Name(name)) => {
                            let span = self.span(name);
                            let value = self.value(&item.context_expr);
                            self.bind(name.id.as_str(), span, BindingKind::Assignment(value), 0);
                        }
                        Some(target) => self.bind_targets(target),
                        None => {}
                    }
                }
                self.visit_body(&each.body);
            }
            Stmt::Match(each) => {
                self.visit_expr(&each.subject);
                let offset = each.range.start().to_u32();
                for (index, case) in each.cases.iter().enumerate() {
                    self.enter_branch(offset, Arm::If(index as u16), |reader| reader.visit_match_case(case));
                }
            }
            Stmt::Global(each) => self.bind_outer(&each.names),
            Stmt::Nonlocal(each) => self.bind_outer(&each.names),
            Stmt::Delete(each) => each.targets.iter().for_each(|target| self.visit_expr(target)),
            Stmt::Expr(each) => {
                match each.value.as_ref() {
                    // A docstring, or a string that does nothing.
                    Expr::StringLiteral(_) => return,
                    Expr::Call(call) => {
                        self.read_served_call(call);
                        return self.read_call(call, false, true);
                    }
                    _ => {}
                }
                self.visit_expr(&each.value);
            }
            _ => visitor::walk_stmt(self, statement),
        }
    }

    fn bind_outer(&mut self, names: &[ruff_python_ast::Identifier]) {
        for name in names {
            let span = self.span(name);
            self.bind(name.as_str(), span, BindingKind::Outer, 0);
        }
    }

    fn read_expression(&mut self, expression: &'a Expr) {
        match expression {
            Expr::Name(name) => {
                if name.ctx == ExprContext::Load {
                    self.refer(expression);
                }
            }
            Expr::Attribute(attribute) => {
                if is_plain_chain(expression) {
                    if !matches!(attribute.ctx, ExprContext::Invalid) {
                        self.refer(expression);
                    }
                } else {
                    self.visit_expr(&attribute.value);
                }
            }
            Expr::StringLiteral(literal) => self.read_string(literal),
            Expr::Call(call) => self.read_call(call, false, false),
            Expr::Await(each) => match each.value.as_ref() {
                Expr::Call(call) => self.read_call(call, true, false),
                other => self.visit_expr(other),
            },
            Expr::Named(named) => {
                self.visit_expr(&named.value);
                self.assign(&named.target, Some(&named.value), 0, false);
            }
            Expr::Lambda(lambda) => {
                if let Some(parameters) = &lambda.parameters {
                    self.read_defaults(parameters);
                }
                self.read_expression_scope(lambda.range, |reader| {
                    if let Some(parameters) = &lambda.parameters {
                        for parameter in parameters.iter() {
                            let span = reader.span(parameter.name());
                            reader.bind(parameter.name().as_str(), span, BindingKind::Other, 0);
                        }
                    }
                    reader.visit_expr(&lambda.body);
                });
            }
            Expr::ListComp(each) => self.read_comprehension(each.range, &[&each.elt], &each.generators),
            Expr::SetComp(each) => self.read_comprehension(each.range, &[&each.elt], &each.generators),
            Expr::Generator(each) => self.read_comprehension(each.range, &[&each.elt], &each.generators),
            Expr::DictComp(each) => {
                let mut parts: Vec<&'a Expr> = Vec::with_capacity(2);
                parts.extend(each.key.as_deref());
                parts.push(&each.value);
                self.read_comprehension(each.range, &parts, &each.generators);
            }
            Expr::Subscript(subscript) => {
                self.visit_expr(&subscript.value);
                let callee = self.chain(&subscript.value).unwrap_or(0);
                self.at(StringPlace::Subscript, callee, |reader| reader.visit_expr(&subscript.slice));
            }
            Expr::Dict(dict) => {
                let callee = self.place.1;
                for item in &dict.items {
                    if let Some(key) = &item.key {
                        self.at(StringPlace::DictKey, callee, |reader| reader.visit_expr(key));
                    }
                    self.at(StringPlace::DictValue, callee, |reader| reader.visit_expr(&item.value));
                }
            }
            Expr::List(each) => self.read_elements(&each.elts),
            Expr::Tuple(each) => self.read_elements(&each.elts),
            Expr::Set(each) => self.read_elements(&each.elts),
            Expr::Compare(compare) => {
                let operands = std::iter::once(compare.left.as_ref()).chain(&compare.comparators);
                let other = operands.clone().find_map(|each| self.chain(each)).unwrap_or(0);
                for operand in operands {
                    self.at(StringPlace::Comparison, other, |reader| reader.visit_expr(operand));
                }
            }
            _ => visitor::walk_expr(self, expression),
        }
    }

    fn read_elements(&mut self, elements: &'a [Expr]) {
        // In an annotation the elements are types; in a call the call stays in sight.
        let callee = self.place.1;
        self.at(StringPlace::Element, callee, |reader| elements.iter().for_each(|each| reader.visit_expr(each)));
    }

    fn read_comprehension(&mut self, range: TextRange, parts: &[&'a Expr], generators: &'a [Comprehension]) {
        self.read_expression_scope(range, |reader| {
            generators.iter().for_each(|each| reader.visit_comprehension(each));
            parts.iter().for_each(|part| reader.visit_expr(part));
        });
    }

    pub(crate) fn read_defaults(&mut self, parameters: &'a Parameters) {
        for parameter in parameters.iter_non_variadic_params() {
            if let Some(default) = parameter.default() {
                self.visit_expr(default);
            }
        }
    }

    pub(crate) fn read_call(&mut self, call: &'a ExprCall, awaited: bool, dropped: bool) {
        self.record_call(call, awaited, dropped);
        match call.func.as_ref() {
            func if is_plain_chain(func) => self.reading_as(ReferenceKind::Callee, |reader| reader.refer(func)),
            Expr::Attribute(attribute) => self.visit_expr(&attribute.value),
            other => self.visit_expr(other),
        }
        let callee = self.chain(&call.func).unwrap_or(0);
        let is_type_check = matches!(self.interner.name(callee), "isinstance" | "issubclass" | "cast" | "typing.cast");
        let outer_kind = std::mem::replace(&mut self.kind, ReferenceKind::Load);
        for (index, argument) in call.arguments.args.iter().enumerate() {
            if is_type_check {
                self.kind = ReferenceKind::TypeCheck;
            }
            self.at(StringPlace::Argument(index as u16), callee, |reader| reader.visit_expr(argument));
        }
        for keyword in &call.arguments.keywords {
            let name = keyword.arg.as_ref().map_or(0, |name| self.intern(name.as_str()));
            self.at(StringPlace::Keyword(name), callee, |reader| reader.visit_expr(&keyword.value));
        }
        self.kind = outer_kind;
    }

    pub(crate) fn value(&mut self, expression: &'a Expr) -> Value {
        crate::values::read(self, expression)
    }
}

/// Whether an expression is names joined by dots and nothing else.
fn is_plain_chain(expression: &Expr) -> bool {
    let mut at = expression;
    loop {
        match at {
            Expr::Attribute(attribute) => at = &attribute.value,
            Expr::Name(_) => return true,
            _ => return false,
        }
    }
}

fn root_name(expression: &Expr) -> Option<&str> {
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
fn root_of(chain: &str) -> &str {
    let end = chain.find(['.', '(', '[']).unwrap_or(chain.len());
    &chain[..end]
}

fn type_checking_arm(test: &Expr) -> Option<Arm> {
    let is_flag = |each: &Expr| match each {
        Expr::Name(name) => name.id == "TYPE_CHECKING",
        Expr::Attribute(attribute) => attribute.attr.as_str() == "TYPE_CHECKING",
        _ => false,
    };
    match test {
        Expr::UnaryOp(not) if not.op == ruff_python_ast::UnaryOp::Not && is_flag(&not.operand) => Some(Arm::Runtime),
        other if is_flag(other) => Some(Arm::TypeChecking),
        _ => None,
    }
}

fn catches_import_error(type_: &Expr) -> bool {
    match type_ {
        Expr::Name(name) => {
            matches!(name.id.as_str(), "ImportError" | "ModuleNotFoundError" | "Exception" | "BaseException")
        }
        Expr::Tuple(tuple) => tuple.elts.iter().any(catches_import_error),
        _ => false,
    }
}
