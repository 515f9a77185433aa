//! Calls, and the spelling of dotted expressions.

use ruff_python_ast::{Expr, ExprCall};

use crate::extract::Reader;
use crate::model::{Call, Sym};

/// Longer expressions are not worth a name.
const MAX_CHAIN: usize = 200;

impl<'a> Reader<'a> {
    pub(crate) fn record_call(&mut self, call: &'a ExprCall, awaited: bool, dropped: bool) {
        let Some(callee) = self.chain(&call.func) else { return };
        let arguments = &call.arguments;
        let stars = arguments.args.iter().filter(|each| each.is_starred_expr()).count();
        let fact = Call {
            scope: self.scope,
            callee,
            span: self.span(call),
            positional: (arguments.args.len() - stars).min(u16::MAX as usize) as u16,
            has_star: stars > 0,
            keywords: arguments
                .keywords
                .iter()
                .filter_map(|each| each.arg.as_ref())
                .map(|name| self.intern(name.as_str()))
                .collect(),
            has_double_star: arguments.keywords.iter().any(|each| each.arg.is_none()),
            awaited,
            dropped,
        };
        self.facts.calls.push(fact);
    }

    /// Spells names, attributes, calls and subscripts as one dotted string; none for anything else.
    pub(crate) fn chain(&mut self, expression: &Expr) -> Option<Sym> {
        if let Expr::Name(name) = expression {
            return Some(self.intern(name.id.as_str()));
        }
        let mut parts: Vec<&str> = Vec::new();
        let mut at = expression;
        loop {
            match at {
                Expr::Name(name) => {
                    parts.push(name.id.as_str());
                    break;
                }
                Expr::Attribute(attribute) => {
                    parts.push(attribute.attr.as_str());
                    parts.push(".");
                    at = &attribute.value;
                }
                Expr::Call(call) => {
                    parts.push("()");
                    at = &call.func;
                }
                Expr::Subscript(subscript) => {
                    parts.push("[]");
                    at = &subscript.value;
                }
                Expr::Await(each) => {
                    parts.push("^");
                    at = &each.value;
                }
                _ => return None,
            }
            if parts.len() > MAX_CHAIN {
                return None;
            }
        }
        parts.reverse();
        let spelled = parts.concat();
        Some(self.intern(&spelled))
    }
}
