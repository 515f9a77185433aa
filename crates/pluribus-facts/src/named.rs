//! What expressions and the bodies of functions name, and whether they say anything.

use ruff_python_ast::visitor::{self, Visitor};
use ruff_python_ast::{Expr, Stmt};

use crate::extract::MAX_DEPTH;

/// What is called, raised or yielded in the body of a function.
#[derive(Default)]
pub(crate) struct Body {
    pub(crate) called: Vec<String>,
    pub(crate) yields: bool,
    depth: u32,
}

impl<'a> Visitor<'a> for Body {
    fn visit_stmt(&mut self, statement: &'a Stmt) {
        if let Stmt::Raise(each) = statement {
            self.called.extend(each.exc.as_deref().and_then(dotted));
        }
        // What a class or function inside of it yields is another matter.
        let yields = self.yields;
        self.deeper(|body| visitor::walk_stmt(body, statement));
        if matches!(statement, Stmt::FunctionDef(_) | Stmt::ClassDef(_)) {
            self.yields = yields;
        }
    }

    fn visit_expr(&mut self, expression: &'a Expr) {
        match expression {
            Expr::Call(call) => self.called.extend(dotted(&call.func)),
            Expr::Yield(_) | Expr::YieldFrom(_) => self.yields = true,
            _ => {}
        }
        self.deeper(|body| visitor::walk_expr(body, expression));
    }
}

impl Body {
    fn deeper(&mut self, read: impl FnOnce(&mut Self)) {
        if self.depth < MAX_DEPTH {
            self.depth += 1;
            read(self);
            self.depth -= 1;
        }
    }
}

/// The dotted names of an expression, each as long as it goes, and its strings, each behind a `"`.
#[derive(Default)]
struct Mentioned {
    found: Vec<String>,
    depth: u32,
}

impl<'a> Visitor<'a> for Mentioned {
    fn visit_expr(&mut self, expression: &'a Expr) {
        if self.depth >= MAX_DEPTH {
            return;
        }
        match expression {
            Expr::Name(_) | Expr::Attribute(_) => self.found.extend(dotted(expression)),
            Expr::StringLiteral(text) => self.found.push(format!("\"{}", text.value.to_str())),
            _ => {}
        }
        if let Expr::Attribute(_) = expression
            && dotted(expression).is_some()
        {
            // The name in front is told already, but not what it is called with.
            let mut at = expression;
            while let Expr::Attribute(each) = at {
                at = &each.value;
            }
            if !at.is_name_expr() {
                self.visit_expr(at);
            }
            return;
        }
        self.depth += 1;
        visitor::walk_expr(self, expression);
        self.depth -= 1;
    }
}

pub(crate) fn mentions(expression: &Expr) -> Vec<String> {
    let mut found = Mentioned::default();
    found.visit_expr(expression);
    found.found
}

/// The names of an expression of attributes, calls and subscripts, as in `a.b` of `a.b(1)`.
pub(crate) fn dotted(expression: &Expr) -> Option<String> {
    let mut parts = Vec::new();
    let mut at = expression;
    loop {
        at = match at {
            Expr::Name(name) => {
                parts.push(name.id.as_str());
                parts.reverse();
                return Some(parts.join("."));
            }
            Expr::Attribute(each) => {
                parts.push(each.attr.as_str());
                &each.value
            }
            Expr::Call(each) => &each.func,
            Expr::Subscript(each) => &each.value,
            _ => return None,
        };
    }
}

/// Whether a test is always true or never, as far as it shows.
pub(crate) fn truth(test: &Expr) -> Option<bool> {
    match test {
        Expr::BooleanLiteral(each) => Some(each.value),
        Expr::NoneLiteral(_) => Some(false),
        Expr::StringLiteral(each) => Some(!each.value.is_empty()),
        Expr::NumberLiteral(each) => each.value.as_int().map(|number| number.as_u64() != Some(0)),
        Expr::Tuple(each) => Some(!each.elts.is_empty()),
        Expr::List(each) => Some(!each.elts.is_empty()),
        Expr::Dict(each) => Some(!each.items.is_empty()),
        Expr::UnaryOp(each) if each.op == ruff_python_ast::UnaryOp::Not => truth(&each.operand).map(|found| !found),
        Expr::BoolOp(each) => {
            let is_and = each.op == ruff_python_ast::BoolOp::And;
            let found: Vec<_> = each.values.iter().map(truth).collect();
            if found.contains(&Some(!is_and)) {
                Some(!is_and)
            } else {
                found.iter().all(|each| *each == Some(is_and)).then_some(is_and)
            }
        }
        Expr::Name(name) => (name.id.as_str() == "TYPE_CHECKING").then_some(false),
        Expr::Attribute(each) => (each.attr.as_str() == "TYPE_CHECKING").then_some(false),
        _ => None,
    }
}

/// Whether nothing in a body says anything, or nothing of it is reached.
pub(crate) fn is_empty(body: &[Stmt]) -> bool {
    for statement in body {
        match statement {
            Stmt::Pass(_) => {}
            Stmt::Expr(each) if each.value.is_literal_expr() || each.value.is_ellipsis_literal_expr() => {}
            Stmt::Assert(each) if truth(&each.test) == Some(true) => {}
            Stmt::Raise(each) if each.exc.as_deref().and_then(dotted).as_deref() == Some("NotImplementedError") => {}
            Stmt::Return(each) => {
                return each.value.as_deref().is_none_or(Expr::is_literal_expr);
            }
            _ => return false,
        }
    }
    true
}
