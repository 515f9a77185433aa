//! All that the answers of a run drew from one file, where it stands apart.
//!
//! Two states of a file with the same portrait give the same answers, but for places: its own rows
//! are in the portrait, and so is all that other files were seen to ask of it. What is too entangled
//! to be portrayed has no portrait.

use std::collections::BTreeSet;
use std::fmt::Write;

use pluribus_facts::{Binding, BindingKind, BranchId, Export, Facts, ScopeId, ScopeKind, Value, hash_word};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::clues::Clues;
use crate::codebase::Codebase;
use crate::effort::with_effort;
use crate::focus::Focus;
use crate::kin::Silhouettes;
use crate::layout::{FileId, Found, ModuleId};
use crate::margins::Margins;
use crate::objects::{Definition, Known};
use crate::queries::{is_near, scope_hash, scopes_in};
use crate::questions::Question;
use crate::rows::Handle;
use crate::spelling::WordSet;
use crate::target::Target;

/// What a run wanted of the code base.
pub(crate) struct Wishes<'a> {
    pub(crate) focuses: &'a [Focus],
    pub(crate) clues: &'a Clues,
    pub(crate) questions: Vec<Question>,
    pub(crate) functions: &'a Silhouettes,
    /// None where all was read anyway.
    pub(crate) margins: Option<&'a Margins>,
    /// Hashes of the names that were looked up in the file.
    pub(crate) asked: &'a FxHashSet<u32>,
}

#[derive(PartialEq)]
pub(crate) struct Portrait {
    answers: Vec<Vec<u8>>,
    /// The names that others may reach, and what each is.
    offered: Vec<String>,
    exports: Vec<String>,
    /// What it imports of that by which the files to be read are found, and the roots.
    imports: BTreeSet<String>,
    /// Names of its that are suggested for names that do not exist.
    near: Vec<String>,
    /// What its functions give and its classes keep, as far as it is known.
    objects: Vec<String>,
    /// By which it is looked through for calls on objects, or others are.
    holds: Vec<(bool, BTreeSet<String>)>,
    /// Names by which it offers what the run was about.
    aliases: Vec<(String, bool)>,
    /// Functions of its that others are, or may be, copies of.
    copied: Vec<Vec<(Handle, u64)>>,
    /// Words of its functions by which files are chosen.
    words: BTreeSet<WordSet>,
}

impl Codebase {
    /// Portrays a file; `only` must be set to it.
    pub(crate) fn portrait(&self, id: FileId, wishes: &Wishes) -> Option<Portrait> {
        let (facts, namespace) = self.contents(id)?;
        let is_plain = facts.served == pluribus_facts::Served::default()
            && namespace.stars.is_empty()
            && facts.errors.is_empty()
            && facts.suppressions.is_empty();
        if !is_plain {
            return None;
        }
        let mut answers = Vec::new();
        for question in &wishes.questions {
            match self.answer_of(id, question) {
                Some(Ok(answer)) => answers.push(answer),
                Some(Err(_)) => return None,
                None => {}
            }
        }
        Some(Portrait {
            answers,
            offered: offered(facts, wishes.asked).map(|binding| binding_text(facts, binding)).collect(),
            exports: facts.exports.iter().map(|step| export_text(facts, step)).collect(),
            imports: self.telling_imports(id, facts, wishes.clues),
            near: near(facts, &wishes.questions),
            objects: offered(facts, wishes.asked).filter_map(|binding| self.object_text(id, facts, binding)).collect(),
            holds: wishes
                .questions
                .iter()
                .filter_map(|question| match question {
                    Question::MethodCalls { classes, makers } => {
                        let makers: Vec<Handle> = classes.iter().chain(makers).copied().collect();
                        Some(self.holding_traits(id, &makers))
                    }
                    _ => None,
                })
                .collect(),
            copied: wishes
                .questions
                .iter()
                .filter_map(|question| match question {
                    Question::Copies { handles, modules } => {
                        Some(self.originals_with_likes(id, (handles, modules), wishes.functions))
                    }
                    _ => None,
                })
                .collect(),
            words: self.choosing_words(id, wishes),
            aliases: wishes.focuses.iter().flat_map(|focus| self.aliases(id, focus)).collect(),
        })
    }

    /// The number of each binding that an answer may name: by its qualified name, and how many of
    /// that name stand before it.
    pub(crate) fn numbers(&self, id: FileId) -> FxHashMap<(String, u32), u32> {
        let mut numbers = FxHashMap::default();
        let Some(facts) = self.facts(id) else { return numbers };
        let mut before: FxHashMap<String, u32> = FxHashMap::default();
        for (index, binding) in facts.bindings.iter().enumerate() {
            let in_function =
                facts.scopes.get(binding.scope as usize).is_some_and(|scope| scope.kind == ScopeKind::Function);
            if !in_function || matches!(binding.kind, BindingKind::Definition(_)) {
                let name = self.qualname(id, index as u32);
                let ordinal = before.entry(name.clone()).or_default();
                numbers.insert((name, *ordinal), index as u32);
                *ordinal += 1;
            }
        }
        numbers
    }

