//! Calls that import a module by a name that is relative to a package, which they name as well.

use ruff_python_ast::{ArgOrKeyword, Expr, ExprCall, ExprStringLiteral};

use crate::extract::Reader;
use crate::model::{StringPlace, StringUse};

/// Calls that take a name and a package, by the end of the callee.
const RELATIVE: [&str; 3] = ["import_module", "find_spec", "resolve_name"];

/// What stands in the name for the package of the file itself, and what for its module.
pub const OWN_PACKAGE: &str = "__package__";
pub const OWN_MODULE: &str = "__name__";

impl Reader<'_> {
    /// Keeps the module that such a call imports under its whole name.
    pub(crate) fn read_relative_import(&mut self, call: &ExprCall, callee: crate::model::Sym) {
        let Some((literal, keyword, whole)) = relative_import(call) else { return };
        let place = match keyword {
            Some(name) => StringPlace::Keyword(self.intern(name)),
            None => StringPlace::Argument(0),
        };
        let text = self.intern(&whole);
        let fact = StringUse { scope: self.scope, text, span: self.span(literal), place, callee };
        self.facts.strings.push(fact);
    }
}

/// The name that is written, the keyword in front of it, and the whole name that it comes to.
pub(crate) fn relative_import(call: &ExprCall) -> Option<(&ExprStringLiteral, Option<&str>, String)> {
    let name = match call.func.as_ref() {
        Expr::Name(name) => name.id.as_str(),
        Expr::Attribute(attribute) => attribute.attr.as_str(),
        _ => return None,
    };
    if !RELATIVE.contains(&name) {
        return None;
    }
    let written = call.arguments.find_argument("name", 0)?;
    let keyword = match written {
        ArgOrKeyword::Keyword(_) => Some("name"),
        ArgOrKeyword::Arg(_) => None,
    };
    let literal = written.value().as_string_literal_expr()?;
    let package = match call.arguments.find_argument_value("package", 1)? {
        Expr::StringLiteral(package) => package.value.to_str(),
        Expr::Name(name) if matches!(name.id.as_str(), OWN_PACKAGE | OWN_MODULE) => name.id.as_str(),
        _ => return None,
    };
    let text = literal.value.to_str();
    let rest = text.trim_start_matches('.');
    let level = text.len() - rest.len();
    let above = match (level, package) {
        (0, _) => return None,
        // Which packages are above the own one is known to who knows where the file is.
        (_, OWN_PACKAGE | OWN_MODULE) => format!("{package}{}", ".".repeat(level - 1)),
        _ => {
            let parts: Vec<&str> = package.split('.').collect();
            parts.get(..parts.len().checked_sub(level - 1)?)?.join(".")
        }
    };
    let whole = if rest.is_empty() { above } else { format!("{above}.{rest}") };
    (!whole.starts_with('.')).then_some((literal, keyword, whole))
}
