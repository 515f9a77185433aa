//! The walk over a function that tells its shape: see [`Shape`].

use ruff_python_ast::visitor::{self, Visitor};
use ruff_python_ast::{
    Alias, AnyParameterRef, CmpOp, Comprehension, ExceptHandler, Expr, ExprContext, Identifier,
    InterpolatedStringElement, Keyword, MatchCase, Operator, Parameters, Pattern, Stmt, StmtFunctionDef, TypeParams,
};
use xxhash_rust::xxh3::xxh3_64;

use crate::extract::{MAX_DEPTH, Reader};
use crate::forms::{form, literal};
use crate::looks::logs;
use crate::model::{ScopeId, Sym};
use crate::shape::{LEAST_STATEMENTS, Shape};
use crate::tokens::{Block, Token, Tokens};

/// Adds the shape of one function; `class` is the class around it, 0 for none.
pub(crate) fn read<'a>(reader: &mut Reader<'a>, function: &'a StmtFunctionDef, scope: ScopeId, class: Sym) {
    // Tests are alike in what they do, and nobody's owner.
    let class = reader.interner.name(class);
    if function.name.starts_with("test") || class.starts_with("Test") {
        return;
    }
    let mut shaping = Shaping { tokens: std::mem::take(&mut reader.tokens), ..Shaping::default() };
    shaping.function(function);
    let mut tokens = shaping.tokens;
    if !shaping.gives_up && tokens.statements() >= LEAST_STATEMENTS {
        // A copy may be called otherwise, and so may the class around it.
        tokens.bind_unseen(class);
        tokens.bind_unseen(function.name.as_str());
        let start = reader.facts.statements.len() as u32;
        let (exact, renamed) = tokens.hash(&mut reader.facts.statements);
        let count = reader.facts.statements.len() as u32 - start;
        reader.facts.shapes.push(Shape { scope, exact, renamed, start, count });
    }
    tokens.clear();
    reader.tokens = tokens;
}

#[derive(Default)]
struct Shaping {
    tokens: Tokens,
    depth: u32,
    /// In a constructor, where most of what is done is to keep what is given.
    keeps: bool,
    /// Something is nested too deep to be read.
    gives_up: bool,
}

impl Shaping {
    fn function(&mut self, function: &StmtFunctionDef) {
        self.keeps = matches!(function.name.as_str(), "__init__" | "__post_init__" | "__new__");
        self.tokens.part(1, usize::from(function.is_async));
        self.visit_parameters(&function.parameters);
        self.visit_body(&function.body);
    }

    /// Starts a statement of some kind with so many parts.
    fn start(&mut self, kind: u32, parts: usize, may_tell: bool) {
        self.tokens.start(kind, parts, may_tell);
    }

    fn block(&mut self, block: Block, body: &[Stmt]) {
        if !body.is_empty() {
            self.tokens.push(Token::Open(block));
            self.visit_body(body);
            self.tokens.push(Token::Close);
        }
    }

    fn bind(&mut self, name: &Identifier) {
        self.tokens.bind(name.as_str());
    }

    fn assign(&mut self, targets: &[Expr], value: &Expr) {
        let is_kept = self.keeps && targets.iter().all(Expr::is_attribute_expr);
        self.start(20, targets.len(), !is_kept);
        self.visit_expr(value);
        for target in targets {
            self.visit_expr(target);
        }
    }

