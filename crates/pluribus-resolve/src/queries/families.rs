//! Functions that are each other again, over the whole code base and without any owner.

use pluribus_facts::ScopeKind;
use rustc_hash::FxHashMap;

use super::copies::{definitions, digest};
use crate::codebase::Codebase;
use crate::copy_rows::{FamilyRow, MemberRow};
use crate::layout::FileId;
use crate::likeness::{Body, compare};
use crate::rows::{Handle, Site};

/// A statement that more functions have says nothing of any two of them.
const COMMON: usize = 20;
/// Of telling statements, so many that are rarer than that must be in two functions to compare them.
const LEAST_SHARED: usize = 3;

struct Function<'a> {
    file: FileId,
    binding: u32,
    class: Option<u32>,
    body: Body<'a>,
}

impl Codebase {
    /// Functions of at least so many statements in files that were read and are no tests, each with
    /// those that it is a copy of, or that are copies of it; families of one are left out.
    ///
    /// Time grows with the number of functions: those that are the same but for names have one hash,
    /// and near ones are compared only where they share statements that few functions have.
    pub fn clone_families(&self, least: usize) -> Vec<FamilyRow> {
        let functions = self.functions_with_shape(least);
        let mut families = Families::new(functions.len());
        let mut same: FxHashMap<u64, usize> = FxHashMap::default();
        for (number, each) in functions.iter().enumerate() {
            let first = *same.entry(each.body.shape.renamed).or_insert(number);
            families.join(first, number);
        }
        // Of those that are the same, one stands for all.
        let mut firsts: Vec<usize> = same.into_values().collect();
        firsts.sort_unstable();
        for (one, other) in near_pairs(&functions, &firsts) {
            if families.first(one) != families.first(other)
                && compare(functions[one].body, functions[other].body).is_some()
            {
                families.join(one, other);
            }
        }
        let mut members: FxHashMap<usize, Vec<usize>> = FxHashMap::default();
        for number in 0..functions.len() {
            members.entry(families.first(number)).or_default().push(number);
        }
        let several = members.into_values().filter(|members| members.len() > 1);
        let mut rows: Vec<FamilyRow> = several.map(|members| self.family(&functions, &members)).collect();
        rows.sort_by(|a, b| a.members.first().map(|row| &row.site).cmp(&b.members.first().map(|row| &row.site)));
        rows
    }

    /// All that one file has to do with it: another file's functions are the same or not by these.
    pub(crate) fn shape_rows(&self, least: usize) -> Vec<(Site, u64)> {
        let functions = self.functions_with_shape(least);
        functions.iter().filter_map(|each| Some((self.site_of(each)?, digest(&each.body)))).collect()
    }

    fn site_of(&self, each: &Function) -> Option<Site> {
        let facts = self.facts(each.file)?;
        let found = facts.bindings.get(each.binding as usize)?;
        Some(self.site(each.file, facts, found.span, found.scope, found.branch))
    }

    fn functions_with_shape(&self, least: usize) -> Vec<Function<'_>> {
        let mut functions = Vec::new();
        for (file, _, facts) in self.read_files().filter(|(_, file, _)| !file.is_test) {
            let numbers = definitions(facts);
            for shape in facts.shapes.iter().filter(|shape| shape.count as usize >= least) {
                let Some(scope) = facts.scopes.get(shape.scope as usize) else { continue };
                let Some(&binding) = numbers.get(&shape.scope) else { continue };
                let around = facts.scopes.get(scope.parent as usize).filter(|around| around.kind == ScopeKind::Class);
                let class = around.and_then(|_| numbers.get(&scope.parent)).copied();
                functions.push(Function { file, binding, class, body: Body::new(facts, shape) });
            }
        }
        functions
    }

    /// Each member with its likeness to the first.
    fn family(&self, functions: &[Function], members: &[usize]) -> FamilyRow {
        let first = members.first().map(|&number| functions[number].body);
        let rows = members.iter().filter_map(|&number| {
            let Function { file, binding, class, body } = functions[number];
            let likeness = compare(first?, body);
            Some(MemberRow {
                site: self.site_of(&functions[number])?,
                handle: Handle(file, binding),
                class: class.map(|class| Handle(file, class)),
                grade: likeness.map_or("", |likeness| likeness.grade.name()),
                shared: likeness.map_or(0, |likeness| likeness.shared as u32),
                of: likeness.map_or(0, |likeness| likeness.of as u32),
                telling: body.different() as u32,
            })
        });
        FamilyRow { members: rows.collect() }
    }
}

/// Pairs of functions that share enough telling statements which few functions have.
fn near_pairs(functions: &[Function], firsts: &[usize]) -> Vec<(usize, usize)> {
    let mut having: FxHashMap<u32, Vec<usize>> = FxHashMap::default();
    for &number in firsts.iter().filter(|&&number| functions[number].body.may_be_near()) {
        for each in functions[number].body.statements.iter().filter(|each| each.is_telling()) {
            let known = having.entry(each.hash).or_default();
            if known.last() != Some(&number) && known.len() <= COMMON {
                known.push(number);
            }
        }
    }
    let mut shared: FxHashMap<(usize, usize), usize> = FxHashMap::default();
    for known in having.into_values().filter(|known| known.len() <= COMMON) {
        for (at, &one) in known.iter().enumerate() {
            for &other in &known[at + 1..] {
                *shared.entry((one.min(other), one.max(other))).or_default() += 1;
            }
        }
    }
    let enough = shared.into_iter().filter(|(_, count)| *count >= LEAST_SHARED).map(|(pair, _)| pair);
    let mut pairs: Vec<(usize, usize)> = enough.collect();
    pairs.sort_unstable();
    pairs
}

/// Which functions belong together: each knows one that came before it.
struct Families(Vec<usize>);

impl Families {
    fn new(count: usize) -> Self {
        Self((0..count).collect())
    }

    fn first(&mut self, number: usize) -> usize {
        let mut at = number;
        while self.0[at] != at {
            self.0[at] = self.0[self.0[at]];
            at = self.0[at];
        }
        at
    }

    fn join(&mut self, one: usize, other: usize) {
        let (one, other) = (self.first(one), self.first(other));
        self.0[one.max(other)] = one.min(other);
    }
}
