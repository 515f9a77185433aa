//! Which names files spell, in code and in strings.

use pluribus_facts::Facts;
use rayon::prelude::*;
use rustc_hash::FxHashSet;

use crate::codebase::Codebase;
use crate::layout::FileId;
use crate::rows::SpelledRow;

impl Codebase {
    /// Which of these names each file that is no test spells, docstrings and comments apart.
    pub fn spelled(&self, names: &[String]) -> Vec<SpelledRow> {
        let wanted: FxHashSet<&str> = names.iter().map(String::as_str).collect();
        let mut rows: Vec<SpelledRow> =
            self.asked_files().into_par_iter().filter_map(|id| self.spelled_in(id, &wanted)).collect();
        rows.sort_by(|a, b| a.path.cmp(&b.path));
        rows
    }

    fn spelled_in(&self, id: FileId, wanted: &FxHashSet<&str>) -> Option<SpelledRow> {
        let file = self.file(id);
        let facts = self.facts(id).filter(|_| !file.is_test)?;
        let mut names: Vec<String> = words(facts).filter(|word| wanted.contains(word)).map(str::to_owned).collect();
        names.sort_unstable();
        names.dedup();
        (!names.is_empty()).then(|| SpelledRow { path: file.path.to_string(), names })
    }
}

/// Every word of the names and the strings of a file.
fn words(facts: &Facts) -> impl Iterator<Item = &str> {
    facts.names.iter().flat_map(|name| name.split(|c: char| !(c.is_alphanumeric() || c == '_')))
}