    fn statement(&mut self, statement: &Stmt) {
        match statement {
            // Says nothing, or only to people.
            Stmt::Pass(_) => {}
            Stmt::Expr(each) if each.value.is_string_literal_expr() || each.value.is_ellipsis_literal_expr() => {}
            Stmt::Expr(each) => {
                let called = each.value.as_await_expr().map_or(&*each.value, |awaited| &awaited.value);
                let is_log = called.as_call_expr().is_some_and(|call| logs(&call.func));
                self.start(21, 0, !is_log);
                self.visit_expr(&each.value);
            }
            Stmt::Assign(each) => self.assign(&each.targets, &each.value),
            Stmt::AnnAssign(each) => match &each.value {
                Some(value) => self.assign(std::slice::from_ref(&each.target), value),
                None => {
                    if let Expr::Name(name) = &*each.target {
                        self.tokens.bind_unseen(name.id.as_str());
                    }
                }
            },
            Stmt::FunctionDef(each) => {
                self.start(22, usize::from(each.is_async), true);
                each.decorator_list.iter().for_each(|each| self.visit_expr(&each.expression));
                self.bind(&each.name);
                self.visit_parameters(&each.parameters);
                self.block(Block::Body, &each.body);
            }
            Stmt::ClassDef(each) => {
                self.start(23, each.bases().len(), true);
                each.decorator_list.iter().for_each(|each| self.visit_expr(&each.expression));
                self.bind(&each.name);
                each.arguments.iter().for_each(|each| self.visit_arguments(each));
                self.block(Block::Body, &each.body);
            }
            Stmt::If(each) => {
                self.start(24, 0, true);
                self.visit_expr(&each.test);
                self.block(Block::Body, &each.body);
                for clause in &each.elif_else_clauses {
                    if let Some(test) = &clause.test {
                        self.start(25, 0, true);
                        self.visit_expr(test);
                    }
                    self.block(Block::Else, &clause.body);
                }
            }
            Stmt::For(each) => {
                self.start(26, usize::from(each.is_async), true);
                self.visit_expr(&each.iter);
                self.visit_expr(&each.target);
                self.block(Block::Body, &each.body);
                self.block(Block::Else, &each.orelse);
            }
            Stmt::While(each) => {
                self.start(27, 0, true);
                self.visit_expr(&each.test);
                self.block(Block::Body, &each.body);
                self.block(Block::Else, &each.orelse);
            }
            Stmt::With(each) => {
                self.start(28, each.items.len() * 2 + usize::from(each.is_async), true);
                each.items.iter().for_each(|each| self.visit_with_item(each));
                self.block(Block::Body, &each.body);
            }
            Stmt::Try(each) => {
                self.block(Block::Try, &each.body);
                each.handlers.iter().for_each(|each| self.visit_except_handler(each));
                self.block(Block::Else, &each.orelse);
                self.block(Block::Finally, &each.finalbody);
            }
            Stmt::Match(each) => {
                self.start(29, 0, true);
                self.visit_expr(&each.subject);
                each.cases.iter().for_each(|each| self.visit_match_case(each));
            }
            Stmt::Global(each) => {
                self.start(30, each.names.len(), true);
                each.names.iter().for_each(|name| self.tokens.release(name.as_str()));
            }
            Stmt::Nonlocal(_) => self.start(31, 0, true),
            Stmt::ImportFrom(each) => {
                self.start(32, each.level as usize, true);
                each.module.iter().for_each(|module| self.tokens.path(module.as_str()));
                each.names.iter().for_each(|each| self.visit_alias(each));
            }
            _ => {
                let (kind, parts) = match statement {
                    Stmt::Return(_) => (33, 0),
                    Stmt::Delete(each) => (34, each.targets.len()),
                    Stmt::AugAssign(_) => (35, 0),
                    Stmt::Raise(each) => (36, usize::from(each.cause.is_some())),
                    Stmt::Assert(_) => (37, 0),
                    Stmt::Import(_) => (38, 0),
                    Stmt::Break(_) => (39, 0),
                    Stmt::Continue(_) => (40, 0),
                    _ => (41, 0),
                };
                self.start(kind, parts, true);
                visitor::walk_stmt(self, statement);
            }
        }
    }
}

impl<'a> Visitor<'a> for Shaping {
    fn visit_stmt(&mut self, statement: &'a Stmt) {
        if self.depth >= MAX_DEPTH {
            self.gives_up = true;
            return;
        }
        self.depth += 1;
        self.statement(statement);
        self.depth -= 1;
    }

    fn visit_expr(&mut self, expression: &'a Expr) {
        if self.depth >= MAX_DEPTH {
            self.gives_up = true;
            return;
        }
        match expression {
            Expr::Name(name) if name.ctx == ExprContext::Load => self.tokens.name(name.id.as_str()),
            Expr::Name(name) => self.tokens.bind(name.id.as_str()),
            _ => {
                if let Some((kind, value)) = literal(expression) {
                    self.tokens.push(Token::Literal(kind, value));
                    return;
                }
                let (kind, parts) = form(expression);
                self.tokens.part(kind, parts);
                if let Expr::Attribute(each) = expression {
                    self.tokens.keep(each.attr.as_str());
                }
                self.depth += 1;
                visitor::walk_expr(self, expression);
                self.depth -= 1;
            }
        }
    }

