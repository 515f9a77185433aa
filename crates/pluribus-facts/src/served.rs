//! Names that a module offers without binding them: `__all__`, module `__getattr__`, lazy tables.

use ruff_python_ast::{Expr, ExprCall, ExprSubscript};
use ruff_text_size::Ranged;

use crate::extract::Reader;
use crate::model::{Export, Scope, Span, Sym};

impl<'a> Reader<'a> {
    /// `__all__ = ...` and `__all__ += ...`.
    pub(crate) fn read_all(&mut self, value: Option<&'a Expr>, is_augmented: bool) {
        let Some(value) = value else { return };
        let steps = self.export_steps(value, is_augmented);
        self.facts.exports.extend(steps);
    }

    fn export_steps(&mut self, value: &'a Expr, adds: bool) -> Vec<Export> {
        match value {
            Expr::List(_) | Expr::Tuple(_) | Expr::Set(_) => match self.spanned_strings(value) {
                Some(names) if adds => vec![Export::Add(names)],
                Some(names) => vec![Export::Set(names)],
                None => vec![Export::Unknown],
            },
            Expr::BinOp(sum) => {
                let mut steps = self.export_steps(&sum.left, adds);
                steps.extend(self.export_steps(&sum.right, true));
                steps
            }
            Expr::Call(call) if call.arguments.args.len() == 1 => {
                // list(...), sorted(...), tuple(...)
                match call.arguments.args.first() {
                    Some(inner) => self.export_steps(inner, adds),
                    None => vec![Export::Unknown],
                }
            }
            Expr::Attribute(attribute) if attribute.attr.as_str() == "__all__" => match self.chain(&attribute.value) {
                Some(module) => vec![Export::AddFrom(module)],
                None => vec![Export::Unknown],
            },
            _ => vec![Export::Unknown],
        }
    }

    fn spanned_strings(&mut self, value: &'a Expr) -> Option<Vec<(Sym, Span)>> {
        let elements = match value {
            Expr::List(each) => &each.elts,
            Expr::Tuple(each) => &each.elts,
            Expr::Set(each) => &each.elts,
            _ => return None,
        };
        elements
            .iter()
            .map(|each| {
                let text = each.as_string_literal_expr()?;
                Some((self.intern(text.value.to_str()), self.span(each)))
            })
            .collect()
    }

    /// `sys.modules[...] = value` and `globals()[...] = value`.
    pub(crate) fn read_subscript_store(&mut self, target: &'a ExprSubscript, value: &'a Expr) {
        let Some(container) = self.chain(&target.value) else { return };
        match self.interner.name(container) {
            "sys.modules" | "modules" => {
                let is_own = matches!(target.slice.as_ref(), Expr::Name(name) if name.id == "__name__");
                if !is_own {
                    // Whichever module it is, it may be one of this package.
                    self.facts.served.open_submodules = true;
                    return;
                }
                if self.facts.scopes.get(self.scope as usize).is_none_or(Scope::is_definition) {
                    return;
                }
                let module = match value {
                    Expr::Name(_) | Expr::Attribute(_) => self.chain(value),
                    Expr::Call(call) => self.imported_by_name(call),
                    _ => None,
                };
                match module {
                    Some(module) => {
                        let span = self.positions.span(value.range());
                        self.facts.served.replaced_by = Some((module, span));
                    }
                    None => self.facts.served.open_names = true,
                }
            }
            "globals()" if !target.slice.is_string_literal_expr() => self.facts.served.open_names = true,
            "globals()" => {
                if let Some(name) = target.slice.as_string_literal_expr() {
                    let name = name.value.to_str().to_owned();
                    let span = self.span(target);
                    let value = self.value(value);
                    let outer = std::mem::replace(&mut self.scope, 0);
                    self.bind(&name, span, crate::model::BindingKind::Assignment(value), 0);
                    self.scope = outer;
                }
            }
            _ => {}
        }
    }

