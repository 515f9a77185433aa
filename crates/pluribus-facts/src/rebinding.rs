//! Where the names of a module may be bound anew from another file: by assignments to its attributes,
//! by patches, and by whoever is handed the module.

use ruff_python_ast::visitor::Visitor;
use ruff_python_ast::{Expr, ExprCall};
use ruff_text_size::Ranged;
use rustc_hash::FxHashSet;

use crate::extract::with_tree;
use crate::position::Positions;
use crate::spellings::{argument, last_name, plain, text_of};

/// A place that may bind names of a module anew.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rebinding {
    pub line: u32,
    /// `name`; `any` where it cannot be told which; `modules` where `sys.modules` is changed under a key
    /// that cannot be told.
    pub kind: &'static str,
    pub name: String,
}

/// These look at a module, and leave it as it is.
const LOOKS: [&str; 32] = [
    "getattr",
    "hasattr",
    "dir",
    "isinstance",
    "repr",
    "str",
    "print",
    "id",
    "type",
    "bool",
    "callable",
    "len",
    "getsizeof",
    "getmodule",
    "list",
    "sorted",
    "set",
    "tuple",
    "ismodule",
    "getsource",
    "getfile",
    "getsourcefile",
    "getmembers",
    "getdoc",
    "assertIs",
    "assertIsNot",
    "assertEqual",
    "assertIsNotNone",
    "assertTrue",
    "assertIsInstance",
    "assertIn",
    "assertNotIn",
];
const LOOKS_INTO: [&str; 6] = ["get", "items", "keys", "values", "copy", "__contains__"];
/// These keep what they are handed where the file has it still.
const KEEPS: [&str; 5] = ["append", "add", "insert", "extend", "setdefault"];
const MOST_ALIASES: usize = 8;

/// Looks through a file that has a module in hand.
///
/// `held` are the dotted names that the file has for it, `paths` those by which it may be imported.
///
/// Returns an error message for a file that is no Python text at all.
pub fn rebindings(source: &[u8], held: &[String], paths: &[String]) -> Result<Vec<Rebinding>, String> {
    with_tree(source, |_, positions, body, _| {
        let mut watcher = Watcher {
            positions,
            held: held.iter().cloned().collect(),
            paths,
            found: Vec::new(),
            loose: Vec::new(),
            is_kept: false,
            is_handed: false,
            depth: 0,
        };
        // Another name for the module may have another in turn.
        for _ in 0..MOST_ALIASES {
            let known = watcher.held.len();
            watcher.found.clear();
            watcher.loose.clear();
            watcher.visit_body(body);
            if watcher.held.len() == known {
                break;
            }
        }
        if watcher.is_kept {
            // Whatever the file sets of something, it may set of what it has kept.
            watcher.found.append(&mut watcher.loose);
        }
        watcher.found
    })
}

pub(crate) struct Watcher<'a> {
    pub(crate) positions: &'a Positions<'a>,
    pub(crate) held: FxHashSet<String>,
    pub(crate) paths: &'a [String],
    pub(crate) found: Vec<Rebinding>,
    /// Attributes that are set of something else.
    pub(crate) loose: Vec<Rebinding>,
    /// Whether the module is put into something that the file goes on to use.
    pub(crate) is_kept: bool,
    /// Whether what is read is handed to a call.
    pub(crate) is_handed: bool,
    pub(crate) depth: u32,
}

impl<'a> Watcher<'a> {
    /// Notes an attribute of something else that is set.
    pub(crate) fn note_loose(&mut self, node: &impl Ranged, name: Option<&str>) {
        self.note(node, name);
        self.loose.extend(self.found.pop());
    }

    pub(crate) fn note(&mut self, node: &impl Ranged, name: Option<&str>) {
        let line = self.positions.span(node.range()).line;
        let kind = if name.is_some() { "name" } else { "any" };
        self.found.push(Rebinding { line, kind, name: name.unwrap_or_default().to_owned() });
    }

    pub(crate) fn is_path(&self, expression: &Expr, end: &str) -> bool {
        text_of(expression)
            .and_then(|text| text.strip_suffix(end))
            .is_some_and(|text| self.paths.iter().any(|each| each == text))
    }

