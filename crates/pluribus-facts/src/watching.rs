//! The walk over a file that has a module in hand: where that is set, handed on, or only looked at.

use ruff_python_ast::visitor::{self, Visitor};
use ruff_python_ast::{Expr, ExprContext, InterpolatedStringElement, Stmt};

use crate::extract::MAX_DEPTH;
use crate::rebinding::{Watcher, is_modules, receiver};
use crate::spellings::{last_name, plain, text_of};

/// These give back what they are handed.
const PASSES: [&str; 12] =
    ["append", "add", "insert", "extend", "setdefault", "enumerate", "zip", "list", "tuple", "set", "sorted", "dict"];

impl<'a> Visitor<'a> for Watcher<'a> {
    fn visit_stmt(&mut self, statement: &'a Stmt) {
        if self.depth >= MAX_DEPTH {
            return self.note(statement, None);
        }
        self.depth += 1;
        match statement {
            Stmt::Assign(each)
                if self.is_held(&each.value) && each.targets.iter().all(|each| plain(each).is_some()) =>
            {
                for target in &each.targets {
                    self.visit_expr(target);
                    self.alias(target);
                }
            }
            Stmt::Expr(each) if self.is_held(&each.value) && !each.value.is_named_expr() => {}
            other => visitor::walk_stmt(self, other),
        }
        self.depth -= 1;
    }

    fn visit_expr(&mut self, expression: &'a Expr) {
        if self.depth >= MAX_DEPTH {
            return self.note(expression, None);
        }
        self.depth += 1;
        match expression {
            Expr::Attribute(each) if self.is_held(&each.value) && each.attr.as_str() != "__dict__" => {
                let is_read = each.ctx == ExprContext::Load;
                if !is_read {
                    self.note(expression, Some(each.attr.as_str()));
                } else if self.is_held(expression) {
                    // A module in a package of the same name.
                    self.note(expression, None);
                }
            }
            Expr::Attribute(each) if each.ctx != ExprContext::Load => {
                if !matches!(each.value.as_ref(), Expr::Name(name) if matches!(name.id.as_str(), "self" | "cls")) {
                    self.note_loose(expression, Some(each.attr.as_str()));
                }
                self.visit_expr(&each.value);
            }
            Expr::Subscript(each) if self.is_namespace(&each.value) => {
                if each.ctx != ExprContext::Load {
                    self.note(expression, text_of(&each.slice));
                }
                self.visit_expr(&each.slice);
            }
            Expr::Subscript(each) if is_modules(&each.value) && each.ctx != ExprContext::Load => {
                let is_computed = text_of(&each.slice).is_none() && plain(&each.slice).as_deref() != Some("__name__");
                if is_computed && each.ctx == ExprContext::Store {
                    self.note_modules(expression);
                }
                self.visit_expr(&each.slice);
            }
            Expr::Call(call) => {
                self.read_modules(call);
                let is_known = self.read_call(call);
                if !is_known && (self.is_held(expression) || self.is_namespace(expression)) {
                    self.note(expression, None);
                } else {
                    if !is_known {
                        self.visit_expr(&call.func);
                    }
                    // What it was handed as the module has been seen.
                    let was_handed = self.is_handed;
                    self.is_handed |= !is_known && !PASSES.contains(&last_name(&call.func));
                    let arguments = call
                        .arguments
                        .args
                        .iter()
                        .skip(usize::from(is_known && receiver(call).is_none_or(|each| !self.is_namespace(each))));
                    arguments.for_each(|each| self.visit_expr(each));
                    let named = |name: &str| is_known && matches!(name, "target" | "in_dict");
                    for keyword in &call.arguments.keywords {
                        if !keyword.arg.as_ref().is_some_and(|name| named(name.as_str())) {
                            self.visit_expr(&keyword.value);
                        }
                    }
                    self.is_handed = was_handed;
                }
            }
            Expr::Compare(each) => {
                for operand in std::iter::once(each.left.as_ref()).chain(&each.comparators) {
                    if !self.is_held(operand) && !self.is_namespace(operand) {
                        self.visit_expr(operand);
                    }
                }
            }
            Expr::List(_) | Expr::Tuple(_) | Expr::Set(_) | Expr::Dict(_) if !self.is_handed => {
                for part in elements(expression) {
                    if self.is_held(part) {
                        self.is_kept = true;
                    } else {
                        self.visit_expr(part);
                    }
                }
            }
            Expr::Named(each) if self.is_held(&each.value) => {
                self.alias(&each.target);
            }
            Expr::StringLiteral(_) => {}
            Expr::Name(each) if each.ctx != ExprContext::Load => {}
            other if self.is_held(other) || self.is_namespace(other) => self.note(other, None),
            other => visitor::walk_expr(self, other),
        }
        self.depth -= 1;
    }

    fn visit_interpolated_string_element(&mut self, element: &'a InterpolatedStringElement) {
        if !matches!(element, InterpolatedStringElement::Interpolation(each) if self.is_held(&each.expression)) {
            visitor::walk_interpolated_string_element(self, element);
        }
    }
}

/// What a literal holds.
fn elements(expression: &Expr) -> Vec<&Expr> {
    match expression {
        Expr::List(each) => each.elts.iter().collect(),
        Expr::Tuple(each) => each.elts.iter().collect(),
        Expr::Set(each) => each.elts.iter().collect(),
        Expr::Dict(each) => {
            each.items.iter().flat_map(|item| item.key.iter().chain(std::iter::once(&item.value))).collect()
        }
        _ => Vec::new(),
    }
}
