//! Why something that a contract names could not be looked for.

use crate::codebase::{Codebase, Status};
use crate::layout::{FileId, ModuleId};
use crate::members::Way;

impl Codebase {
    /// The file or folder that would have to be read, or read whole, to tell whether there is a
    /// `module:qualname`, and why it was not.
    pub fn obstacle(&self, module: &str, qualname: &str) -> Option<(String, String)> {
        let Some(found) = self.module(module) else { return self.left_out(module) };
        let mut way = Way::default();
        if let Some(first) = qualname.split('.').next().filter(|first| !first.is_empty()) {
            self.member(found, first, &mut way);
        }
        let own = match found {
            ModuleId::File(id) => Some(id),
            ModuleId::Namespace(_) => None,
        };
        own.into_iter().chain(way.unread.take()).find_map(|id| self.not_whole(id, qualname))
    }

    fn not_whole(&self, id: FileId, qualname: &str) -> Option<(String, String)> {
        let file = self.file(id);
        let reason = match &file.status {
            Status::NotParsed(reason) => format!("was not parsed: {reason}"),
            Status::Recovered if !qualname.is_empty() => format!("was read in part: {}", self.first_error(id)),
            _ => return None,
        };
        Some((file.path.to_string(), reason))
    }

    /// What was left out, or could not be walked, and is called like the module or a package of it.
    fn left_out(&self, module: &str) -> Option<(String, String)> {
        let left_out = self.selected.left_out.iter().map(|(path, why)| (path, format!("was left out: {why}")));
        let unreadable = self.selected.unreadable.iter().map(|(path, why)| (path, format!("was not read: {why}")));
        let mut all = left_out.chain(unreadable);
        let (path, reason) = all.find(|(path, _)| self.holds(&format!("{}{path}", self.options.prefix), module))?;
        Some((path.to_string(), reason))
    }

    fn holds(&self, path: &str, module: &str) -> bool {
        let path = path.strip_suffix(".pyi").or(path.strip_suffix(".py")).unwrap_or(path);
        let path = path.strip_suffix("/__init__").unwrap_or(path);
        self.roots.all.iter().any(|(root, _)| {
            let root = self.layout.path_of(*root);
            let below = if root == "." { Some(path) } else { path.strip_prefix(&format!("{root}/")) };
            let name = below.map(|below| below.replace('/', "."));
            name.and_then(|name| module.strip_prefix(&name).map(|rest| rest.is_empty() || rest.starts_with('.')))
                .unwrap_or(false)
        })
    }
}
