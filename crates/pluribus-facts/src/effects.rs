//! What a file does when it is imported, beside defining things: what would no longer happen if nobody
//! imported it.

use ruff_python_ast::visitor::Visitor;
use ruff_python_ast::{Expr, Parameters, Stmt, StmtClassDef, StmtFunctionDef, StmtIf};
use ruff_text_size::Ranged;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::acts::{Act, RunClass, RunImport, Running, unread};
use crate::extract::with_tree;
use crate::position::Positions;
use crate::spellings::{chain, is_script_test, made, spelled, without_subscript};

/// Looks through what runs when a file is imported.
///
/// Returns an error message for a file that is no Python text at all.
pub fn running(source: &[u8]) -> Result<Running, String> {
    with_tree(source, |_, positions, body, errors| {
        let mut runner = Runner::over(positions, body, errors);
        let mut names: Vec<(String, String)> = runner
            .bound
            .into_iter()
            .flat_map(|(name, all)| all.into_iter().map(move |each| (name.clone(), each)))
            .collect();
        names.sort_unstable();
        runner.seen.names = names;
        runner.seen
    })
}

/// Looks through what runs when a function of a file is called; `Class.method` is one, too. Nothing for a
/// function that the top level of the file, or of the class, does not define as such.
///
/// `~` stands before a value that the file has made for all, `=` before one that the call makes, and an
/// act may be a `global` or an `import`.
///
/// Returns an error message for a file that is no Python text at all.
pub fn calling(source: &[u8], function: &str) -> Result<Option<Vec<Act>>, String> {
    with_tree(source, |_, positions, body, errors| {
        let found = defined(body, function)?;
        let mut runner = Runner::over(positions, body, errors);
        for path in runner.bound.values_mut().flatten() {
            if let Some(rest) = path.strip_prefix('=') {
                *path = format!("~{rest}");
            }
        }
        runner.seen.acts.clear();
        runner.seen.imports.clear();
        for parameter in &found.parameters {
            let name = parameter.name().to_string();
            runner.bound.insert(name.clone(), vec![format!("?{name}")]);
        }
        runner.in_function = true;
        runner.visit_body(&found.body);
        Some(runner.seen.acts)
    })
}

fn defined<'a>(body: &'a [Stmt], function: &str) -> Option<&'a StmtFunctionDef> {
    let (class, name) = function.split_once('.').map_or((None, function), |(class, name)| (Some(class), name));
    let inside = match class {
        Some(class) => body.iter().rev().find_map(|each| match each {
            Stmt::ClassDef(found) if found.name.as_str() == class => Some(&found.body[..]),
            _ => None,
        })?,
        None => body,
    };
    inside.iter().rev().find_map(|each| match each {
        Stmt::FunctionDef(found) if found.name.as_str() == name => Some(found),
        _ => None,
    })
}

pub(crate) struct Runner<'a> {
    pub(crate) positions: &'a Positions<'a>,
    pub(crate) seen: Running,
    pub(crate) bound: FxHashMap<String, Vec<String>>,
    pub(crate) depth: u32,
    /// `from __future__ import annotations`
    pub(crate) annotations_wait: bool,
    pub(crate) in_class: u32,
    pub(crate) in_function: bool,
    /// What a function binds for its module.
    pub(crate) globals: FxHashSet<String>,
}

impl<'p> Runner<'p> {
    /// Sees what a module runs.
    pub(crate) fn over(positions: &'p Positions<'p>, body: &[Stmt], errors: Option<u32>) -> Self {
        let mut runner = Self {
            positions,
            seen: Running::default(),
            bound: FxHashMap::default(),
            depth: 0,
            annotations_wait: false,
            in_class: 0,
            in_function: false,
            globals: FxHashSet::default(),
        };
        if let Some(line) = errors {
            runner.seen.acts.push(unread(line));
        }
        runner.visit_body(body);
        runner
    }

    pub(crate) fn line(&self, node: &impl Ranged) -> u32 {
        self.positions.span(node.range()).line
    }

    pub(crate) fn bind(&mut self, name: &str, path: String) {
        let all = self.bound.entry(name.to_owned()).or_default();
        if !all.contains(&path) {
            all.push(path);
        }
    }

    pub(crate) fn act(&mut self, node: &impl Ranged, kind: &'static str, expression: &Expr, given: &str) {
        let line = self.line(node);
        let shown = spelled(expression);
        for path in self.paths(expression) {
            self.seen.acts.push(Act { line, kind, path, shown: shown.clone(), given: given.to_owned() });
        }
    }

    /// What an expression may be, by the names of what it starts with.
    pub(crate) fn paths(&self, expression: &Expr) -> Vec<String> {
        let Some((root, rest)) = chain(expression) else {
            return vec![made(expression).map_or_else(|| "?".to_owned(), |what| format!("={what}"))];
        };
        match self.bound.get(root) {
            Some(all) => all.iter().map(|each| format!("{each}{rest}")).collect(),
            None => vec![format!("builtins.{root}{rest}")],
        }
    }

    /// What a name is from now on.
    pub(crate) fn assign(&mut self, target: &Expr, value: Option<&Expr>) {
        match target {
            Expr::Name(name) if self.globals.contains(name.id.as_str()) => self.act(target, "global", target, ""),
            Expr::Name(name) => {
                let paths = match value {
                    Some(value) if made(value).is_some() => vec![format!("={}", name.id)],
                    Some(value) if chain(value).is_some() => self.paths(value),
                    _ => vec![format!("?{}", name.id)],
                };
                for each in paths {
                    self.bind(name.id.as_str(), each);
                }
            }
            Expr::Tuple(each) => each.elts.iter().for_each(|each| self.assign(each, None)),
            Expr::List(each) => each.elts.iter().for_each(|each| self.assign(each, None)),
            Expr::Starred(each) => self.assign(&each.value, None),
            Expr::Attribute(each) => {
                self.act(target, "set", &each.value, each.attr.as_str());
                self.visit_expr(&each.value);
            }
            Expr::Subscript(each) => {
                let key = spelled(&each.slice);
                self.act(target, "item", &each.value, &key);
                self.visit_expr(&each.value);
                self.visit_expr(&each.slice);
            }
            other => self.visit_expr(other),
        }
    }

