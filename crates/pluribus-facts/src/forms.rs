//! What kind of thing an expression is, as numbers that never change.

use ruff_python_ast::{Expr, Number};
use xxhash_rust::xxh3::xxh3_64;

/// The kind of a literal and a hash of its value; none for what is no literal.
pub(crate) fn literal(expression: &Expr) -> Option<(u32, u32)> {
    let (kind, value) = match expression {
        Expr::StringLiteral(each) => (1, xxh3_64(each.value.to_str().as_bytes())),
        Expr::NumberLiteral(each) => (2, number(&each.value)),
        Expr::BooleanLiteral(each) => (3, u64::from(each.value)),
        Expr::BytesLiteral(each) => (4, each.value.iter().map(|part| xxh3_64(&part.value)).fold(0, u64::wrapping_add)),
        Expr::NoneLiteral(_) => (5, 0),
        Expr::EllipsisLiteral(_) => (6, 0),
        _ => return None,
    };
    Some((kind, value as u32))
}

fn number(value: &Number) -> u64 {
    match value {
        Number::Int(value) => value.as_u64().unwrap_or_else(|| xxh3_64(value.to_string().as_bytes())),
        Number::Float(value) => value.to_bits(),
        Number::Complex { real, imag } => real.to_bits().rotate_left(32) ^ imag.to_bits(),
    }
}

/// The kind of an expression, and how many parts it has where that may vary.
pub(crate) fn form(expression: &Expr) -> (u32, usize) {
    match expression {
        Expr::BoolOp(each) => (60, each.values.len() * 2 + each.op as usize),
        Expr::Named(_) => (61, 0),
        Expr::BinOp(_) => (62, 0),
        Expr::UnaryOp(each) => (63, each.op as usize),
        Expr::Lambda(each) => (64, usize::from(each.parameters.is_some())),
        Expr::If(_) => (65, 0),
        Expr::Dict(each) => (66, each.items.len()),
        Expr::Set(each) => (67, each.elts.len()),
        Expr::ListComp(each) => (68, each.generators.len()),
        Expr::SetComp(each) => (69, each.generators.len()),
        Expr::DictComp(each) => (70, each.generators.len()),
        Expr::Generator(each) => (71, each.generators.len()),
        Expr::Await(_) => (72, 0),
        Expr::Yield(each) => (73, usize::from(each.value.is_some())),
        Expr::YieldFrom(_) => (74, 0),
        Expr::Compare(each) => (75, each.ops.len()),
        Expr::Call(each) => (76, each.arguments.args.len() << 8 | each.arguments.keywords.len()),
        Expr::FString(_) => (77, 0),
        Expr::TString(_) => (78, 0),
        Expr::Attribute(_) => (79, 0),
        Expr::Subscript(_) => (80, 0),
        Expr::Starred(_) => (81, 0),
        Expr::List(each) => (82, each.elts.len()),
        Expr::Tuple(each) => (83, each.elts.len()),
        Expr::Slice(each) => {
            let has = [each.lower.is_some(), each.upper.is_some(), each.step.is_some()];
            (84, has.into_iter().fold(0, |bits, has| bits << 1 | usize::from(has)))
        }
        _ => (85, 0),
    }
}