    /// The module of `importlib.import_module("a.b")`, marked as a module and not a name in scope.
    fn imported_by_name(&mut self, call: &'a ExprCall) -> Option<Sym> {
        let callee = self.chain(&call.func)?;
        if !self.interner.name(callee).ends_with("import_module") {
            return None;
        }
        let text = call.arguments.args.first()?.as_string_literal_expr()?.value.to_str();
        let whole = crate::relative::relative_import(call).map(|(_, _, whole)| whole);
        let whole = whole.filter(|whole| !whole.starts_with("__"));
        let marked = format!("import {}", whole.as_deref().unwrap_or(text));
        Some(self.intern(&marked))
    }

    /// A statement that is a call: it may fill the module's names.
    pub(crate) fn read_served_call(&mut self, call: &'a ExprCall) {
        let Some(callee) = self.chain(&call.func) else { return };
        let callee = self.interner.name(callee).to_owned();
        match callee.as_str() {
            "globals().update" | "exec" | "vars().update" | "globals().setdefault" | "sys.modules.update" => {
                let in_module = self.facts.scopes.get(self.scope as usize).is_some_and(|each| !each.is_definition());
                self.facts.served.open_names |= in_module || callee != "exec";
                self.facts.served.open_submodules |= callee == "sys.modules.update";
            }
            "sys.modules.setdefault" => self.facts.served.open_submodules = true,
            "setattr" => {
                let target = call.arguments.args.first().and_then(|first| self.chain_text(first));
                if target.as_deref() == Some("sys.modules[]") {
                    self.facts.served.open_names = true;
                }
            }
            "__all__.extend" | "__all__.append" | "__all__.remove" => self.read_all_call(&callee, call),
            _ => self.read_lazy_call(&callee, call),
        }
    }

    fn chain_text(&mut self, expression: &Expr) -> Option<String> {
        let sym = self.chain(expression)?;
        Some(self.interner.name(sym).to_owned())
    }

    fn read_all_call(&mut self, callee: &str, call: &'a ExprCall) {
        let Some(argument) = call.arguments.args.first() else { return };
        let text = argument.as_string_literal_expr().map(|text| text.value.to_str().to_owned());
        let steps = match (callee, text) {
            ("__all__.extend", _) => self.export_steps(argument, true),
            ("__all__.append", Some(text)) => {
                let span = self.span(argument);
                vec![Export::Add(vec![(self.intern(&text), span)])]
            }
            ("__all__.remove", Some(text)) => vec![Export::Remove(self.intern(&text))],
            _ => vec![Export::Unknown],
        };
        self.facts.exports.extend(steps);
    }

    /// `lazy_import(globals(), aliases={"Name": ".module"})`, and `attach(__name__, [...], {"module": ["Name"]})`.
    pub(crate) fn read_lazy_call(&mut self, callee: &str, call: &'a ExprCall) {
        if self.scope != 0 {
            return;
        }
        let last = callee.rsplit('.').next().unwrap_or(callee);
        let is_attach = matches!(last, "attach" | "attach_stub");
        let takes_globals = call.arguments.args.iter().any(
            |each| matches!(each, Expr::Call(inner) if matches!(inner.func.as_ref(), Expr::Name(name) if name.id == "globals")),
        );
        if !(is_attach || takes_globals) {
            return;
        }
        let arguments = call.arguments.args.iter().chain(call.arguments.keywords.iter().map(|each| &each.value));
        let mut found = false;
        for argument in arguments {
            let Expr::Dict(dict) = argument else { continue };
            for item in &dict.items {
                let Some(key) = item.key.as_ref().and_then(Expr::as_string_literal_expr) else { continue };
                let key = self.intern(key.value.to_str());
                let span = self.span(&item.value);
                found = true;
                match &item.value {
                    Expr::StringLiteral(module) => {
                        let module = self.intern(module.value.to_str());
                        self.facts.served.lazy.push((key, module, key, span));
                    }
                    other => {
                        for (name, span) in self.spanned_strings(other).unwrap_or_default() {
                            let module = format!(".{}", self.interner.name(key).trim_start_matches('.'));
                            let module = self.intern(&module);
                            self.facts.served.lazy.push((name, module, name, span));
                        }
                    }
                }
            }
        }
        self.facts.served.open_names |= !found && (last == "attach_stub" || takes_globals);
    }
}
