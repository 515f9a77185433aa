//! Classes and functions: what they are called, what they take, and whether they only pass on.

use ruff_python_ast::visitor::Visitor;
use ruff_python_ast::{AnyParameterRef, Decorator, Expr, Parameters, Stmt, StmtClassDef, StmtFunctionDef};
use ruff_text_size::{Ranged, TextRange};

use crate::extract::Reader;
use crate::model::{BindingKind, Body, Parameter, ParameterKind, ReferenceKind, Scope, ScopeKind, Sym};

impl<'a> Reader<'a> {
    pub(crate) fn read_function(&mut self, function: &'a StmtFunctionDef) {
        if function.name.as_str() == "__getattr__" && self.scope == 0 {
            crate::getattr::read(self, function);
        }
        function.decorator_list.iter().for_each(|each| self.visit_decorator(each));
        self.read_defaults(&function.parameters);
        for parameter in &function.parameters {
            if let Some(annotation) = parameter.annotation() {
                self.visit_annotation(annotation);
            }
        }
        if let Some(returns) = &function.returns {
            self.visit_annotation(returns);
        }
        let scope = Scope {
            is_async: function.is_async,
            parameters: self.parameters(&function.parameters),
            returns: function.returns.as_ref().map_or(0, |each| self.text_of(each.range())),
            body: self.body(&function.body),
            decorators: self.decorators(&function.decorator_list),
            ..self.definition(ScopeKind::Function, &function.name, function.range, &function.body)
        };
        let is_stub = scope.body == Body::Stub;
        self.define(&function.name, scope, |reader| {
            if let Some(parameters) = &function.type_params {
                reader.visit_type_params(parameters);
            }
            reader.visit_parameters(&function.parameters);
            reader.visit_body(&function.body);
            let parent = reader.facts.scopes.get(reader.scope as usize).map_or(0, |scope| scope.parent);
            let around = reader.facts.scopes.get(parent as usize).map(|scope| (scope.kind, scope.name));
            // A function in a function is part of that one.
            if !is_stub && around.is_some_and(|(kind, _)| matches!(kind, ScopeKind::Module | ScopeKind::Class)) {
                crate::flows::read(reader, function, reader.scope);
                let class = around.map_or(0, |(_, name)| name);
                crate::shapes::read(reader, function, reader.scope, class);
            }
        });
    }

    pub(crate) fn read_class(&mut self, class: &'a StmtClassDef) {
        class.decorator_list.iter().for_each(|each| self.visit_decorator(each));
        let mut bases = Vec::new();
        if let Some(arguments) = &class.arguments {
            for base in &arguments.args {
                bases.extend(self.chain(base));
                self.reading_as(ReferenceKind::Base, |reader| reader.visit_expr(base));
            }
            for keyword in &arguments.keywords {
                self.visit_expr(&keyword.value);
            }
        }
        let scope = Scope {
            bases,
            decorators: self.decorators(&class.decorator_list),
            body: self.body(&class.body),
            ..self.definition(ScopeKind::Class, &class.name, class.range, &class.body)
        };
        self.define(&class.name, scope, |reader| {
            if let Some(parameters) = &class.type_params {
                reader.visit_type_params(parameters);
            }
            reader.visit_body(&class.body);
        });
    }

    fn definition(
        &mut self,
        kind: ScopeKind,
        name: &ruff_python_ast::Identifier,
        range: TextRange,
        body: &[Stmt],
    ) -> Scope {
        let whole = self.positions.span(range);
        Scope {
            kind,
            name: self.intern(name.as_str()),
            parent: self.scope,
            span: self.span(name),
            start: whole.start,
            end: whole.end,
            branch: self.branch,
            decorators: Vec::new(),
            bases: Vec::new(),
            is_async: false,
            parameters: Vec::new(),
            returns: 0,
            body: Body::Other,
            returned: Vec::new(),
            is_generator: false,
            statements: without_docstring(body).len() as u32,
            words: Vec::new(),
        }
    }

