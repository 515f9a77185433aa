//! One copy of each name of a file.

use std::hash::BuildHasher;

use hashbrown::HashTable;
use rustc_hash::FxBuildHasher;

use crate::model::Sym;

pub(crate) struct Interner {
    names: Vec<Box<str>>,
    /// Indexes into `names`, found by the text that they stand for.
    known: HashTable<Sym>,
}

impl Interner {
    pub(crate) fn new() -> Self {
        let mut interner = Self { names: Vec::with_capacity(256), known: HashTable::with_capacity(256) };
        interner.intern("");
        interner
    }

    pub(crate) fn intern(&mut self, name: &str) -> Sym {
        let hash = FxBuildHasher.hash_one(name);
        if let Some(&sym) = self.known.find(hash, |&sym| &*self.names[sym as usize] == name) {
            return sym;
        }
        let sym = self.names.len() as Sym;
        self.names.push(name.into());
        let names = &self.names;
        self.known.insert_unique(hash, sym, |&sym| FxBuildHasher.hash_one(&*names[sym as usize]));
        sym
    }

    pub(crate) fn get(&self, name: &str) -> Option<Sym> {
        let hash = FxBuildHasher.hash_one(name);
        self.known.find(hash, |&sym| &*self.names[sym as usize] == name).copied()
    }

    pub(crate) fn len(&self) -> usize {
        self.names.len()
    }

    pub(crate) fn name(&self, sym: Sym) -> &str {
        self.names.get(sym as usize).map_or("", |name| name)
    }

    pub(crate) fn into_names(self) -> Vec<Box<str>> {
        self.names
    }
}
