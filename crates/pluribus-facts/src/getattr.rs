//! What a module-level `__getattr__` (PEP 562) serves, read from how it uses its parameter.

use ruff_python_ast::visitor::{self, Visitor};
use ruff_python_ast::{Expr, ExprCall, ExprCompare, Stmt, StmtFunctionDef};

use crate::extract::Reader;

pub(crate) fn read<'a>(reader: &mut Reader<'a>, function: &'a StmtFunctionDef) {
    let Some(parameter) = function.parameters.iter().next() else { return };
    let mut uses = ParameterUses { reader, parameter: parameter.name().as_str(), returns: false };
    uses.visit_body(&function.body);
    let returns = uses.returns;
    let served = &mut reader.facts.served;
    let is_readable = !(served.compared.is_empty() && served.tables.is_empty() && served.forwards.is_empty());
    served.open_names |= returns && !is_readable;
}

struct ParameterUses<'r, 'a> {
    reader: &'r mut Reader<'a>,
    parameter: &'a str,
    returns: bool,
}

impl<'a> ParameterUses<'_, 'a> {
    fn is_parameter(&self, expression: &Expr) -> bool {
        matches!(expression, Expr::Name(name) if name.id == self.parameter)
    }

    fn table(&mut self, expression: &Expr) {
        if let Some(table) = self.reader.chain(expression) {
            self.reader.facts.served.tables.push(table);
        }
    }

    fn compare(&mut self, compare: &'a ExprCompare) {
        let operands: Vec<&'a Expr> = std::iter::once(compare.left.as_ref()).chain(&compare.comparators).collect();
        if !operands.iter().any(|each| self.is_parameter(each)) {
            return;
        }
        for operand in operands {
            match operand {
                Expr::StringLiteral(_) => self.compared(operand),
                Expr::Tuple(each) => each.elts.iter().for_each(|each| self.compared(each)),
                Expr::List(each) => each.elts.iter().for_each(|each| self.compared(each)),
                Expr::Set(each) => each.elts.iter().for_each(|each| self.compared(each)),
                other if !self.is_parameter(other) => self.table(other),
                _ => {}
            }
        }
    }

    fn compared(&mut self, expression: &Expr) {
        if let Some(text) = expression.as_string_literal_expr() {
            let name = self.reader.intern(text.value.to_str());
            let span = self.reader.span(expression);
            self.reader.facts.served.compared.push((name, span));
        }
    }

    fn call(&mut self, call: &'a ExprCall) {
        let takes_parameter = call.arguments.args.iter().any(|each| self.is_parameter(each));
        match (call.func.as_ref(), call.arguments.args.first()) {
            (Expr::Name(name), Some(object)) if name.id == "getattr" && takes_parameter => {
                if let Some(module) = self.reader.chain(object) {
                    self.reader.facts.served.forwards.push(module);
                }
            }
            (Expr::Attribute(method), _) if takes_parameter && matches!(method.attr.as_str(), "get" | "pop") => {
                self.table(&method.value);
            }
            (function, Some(Expr::StringLiteral(text))) => {
                let name = match function {
                    Expr::Name(name) => name.id.as_str(),
                    Expr::Attribute(attribute) => attribute.attr.as_str(),
                    _ => "",
                };
                if name == "import_module" {
                    let module = self.reader.intern(&format!("import {}", text.value.to_str()));
                    self.reader.facts.served.forwards.push(module);
                }
            }
            _ => {}
        }
    }
}

impl<'a> Visitor<'a> for ParameterUses<'_, 'a> {
    fn visit_stmt(&mut self, statement: &'a Stmt) {
        if let Stmt::Return(each) = statement {
            self.returns |= each.value.is_some();
        }
        visitor::walk_stmt(self, statement);
    }

    fn visit_expr(&mut self, expression: &'a Expr) {
        match expression {
            Expr::Compare(compare) => self.compare(compare),
            Expr::Call(call) => self.call(call),
            Expr::Subscript(subscript) if self.is_parameter(&subscript.slice) => self.table(&subscript.value),
            _ => {}
        }
        visitor::walk_expr(self, expression);
    }
}
