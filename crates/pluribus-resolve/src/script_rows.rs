//! What queries answer with about files that are to be edited; see `rows`.

use serde::Serialize;

use crate::rows::{ImportRow, Place};

/// What an editor must know of a file: which names stand where, and what each alias binds.
#[derive(Clone, Debug, Serialize)]
pub struct ScriptRow {
    pub path: String,
    pub module: String,
    pub is_test: bool,
    pub is_package: bool,
    /// Whether it was read without a syntax error.
    pub is_whole: bool,
    pub aliases: Vec<AliasRow>,
    /// Each binding of a name: scope, name, first byte.
    pub bindings: Vec<(u32, String, u32)>,
    /// The scope around each scope; that of the module is 0.
    pub parents: Vec<u32>,
    pub uses: Vec<UseRow>,
    /// Names in `__all__`, with their quotes.
    pub listed: Vec<(String, Place)>,
    /// Whether it calls `globals`, `locals`, `vars`, `eval` or `exec`.
    pub is_dynamic: bool,
}

/// One alias of an import statement, in full.
#[derive(Clone, Debug, Serialize)]
pub struct AliasRow {
    pub import: ImportRow,
    /// The module as written, without its dots.
    pub module: String,
    /// The name behind `as`; empty when there is none.
    pub asname: String,
    pub scope: u32,
    pub branch: u32,
}

/// A use of a name that the file imports, or binds at module level.
#[derive(Clone, Debug, Serialize)]
pub struct UseRow {
    pub place: Place,
    pub chain: String,
    /// See `ReferenceRow`.
    pub kind: &'static str,
    pub scope: u32,
    /// The scope that binds the first name.
    pub home: u32,
}
