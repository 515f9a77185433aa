//! What stands on the right-hand side of an assignment, as far as a reader can tell at a glance.

use ruff_python_ast::{Expr, ExprCall, ExprDict};

use crate::extract::Reader;
use crate::model::{Sym, Value};

pub(crate) fn read<'a>(reader: &mut Reader<'a>, expression: &'a Expr) -> Value {
    match expression {
        Expr::Name(_) | Expr::Attribute(_) => reader.chain(expression).map_or(Value::Other, Value::Chain),
        Expr::Call(call) => {
            collected(reader, call).unwrap_or_else(|| reader.chain(&call.func).map_or(Value::Other, Value::Call))
        }
        Expr::Await(each) => match read(reader, &each.value) {
            Value::Call(callee) => Value::Awaited(callee),
            _ => Value::Other,
        },
        Expr::StringLiteral(text) => Value::Str(reader.intern(text.value.to_str())),
        Expr::NoneLiteral(_) => Value::None,
        Expr::NumberLiteral(_) | Expr::BooleanLiteral(_) | Expr::BytesLiteral(_) | Expr::FString(_) => Value::Literal,
        Expr::List(each) => strings(reader, &each.elts).map_or(Value::Mutable, |all| Value::Strings(all, true)),
        Expr::Set(each) => strings(reader, &each.elts).map_or(Value::Mutable, |all| Value::Strings(all, true)),
        Expr::Tuple(each) => strings(reader, &each.elts).map_or(Value::Other, |all| Value::Strings(all, false)),
        Expr::Dict(dict) => table(reader, dict).map_or(Value::Mutable, Value::Table),
        Expr::ListComp(_) | Expr::SetComp(_) | Expr::DictComp(_) => Value::Mutable,
        Expr::If(each) => Value::Either(vec![read(reader, &each.body), read(reader, &each.orelse)]),
        Expr::BoolOp(each) => Value::Either(each.values.iter().map(|value| read(reader, value)).collect()),
        Expr::Named(named) => read(reader, &named.value),
        _ => Value::Other,
    }
}

/// `frozenset(("a", "b"))` and the like, which say the same as what they are made of.
fn collected(reader: &mut Reader, call: &ExprCall) -> Option<Value> {
    let is_mutable = match call.func.as_name_expr()?.id.as_str() {
        "frozenset" | "tuple" => false,
        "set" | "list" => true,
        _ => return None,
    };
    let ([given], true) = (&*call.arguments.args, call.arguments.keywords.is_empty()) else { return None };
    let elements = match given {
        Expr::List(each) => &each.elts,
        Expr::Set(each) => &each.elts,
        Expr::Tuple(each) => &each.elts,
        _ => return None,
    };
    Some(Value::Strings(strings(reader, elements)?, is_mutable))
}

pub(crate) fn strings(reader: &mut Reader, elements: &[Expr]) -> Option<Vec<Sym>> {
    if elements.is_empty() {
        return None;
    }
    elements.iter().map(|each| each.as_string_literal_expr().map(|text| reader.intern(text.value.to_str()))).collect()
}

/// A dict of string keys whose values are strings or sequences of strings; none for an empty one.
pub(crate) fn table(reader: &mut Reader, dict: &ExprDict) -> Option<Vec<(Sym, Vec<Sym>)>> {
    if dict.items.is_empty() {
        return None;
    }
    dict.items
        .iter()
        .map(|item| {
            let key = reader.intern(item.key.as_ref()?.as_string_literal_expr()?.value.to_str());
            let values = match &item.value {
                Expr::StringLiteral(text) => vec![reader.intern(text.value.to_str())],
                Expr::Tuple(each) => strings(reader, &each.elts)?,
                Expr::List(each) => strings(reader, &each.elts).unwrap_or_default(),
                _ => return None,
            };
            Some((key, values))
        })
        .collect()
}
