//! What a module and its classes bind, in the order of their statements: for who wants to know what a
//! test runner finds there.

use ruff_python_ast::visitor::Visitor;
use ruff_python_ast::{Decorator, ExceptHandler, Expr, Stmt, StmtClassDef, StmtFunctionDef, StmtIf};
use ruff_text_size::Ranged;

use crate::extract::{MAX_DEPTH, parsed};
use crate::named::{Body, dotted, is_empty, mentions, truth};

/// A statement of a module or a class that binds a name, takes one away, or calls something.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bound {
    /// The class that it stands in, as in `Outer.Inner`; empty for the module.
    pub scope: String,
    /// Dotted where an attribute is bound; `*` for all names of a module, empty for a mere statement.
    pub name: String,
    pub kind: BoundKind,
    pub marks: Vec<Mark>,
    /// Dotted: what a function calls or raises, the bases of a class, what a value or a statement names;
    /// of an import the module, with its dots, and the name in it, which is empty for the module itself.
    pub mentions: Vec<String>,
    pub parameters: Vec<String>,
    /// Of a value its source, of a function that of its body without import statements.
    pub text: String,
    /// What must be true for this statement to run; empty when it always runs.
    pub condition: String,
    /// Whether there is nothing in it.
    pub is_stub: bool,
    pub is_async: bool,
    pub is_generator: bool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum BoundKind {
    #[default]
    Statement,
    Function,
    Class,
    Import,
    Value,
    /// The name is taken away.
    Gone,
}

/// A decorator.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mark {
    /// Dotted, without what it is called with.
    pub name: String,
    /// Dotted names among its arguments, and their strings, each behind a `"`.
    pub mentions: Vec<String>,
    /// The source of each keyword argument, as in `autouse=True`.
    pub keywords: Vec<String>,
    /// The source of the second positional argument, or of `argvalues`.
    pub values: String,
}

/// Lists what a source binds; an error message for what is no Python text at all.
pub fn bound(source: &[u8]) -> Result<Vec<Bound>, String> {
    parsed(source, |text, body| {
        let mut lister = Lister { text, rows: Vec::new(), scope: String::new(), conditions: Vec::new(), depth: 0 };
        lister.read(body);
        lister.rows
    })
}

struct Lister<'a> {
    text: &'a str,
    rows: Vec<Bound>,
    scope: String,
    conditions: Vec<&'a str>,
    depth: u32,
}

impl BoundKind {
    pub fn name(self) -> &'static str {
        match self {
            Self::Statement => "statement",
            Self::Function => "function",
            Self::Class => "class",
            Self::Import => "import",
            Self::Value => "value",
            Self::Gone => "gone",
        }
    }
}

impl<'a> Lister<'a> {
    fn read(&mut self, body: &'a [Stmt]) {
        if self.depth >= MAX_DEPTH {
            return;
        }
        self.depth += 1;
        for statement in body {
            self.read_statement(statement);
        }
        self.depth -= 1;
    }

    fn read_statement(&mut self, statement: &'a Stmt) {
        match statement {
            Stmt::FunctionDef(function) => self.function(function),
            Stmt::ClassDef(class) => self.class(class),
            Stmt::If(each) => self.read_if(each),
            Stmt::While(each) => {
                self.arm(Some(&each.test), &each.body);
                self.read(&each.orelse);
            }
            Stmt::For(each) => {
                self.bind_all(&each.target, &[], "");
                self.arm(Some(&each.iter), &each.body);
                self.read(&each.orelse);
            }
            Stmt::With(each) => {
                for item in &each.items {
                    if let Some(target) = &item.optional_vars {
                        self.bind_all(target, &mentions(&item.context_expr), "");
                    }
                }
                self.read(&each.body);
            }
            Stmt::Try(each) => {
                self.read(&each.body);
                self.read(&each.orelse);
                for ExceptHandler::ExceptHandler(handler) in &each.handlers {
                    self.conditions.push("except");
                    self.read(&handler.body);
                    self.conditions.pop();
                }
                self.read(&each.finalbody);
            }
            Stmt::Match(each) => {
                for case in &each.cases {
                    self.conditions.push(self.text_of(&case.pattern));
                    self.read(&case.body);
                    self.conditions.pop();
                }
            }
            Stmt::Import(each) => {
                for alias in &each.names {
                    let module = alias.name.as_str();
                    let (name, module) = match &alias.asname {
                        Some(name) => (name.as_str(), module),
                        None => (first_part(module), first_part(module)),
                    };
                    self.bind(BoundKind::Import, name, vec![module.to_owned(), String::new()]);
                }
            }
            Stmt::ImportFrom(each) => {
                let module = each.module.as_ref().map_or("", |module| module.as_str());
                let module = format!("{}{module}", ".".repeat(each.level as usize));
                for alias in &each.names {
                    let name = alias.asname.as_ref().unwrap_or(&alias.name);
                    self.bind(BoundKind::Import, name, vec![module.clone(), alias.name.to_string()]);
                }
            }
            Stmt::Assign(each) => {
                let named = mentions(&each.value);
                let text = self.text_of(each.value.as_ref());
                for target in &each.targets {
                    self.bind_all(target, &named, text);
                }
            }
            Stmt::AnnAssign(each) => {
                if let Some(value) = &each.value {
                    self.bind_all(&each.target, &mentions(value), self.text_of(value.as_ref()));
                }
            }
            Stmt::AugAssign(each) => {
                let mut named = mentions(&each.value);
                named.extend(dotted(&each.target));
                self.bind_all(&each.target, &named, self.text_of(each));
            }
            Stmt::Delete(each) => {
                for target in &each.targets {
                    if let Some(name) = dotted(target) {
                        self.bind(BoundKind::Gone, &name, Vec::new());
                    }
                }
            }
            Stmt::Expr(each) => self.statement(mentions(&each.value), self.text_of(each)),
            Stmt::Raise(each) => {
                let named = each.exc.as_deref().map(mentions).unwrap_or_default();
                self.statement(named, self.text_of(each));
            }
            _ => {}
        }
    }

