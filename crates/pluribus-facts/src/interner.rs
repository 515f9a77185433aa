//! One copy of each name of a file.

use std::hash::BuildHasher;

use hashbrown::HashTable;
use rustc_hash::FxBuildHasher;

use crate::model::Sym;
use crate::names::Names;

pub(crate) struct Interner {
    names: Names,
    /// The names, found by the text that they stand for.
    known: HashTable<Sym>,
}

impl Interner {
    pub(crate) fn new() -> Self {
        let mut interner = Self { names: Names::default(), known: HashTable::with_capacity(256) };
        interner.intern("");
        interner
    }

    pub(crate) fn intern(&mut self, name: &str) -> Sym {
        let hash = FxBuildHasher.hash_one(name);
        if let Some(&sym) = self.known.find(hash, |&sym| self.names.get(sym) == name) {
            return sym;
        }
        let sym = self.names.add(name);
        let names = &self.names;
        self.known.insert_unique(hash, sym, |&sym| FxBuildHasher.hash_one(names.get(sym)));
        sym
    }

    pub(crate) fn get(&self, name: &str) -> Option<Sym> {
        let hash = FxBuildHasher.hash_one(name);
        self.known.find(hash, |&sym| self.names.get(sym) == name).copied()
    }

    pub(crate) fn len(&self) -> usize {
        self.names.len()
    }

    pub(crate) fn name(&self, sym: Sym) -> &str {
        self.names.get(sym)
    }

    pub(crate) fn into_names(self) -> Names {
        self.names
    }
}
