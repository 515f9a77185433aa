//! One walk over the body of a function that notes which names flow into which.

use ruff_python_ast::visitor::{self, Visitor};
use ruff_python_ast::{Comprehension, Expr, ExprCall, ExprSubscript, Stmt};
use ruff_text_size::{Ranged, TextRange};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::extract::MAX_DEPTH;
use crate::flow::How;
use crate::looks::{is_check, only_looks, only_raises, plain_root, root_of, watches};

/// Of [`Flowing::found`].
pub(crate) type Range = std::ops::Range<usize>;

/// A dotted expression that is read.
pub(crate) struct Source<'a> {
    pub(crate) root: &'a str,
    pub(crate) expression: &'a Expr,
    /// It is only called.
    pub(crate) is_callee: bool,
}

/// What flows into a name.
pub(crate) struct Edge<'a> {
    pub(crate) name: &'a str,
    pub(crate) sources: Range,
    /// Whether the name itself is bound, and not something in it.
    pub(crate) binds: bool,
}

/// A change of what a name holds.
pub(crate) struct Store<'a> {
    pub(crate) target: &'a Expr,
    pub(crate) key: Range,
    pub(crate) key_expression: Option<&'a Expr>,
    pub(crate) value: Option<&'a Expr>,
    pub(crate) how: How,
    pub(crate) range: TextRange,
}

#[derive(Default)]
pub(crate) struct Flowing<'a> {
    pub(crate) found: Vec<Source<'a>>,
    pub(crate) edges: Vec<Edge<'a>>,
    /// What is returned, or is handed to what may keep it.
    pub(crate) sinks: Vec<Range>,
    pub(crate) returned: Vec<Range>,
    pub(crate) stores: Vec<Store<'a>>,
    /// What a name is bound to; none when that is more than one thing.
    pub(crate) values: FxHashMap<&'a str, Option<&'a Expr>>,
    /// Names that are declared `global` or `nonlocal`.
    pub(crate) outer: FxHashSet<&'a str>,
    /// Names that are only looked at.
    pub(crate) seen: FxHashSet<&'a str>,
    /// More than zero in what only looks.
    looking: u32,
    /// More than zero in a function or class in the function.
    nested: u32,
    depth: u32,
    /// Names are read in a way that cannot be followed.
    pub(crate) reads_all: bool,
    /// Something is nested too deep to be read.
    pub(crate) gives_up: bool,
}

impl<'a> Flowing<'a> {
    fn reading(&mut self, read: impl FnOnce(&mut Self)) -> Range {
        let start = self.found.len();
        read(self);
        start..self.found.len()
    }

    fn look(&mut self, read: impl FnOnce(&mut Self)) {
        self.looking += 1;
        read(self);
        self.looking -= 1;
    }

    fn edge(&mut self, name: &'a str, sources: Range, binds: bool) {
        if binds {
            // Bound more than once, it may be either.
            self.values.entry(name).and_modify(|value| *value = None).or_insert(None);
        }
        self.edges.push(Edge { name, sources, binds });
    }

    fn assign(&mut self, target: &'a Expr, sources: &Range, value: Option<&'a Expr>) {
        match target {
            Expr::Name(name) => {
                let is_first = !self.values.contains_key(name.id.as_str());
                self.edge(name.id.as_str(), sources.clone(), true);
                if is_first {
                    self.values.insert(name.id.as_str(), value);
                }
            }
            Expr::Tuple(each) => each.elts.iter().for_each(|each| self.assign(each, sources, None)),
            Expr::List(each) => each.elts.iter().for_each(|each| self.assign(each, sources, None)),
            Expr::Starred(each) => self.assign(&each.value, sources, None),
            Expr::Subscript(subscript) => self.store(subscript, sources, value, How::Item),
            other => self.put_into(other, sources.clone()),
        }
    }

    /// Something flows into what an expression holds.
    fn put_into(&mut self, target: &'a Expr, sources: Range) {
        match root_of(target) {
            Some(root) => self.edge(root, sources, false),
            None => self.sinks.push(sources),
        }
    }

    fn store(&mut self, subscript: &'a ExprSubscript, sources: &Range, value: Option<&'a Expr>, how: How) {
        let key = self.reading(|flowing| flowing.visit_expr(&subscript.slice));
        self.put_into(&subscript.value, key.clone());
        self.put_into(&subscript.value, sources.clone());
        if self.nested == 0 {
            let range = subscript.range;
            let key_expression = Some(&*subscript.slice);
            self.stores.push(Store { target: &subscript.value, key, key_expression, value, how, range });
        }
    }