    fn read_if(&mut self, each: &'a StmtIf) {
        self.arm(Some(&each.test), &each.body);
        let mut is_dead = truth(&each.test) == Some(true);
        for clause in &each.elif_else_clauses {
            if is_dead {
                break;
            }
            // What holds where none of the tests before did is as good as any other condition.
            match &clause.test {
                Some(test) => self.arm(Some(test), &clause.body),
                None if truth(&each.test) == Some(false) => self.read(&clause.body),
                None => self.arm(Some(&each.test), &clause.body),
            }
            is_dead = clause.test.as_ref().is_some_and(|test| truth(test) == Some(true));
        }
    }

    fn arm(&mut self, test: Option<&'a Expr>, body: &'a [Stmt]) {
        let Some(test) = test else { return self.read(body) };
        match truth(test) {
            Some(false) => {}
            Some(true) => self.read(body),
            None => {
                self.conditions.push(self.text_of(test));
                self.read(body);
                self.conditions.pop();
            }
        }
    }

    fn function(&mut self, function: &'a StmtFunctionDef) {
        let mut body = Body::default();
        body.visit_body(&function.body);
        let kept = function.body.iter().filter(|each| !matches!(each, Stmt::Import(_) | Stmt::ImportFrom(_)));
        let row = Bound {
            marks: self.marks(&function.decorator_list),
            mentions: body.called,
            parameters: function.parameters.iter().map(|each| each.name().to_string()).collect(),
            text: kept.map(|each| self.text_of(each)).collect::<Vec<_>>().join("\n"),
            is_stub: is_empty(&function.body),
            is_async: function.is_async,
            is_generator: body.yields,
            ..self.row(BoundKind::Function, &function.name)
        };
        self.rows.push(row);
    }

    fn class(&mut self, class: &'a StmtClassDef) {
        let bases = class.arguments.iter().flat_map(|each| &each.args).filter_map(dotted).collect();
        let row = Bound {
            marks: self.marks(&class.decorator_list),
            mentions: bases,
            ..self.row(BoundKind::Class, &class.name)
        };
        self.rows.push(row);
        let outside = self.scope.clone();
        let conditions = std::mem::take(&mut self.conditions);
        self.scope = if outside.is_empty() { class.name.to_string() } else { format!("{outside}.{}", class.name) };
        self.read(&class.body);
        self.scope = outside;
        self.conditions = conditions;
    }

    fn marks(&self, decorators: &'a [Decorator]) -> Vec<Mark> {
        decorators
            .iter()
            .map(|each| {
                let arguments = each.expression.as_call_expr().map(|call| &call.arguments);
                let named = arguments.into_iter().flat_map(|given| {
                    given.args.iter().chain(given.keywords.iter().map(|keyword| &keyword.value)).flat_map(mentions)
                });
                let keywords = arguments.into_iter().flat_map(|given| &given.keywords);
                let values = arguments.and_then(|given| given.find_argument_value("argvalues", 1));
                Mark {
                    name: dotted(&each.expression).unwrap_or_default(),
                    mentions: named.collect(),
                    keywords: keywords.map(|each| self.text_of(each).to_owned()).collect(),
                    values: values.map_or("", |value| self.text_of(value)).to_owned(),
                }
            })
            .collect()
    }