    /// Whether an expression is the module.
    pub(crate) fn is_held(&self, expression: &Expr) -> bool {
        match expression {
            Expr::Name(_) | Expr::Attribute(_) => plain(expression).is_some_and(|spelled| self.held.contains(&spelled)),
            Expr::Subscript(each) => is_modules(&each.value) && self.is_path(&each.slice, ""),
            Expr::Call(call) => {
                let first = call.arguments.args.first();
                match last_name(&call.func) {
                    "import_module" | "__import__" | "importorskip" => first.is_some_and(|each| self.is_path(each, "")),
                    "reload" => first.is_some_and(|each| self.is_held(each)),
                    "get" => receiver(call).is_some_and(is_modules) && first.is_some_and(|each| self.is_path(each, "")),
                    "getattr" => match (first.and_then(plain), argument(call, 1, "name").and_then(text_of)) {
                        (Some(whole), Some(name)) => self.held.contains(&format!("{whole}.{name}")),
                        _ => false,
                    },
                    _ => false,
                }
            }
            Expr::Named(each) => self.is_held(&each.value),
            _ => false,
        }
    }

    /// Whether an expression is the dictionary of the module.
    pub(crate) fn is_namespace(&self, expression: &Expr) -> bool {
        match expression {
            Expr::Attribute(each) => each.attr.as_str() == "__dict__" && self.is_held(&each.value),
            Expr::Call(call) => {
                last_name(&call.func) == "vars" && call.arguments.args.first().is_some_and(|each| self.is_held(each))
            }
            Expr::StringLiteral(_) => self.is_path(expression, ".__dict__"),
            _ => false,
        }
    }

    /// Notes the keys that a dictionary, or a call that fills one, names.
    pub(crate) fn note_keys(&mut self, call: &ExprCall, from: usize, but: &[&str]) {
        for value in call.arguments.args.iter().skip(from) {
            match value {
                Expr::Dict(dict) => {
                    for item in &dict.items {
                        self.note(call, item.key.as_ref().and_then(text_of));
                    }
                }
                _ => self.note(call, None),
            }
        }
        for keyword in &call.arguments.keywords {
            let name = keyword.arg.as_ref().map(ruff_python_ast::Identifier::as_str);
            if !name.is_some_and(|name| but.contains(&name)) {
                self.note(call, name);
            }
        }
    }

    /// Looks at a call that knows what to do with a module; false for any other.
    pub(crate) fn read_call(&mut self, call: &'a ExprCall) -> bool {
        let callee = last_name(&call.func);
        if let Some(whole) = receiver(call).filter(|each| self.is_namespace(each)) {
            match callee {
                each if LOOKS_INTO.contains(&each) => {}
                "update" => self.note_keys(call, 0, &[]),
                _ => self.note(whole, call.arguments.args.first().and_then(text_of)),
            }
            return true;
        }
        let target = argument(call, 0, if callee == "dict" { "in_dict" } else { "target" });
        let Some(target) = target else { return false };
        if KEEPS.contains(&callee) && call.arguments.args.iter().any(|each| self.is_held(each)) {
            self.is_kept = true;
            return true;
        }
        let (is_held, is_namespace) = (self.is_held(target), self.is_namespace(target));
        match callee {
            "setattr" | "delattr" | "object" | "__setattr__" => {
                let name = argument(call, 1, "attribute").or_else(|| argument(call, 1, "name")).and_then(text_of);
                if !is_held {
                    self.note_loose(call, name);
                    return false;
                }
                self.note(call, name);
            }
            "multiple" if is_held || self.is_path(target, "") => {
                const OWN: [&str; 6] = ["target", "spec", "create", "spec_set", "autospec", "new_callable"];
                self.note_keys(call, call.arguments.args.len(), &OWN);
            }
            "dict" if is_namespace => self.note_keys(call, 1, &["in_dict", "clear"]),
            "setitem" | "delitem" if is_namespace => self.note(call, argument(call, 1, "name").and_then(text_of)),
            "multiple" | "vars" => {
                self.note_loose(call, None);
                return false;
            }
            each if LOOKS.contains(&each) && (is_held || is_namespace) => {}
            _ => return false,
        }
        true
    }