    fn visit_annotation(&mut self, _: &'a Expr) {}
    fn visit_type_params(&mut self, _: &'a TypeParams) {}

    fn visit_parameters(&mut self, parameters: &'a Parameters) {
        let named = (parameters.posonlyargs.len() << 8 | parameters.args.len()) << 8 | parameters.kwonlyargs.len();
        let stars = usize::from(parameters.vararg.is_some()) * 2 + usize::from(parameters.kwarg.is_some());
        self.tokens.part(2, named << 2 | stars);
        for parameter in parameters {
            self.bind(parameter.name());
            if let AnyParameterRef::NonVariadic(each) = parameter
                && let Some(default) = &each.default
            {
                self.visit_expr(default);
            }
        }
    }

    fn visit_keyword(&mut self, keyword: &'a Keyword) {
        match &keyword.arg {
            Some(name) => self.tokens.keep(name.as_str()),
            None => self.tokens.part(3, 0),
        }
        self.visit_expr(&keyword.value);
    }

    fn visit_comprehension(&mut self, comprehension: &'a Comprehension) {
        self.tokens.part(4, comprehension.ifs.len() * 2 + usize::from(comprehension.is_async));
        visitor::walk_comprehension(self, comprehension);
    }

    fn visit_alias(&mut self, alias: &'a Alias) {
        self.tokens.path(alias.name.as_str());
        if let Some(name) = &alias.asname {
            self.tokens.keep(name.as_str());
        }
    }

    fn visit_except_handler(&mut self, handler: &'a ExceptHandler) {
        let ExceptHandler::ExceptHandler(each) = handler;
        self.start(42, 0, true);
        each.type_.iter().for_each(|each| self.visit_expr(each));
        each.name.iter().for_each(|name| self.bind(name));
        self.block(Block::Body, &each.body);
    }

    fn visit_match_case(&mut self, case: &'a MatchCase) {
        self.start(43, 0, true);
        self.visit_pattern(&case.pattern);
        case.guard.iter().for_each(|each| self.visit_expr(each));
        self.block(Block::Body, &case.body);
    }

    fn visit_pattern(&mut self, pattern: &'a Pattern) {
        let (kind, name) = match pattern {
            Pattern::MatchValue(_) => (1, None),
            Pattern::MatchSingleton(_) => (2, None),
            Pattern::MatchSequence(_) => (3, None),
            Pattern::MatchMapping(each) => (4, each.rest.as_ref()),
            Pattern::MatchClass(_) => (5, None),
            Pattern::MatchStar(each) => (6, each.name.as_ref()),
            Pattern::MatchAs(each) => (7, each.name.as_ref()),
            Pattern::MatchOr(each) => (8, each.patterns.first().and(None)),
        };
        self.tokens.part(5, kind);
        if let Some(name) = name {
            self.bind(name);
        }
        visitor::walk_pattern(self, pattern);
    }

    fn visit_pattern_keyword(&mut self, keyword: &'a ruff_python_ast::PatternKeyword) {
        self.tokens.keep(keyword.attr.as_str());
        self.visit_pattern(&keyword.pattern);
    }

    fn visit_operator(&mut self, operator: &'a Operator) {
        self.tokens.part(6, *operator as usize);
    }

    fn visit_cmp_op(&mut self, operator: &'a CmpOp) {
        self.tokens.part(7, *operator as usize);
    }

    fn visit_interpolated_string_element(&mut self, element: &'a InterpolatedStringElement) {
        match element {
            // The same value may be cut in other places.
            InterpolatedStringElement::Literal(text) => {
                self.tokens.push(Token::Text(xxh3_64(text.value.as_bytes()) as u32));
            }
            InterpolatedStringElement::Interpolation(each) => {
                self.tokens.part(8, usize::from(each.conversion as u8));
                visitor::walk_interpolated_string_element(self, element);
            }
        }
    }
}