    fn augment(&mut self, target: &'a Expr, sources: &Range, value: &'a Expr) {
        match target {
            // A count belongs to nobody.
            Expr::Subscript(subscript) if value.is_number_literal_expr() => {
                self.visit_expr(&subscript.slice);
            }
            Expr::Subscript(subscript) => self.store(subscript, sources, Some(value), How::Item),
            other => self.put_into(other, sources.clone()),
        }
        if let Expr::Name(name) = target {
            self.edge(name.id.as_str(), sources.clone(), true);
        }
        if self.nested == 0 && !target.is_subscript_expr() {
            let (key, range) = (0..0, target.range());
            self.stores.push(Store {
                target,
                key,
                key_expression: None,
                value: Some(value),
                how: How::Augmented,
                range,
            });
        }
    }

    fn call(&mut self, call: &'a ExprCall, dropped: bool) {
        if self.looking > 0 && !watches(&call.func) && !only_looks(&call.func) {
            // A test may do more than look.
            let looking = std::mem::take(&mut self.looking);
            let sources = self.reading(|flowing| flowing.call(call, true));
            self.sinks.push(sources);
            self.looking = looking;
            return;
        }
        if dropped && watches(&call.func) {
            return self.look(|flowing| visitor::walk_arguments(flowing, &call.arguments));
        }
        match call.func.as_ref() {
            Expr::Name(name) => {
                self.reads_all |= matches!(name.id.as_str(), "locals" | "vars" | "globals" | "exec" | "eval");
                self.note(name.id.as_str(), &call.func, true);
            }
            Expr::Attribute(attribute) => self.visit_expr(&attribute.value),
            other => self.visit_expr(other),
        }
        let given = self.reading(|flowing| visitor::walk_arguments(flowing, &call.arguments));
        if let Expr::Attribute(attribute) = call.func.as_ref() {
            self.put_into(&attribute.value, given.clone());
            if self.nested == 0 && self.looking == 0 {
                self.keyed_call(call, attribute.attr.as_str(), &attribute.value);
            }
        } else if dropped {
            self.sinks.push(given);
        }
    }

    /// `x.setdefault(key, value)` and `x.add(key)`
    fn keyed_call(&mut self, call: &'a ExprCall, method: &str, target: &'a Expr) {
        let (key_expression, value, how) = match (method, &*call.arguments.args) {
            ("setdefault", [key, value, ..]) => (key, Some(value), How::Item),
            ("add", [key]) if !key.is_starred_expr() => (key, None, How::Added),
            _ => return,
        };
        let key = self.reading(|flowing| flowing.visit_expr(key_expression));
        let key_expression = Some(key_expression);
        self.stores.push(Store { target, key, key_expression, value, how, range: call.range() });
    }

    fn note(&mut self, root: &'a str, expression: &'a Expr, is_callee: bool) {
        if self.looking > 0 {
            self.seen.insert(root);
        } else {
            self.found.push(Source { root, expression, is_callee });
        }
    }

    fn test(&mut self, test: &'a Expr, body: &'a [Stmt]) {
        if is_check(test) || only_raises(body) {
            self.look(|flowing| flowing.visit_expr(test));
        } else {
            let sources = self.reading(|flowing| flowing.visit_expr(test));
            self.sinks.push(sources);
        }
    }

    fn inner(&mut self, name: &'a str, read: impl FnOnce(&mut Self)) {
        self.nested += 1;
        let sources = self.reading(read);
        self.nested -= 1;
        self.edge(name, sources, true);
    }