    fn statement(&mut self, mentions: Vec<String>, text: &str) {
        let row = Bound { mentions, text: text.to_owned(), ..self.row(BoundKind::Statement, "") };
        self.rows.push(row);
    }

    /// Binds each name of a target, also those in a tuple.
    fn bind_all(&mut self, target: &'a Expr, mentions: &[String], text: &str) {
        match target {
            Expr::Tuple(each) => each.elts.iter().for_each(|inner| self.bind_all(inner, mentions, "")),
            Expr::List(each) => each.elts.iter().for_each(|inner| self.bind_all(inner, mentions, "")),
            Expr::Starred(each) => self.bind_all(&each.value, mentions, ""),
            _ => {
                let Some(name) = dotted(target) else { return };
                let row =
                    Bound { mentions: mentions.to_vec(), text: text.to_owned(), ..self.row(BoundKind::Value, &name) };
                self.rows.push(row);
            }
        }
    }

    fn bind(&mut self, kind: BoundKind, name: &str, mentions: Vec<String>) {
        let row = Bound { mentions, ..self.row(kind, name) };
        self.rows.push(row);
    }

    fn row(&self, kind: BoundKind, name: &str) -> Bound {
        Bound {
            scope: self.scope.clone(),
            name: name.to_owned(),
            kind,
            condition: self.conditions.join(" and "),
            ..Bound::default()
        }
    }

    fn text_of(&self, node: &impl Ranged) -> &'a str {
        self.text.get(node.range().to_std_range()).unwrap_or("")
    }
}

fn first_part(module: &str) -> &str {
    module.split('.').next().unwrap_or(module)
}

#[cfg(test)]
mod tests {
    use super::{Bound, BoundKind, bound};

    fn named(source: &str) -> Result<Vec<(String, String, String)>, String> {
        let found = bound(source.as_bytes())?;
        Ok(found.into_iter().map(|each: Bound| (each.scope, each.name, each.condition)).collect())
    }

    #[test]
    fn names_are_listed_in_the_order_in_which_they_are_bound() -> Result<(), String> {
        let found = named("import a.b\nfrom .c import d as e\nclass F:\n    def g(self): ...\nf.h = None\ndel e\n")?;

        let found: Vec<_> = found.iter().map(|(scope, name, _)| format!("{scope}:{name}")).collect();
        assert_eq!(found, [":a", ":e", ":F", "F:g", ":f.h", ":e"]);
        Ok(())
    }

    #[test]
    fn what_cannot_run_is_left_out_and_what_may_is_said_to() -> Result<(), String> {
        let found = named("if False:\n    a = 1\nelse:\n    b = 1\nif x and 0:\n    c = 1\nif x > 1:\n    d = 1\n")?;

        let found: Vec<_> = found.iter().map(|(_, name, condition)| (&**name, &**condition)).collect();
        assert_eq!(found, [("b", ""), ("d", "x > 1")]);
        Ok(())
    }

    #[test]
    fn a_function_is_listed_with_what_marks_it_and_what_it_calls() -> Result<(), String> {
        let source = b"@m.skipif(x.y, reason='z')\n@p('q', [])\nasync def f(a, *, b):\n    from m import n\n    n.o()\n    raise E('x')\n";

        let found = bound(source)?;

        let [row] = &found[..] else { return Err(format!("{} rows", found.len())) };
        assert_eq!((row.kind, row.is_async, row.is_stub, row.is_generator), (BoundKind::Function, true, false, false));
        assert_eq!(row.parameters, ["a", "b"]);
        assert_eq!(row.mentions, ["n.o", "E", "E"]);
        assert_eq!(row.text, "n.o()\nraise E('x')");
        let marks: Vec<_> = row.marks.iter().map(|each| (&*each.name, &each.mentions[..], &*each.values)).collect();
        assert_eq!(marks[0].0, "m.skipif");
        assert_eq!(marks[0].1, ["x.y", "\"z"]);
        assert_eq!((marks[1].0, marks[1].2), ("p", "[]"));
        Ok(())
    }

    #[test]
    fn a_function_in_which_nothing_is_said_is_empty() -> Result<(), String> {
        let found = bound(b"def a(): ...\ndef b():\n    'x'\n    assert True\ndef c():\n    return\n    assert x\ndef d(): assert x\ndef e(): return f()\n")?;

        let empty: Vec<_> = found.iter().map(|each| each.is_stub).collect();
        assert_eq!(empty, [true, true, true, false, false]);
        Ok(())
    }
}
