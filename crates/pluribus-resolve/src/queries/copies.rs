//! Functions that are written down again.

use std::collections::BTreeSet;

use pluribus_facts::{BindingKind, Facts, ScopeId, ScopeKind, Shape};
use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use super::scope_name;
use crate::codebase::Codebase;
use crate::copy_rows::CopyRow;
use crate::kin::Silhouette;
use crate::layout::{FileId, ModuleId};
use crate::likeness::{Body, Likeness, compare, is_most};
use crate::rows::Handle;
use crate::spelling::{WordSet, words_of_copies};

/// A function of which copies are looked for.
struct Original<'a> {
    handle: Handle,
    name: &'a str,
    scope: String,
    file: FileId,
    body: Body<'a>,
}

impl Codebase {
    /// What copies there are of these functions, of the methods of these classes, and of all that is
    /// in these modules; tests apart.
    pub fn copies_of(&self, handles: &[Handle], modules: &[String]) -> Vec<CopyRow> {
        let originals = self.originals(handles, modules);
        let index = Index::new(&originals);
        let mut copies: Vec<CopyRow> = self
            .asked_files()
            .into_par_iter()
            .filter(|&id| !self.file(id).is_test)
            .flat_map_iter(|id| self.copies_in(id, &originals, &index))
            .collect();
        copies.sort_by(|a, b| a.site.place.cmp(&b.site.place));
        copies
    }

    /// Those functions of one file that have likes in others, each with a digest that is another one
    /// whenever other functions are its copies.
    pub(crate) fn originals_with_likes(
        &self,
        id: FileId,
        (handles, modules): (&[Handle], &[String]),
        functions: &[(FileId, Vec<Silhouette>)],
    ) -> Vec<(Handle, u64)> {
        let mut originals = self.originals(handles, modules);
        originals.retain(|each| each.file == id);
        let index = Index::new(&originals);
        let others = functions.iter().filter(|(file, _)| *file != id).flat_map(|(_, all)| all);
        let like = |each: &Silhouette| index.candidates(each.renamed, each.telling.iter().copied(), || true);
        let numbers: BTreeSet<usize> = others.flat_map(like).collect();
        let liked = numbers.into_iter().filter_map(|number| originals.get(number));
        liked.map(|each| (each.handle, digest(&each.body))).collect()
    }

    /// What a file must spell to hold a copy; see `Clues::add_words`.
    pub(crate) fn words_of_copies(&self, copied: &[(String, String)]) -> Vec<(FileId, WordSet)> {
        let (modules, definitions): (Vec<_>, Vec<_>) = copied.iter().partition(|(_, qualname)| qualname.is_empty());
        let modules: Vec<String> = modules.into_iter().map(|(module, _)| module.clone()).collect();
        let handles: Vec<Handle> = definitions
            .into_iter()
            .filter_map(|(module, qualname)| self.definition(module, qualname))
            .map(|(file, binding)| Handle(file, binding))
            .collect();
        let originals = self.originals(&handles, &modules);
        originals.iter().filter_map(|each| Some((each.file, words_of_copies(each.body)?))).collect()
    }