    /// Notes what is put into `sys.modules` under a key that is computed. What is taken out is imported
    /// anew, and is what it was.
    pub(crate) fn read_modules(&mut self, call: &ExprCall) {
        let computed = |key: Option<&Expr>| key.is_some_and(|each| text_of(each).is_none());
        let is_on_it = receiver(call).is_some_and(is_modules);
        let first = call.arguments.args.first();
        let is_given = first.is_some_and(|each| is_modules(each) || text_of(each) == Some("sys.modules"));
        let second = call.arguments.args.get(1);
        let is_computed = match last_name(&call.func) {
            "setitem" if is_given => computed(second),
            "setdefault" | "__setitem__" if is_on_it => computed(first),
            "dict" if is_given => has_computed_key(second),
            "update" if is_on_it => has_computed_key(first),
            _ => false,
        };
        if is_computed {
            self.note_modules(call);
        }
    }

    pub(crate) fn note_modules(&mut self, node: &impl Ranged) {
        let line = self.positions.span(node.range()).line;
        self.found.push(Rebinding { line, kind: "modules", name: String::new() });
    }

    pub(crate) fn alias(&mut self, target: &Expr) -> bool {
        match plain(target) {
            Some(spelled) => {
                self.held.insert(spelled);
                true
            }
            None => false,
        }
    }
}

pub(crate) fn receiver(call: &ExprCall) -> Option<&Expr> {
    match call.func.as_ref() {
        Expr::Attribute(each) => Some(&each.value),
        _ => None,
    }
}

pub(crate) fn is_modules(expression: &Expr) -> bool {
    matches!(expression, Expr::Attribute(each) if each.attr.as_str() == "modules")
        && plain(expression).is_some_and(|spelled| spelled.ends_with("sys.modules"))
}

fn has_computed_key(dict: Option<&Expr>) -> bool {
    match dict {
        Some(Expr::Dict(dict)) => {
            dict.items.iter().any(|item| item.key.as_ref().is_none_or(|key| text_of(key).is_none()))
        }
        Some(_) => true,
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::rebindings;

    fn told(source: &str) -> Vec<String> {
        let held = ["old".to_owned(), "app.old".to_owned()];
        let found = rebindings(source.as_bytes(), &held, &["app.old".to_owned()]).unwrap_or_default();
        found.iter().map(|each| format!("{} {} {}", each.line, each.kind, each.name)).collect()
    }

    #[test]
    fn an_attribute_that_is_bound_is_told_by_its_name() {
        assert_eq!(told("old.a = 1\napp.old.b, x = y\ndel old.c\n"), ["1 name a", "2 name b", "3 name c"]);
        assert_eq!(told("m = old\nm.a = 1\nn = m\nn.b += 1\n"), ["2 name a", "4 name b"]);
        assert_eq!(told("setattr(old, 'a', 1)\npatch.object(old, n)\n"), ["1 name a", "2 any "]);
        assert_eq!(told("patch.multiple('app.old', a=1, b=2)\n"), ["1 name a", "1 name b"]);
        assert_eq!(told("vars(old).update(a=1)\nold.__dict__['b'] = 1\n"), ["1 name a", "2 name b"]);
    }

    #[test]
    fn who_is_handed_the_module_may_bind_anything() {
        assert_eq!(told("f(old)\ndef g(): return old\n"), ["1 any ", "2 any "]);
        assert_eq!(told("f(import_module('app.old'))\n"), ["1 any "]);
        assert_eq!(told("f([old])\n"), ["1 any "]);
    }

    #[test]
    fn what_is_kept_may_be_bound_by_what_the_file_sets_of_others() {
        assert_eq!(told("for m in [old]:\n    m.a = 1\n    n.append((1, m))\n"), ["2 name a"]);
        assert_eq!(told("x = {'a': old}\nsetattr(x['a'], n, 1)\n"), ["2 any "]);
        assert_eq!(told("x = {'a': old}\nself.b = x\n"), [""; 0]);
    }

    #[test]
    fn a_look_binds_nothing() {
        assert_eq!(told("x = old.a.b(old.c)\nprint(old, dir(old))\nold is None\nvars(old)['a']\n"), [""; 0]);
        assert_eq!(told("other.a = 1\nold.a.b = 1\nimport_module('app.old')\n"), [""; 0]);
    }

    #[test]
    fn a_key_that_is_computed_may_be_that_of_any_module() {
        assert_eq!(told("import sys\nsys.modules[n] = 1\nsys.modules['a'] = 1\n"), ["2 modules "]);
        assert_eq!(told("import sys\ndel sys.modules[n], sys.modules['app.old']\n"), [""; 0]);
    }
}
