//! What expressions and statements look like to whoever follows data.

use ruff_python_ast::{Expr, Stmt};

/// The name that an expression of attributes, calls and subscripts starts with.
pub(crate) fn root_of(expression: &Expr) -> Option<&str> {
    let mut at = expression;
    loop {
        at = match at {
            Expr::Name(name) => return Some(name.id.as_str()),
            Expr::Attribute(each) => &each.value,
            Expr::Call(each) => &each.func,
            Expr::Subscript(each) => &each.value,
            Expr::Await(each) => &each.value,
            _ => return None,
        };
    }
}

pub(crate) fn plain_root(expression: &Expr) -> Option<&str> {
    let mut at = expression;
    loop {
        at = match at {
            Expr::Name(name) => return Some(name.id.as_str()),
            Expr::Attribute(each) => &each.value,
            _ => return None,
        };
    }
}

/// Whether a test asks no more than whether there is something, or of what type.
pub(crate) fn is_check(test: &Expr) -> bool {
    match test {
        Expr::Name(_) => true,
        Expr::UnaryOp(each) => is_check(&each.operand),
        Expr::BoolOp(each) => each.values.iter().all(is_check),
        Expr::Compare(each) => each.left.is_name_expr() && each.comparators.iter().all(Expr::is_none_literal_expr),
        Expr::Call(call) => matches!(call.func.as_ref(), Expr::Name(name)
            if matches!(name.id.as_str(), "isinstance" | "hasattr" | "callable" | "issubclass")),
        _ => false,
    }
}

/// Whether statements do nothing but raise, or tell and raise.
pub(crate) fn only_raises(body: &[Stmt]) -> bool {
    body.last().is_some_and(Stmt::is_raise_stmt)
        && body
            .iter()
            .all(|each| matches!(each, Stmt::Raise(_) | Stmt::Expr(_) | Stmt::Import(_) | Stmt::ImportFrom(_)))
}

/// Whether a call by its name only tells of what it is given, or checks it.
pub(crate) fn watches(callee: &Expr) -> bool {
    let bare = last_name(callee).trim_start_matches('_');
    logs(callee)
        || ["validate", "check", "assert", "verify", "require", "log_"].iter().any(|start| bare.starts_with(start))
}

/// Whether a call by its name tells people of what it is given.
pub(crate) fn logs(callee: &Expr) -> bool {
    matches!(
        last_name(callee).trim_start_matches('_'),
        "print" | "debug" | "info" | "warning" | "warn" | "error" | "exception" | "critical" | "fatal" | "log"
    )
}

/// The name, or that of the attribute; empty for all else.
fn last_name(callee: &Expr) -> &str {
    match callee {
        Expr::Name(name) => name.id.as_str(),
        Expr::Attribute(each) => each.attr.as_str(),
        _ => "",
    }
}

/// Whether a call by its name does nothing but look at what it is given.
pub(crate) fn only_looks(callee: &Expr) -> bool {
    matches!(callee, Expr::Name(name) if matches!(
        name.id.as_str(),
        "all" | "any" | "bool" | "callable" | "getattr" | "hasattr" | "id" | "int" | "isinstance" | "issubclass"
            | "len" | "repr" | "str" | "type"
    )) || matches!(callee, Expr::Attribute(each) if matches!(each.attr.as_str(), "format" | "get" | "join" | "strip"))
}
