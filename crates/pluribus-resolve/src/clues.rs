//! The words by which a file gives away that it can matter to a concept.

use globset::{Glob, GlobMatcher};
use pluribus_facts::{Outline, hash_definition, hash_word};
use rustc_hash::FxHashSet;
use serde::{Deserialize, Serialize};

use crate::focus::Focus;
use crate::hidden::{Package, spells};
use crate::spelling::WordSet;

/// Words of files that matter to every concept: suppressions, and packages that have modules in
/// other folders too.
const ALWAYS: [&str; 3] = ["pluribus", "__path__", "declare_namespace"];

/// A dotted module path, and the hash of each of its parts.
struct ModulePath {
    parts: Vec<String>,
    hashes: Vec<u32>,
}

impl ModulePath {
    fn new(path: &str) -> Self {
        let parts: Vec<String> = path.split('.').map(str::to_owned).collect();
        Self { hashes: parts.iter().map(|part| hash_word(part)).collect(), parts }
    }

    /// Whether a file of a package can spell the path: what the two share, a relative import need
    /// not.
    fn may_stand_in(&self, outline: &Outline, package: &[&str]) -> bool {
        let shared = self.parts.iter().zip(package).take_while(|(a, b)| a == *b).count();
        if shared == self.parts.len() {
            outline.has_star
        } else {
            self.hashes[shared..].iter().all(|&hash| outline.has(hash))
        }
    }
}

/// Clues as they are kept between runs.
#[derive(Default, Serialize, Deserialize)]
pub(crate) struct KeptClues {
    modules: Vec<String>,
    names: Vec<u32>,
    globs: Vec<String>,
    methods: Vec<(Vec<u32>, usize)>,
    aliases: Vec<(String, String)>,
    packages: Vec<Package>,
    senders: Vec<String>,
    words: Vec<WordSet>,
}

impl From<KeptClues> for Clues {
    fn from(kept: KeptClues) -> Self {
        let mut clues = Self { methods: kept.methods, packages: kept.packages, words: kept.words, ..Self::default() };
        let focus = Focus { modules: kept.modules, classes: kept.globs, senders: kept.senders, ..Focus::default() };
        clues.extend(&focus);
        for hash in kept.names {
            clues.add_hash(hash);
        }
        for (name, module) in kept.aliases {
            clues.add_alias(&name, &module);
        }
        clues
    }
}

/// How many clues of each kind the files that wait were looked through for.
#[derive(Clone, Copy, Default)]
struct Tried {
    modules: usize,
    names: usize,
    classes: usize,
    methods: usize,
    aliases: usize,
    packages: usize,
    senders: usize,
    words: usize,
}

/// All clues so far, each once, in the order in which they came.
#[derive(Default)]
pub(crate) struct Clues {
    modules: Vec<ModulePath>,
    names: Vec<u32>,
    classes: Vec<GlobMatcher>,
    methods: Vec<(Vec<u32>, usize)>,
    /// Names under which modules offer a concept, and the path of each such module.
    aliases: Vec<(u32, ModulePath)>,
    /// Those that may yet give a root away.
    packages: Vec<Package>,
    senders: Vec<String>,
    words: Vec<WordSet>,
    known: Known,
    tried: Tried,
}

#[derive(Default)]
struct Known {
    modules: FxHashSet<String>,
    names: FxHashSet<u32>,
    globs: FxHashSet<String>,
    aliases: FxHashSet<(String, String)>,
}

impl Clues {
    /// Adds what a focus is about.
    pub(crate) fn extend(&mut self, focus: &Focus) {
        for word in ALWAYS {
            self.add_name(word);
        }
        for path in &focus.modules {
            if self.known.modules.insert(path.clone()) {
                self.modules.push(ModulePath::new(path));
            }
        }
        for name in &focus.names {
            self.add_name(name);
        }
        for glob in &focus.classes {
            if self.known.globs.insert(glob.clone()) {
                self.classes.extend(Glob::new(glob).ok().map(|glob| glob.compile_matcher()));
            }
        }
        for (names, least) in &focus.methods {
            let set = (names.iter().map(|name| hash_definition(name)).collect(), *least);
            if !self.methods.contains(&set) {
                self.methods.push(set);
            }
        }
        for name in &focus.senders {
            if !self.is_sender(name) {
                self.senders.push(name.clone());
            }
        }
        for (words, least) in &focus.words {
            self.add_words(words.iter().map(|word| hash_word(word)).collect(), *least);
        }
    }

    pub(crate) fn add_words(&mut self, words: Vec<u32>, least: usize) {
        let set = (words, least);
        if !self.words.contains(&set) {
            self.words.push(set);
        }
    }

    pub(crate) fn words(&self) -> &[WordSet] {
        &self.words
    }

