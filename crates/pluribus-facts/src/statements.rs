//! Statements: what they bind, under which condition.

use ruff_python_ast::visitor::{self, Visitor};
use ruff_python_ast::{ExceptHandler, Expr, Stmt};
use ruff_text_size::Ranged;

use crate::extract::Reader;
use crate::model::{Arm, BindingKind, ReferenceKind, ScopeKind, Sym, Value};

/// Functions return few kinds of things.
const MAX_RETURNED: usize = 8;

impl<'a> Reader<'a> {
    pub(crate) fn read_statement(&mut self, statement: &'a Stmt) {
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
                    // What is entered may give anything.
                    item.optional_vars.iter().for_each(|target| self.bind_targets(target));
                }
                let suppresses = each.items.iter().any(|item| {
                    matches!(&item.context_expr, Expr::Call(call) if self.chain(&call.func).is_some_and(|callee| {
                        self.interner.name(callee).ends_with("suppress")
                    }))
                });
                if suppresses {
                    let offset = each.range.start().to_u32();
                    self.enter_branch(offset, Arm::TryImport, |reader| reader.visit_body(&each.body));
                } else {
                    self.visit_body(&each.body);
                }
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
            Stmt::Delete(each) => {
                for target in &each.targets {
                    match target {
                        Expr::Name(name) => {
                            let span = self.span(name);
                            self.bind(name.id.as_str(), span, BindingKind::Deleted, 0);
                        }
                        other => self.visit_expr(other),
                    }
                }
            }
            Stmt::Return(each) => {
                each.value.iter().for_each(|value| self.visit_expr(value));
                let value = each.value.as_ref().map_or(Value::None, |value| self.value(value));
                // What is kept by key is named by what keeps it.
                let kept = each.value.as_deref().filter(|value| value.is_subscript_expr());
                let chain = kept.and_then(|value| self.chain(value));
                self.returns(chain.map_or(value, Value::Chain));
            }
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

    /// Notes what the function around may return.
    fn returns(&mut self, value: Value) {
        if let Some(scope) = self.facts.scopes.get_mut(self.scope as usize)
            && !scope.returned.contains(&value)
        {
            // Of a function that returns ever another thing, nothing is known but that.
            let value = if scope.returned.len() < MAX_RETURNED { value } else { Value::Other };
            scope.returned.push(value);
        }
    }

    pub(crate) fn yields(&mut self, value: Option<&'a Expr>) {
        let value = value.map_or(Value::None, |value| self.value(value));
        self.returns(value);
        let scope = self.facts.scopes.get_mut(self.scope as usize);
        if let Some(scope) = scope.filter(|scope| scope.kind == ScopeKind::Function) {
            scope.is_generator = true;
        }
    }

    pub(crate) fn bind_outer(&mut self, names: &[ruff_python_ast::Identifier]) {
        for name in names {
            let span = self.span(name);
            self.bind(name.as_str(), span, BindingKind::Outer, 0);
        }
    }
    /// Binds the names of an assignment target that is more than one name.
    pub(crate) fn bind_targets(&mut self, target: &'a Expr) {
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

    pub(crate) fn assign(&mut self, target: &'a Expr, value: Option<&'a Expr>, annotation: Sym, is_augmented: bool) {
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
    pub(crate) fn read_if(&mut self, statement: &'a ruff_python_ast::StmtIf) {
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

    pub(crate) fn read_try(&mut self, statement: &'a ruff_python_ast::StmtTry) {
        let offset = statement.range.start().to_u32();
        let catches = |handler: &ExceptHandler| match handler {
            ExceptHandler::ExceptHandler(handler) => handler.type_.as_deref().is_none_or(catches_import_error),
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