    /// What is known of what a name gives or holds, places apart.
    fn object_text(&self, id: FileId, facts: &Facts, binding: &Binding) -> Option<String> {
        let index = facts.bindings.iter().position(|each| std::ptr::eq(each, binding))? as u32;
        let BindingKind::Definition(scope) = binding.kind else {
            return with_effort(|effort| self.known_definition(id, index, effort)).map(|known| self.known_text(&known));
        };
        let found = facts.scopes.get(scope as usize)?;
        let decorators: Vec<&str> = found.decorators.iter().map(|&name| facts.name(name)).collect();
        let mut text = format!("{decorators:?} {} {}", found.is_async, found.is_generator);
        if found.kind == ScopeKind::Function {
            let result = with_effort(|effort| self.called(&Known::Definition((id, index)), effort));
            text += &result.map_or_else(String::new, |known| self.known_text(&known));
            return Some(format!("{text} {:?}", self.keys_of(id, index)));
        }
        let inside = scopes_in(facts, scope);
        let sets = |callee: &str| callee == "setattr" || callee.contains("__dict__");
        let is_open = facts.calls.iter().any(|call| inside.contains(&call.scope) && sets(facts.name(call.callee)));
        let _ = write!(text, " {is_open}");
        let stored = facts.stores.iter().filter(|store| inside.contains(&store.scope));
        let names: BTreeSet<&str> = stored.map(|store| facts.name(store.target)).collect();
        for name in names {
            let known = name
                .strip_prefix("self.")
                .and_then(|name| with_effort(|effort| self.stored((id, index), name, effort)));
            let _ = write!(text, " {name}={}", known.map_or_else(String::new, |known| self.known_text(&known)));
        }
        Some(text)
    }

    fn known_text(&self, known: &Known) -> String {
        let named = |(file, binding): Definition| {
            format!("{}:{}", self.module_name(ModuleId::File(file)), self.qualname(file, binding))
        };
        match known {
            Known::Object { class, certain, exact } => format!("object {} {certain} {exact}", named(*class)),
            Known::Definition(definition) => format!("definition {}", named(*definition)),
            Known::Method { class, function, certain } => {
                format!("method {} {} {certain}", named(*class), named(*function))
            }
            Known::Coroutine(result) => format!("coroutine {}", self.known_text(result)),
            Known::Module(Target::Module(module)) => format!("module {}", self.module_name(*module)),
            Known::Module(_) => String::new(),
        }
    }

    fn aliases(&self, id: FileId, focus: &Focus) -> Vec<(String, bool)> {
        let offers = self.offers(id, &self.wanted(focus));
        offers.into_iter().map(|(_, name, target)| (name, matches!(target, Target::Module(_)))).collect()
    }

    fn choosing_words(&self, id: FileId, wishes: &Wishes) -> BTreeSet<WordSet> {
        let Some(margins) = wishes.margins else { return BTreeSet::new() };
        let all = wishes.focuses.iter().flat_map(|focus| self.words_of_copies(&focus.copied));
        let own = all.filter(|(file, _)| *file == id).map(|(_, set)| set);
        own.filter(|set| margins.may_choose(wishes.clues.words(), set)).collect()
    }

    fn telling_imports(&self, id: FileId, facts: &Facts, clues: &Clues) -> BTreeSet<String> {
        let folder = self.layout.folder_of[id as usize];
        // A regular package gives away no root, and is no namespace that imports would prove.
        let is_regular = |first: &str| {
            let found = self.find_module(folder, first);
            matches!(found, Found::Module(ModuleId::File(_))) || !self.layout.has_name(first)
        };
        let mut told = BTreeSet::new();
        for import in &facts.imports {
            let (module, name) = (facts.name(import.module), facts.name(import.name));
            let first = module.split('.').next().unwrap_or(module);
            if import.level == 0 && !is_regular(first) {
                told.insert(module.to_owned());
            }
            if clues.lead_through(module.rsplit('.').next().unwrap_or(module)) || clues.name(name) {
                told.insert(format!("{}{module}:{name}", ".".repeat(import.level as usize)));
            }
        }
        for (scope, constant) in crate::focus::constants_sent(facts, clues) {
            told.insert(format!("{} {constant}", scope_hash(facts, scope)));
        }
        for (index, scope) in facts.scopes.iter().enumerate() {
            let index = index as ScopeId;
            let is_clue = || clues.name(facts.name(scope.name)) || crate::focus::may_rival(facts, index, clues);
            if scope.kind == ScopeKind::Class && is_clue() {
                told.insert(class_text(facts, index));
                let callees = crate::focus::imported_callees(facts, index);
                told.extend(callees.into_iter().map(|(_, callee)| format!("calls {}", facts.name(callee))));
            }
        }
        told
    }
}

