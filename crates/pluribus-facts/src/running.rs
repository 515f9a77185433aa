//! The walk over what runs: each statement and expression, and no body of a function.

use ruff_python_ast::visitor::{self, Visitor};
use ruff_python_ast::{Comprehension, Decorator, Expr, Stmt};

use crate::acts::{RunImport, unread};
use crate::effects::Runner;
use crate::extract::MAX_DEPTH;
use crate::spellings::given;

impl<'a> Visitor<'a> for Runner<'_> {
    fn visit_stmt(&mut self, statement: &'a Stmt) {
        if self.depth >= MAX_DEPTH {
            let line = self.line(statement);
            return self.seen.acts.push(unread(line));
        }
        self.depth += 1;
        match statement {
            Stmt::FunctionDef(each) => {
                each.decorator_list.iter().for_each(|decorator| self.visit_decorator(decorator));
                self.parameters(&each.parameters);
                each.returns.iter().for_each(|returns| self.visit_annotation(returns));
                self.bind(each.name.as_str(), format!(":{}", each.name));
            }
            Stmt::ClassDef(each) => {
                each.decorator_list.iter().for_each(|decorator| self.visit_decorator(decorator));
                self.class(each);
            }
            Stmt::Import(each) => {
                let statement = self.positions.span(each.range).start;
                for alias in &each.names {
                    let module = alias.name.to_string();
                    let top = module.split('.').next().unwrap_or_default().to_owned();
                    match &alias.asname {
                        Some(name) => self.bind(name.as_str(), module.clone()),
                        None => self.bind(&top.clone(), top),
                    }
                    self.imported(each, &module);
                    self.seen.imports.push(RunImport { statement, module, name: String::new() });
                }
            }
            Stmt::ImportFrom(each) => self.import_from(each),
            Stmt::If(each) => self.branches(each),
            Stmt::Assign(each) => {
                self.visit_expr(&each.value);
                each.targets.iter().for_each(|target| self.assign(target, Some(&each.value)));
            }
            Stmt::AnnAssign(each) => {
                self.visit_annotation(&each.annotation);
                if let Some(value) = &each.value {
                    self.visit_expr(value);
                    self.assign(&each.target, Some(value));
                }
            }
            Stmt::AugAssign(each) => {
                self.visit_expr(&each.value);
                match each.target.as_ref() {
                    Expr::Name(_) => self.act(statement, "change", &each.target, ""),
                    other => self.assign(other, None),
                }
            }
            Stmt::Delete(each) => {
                for target in &each.targets {
                    if !target.is_name_expr() {
                        self.assign(target, None);
                    }
                }
            }
            Stmt::For(each) => {
                self.visit_expr(&each.iter);
                self.assign(&each.target, None);
                self.visit_body(&each.body);
                self.visit_body(&each.orelse);
            }
            Stmt::With(each) => {
                for item in &each.items {
                    if !item.context_expr.is_call_expr() {
                        self.act(item, "enter", &item.context_expr, "");
                    }
                    self.visit_expr(&item.context_expr);
                    item.optional_vars.iter().for_each(|target| self.assign(target, None));
                }
                self.visit_body(&each.body);
            }
            Stmt::Global(each) => self.globals.extend(each.names.iter().map(ToString::to_string)),
            Stmt::TypeAlias(each) => self.assign(&each.name, None),
            other => visitor::walk_stmt(self, other),
        }
        self.depth -= 1;
    }

    fn visit_expr(&mut self, expression: &'a Expr) {
        if self.depth >= MAX_DEPTH {
            let line = self.line(expression);
            return self.seen.acts.push(unread(line));
        }
        self.depth += 1;
        match expression {
            Expr::Call(call) => {
                let given = given(&call.arguments);
                self.act(call, "call", &call.func, &given);
                visitor::walk_expr(self, expression);
            }
            Expr::Lambda(each) => each.parameters.iter().for_each(|all| self.parameters(all)),
            Expr::Named(each) => {
                self.visit_expr(&each.value);
                self.assign(&each.target, Some(&each.value));
            }
            other => visitor::walk_expr(self, other),
        }
        self.depth -= 1;
    }

    fn visit_annotation(&mut self, annotation: &'a Expr) {
        if !self.annotations_wait {
            self.visit_expr(annotation);
        }
    }

    fn visit_decorator(&mut self, decorator: &'a Decorator) {
        let expression = &decorator.expression;
        if let Expr::Call(call) = expression {
            // What it gives is called with what it decorates.
            self.act(decorator, "decorator", &call.func, "()");
            call.arguments.args.iter().for_each(|each| self.visit_expr(each));
            call.arguments.keywords.iter().for_each(|each| self.visit_expr(&each.value));
        } else {
            self.act(decorator, "decorator", expression, "");
            self.visit_expr(expression);
        }
    }

    fn visit_comprehension(&mut self, comprehension: &'a Comprehension) {
        self.assign(&comprehension.target, None);
        visitor::walk_comprehension(self, comprehension);
    }
}
