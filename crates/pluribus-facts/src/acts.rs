//! What is told of a file that is run: see `effects`.

/// An import that runs when the file is imported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunImport {
    /// Where its statement starts, in bytes.
    pub statement: u32,
    /// The module as written, its dots included.
    pub module: String,
    /// The imported name, `*` for a star, empty for `import module`.
    pub name: String,
}

/// Something that may do more than define a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Act {
    pub line: u32,
    /// `call`, `decorator`, `base`, `keyword`, `set` (of an attribute), `item`, `change`, `enter` or `unread`.
    pub kind: &'static str,
    /// What it is done with, from the module that has it: `logging.getLogger`, with the dots of a
    /// relative import. `builtins.` stands before what nothing binds, `:` before a class or function of
    /// the file, `=` before a value that it makes, and `?` before what cannot be told.
    pub path: String,
    /// As the file spells it.
    pub shown: String,
    /// Of a call the names that it is handed, of a store the key: joined by commas.
    pub given: String,
}

/// A class at module level, for who derives from it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunClass {
    pub name: String,
    /// Spelled as in [`Act::path`].
    pub bases: Vec<String>,
    /// Whether it has no metaclass, no `__init_subclass__`, and no keywords.
    pub is_plain: bool,
}

/// What an import of a file runs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Running {
    pub imports: Vec<RunImport>,
    pub acts: Vec<Act>,
    pub classes: Vec<RunClass>,
    /// What each name of the module is, spelled as in [`Act::path`]: once for each thing that it may be.
    pub names: Vec<(String, String)>,
}

pub(crate) fn unread(line: u32) -> Act {
    Act { line, kind: "unread", path: "?".to_owned(), shown: String::new(), given: String::new() }
}
