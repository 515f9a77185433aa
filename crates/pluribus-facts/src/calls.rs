//! Calls, and the spelling of dotted expressions.

use ruff_python_ast::{Expr, ExprCall};
use serde::{Deserialize, Serialize};

use crate::extract::Reader;
use crate::model::{BindingKind, Call, Sym, Value};

/// Longer expressions are not worth a name.
const MAX_CHAIN: usize = 200;
/// No method takes a word behind so many others.
const MAX_POSITION: usize = 8;
/// So far back a variable is looked for.
const MAX_BINDINGS: usize = 100;
/// Texts that are longer are no words.
const MAX_WORD: usize = 80;

/// A word, or a name of what may be one, that is handed to a method.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Argument {
    /// Index into [`Facts::calls`](crate::Facts::calls).
    pub call: u32,
    /// The keyword; 0 when it stands by its position.
    pub keyword: Sym,
    /// How many stand before it; 0 with a keyword.
    pub position: u16,
    /// Whether `value` is the string itself, and not the dotted name of something.
    pub is_literal: bool,
    pub value: Sym,
}

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
        if self.interner.name(callee).contains('.') {
            self.record_arguments(call);
        }
    }

    /// Words that are handed to a method, and constants that may be words.
    fn record_arguments(&mut self, call: &'a ExprCall) {
        let number = self.facts.calls.len() as u32 - 1;
        let before_star = call.arguments.args.iter().take_while(|each| !each.is_starred_expr());
        for (position, value) in before_star.enumerate().take(MAX_POSITION) {
            self.record_argument(number, 0, position as u16, value);
        }
        for keyword in &call.arguments.keywords {
            if let Some(name) = &keyword.arg {
                let name = self.intern(name.as_str());
                self.record_argument(number, name, 0, &keyword.value);
            }
        }
    }

    fn record_argument(&mut self, call: u32, keyword: Sym, position: u16, value: &Expr) {
        if let Expr::If(either) = value {
            self.record_argument(call, keyword, position, &either.body);
            self.record_argument(call, keyword, position, &either.orelse);
            return;
        }
        let (value, is_literal) = match value {
            Expr::StringLiteral(text) if is_word(text.value.to_str()) => (self.intern(text.value.to_str()), true),
            Expr::Name(name) if is_constant(name.id.as_str()) => (self.intern(name.id.as_str()), false),
            Expr::Name(name) => match self.word_given(name.id.as_str()) {
                Some(word) => (word, true),
                None => return,
            },
            Expr::Attribute(_) => match self.chain(value) {
                Some(chain) if is_constant(self.interner.name(chain)) => (chain, false),
                _ => return,
            },
            _ => return,
        };
        self.facts.arguments.push(Argument { call, keyword, position, is_literal, value });
    }

    /// The word that a variable of the same scope was given, when it was given nothing else so far and
    /// in any case.
    fn word_given(&mut self, name: &str) -> Option<Sym> {
        let name = self.intern(name);
        let recent = self.facts.bindings.iter().rev().take(MAX_BINDINGS);
        let mut given = recent.filter(|binding| binding.scope == self.scope && binding.name == name);
        let (binding, None) = (given.next()?, given.next()) else { return None };
        match binding.kind {
            BindingKind::Assignment(Value::Str(word)) if [0, self.branch].contains(&binding.branch) => {
                is_word(self.interner.name(word)).then_some(word)
            }
            _ => None,
        }
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

/// Whether a string may name an event: `started`, `agent.started`, `agent:started`, `agent-started`.
fn is_word(text: &str) -> bool {
    let starts_well = text.starts_with(|c: char| c.is_alphabetic() || c == '_');
    starts_well && text.len() <= MAX_WORD && text.chars().all(|c| c.is_alphanumeric() || "_.:-/".contains(c))
}

/// Whether a dotted name has a part in capitals, as constants and members of enums have.
fn is_constant(chain: &str) -> bool {
    let is_capital = |part: &str| part.chars().any(char::is_uppercase) && !part.chars().any(char::is_lowercase);
    !chain.contains(['(', '[', '^']) && chain.split('.').any(is_capital)
}