    fn originals(&self, handles: &[Handle], modules: &[String]) -> Vec<Original<'_>> {
        let whole = modules.iter().filter_map(|path| match self.module(path) {
            Some(ModuleId::File(file)) => Some((file, None)),
            _ => None,
        });
        let defined = handles.iter().filter_map(|&Handle(file, binding)| {
            let facts = self.facts(file)?;
            match facts.bindings.get(binding as usize)?.kind {
                BindingKind::Definition(scope) => Some((file, Some(scope))),
                _ => None,
            }
        });
        let mut found = Vec::new();
        for (file, wanted) in whole.chain(defined) {
            let Some(facts) = self.facts(file) else { continue };
            let numbers = definitions(facts);
            for shape in &facts.shapes {
                let Some(scope) = facts.scopes.get(shape.scope as usize) else { continue };
                let Some(&binding) = numbers.get(&shape.scope) else { continue };
                if wanted.is_none_or(|wanted| wanted == shape.scope || wanted == scope.parent) {
                    found.push(Original {
                        handle: Handle(file, binding),
                        name: facts.name(scope.name),
                        scope: scope_name(facts, scope.parent),
                        file,
                        body: Body::new(facts, shape),
                    });
                }
            }
        }
        found
    }

    fn copies_in(&self, id: FileId, originals: &[Original], index: &Index) -> Vec<CopyRow> {
        let Some(facts) = self.facts(id) else { return Vec::new() };
        let mut rows = Vec::new();
        let mut numbers = None;
        for shape in &facts.shapes {
            let body = Body::new(facts, shape);
            let candidates = index.candidates(body.shape.renamed, body.telling_hashes(), || body.may_be_near());
            if candidates.is_empty() {
                continue;
            }
            let numbers = numbers.get_or_insert_with(|| definitions(facts));
            let Some(&binding) = numbers.get(&shape.scope) else { continue };
            let Some(scope) = facts.scopes.get(shape.scope as usize) else { continue };
            let around = scope_name(facts, scope.parent);
            if originals.iter().any(|each| each.handle == Handle(id, binding)) {
                continue;
            }
            let name = facts.name(scope.name);
            // What is defined again under a condition, or only to be replaced, is the original.
            let is_other =
                |each: &Original| each.file != id || each.scope != around || (around.is_empty() && each.name != name);
            let compared =
                candidates.into_iter().filter_map(|number| originals.get(number)).filter(|each| is_other(each));
            let best = compared
                .filter_map(|each| Some((compare(each.body, body)?, each.name == name, each)))
                .max_by_key(|(likeness, is_named_so, each)| (*likeness, *is_named_so, std::cmp::Reverse(each.handle)));
            let Some((Likeness { grade, shared, of, telling }, _, original)) = best else { continue };
            let class = facts.scopes.get(scope.parent as usize).filter(|around| around.kind == ScopeKind::Class);
            rows.push(CopyRow {
                site: self.site(id, facts, scope.span, scope.parent, scope.branch),
                copy: Handle(id, binding),
                class: class.and_then(|_| numbers.get(&scope.parent)).map(|&class| Handle(id, class)),
                original: original.handle,
                grade: grade.name(),
                shared: shared as u32,
                of: of as u32,
                telling: telling as u32,
            });
        }
        rows
    }
}

/// By which the functions are found that a function may be a copy of.
struct Index {
    renamed: FxHashMap<u64, Vec<usize>>,
    /// By telling statements, each once.
    statements: FxHashMap<u32, Vec<usize>>,
    telling: Vec<usize>,
}

impl Index {
    fn new(originals: &[Original]) -> Self {
        let (mut renamed, mut statements): (FxHashMap<_, Vec<_>>, FxHashMap<_, Vec<_>>) = Default::default();
        for (number, each) in originals.iter().enumerate() {
            renamed.entry(each.body.shape.renamed).or_default().push(number);
            if each.body.may_be_near() {
                for hash in each.body.telling_hashes().collect::<FxHashSet<_>>() {
                    statements.entry(hash).or_default().push(number);
                }
            }
        }
        Self { renamed, statements, telling: originals.iter().map(|each| each.body.telling()).collect() }
    }

    fn candidates(
        &self,
        renamed: u64,
        telling: impl Iterator<Item = u32> + Clone,
        may_be_near: impl FnOnce() -> bool,
    ) -> Vec<usize> {
        if let Some(same) = self.renamed.get(&renamed) {
            return same.clone();
        }
        let known: Vec<&Vec<usize>> = telling.clone().filter_map(|hash| self.statements.get(&hash)).collect();
        // Most functions share nothing.
        if known.len() < 2 || !may_be_near() {
            return Vec::new();
        }
        let mut hits: FxHashMap<usize, usize> = FxHashMap::default();
        for &number in known.into_iter().flatten() {
            *hits.entry(number).or_default() += 1;
        }
        let telling = telling.count();
        let is_like = |(number, hits): &(usize, usize)| {
            is_most(*hits, telling.max(self.telling.get(*number).copied().unwrap_or(0)))
        };
        let mut found: Vec<usize> = hits.into_iter().filter(is_like).map(|(number, _)| number).collect();
        found.sort_unstable();
        found
    }
}

/// The binding of each class and function.
pub(super) fn definitions(facts: &Facts) -> FxHashMap<ScopeId, u32> {
    let numbered = facts.bindings.iter().enumerate().filter_map(|(number, binding)| match binding.kind {
        BindingKind::Definition(scope) => Some((scope, number as u32)),
        _ => None,
    });
    numbered.collect()
}

/// Another one whenever other functions are copies, or other words give them away.
pub(super) fn digest(body: &Body) -> u64 {
    let Shape { exact, renamed, .. } = *body.shape;
    let statements = body.statements.iter().flat_map(|each| [each.hash, each.word]);
    statements.fold(exact ^ renamed.rotate_left(32), |digest, value| digest.rotate_left(7) ^ u64::from(value))
}
