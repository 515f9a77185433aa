//! Names that a module serves without binding them: lazy tables and a module `__getattr__`.

use pluribus_facts::{BindingKind, Facts, Span, Value};

use crate::codebase::Codebase;
use crate::layout::{FileId, ModuleId};
use crate::members::Way;
use crate::target::{Step, StepKind, Target};

impl Codebase {
    /// What lazy tables and a module `__getattr__` serve under a name.
    pub(crate) fn served(&self, file: FileId, facts: &Facts, name: &str, way: &mut Way) -> Option<Target> {
        let served = &facts.served;
        for &(key, module, attribute, span) in &served.lazy {
            if facts.name(key) == name {
                way.steps.push(Step { file, span, kind: StepKind::Lazy, name: name.into() });
                return Some(self.looked_up(file, facts.name(module), facts.name(attribute), false, way));
            }
        }
        let scope = served.getattr?;
        for table in &served.tables {
            if let Some((values, span)) = self.table_entry(file, facts, facts.name(*table), name) {
                way.steps.push(Step { file, span, kind: StepKind::Lazy, name: name.into() });
                let target = match values.as_slice() {
                    [module, attribute] => self.looked_up(file, module, attribute, true, way),
                    [module] => self.looked_up(file, module, name, false, way),
                    _ => Target::Unknown("served by `__getattr__`"),
                };
                return Some(target);
            }
        }
        let compared = served.compared.iter().find(|(key, _)| facts.name(*key) == name);
        let inner = self.namespace(file).and_then(|all| all.bindings(facts, scope, name).first());
        if let (Some(&(_, span)), Some(index)) = (compared, inner) {
            way.steps.push(Step { file, span, kind: StepKind::Lazy, name: name.into() });
            return Some(self.follow(file, index, way));
        }
        let is_guarded = !served.compared.is_empty() || !served.tables.is_empty();
        if compared.is_some() || !is_guarded {
            let span = compared.map_or_else(|| scope_span(facts, scope), |&(_, span)| span);
            for forward in &served.forwards {
                if let Some(module) = self.module_expression(file, scope, facts.name(*forward), &mut way.aside()) {
                    if module == ModuleId::File(file) {
                        continue;
                    }
                    way.steps.push(Step { file, span, kind: StepKind::Lazy, name: name.into() });
                    let target = self.member(module, name, way);
                    if target.is_found() {
                        return Some(target);
                    }
                    way.steps.pop();
                }
            }
        }
        compared.map(|_| Target::Unknown("served by `__getattr__`"))
    }

    /// A table says `"Name": "module"`, `"Name": ("module", "attribute")` or `"Name": "module.attribute"`.
    fn looked_up(&self, file: FileId, module: &str, attribute: &str, is_pair: bool, way: &mut Way) -> Target {
        let (path, attribute) = match module.split_once(':') {
            Some((path, attribute)) => (path, attribute),
            None => (module, attribute),
        };
        let beside = format!(".{path}");
        let spellings = [path, beside.as_str()];
        for spelling in spellings {
            if let Target::Module(found) = self.written_module(file, spelling, way) {
                let target = self.member(found, attribute, way);
                if target.is_found() {
                    return target;
                }
                // The table may list submodules under their own names.
                if !is_pair && path.rsplit('.').next() == Some(attribute) {
                    return Target::Module(found);
                }
            }
        }
        if is_pair {
            return Target::Unknown("served by a lazy table");
        }
        if let Some((parent, last)) = path.rsplit_once('.').filter(|(parent, _)| !parent.is_empty())
            && let Target::Module(found) = self.written_module(file, parent, way)
        {
            let target = self.member(found, last, way);
            if target.is_found() {
                return target;
            }
        }
        Target::Unknown("served by a lazy table")
    }

    fn table_entry(&self, file: FileId, facts: &Facts, table: &str, name: &str) -> Option<(Vec<String>, Span)> {
        let namespace = self.namespace(file)?;
        for index in namespace.bindings(facts, 0, table).iter() {
            let binding = facts.bindings.get(index as usize)?;
            match &binding.kind {
                BindingKind::Assignment(Value::Table(rows)) => {
                    for (key, values) in rows {
                        if facts.name(*key) == name {
                            let values = values.iter().map(|each| facts.name(*each).to_owned()).collect();
                            return Some((values, binding.span));
                        }
                        // `"module": ["Name", ...]`
                        if values.len() != 1 && values.iter().any(|each| facts.name(*each) == name) {
                            return Some((vec![facts.name(*key).to_owned(), name.to_owned()], binding.span));
                        }
                    }
                }
                BindingKind::Assignment(Value::Strings(names, _))
                    if names.iter().any(|each| facts.name(*each) == name) =>
                {
                    return Some((Vec::new(), binding.span));
                }
                BindingKind::Assignment(Value::Mutable | Value::Call(_) | Value::Awaited(_) | Value::Other) => {
                    return Some((Vec::new(), binding.span));
                }
                _ => {}
            }
        }
        None
    }
}

fn scope_span(facts: &Facts, scope: u32) -> Span {
    facts.scopes.get(scope as usize).map(|scope| scope.span).unwrap_or_default()
}