    /// All of them, tried or not.
    pub(crate) fn kept(&self) -> KeptClues {
        KeptClues {
            modules: self.known.modules.iter().cloned().collect(),
            names: self.names.clone(),
            globs: self.known.globs.iter().cloned().collect(),
            methods: self.methods.clone(),
            aliases: self.known.aliases.iter().cloned().collect(),
            packages: self.packages.clone(),
            senders: self.senders.clone(),
            words: self.words.clone(),
        }
    }

    pub(crate) fn add_name(&mut self, name: &str) {
        self.add_hash(hash_word(name));
    }

    fn add_hash(&mut self, hash: u32) {
        if self.known.names.insert(hash) {
            self.names.push(hash);
        }
    }

    /// A star import from such a module brings the name on without saying it.
    pub(crate) fn add_alias(&mut self, name: &str, module: &str) {
        if self.known.aliases.insert((name.to_owned(), module.to_owned())) {
            self.aliases.push((hash_word(name), ModulePath::new(module)));
        }
    }

    pub(crate) fn add_package(&mut self, package: Package) {
        if !self.packages.contains(&package) {
            self.packages.push(package);
        }
    }

    pub(crate) fn have_news(&self) -> bool {
        let Tried { modules, names, classes, methods, aliases, packages, senders, words } = self.tried;
        modules < self.modules.len()
            || names < self.names.len()
            || classes < self.classes.len()
            || methods < self.methods.len()
            || aliases < self.aliases.len()
            || packages < self.packages.len()
            || senders < self.senders.len()
            || words < self.words.len()
    }

    /// Says that no file that waits has any of the clues.
    pub(crate) fn mark_tried(&mut self) {
        self.tried = Tried {
            modules: self.modules.len(),
            names: self.names.len(),
            classes: self.classes.len(),
            methods: self.methods.len(),
            aliases: self.aliases.len(),
            packages: self.packages.len(),
            senders: self.senders.len(),
            words: self.words.len(),
        };
    }

    /// Says that files may have clues that they did not have before.
    pub(crate) fn try_all_again(&mut self) {
        self.tried = Tried::default();
    }

    /// Whether a file of a package has a clue that was not tried yet; words of copies count or not.
    pub(crate) fn allow(&self, outline: &Outline, package: &[&str], by_words: bool) -> bool {
        let has = |hash: &u32| outline.has(*hash);
        self.names[self.tried.names..].iter().any(has)
            || self.modules[self.tried.modules..].iter().any(|path| path.may_stand_in(outline, package))
            || self.allow_class(outline)
            || self.methods[self.tried.methods..].iter().any(|set| has_enough(set, has))
            || (by_words && self.words[self.tried.words..].iter().any(|set| has_enough(set, has)))
            || self.packages[self.tried.packages..].iter().any(|package| spells(outline, package))
            || self.allow_alias(outline, package)
    }

    fn allow_alias(&self, outline: &Outline, package: &[&str]) -> bool {
        // Hundreds of modules offer a handful of names: each is looked for once.
        let mut looked_for: Vec<(u32, bool)> = Vec::new();
        self.aliases[self.tried.aliases..].iter().any(|(name, path)| {
            let known = looked_for.iter().find(|(other, _)| other == name).map(|(_, is_there)| *is_there);
            let is_there = known.unwrap_or_else(|| {
                let is_there = outline.has_star || outline.has(*name);
                looked_for.push((*name, is_there));
                is_there
            });
            is_there && path.may_stand_in(outline, package)
        })
    }

    fn allow_class(&self, outline: &Outline) -> bool {
        let fits = |name: &str| self.classes[self.tried.classes..].iter().any(|glob| glob.is_match(name));
        // Most rounds bring no new globs, and to split the names costs more than to look for none.
        self.tried.classes < self.classes.len()
            && (outline.classes.iter().any(|name| fits(name)) || outline.imported.split('\n').any(fits))
    }

    /// Whether a name is a clue, or the name of a class that is one.
    pub(crate) fn name(&self, name: &str) -> bool {
        self.known.names.contains(&hash_word(name)) || self.classes.iter().any(|glob| glob.is_match(name))
    }

    /// Whether a name is that of a module that is a clue, or of a package around one.
    pub(crate) fn lead_through(&self, name: &str) -> bool {
        self.modules.iter().any(|path| path.parts.iter().any(|part| part == name))
    }

    /// Whether it matters what constants are handed to a method of that name.
    pub(crate) fn is_sender(&self, method: &str) -> bool {
        self.senders.iter().any(|each| each == method)
    }

    /// Whether these methods are enough to nominate a rival.
    pub(crate) fn nominate(&self, methods: &FxHashSet<u32>) -> bool {
        self.methods.iter().any(|set| has_enough(set, |hash| methods.contains(hash)))
    }
}

fn has_enough((all, least): &(Vec<u32>, usize), has: impl Fn(&u32) -> bool) -> bool {
    let Some(mut may_lack) = all.len().checked_sub(*least) else { return false };
    // Most files lack too many of the first few.
    all.iter().all(|hash| {
        has(hash) || {
            let goes_on = may_lack > 0;
            may_lack = may_lack.saturating_sub(1);
            goes_on
        }
    })
}