    fn define(&mut self, name: &ruff_python_ast::Identifier, scope: Scope, read: impl FnOnce(&mut Self)) {
        let span = self.span(name);
        let next = self.facts.scopes.len() as u32;
        self.bind(name.as_str(), span, BindingKind::Definition(next), 0);
        let is_outermost = self.facts.scopes.get(self.scope as usize).is_some_and(|each| !each.is_definition());
        let outer_words = is_outermost.then(|| std::mem::take(&mut self.words));
        let kind = scope.kind;
        let id = self.in_scope(scope, read);
        if let Some(outer_words) = outer_words {
            let mut words: Vec<Sym> = std::mem::replace(&mut self.words, outer_words).into_iter().collect();
            words.sort_unstable();
            if let Some(scope) = self.facts.scopes.get_mut(id as usize) {
                scope.words = words;
            }
        }
        if name.as_str() == "__getattr__" && self.scope == 0 && kind == ScopeKind::Function {
            self.facts.served.getattr = Some(id);
        }
    }

    fn decorators(&mut self, decorators: &'a [Decorator]) -> Vec<Sym> {
        decorators.iter().map(|each| self.chain(&each.expression).unwrap_or(0)).collect()
    }

    fn parameters(&mut self, parameters: &'a Parameters) -> Vec<Parameter> {
        let positional_only = parameters.posonlyargs.len();
        let positional = positional_only + parameters.args.len();
        let mut seen = 0;
        parameters
            .iter()
            .map(|parameter| {
                let kind = match parameter {
                    AnyParameterRef::Variadic(each)
                        if parameters.vararg.as_deref().is_some_and(|vararg| std::ptr::eq(vararg, each)) =>
                    {
                        ParameterKind::VarPositional
                    }
                    AnyParameterRef::Variadic(_) => ParameterKind::VarKeyword,
                    AnyParameterRef::NonVariadic(_) => {
                        seen += 1;
                        if seen <= positional_only {
                            ParameterKind::PositionalOnly
                        } else if seen <= positional {
                            ParameterKind::Positional
                        } else {
                            ParameterKind::KeywordOnly
                        }
                    }
                };
                Parameter {
                    name: self.intern(parameter.name().as_str()),
                    kind,
                    annotation: parameter.annotation().map_or(0, |each| self.text_of(each.range())),
                    default: parameter.default().map_or(0, |each| self.text_of(each.range())),
                }
            })
            .collect()
    }

    fn body(&mut self, body: &'a [Stmt]) -> Body {
        match without_docstring(body) {
            [] => Body::Stub,
            [only] if is_stub(only) => Body::Stub,
            [only] => self.forwarded(only).map_or(Body::Other, Body::Forward),
            _ => Body::Other,
        }
    }

    /// The callee when a statement does nothing but call it and hand the result on.
    fn forwarded(&mut self, statement: &'a Stmt) -> Option<Sym> {
        let expression = match statement {
            Stmt::Return(each) => each.value.as_deref()?,
            Stmt::Expr(each) => &each.value,
            _ => return None,
        };
        let expression = match expression {
            Expr::Await(each) => &each.value,
            other => other,
        };
        match expression {
            Expr::Call(call) => self.chain(&call.func),
            _ => None,
        }
    }
}

fn without_docstring(body: &[Stmt]) -> &[Stmt] {
    match body {
        [Stmt::Expr(first), rest @ ..] if first.value.is_string_literal_expr() => rest,
        all => all,
    }
}

fn is_stub(statement: &Stmt) -> bool {
    match statement {
        Stmt::Pass(_) => true,
        Stmt::Expr(each) => each.value.is_ellipsis_literal_expr(),
        Stmt::Raise(each) => each.exc.as_deref().is_some_and(|raised| {
            let class = match raised {
                Expr::Call(call) => &call.func,
                other => other,
            };
            matches!(class, Expr::Name(name) if name.id == "NotImplementedError")
        }),
        _ => false,
    }
}
