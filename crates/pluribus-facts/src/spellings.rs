//! How expressions are spelled, for who follows names through one file.

use ruff_python_ast::{Arguments, CmpOp, Expr, ExprCall};

/// The first name of an expression, and all that follows; nothing for what starts with no name.
pub(crate) fn chain(expression: &Expr) -> Option<(&str, String)> {
    let mut rest: Vec<String> = Vec::new();
    let mut at = expression;
    loop {
        at = match at {
            Expr::Name(name) => {
                rest.reverse();
                return Some((name.id.as_str(), rest.concat()));
            }
            Expr::Attribute(each) => {
                rest.push(format!(".{}", each.attr));
                &each.value
            }
            Expr::Call(each) => {
                rest.push("()".to_owned());
                &each.func
            }
            Expr::Subscript(each) => {
                rest.push("[]".to_owned());
                &each.value
            }
            _ => return None,
        };
    }
}

pub(crate) fn spelled(expression: &Expr) -> String {
    match expression {
        Expr::StringLiteral(text) => format!("'{}'", text.value.to_str()),
        other => chain(other).map_or_else(|| "...".to_owned(), |(root, rest)| format!("{root}{rest}")),
    }
}

/// The plain names that a call is handed.
pub(crate) fn given(arguments: &Arguments) -> String {
    let keywords = arguments.keywords.iter().map(|each| &each.value);
    arguments.args.iter().chain(keywords).map(spelled).collect::<Vec<_>>().join(",")
}

/// What kind of value an expression makes by itself, where it is a new one.
pub(crate) fn made(expression: &Expr) -> Option<&'static str> {
    match expression {
        Expr::StringLiteral(_) | Expr::FString(_) => Some("str"),
        Expr::BytesLiteral(_) => Some("bytes"),
        Expr::NumberLiteral(_) | Expr::BooleanLiteral(_) | Expr::NoneLiteral(_) | Expr::EllipsisLiteral(_) => {
            Some("constant")
        }
        Expr::List(_) | Expr::ListComp(_) => Some("list"),
        Expr::Dict(_) | Expr::DictComp(_) => Some("dict"),
        Expr::Set(_) | Expr::SetComp(_) => Some("set"),
        Expr::Tuple(_) => Some("tuple"),
        Expr::Lambda(_) => Some("function"),
        Expr::BinOp(each) => made(&each.left).and(made(&each.right)),
        _ => None,
    }
}

pub(crate) fn without_subscript(base: &Expr) -> &Expr {
    match base {
        Expr::Subscript(each) => &each.value,
        other => other,
    }
}

/// `__name__ == "__main__"`
pub(crate) fn is_script_test(condition: &Expr) -> bool {
    let Expr::Compare(compare) = condition else { return false };
    let is_name = |each: &Expr| matches!(each, Expr::Name(name) if name.id.as_str() == "__name__");
    let is_main = |each: &Expr| matches!(each, Expr::StringLiteral(text) if text.value.to_str() == "__main__");
    let sides = || std::iter::once(compare.left.as_ref()).chain(&compare.comparators);
    compare.comparators.len() == 1
        && matches!(compare.ops.first(), Some(CmpOp::Eq))
        && sides().any(is_name)
        && sides().any(is_main)
}

/// Names joined by dots, and nothing else.
pub(crate) fn plain(expression: &Expr) -> Option<String> {
    chain(expression).map(|(root, rest)| format!("{root}{rest}")).filter(|spelled| !spelled.contains(['(', '[']))
}

/// The text of a string that is nothing else.
pub(crate) fn text_of(expression: &Expr) -> Option<&str> {
    match expression {
        Expr::StringLiteral(text) => Some(text.value.to_str()),
        _ => None,
    }
}

/// The name of what is called, or that of the attribute; empty for all else.
pub(crate) fn last_name(callee: &Expr) -> &str {
    match callee {
        Expr::Name(name) => name.id.as_str(),
        Expr::Attribute(each) => each.attr.as_str(),
        _ => "",
    }
}

/// What a call is handed at a position, or by a keyword.
pub(crate) fn argument<'a>(call: &'a ExprCall, position: usize, keyword: &str) -> Option<&'a Expr> {
    let named =
        || call.arguments.keywords.iter().find(|each| each.arg.as_ref().is_some_and(|name| name.as_str() == keyword));
    call.arguments.args.get(position).or_else(|| named().map(|each| &each.value))
}