    fn statement(&mut self, statement: &'a Stmt) {
        match statement {
            Stmt::Return(each) => {
                let sources = self.reading(|flowing| each.value.iter().for_each(|value| flowing.visit_expr(value)));
                self.sinks.push(sources.clone());
                if each.value.is_some() && self.nested == 0 {
                    self.returned.push(sources);
                }
            }
            Stmt::Assign(each) => {
                let sources = self.reading(|flowing| flowing.visit_expr(&each.value));
                each.targets.iter().for_each(|target| self.assign(target, &sources, Some(&each.value)));
            }
            Stmt::AnnAssign(each) => {
                if let Some(value) = &each.value {
                    let sources = self.reading(|flowing| flowing.visit_expr(value));
                    self.assign(&each.target, &sources, Some(value));
                }
            }
            Stmt::AugAssign(each) => {
                let sources = self.reading(|flowing| flowing.visit_expr(&each.value));
                self.augment(&each.target, &sources, &each.value);
            }
            Stmt::For(each) => {
                let sources = self.reading(|flowing| flowing.visit_expr(&each.iter));
                self.assign(&each.target, &sources, None);
                self.visit_body(&each.body);
                self.visit_body(&each.orelse);
            }
            Stmt::With(each) => {
                for item in &each.items {
                    let sources = self.reading(|flowing| flowing.visit_expr(&item.context_expr));
                    // What is entered may tell others.
                    self.sinks.push(sources.clone());
                    item.optional_vars.iter().for_each(|target| self.assign(target, &sources, None));
                }
                self.visit_body(&each.body);
            }
            Stmt::If(each) => {
                self.test(&each.test, &each.body);
                self.visit_body(&each.body);
                for clause in &each.elif_else_clauses {
                    clause.test.iter().for_each(|test| self.test(test, &clause.body));
                    self.visit_body(&clause.body);
                }
            }
            Stmt::While(each) => {
                self.test(&each.test, &each.body);
                self.visit_body(&each.body);
                self.visit_body(&each.orelse);
            }
            Stmt::Match(each) => {
                let sources = self.reading(|flowing| visitor::walk_stmt(flowing, statement));
                self.sinks.push(sources);
                for case in &each.cases {
                    self.reads_all |= !case.pattern.is_match_value() && !case.pattern.is_match_singleton();
                }
            }
            Stmt::Expr(each) => match each.value.as_ref() {
                Expr::StringLiteral(_) => {}
                Expr::Call(call) => self.call(call, true),
                Expr::Await(inner) => match inner.value.as_ref() {
                    Expr::Call(call) => self.call(call, true),
                    other => self.visit_expr(other),
                },
                other => self.visit_expr(other),
            },
            Stmt::Delete(each) => {
                for target in &each.targets {
                    if let Expr::Subscript(subscript) = target {
                        self.store(subscript, &(0..0), None, How::Deleted);
                    }
                }
            }
            Stmt::Global(each) => self.outer.extend(each.names.iter().map(ruff_python_ast::Identifier::as_str)),
            Stmt::Nonlocal(each) => self.outer.extend(each.names.iter().map(ruff_python_ast::Identifier::as_str)),
            Stmt::Raise(each) => match each.exc.as_deref() {
                // To make an exception does no more than tell.
                Some(Expr::Call(call)) => self.look(|flowing| visitor::walk_arguments(flowing, &call.arguments)),
                _ => self.look(|flowing| visitor::walk_stmt(flowing, statement)),
            },
            Stmt::Assert(_) => self.look(|flowing| visitor::walk_stmt(flowing, statement)),
            Stmt::FunctionDef(each) => self.inner(each.name.as_str(), |flowing| visitor::walk_stmt(flowing, statement)),
            Stmt::ClassDef(each) => self.inner(each.name.as_str(), |flowing| visitor::walk_stmt(flowing, statement)),
            Stmt::Try(each) => {
                for handler in &each.handlers {
                    let ruff_python_ast::ExceptHandler::ExceptHandler(handler) = handler;
                    handler.name.iter().for_each(|name| self.edge(name.as_str(), 0..0, true));
                }
                visitor::walk_stmt(self, statement);
            }
            Stmt::Import(each) => each.names.iter().for_each(|alias| self.import(alias)),
            Stmt::ImportFrom(each) => each.names.iter().for_each(|alias| self.import(alias)),
            _ => visitor::walk_stmt(self, statement),
        }
    }

    /// An imported name stands for something from elsewhere, whatever is done to it.
    fn import(&mut self, alias: &'a ruff_python_ast::Alias) {
        self.outer.insert(alias.asname.as_ref().unwrap_or(&alias.name).as_str());
    }
}

impl<'a> Visitor<'a> for Flowing<'a> {
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
        self.depth += 1;
        match expression {
            Expr::Name(name) => self.note(name.id.as_str(), expression, false),
            Expr::Attribute(attribute) => match plain_root(expression) {
                Some(root) => self.note(root, expression, false),
                None => self.visit_expr(&attribute.value),
            },
            Expr::Call(call) => self.call(call, false),
            Expr::Named(named) => {
                let looking = std::mem::take(&mut self.looking);
                let sources = self.reading(|flowing| flowing.visit_expr(&named.value));
                self.assign(&named.target, &sources, Some(&named.value));
                self.looking = looking;
            }
            Expr::If(each) if is_check(&each.test) => {
                self.look(|flowing| flowing.visit_expr(&each.test));
                self.visit_expr(&each.body);
                self.visit_expr(&each.orelse);
            }
            Expr::Yield(_) | Expr::YieldFrom(_) => {
                let sources = self.reading(|flowing| visitor::walk_expr(flowing, expression));
                self.sinks.push(sources.clone());
                if self.nested == 0 {
                    self.returned.push(sources);
                }
            }
            _ => visitor::walk_expr(self, expression),
        }
        self.depth -= 1;
    }

    fn visit_annotation(&mut self, _: &'a Expr) {}

    fn visit_comprehension(&mut self, comprehension: &'a Comprehension) {
        let sources = self.reading(|flowing| flowing.visit_expr(&comprehension.iter));
        self.assign(&comprehension.target, &sources, None);
        comprehension.ifs.iter().for_each(|each| self.visit_expr(each));
    }
}
