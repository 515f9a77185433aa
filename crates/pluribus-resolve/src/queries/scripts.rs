//! Files that are to be edited, and what dotted paths reach.

use pluribus_facts::{Export, Facts};
use rayon::prelude::*;
use rustc_hash::FxHashSet;

use super::uses::{kind_of_use, root_of};
use crate::codebase::Codebase;
use crate::layout::FileId;
use crate::members::Way;
use crate::queries::imports::Reached;
use crate::rows::{Hop, TargetRow};
use crate::script_rows::{AliasRow, ScriptRow, UseRow};
use crate::target::{Missing, Target};

/// Through these a name can be used without being spelled in code.
const DYNAMIC: [&str; 5] = ["globals", "locals", "vars", "eval", "exec"];

impl Codebase {
    /// Those of these files that were read.
    pub fn scripts(&self, paths: &[String]) -> Vec<ScriptRow> {
        let wanted: FxHashSet<&str> = paths.iter().map(String::as_str).collect();
        let files = self.asked_files().into_par_iter().filter(|&id| wanted.contains(&*self.file(id).path));
        let mut rows: Vec<ScriptRow> = files.filter_map(|id| self.script(id)).collect();
        rows.sort_by(|a, b| a.path.cmp(&b.path));
        rows
    }

    fn script(&self, id: FileId) -> Option<ScriptRow> {
        let (facts, _) = self.contents(id)?;
        let file = self.file(id);
        let listed = facts.exports.iter().flat_map(|step| match step {
            Export::Set(all) | Export::Add(all) => all.as_slice(),
            _ => &[],
        });
        Some(ScriptRow {
            path: file.path.to_string(),
            module: file.module.to_string(),
            is_test: file.is_test,
            is_package: self.layout.is_init[id as usize],
            is_whole: facts.errors.is_empty(),
            aliases: (0..facts.imports.len()).filter_map(|index| self.alias_row(id, facts, index)).collect(),
            bindings: facts
                .bindings
                .iter()
                .map(|each| (each.scope, facts.name(each.name).to_owned(), each.span.start))
                .collect(),
            parents: facts.scopes.iter().map(|scope| scope.parent).collect(),
            uses: self.use_rows(id, facts),
            listed: listed.map(|(name, span)| (facts.name(*name).to_owned(), self.place(id, *span))).collect(),
            is_dynamic: facts.calls.iter().any(|call| DYNAMIC.contains(&facts.name(call.callee))),
        })
    }

    fn alias_row(&self, file: FileId, facts: &Facts, index: usize) -> Option<AliasRow> {
        let import = facts.imports.get(index)?;
        let found = self.resolve_import(file, import);
        Some(AliasRow {
            import: self.import_row(&Reached { file, index, found })?,
            module: facts.name(import.module).to_owned(),
            asname: facts.name(import.asname).to_owned(),
            scope: import.scope,
            branch: import.branch,
        })
    }

    fn use_rows(&self, id: FileId, facts: &Facts) -> Vec<UseRow> {
        let references = facts.references.iter().map(|each| {
            let chain = facts.name(each.chain);
            UseRow {
                place: self.place(id, each.span),
                chain: chain.to_owned(),
                kind: kind_of_use(each.kind),
                scope: each.scope,
                home: self.home_of(id, each.scope, root_of(chain)),
            }
        });
        references.collect()
    }

    /// What dotted paths reach from modules, and the way there; an empty path is the module itself.
    pub fn reach(&self, asked: &[(String, String)]) -> Vec<(TargetRow, Vec<Hop>)> {
        asked
            .par_iter()
            .map(|(module, path)| {
                let mut way = Way::default();
                let start = self.module(module).map_or(Target::Missing(Missing::Module), Target::Module);
                let parts = path.split('.').filter(|part| !part.is_empty());
                let target = parts.fold(start, |at, part| self.attribute(at, part, &mut way));
                (self.target_row(&target), self.hops(&way.steps))
            })
            .collect()
    }
}
