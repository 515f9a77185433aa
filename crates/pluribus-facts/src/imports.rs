//! Import statements, alias by alias.

use ruff_python_ast::{Alias, StmtImport, StmtImportFrom};
use ruff_text_size::{Ranged, TextRange, TextSize};

use crate::extract::Reader;
use crate::model::{BindingKind, Import, Span};

impl<'a> Reader<'a> {
    pub(crate) fn read_import(&mut self, statement: &'a StmtImport) {
        let whole = self.span(statement);
        for alias in &statement.names {
            let module = self.intern(alias.name.as_str());
            let asname = alias.asname.as_ref().map_or(0, |name| self.intern(name.as_str()));
            let import = Import {
                scope: self.scope,
                branch: self.branch,
                level: 0,
                module,
                name: 0,
                asname,
                span: self.span(alias),
                module_span: self.span(&alias.name),
                statement: whole,
            };
            // `import a.b` binds `a`; `import a.b as c` binds `c`.
            let first = alias.name.as_str().split('.').next().unwrap_or("");
            self.push_import(import, alias.asname.as_ref().map_or(first, |name| name.as_str()));
        }
    }

    pub(crate) fn read_import_from(&mut self, statement: &'a StmtImportFrom) {
        let whole = self.span(statement);
        let module = statement.module.as_ref().map_or(0, |name| self.intern(name.as_str()));
        let module_span = self.module_span(statement);
        for alias in &statement.names {
            let name = self.intern(alias.name.as_str());
            let asname = alias.asname.as_ref().map_or(0, |name| self.intern(name.as_str()));
            let import = Import {
                scope: self.scope,
                branch: self.branch,
                level: statement.level,
                module,
                name,
                asname,
                span: self.span(alias),
                module_span,
                statement: whole,
            };
            self.push_import(import, bound_name(alias));
        }
    }

    fn push_import(&mut self, import: Import, bound: &str) {
        let index = self.facts.imports.len() as u32;
        self.facts.imports.push(import);
        self.bind(bound, import.span, BindingKind::Import(index), 0);
    }

    /// The dots and the name after `from`.
    fn module_span(&self, statement: &StmtImportFrom) -> Span {
        let start = statement.start() + TextSize::from(4);
        let end = statement.module.as_ref().map_or(start, Ranged::end);
        let text = self.source.get(start.to_usize()..).unwrap_or("");
        let skipped = text.find(|c: char| !c.is_whitespace() && c != '\\').unwrap_or(0);
        let start = start + TextSize::from(skipped as u32);
        let dots = start + TextSize::from(statement.level);
        self.positions.span(TextRange::new(start, end.max(dots)))
    }
}

fn bound_name(alias: &Alias) -> &str {
    alias.asname.as_ref().map_or(alias.name.as_str(), |name| name.as_str())
}
