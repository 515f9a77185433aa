//! What queries about whole files answer with.

use serde::Serialize;

use crate::rows::{Place, TargetRow};

#[derive(Clone, Debug, Serialize)]
pub struct ModuleRow {
    pub module: String,
    pub path: String,
    pub is_test: bool,
    pub is_package: bool,
    /// Names that the module defines itself: (name, kind, place).
    pub own: Vec<(String, &'static str, Place)>,
    /// Names that the module imports at its top level: through which module, and what each reaches.
    pub imported: Vec<(String, String, TargetRow)>,
    /// Calls at module level, as written.
    pub calls: Vec<String>,
    /// Attributes of other things that it sets at module level, as written.
    pub stores: Vec<String>,
    /// The module that it puts in its own place.
    pub replaced_by: Option<(String, Place)>,
    /// Where the first statement that binds a name stands.
    pub first: Place,
    pub open_names: bool,
    pub has_getattr: bool,
}

#[derive(Clone, Debug, Serialize)]
pub struct SuppressionRow {
    pub place: Place,
    pub is_test: bool,
    pub first_line: u32,
    pub last_line: u32,
    pub rules: Vec<String>,
    pub reason: String,
}

#[derive(Clone, Debug, Serialize)]
pub struct FileRow {
    pub path: String,
    pub module: String,
    pub is_test: bool,
    /// `parsed`, `recovered`, `set-aside`, `not-parsed`.
    pub status: &'static str,
    pub reason: String,
}

#[derive(Clone, Debug, Serialize)]
pub struct LedgerRow {
    pub seen: u32,
    pub tests: u32,
    pub parsed: u32,
    pub set_aside: u32,
    /// Files that were recovered or not parsed.
    pub noted: Vec<FileRow>,
    pub roots: Vec<(String, u32, String)>,
    pub left_out: Vec<(String, String)>,
    pub unreadable: Vec<(String, String)>,
    pub excluded_by: Vec<u32>,
    pub tests_by: Vec<u32>,
    pub unresolved: Vec<(String, u32)>,
}