    pub(crate) fn import_from(&mut self, each: &ruff_python_ast::StmtImportFrom) {
        let written = each.module.as_ref().map_or("", |module| module.as_str());
        let module = format!("{}{written}", ".".repeat(each.level as usize));
        self.annotations_wait |=
            module == "__future__" && each.names.iter().any(|name| name.name.as_str() == "annotations");
        let statement = self.positions.span(each.range).start;
        let joint = if module.ends_with('.') { "" } else { "." };
        for alias in &each.names {
            let name = alias.name.to_string();
            if name != "*" {
                let bound = alias.asname.as_ref().unwrap_or(&alias.name).to_string();
                self.bind(&bound, format!("{module}{joint}{name}"));
            }
            self.imported(each, &module);
            self.seen.imports.push(RunImport { statement, module: module.clone(), name });
        }
    }

    /// What a function imports may do anything when it is called first.
    pub(crate) fn imported(&mut self, node: &impl Ranged, module: &str) {
        if self.in_function {
            let line = self.line(node);
            let (path, shown) = (module.to_owned(), module.to_owned());
            self.seen.acts.push(Act { line, kind: "import", path, shown, given: String::new() });
        }
    }

    pub(crate) fn class(&mut self, class: &StmtClassDef) {
        let mut bases = Vec::new();
        let mut is_plain = true;
        if let Some(arguments) = &class.arguments {
            for base in &arguments.args {
                let base = without_subscript(base);
                self.act(base, "base", base, "");
                bases.extend(self.paths(base));
                self.visit_expr(base);
            }
            for keyword in &arguments.keywords {
                is_plain = false;
                let name = keyword.arg.as_ref().map_or("**", |name| name.as_str()).to_owned();
                self.act(&keyword.value, "keyword", &keyword.value, &name);
                self.visit_expr(&keyword.value);
            }
        }
        is_plain &= !class
            .body
            .iter()
            .any(|each| matches!(each, Stmt::FunctionDef(function) if function.name.as_str() == "__init_subclass__"));
        if self.in_class == 0 {
            self.seen.classes.push(RunClass { name: class.name.to_string(), bases, is_plain });
        }
        // What a class binds is not seen from outside; but what it runs may use it.
        let around = self.bound.clone();
        self.in_class += 1;
        self.visit_body(&class.body);
        self.in_class -= 1;
        self.bound = around;
        self.bind(class.name.as_str(), format!(":{}", class.name));
    }

    pub(crate) fn branches(&mut self, each: &StmtIf) {
        if is_script_test(&each.test) {
            // No import runs it.
        } else if self.is_type_checking(&each.test) {
            // Only a type checker does.
        } else {
            self.visit_expr(&each.test);
            self.visit_body(&each.body);
        }
        for clause in &each.elif_else_clauses {
            clause.test.iter().for_each(|test| self.visit_expr(test));
            self.visit_body(&clause.body);
        }
    }

    pub(crate) fn is_type_checking(&self, test: &Expr) -> bool {
        self.paths(test).iter().all(|each| each == "typing.TYPE_CHECKING" || each == "typing_extensions.TYPE_CHECKING")
    }

    pub(crate) fn parameters(&mut self, parameters: &Parameters) {
        for each in parameters {
            each.default().iter().for_each(|default| self.visit_expr(default));
            each.annotation().iter().for_each(|annotation| self.visit_annotation(annotation));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{calling, running};

    fn acts(source: &str) -> Vec<String> {
        let found = running(source.as_bytes()).unwrap_or_default();
        found.acts.iter().map(|each| format!("{} {} {}", each.line, each.kind, each.path)).collect()
    }

    #[test]
    fn what_runs_is_told_by_where_it_comes_from() {
        let source = "import a.b as c\nfrom .d import e as f\nx = c.g(1)\nx.h()\n@f\nclass K(c.L): ...\nK.m = 1\n";

        let expected = ["3 call a.b.g", "4 call a.b.g().h", "5 decorator .d.e", "6 base a.b.L", "7 set :K"];
        assert_eq!(acts(source), expected);
    }

    #[test]
    fn what_does_not_run_is_not_told() {
        let source = "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    a()\nif __name__ == '__main__':\n    b()\ndef f(): c()\ng = lambda: d()\n";

        assert_eq!(acts(source), [""; 0]);
    }

    #[test]
    fn a_name_is_all_that_it_may_be() {
        let source = "try:\n    from a import f\nexcept ImportError:\n    from b import f\nf()\n";

        assert_eq!(acts(source), ["5 call a.f", "5 call b.f"]);
    }

    #[test]
    fn a_function_is_told_apart_from_its_module() -> Result<(), String> {
        let source = b"R = []\ndef f(x):\n    global G\n    own = []\n    own.append(1)\n    R.append(x)\n    G = 1\n    import os\n";

        let found = calling(source, "f")?.unwrap_or_default();

        let told: Vec<String> = found.iter().map(|each| format!("{} {}", each.kind, each.path)).collect();
        assert_eq!(told, ["call =own.append", "call ~R.append", "global builtins.G", "import os"]);
        assert_eq!(calling(source, "g")?, None);
        Ok(())
    }
}
