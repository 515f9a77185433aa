//! Expressions: which names they use, what they call, and the scopes that they open.

use ruff_python_ast::visitor::{self, Visitor};
use ruff_python_ast::{Comprehension, Expr, ExprCall, ExprContext, Parameters};
use ruff_text_size::TextRange;

use crate::extract::Reader;
use crate::model::{BindingKind, Body, ReferenceKind, Scope, ScopeKind, StringPlace};

impl<'a> Reader<'a> {
    pub(crate) fn read_expression(&mut self, expression: &'a Expr) {
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
            Expr::Yield(each) => {
                each.value.iter().for_each(|value| self.visit_expr(value));
                self.yields(each.value.as_deref());
            }
            Expr::YieldFrom(each) => {
                self.visit_expr(&each.value);
                self.yields(Some(&each.value));
            }
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
                        for parameter in parameters {
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
                let operands: Vec<&'a Expr> =
                    std::iter::once(compare.left.as_ref()).chain(&compare.comparators).collect();
                self.read_compared(&operands);
            }
            _ => visitor::walk_expr(self, expression),
        }
    }

    fn read_compared(&mut self, operands: &[&'a Expr]) {
        let other = operands.iter().find_map(|each| self.chain(each)).unwrap_or(0);
        for operand in operands {
            self.at(StringPlace::Comparison, other, |reader| reader.visit_expr(operand));
        }
    }

    pub(crate) fn read_elements(&mut self, elements: &'a [Expr]) {
        // In an annotation the elements are types; in a call the call stays in sight.
        let callee = self.place.1;
        self.at(StringPlace::Element, callee, |reader| elements.iter().for_each(|each| reader.visit_expr(each)));
    }

    pub(crate) fn read_comprehension(&mut self, range: TextRange, parts: &[&'a Expr], generators: &'a [Comprehension]) {
        self.read_expression_scope(range, |reader| {
            for each in generators {
                reader.visit_comprehension(each);
            }
            for part in parts {
                reader.visit_expr(part);
            }
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
        self.read_relative_import(call, callee);
        let is_type_check = matches!(self.interner.name(callee), "isinstance" | "issubclass" | "cast" | "typing.cast");
        let only_looks = matches!(
            self.interner.name(callee),
            "print"
                | "hasattr"
                | "getattr"
                | "setattr"
                | "type"
                | "id"
                | "repr"
                | "str"
                | "callable"
                | "dir"
                | "vars"
                | "help"
        );
        let outer_kind = std::mem::replace(&mut self.kind, ReferenceKind::Load);
        let compared = if compares(self.interner.name(callee)) { call.arguments.args.len().min(2) } else { 0 };
        let (operands, arguments) = call.arguments.args.split_at(compared);
        self.read_compared(&operands.iter().collect::<Vec<_>>());
        for (index, argument) in arguments.iter().enumerate().map(|(index, each)| (index + compared, each)) {
            self.kind = match argument {
                _ if is_type_check => ReferenceKind::TypeCheck,
                _ if only_looks => ReferenceKind::Load,
                argument if is_plain_chain(argument) => ReferenceKind::Argument,
                _ => ReferenceKind::Load,
            };
            self.at(StringPlace::Argument(index as u16), callee, |reader| reader.visit_expr(argument));
        }
        for keyword in &call.arguments.keywords {
            let name = keyword.arg.as_ref().map_or(0, |name| self.intern(name.as_str()));
            self.at(StringPlace::Keyword(name), callee, |reader| reader.visit_expr(&keyword.value));
        }
        self.kind = outer_kind;
    }
    pub(crate) fn refer(&mut self, expression: &'a Expr) {
        self.uses.push((self.scope, self.kind, expression));
    }
    pub(crate) fn read_expression_scope(&mut self, range: TextRange, read: impl FnOnce(&mut Self)) {
        let span = self.positions.span(range);
        self.in_scope(
            Scope {
                kind: ScopeKind::Expression,
                name: 0,
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
                returned: Vec::new(),
                is_generator: false,
                statements: 0,
                words: Vec::new(),
            },
            read,
        );
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

/// Whether a call compares its first two arguments, as those of `unittest` do.
fn compares(callee: &str) -> bool {
    matches!(
        callee.rsplit('.').next(),
        Some("assertEqual" | "assertNotEqual" | "assertIs" | "assertIsNot" | "assertIn" | "assertNotIn")
    )
}