/// Module-level names that were asked for, and all that is in classes.
fn offered<'a>(facts: &'a Facts, asked: &'a FxHashSet<u32>) -> impl Iterator<Item = &'a Binding> {
    facts.bindings.iter().filter(|binding| match facts.scopes.get(binding.scope as usize).map(|scope| scope.kind) {
        Some(ScopeKind::Module) => asked.contains(&hash_word(facts.name(binding.name))),
        Some(ScopeKind::Class) => true,
        _ => false,
    })
}

fn binding_text(facts: &Facts, binding: &Binding) -> String {
    let around = scope_hash(facts, binding.scope);
    let what = match &binding.kind {
        BindingKind::Import(import) => facts.imports.get(*import as usize).map_or_else(String::new, |import| {
            let [module, name, asname] = [import.module, import.name, import.asname].map(|sym| facts.name(sym));
            format!("{} {module} {name} {asname}", import.level)
        }),
        BindingKind::Definition(scope) => class_text(facts, *scope),
        BindingKind::Assignment(value) => value_text(facts, value),
        other => format!("{other:?}"),
    };
    format!("{around} {} {:?} {what}", facts.name(binding.name), arms(facts, binding.branch))
}

fn class_text(facts: &Facts, id: ScopeId) -> String {
    let Some(scope) = facts.scopes.get(id as usize) else { return String::new() };
    let bases: Vec<&str> = scope.bases.iter().map(|&base| facts.name(base)).collect();
    format!("{:?} {} {bases:?} {:?}", scope.kind, scope_hash(facts, id), arms(facts, scope.branch))
}

/// Each condition around a binding, the nearest first: the number of its statement, and which arm.
fn arms(facts: &Facts, branch: BranchId) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    let mut at = branch;
    while let Some(branch) = facts.branches.get(at as usize).filter(|_| at != 0) {
        found.push((facts.statement_number(branch), format!("{:?}", branch.arm)));
        at = branch.parent;
    }
    found
}

fn value_text(facts: &Facts, value: &Value) -> String {
    match value {
        Value::Chain(sym) => format!("chain {}", facts.name(*sym)),
        Value::Call(sym) => format!("call {}", facts.name(*sym)),
        Value::Awaited(sym) => format!("await {}", facts.name(*sym)),
        Value::Str(sym) => format!("string {}", facts.name(*sym)),
        Value::Either(values) => values.iter().map(|value| value_text(facts, value)).collect::<Vec<_>>().join(" or "),
        Value::Strings(all, is_mutable) => {
            format!("{is_mutable} {:?}", all.iter().map(|&sym| facts.name(sym)).collect::<Vec<_>>())
        }
        Value::Table(rows) => {
            let texts = |all: &[u32]| all.iter().map(|&sym| facts.name(sym).to_owned()).collect::<Vec<_>>();
            format!("{:?}", rows.iter().map(|(key, values)| (facts.name(*key), texts(values))).collect::<Vec<_>>())
        }
        Value::None | Value::Literal | Value::Mutable | Value::Other => format!("{value:?}"),
    }
}

fn export_text(facts: &Facts, step: &Export) -> String {
    let names =
        |all: &[(u32, pluribus_facts::Span)]| all.iter().map(|(sym, _)| facts.name(*sym)).collect::<Vec<_>>().join(" ");
    match step {
        Export::Set(all) => format!("= {}", names(all)),
        Export::Add(all) => format!("+ {}", names(all)),
        Export::Remove(sym) => format!("- {}", facts.name(*sym)),
        Export::AddFrom(sym) => format!("* {}", facts.name(*sym)),
        Export::Unknown => "?".to_owned(),
    }
}

fn near(facts: &Facts, questions: &[Question]) -> Vec<String> {
    let asked = questions.iter().filter_map(|question| match question {
        Question::Nearest(asked) => Some(asked),
        _ => None,
    });
    let asked: Vec<&str> = asked.flatten().map(|(_, qualname)| qualname.as_str()).collect();
    let defined = facts
        .bindings
        .iter()
        .filter(|binding| binding.scope == 0 && matches!(binding.kind, BindingKind::Definition(_)));
    let names = defined.map(|binding| facts.name(binding.name));
    names.filter(|name| asked.iter().any(|each| is_near(name, each))).map(str::to_owned).collect()
}
