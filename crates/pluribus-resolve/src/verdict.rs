//! What is kept of a run: the verdict, and all that it was drawn from.

use pluribus_facts::{ContentHash, content_hash};
use rayon::prelude::*;
use rustc_hash::FxHashSet;
use serde::{Deserialize, Serialize};

use crate::clues::KeptClues;
use crate::codebase::{Codebase, Status};
use crate::focus::Focus;
use crate::kin::Silhouettes;
use crate::layout::{FileId, FolderId};
use crate::margins::Margins;
use crate::questions::Question;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Role {
    SetAside,
    /// Its words allow that it matters.
    Matters,
    /// Read because another file cannot be understood without it.
    Demanded,
    NotParsed,
}

#[derive(Serialize, Deserialize)]
pub(crate) struct Verdict {
    /// Of what was selected, and how.
    pub(crate) selection: ContentHash,
    pub(crate) hashes: Vec<ContentHash>,
    pub(crate) roles: Vec<Role>,
    pub(crate) reads_whole: bool,
    pub(crate) roots: Vec<(FolderId, String)>,
    pub(crate) proven: Vec<FolderId>,
    pub(crate) clues: KeptClues,
    /// Of the words among the clues; none where all was read anyway.
    pub(crate) margins: Option<Margins>,
    /// What is needed only when a file that was read has changed.
    #[serde(with = "serde_bytes")]
    pub(crate) details: Vec<u8>,
    #[serde(with = "serde_bytes")]
    pub(crate) body: Vec<u8>,
}

#[derive(Serialize, Deserialize)]
pub(crate) struct Details {
    pub(crate) focuses: Vec<Focus>,
    pub(crate) questions: Vec<Question>,
    pub(crate) asked: Vec<(FileId, FxHashSet<u32>)>,
    /// None where no copies were asked for.
    pub(crate) functions: Silhouettes,
}

impl Codebase {
    /// Keeps a verdict, drawn from all that was asked so far, for the same question about the same
    /// tree.
    pub fn keep(&mut self, question: &[u8], body: Vec<u8>) -> std::io::Result<()> {
        if !self.options.overlay.is_empty() {
            // It would push out the verdict on the tree as it is.
            return Ok(());
        }
        let Some(hashes) = self.files.iter().map(|file| file.hash).collect::<Option<Vec<_>>>() else {
            return Ok(());
        };
        let demanded = std::mem::take(&mut self.demanded);
        let roles = (0..self.files.len() as FileId).map(|id| match self.file(id).status {
            Status::SetAside => Role::SetAside,
            Status::NotParsed(_) => Role::NotParsed,
            Status::Parsed | Status::Recovered if demanded.contains(&id) => Role::Demanded,
            Status::Parsed | Status::Recovered => Role::Matters,
        });
        let roles = roles.collect();
        let questions = std::mem::take(self.trace.get_mut().unwrap_or_else(std::sync::PoisonError::into_inner));
        let asks_for_copies = questions.iter().any(|question| matches!(question, Question::Copies { .. }));
        let functions = if asks_for_copies { self.silhouettes() } else { Silhouettes::new() };
        let margins = (!self.reads_whole).then(|| self.margins());
        let asked = self.files.iter_mut().enumerate().map(|(id, file)| {
            (id as FileId, std::mem::take(file.asked.get_mut().unwrap_or_else(std::sync::PoisonError::into_inner)))
        });
        let details = Details {
            asked: asked.filter(|(_, names)| !names.is_empty()).collect(),
            focuses: self.focuses.clone(),
            questions,
            functions,
        };
        let verdict = Verdict {
            selection: self.selection,
            hashes,
            roles,
            reads_whole: self.reads_whole,
            roots: self.roots.all.clone(),
            proven: self.proven.iter().copied().collect(),
            clues: self.clues.kept(),
            margins,
            details: postcard::to_stdvec(&details).map_err(std::io::Error::other)?,
            body,
        };
        let packed = postcard::to_stdvec(&verdict).map_err(std::io::Error::other)?;
        self.kept.write_verdict(question, &packed)
    }

    /// What the words of copies did.
    fn margins(&self) -> Margins {
        let sets = self.clues.words();
        let start = || Margins::new(sets, |number| self.chosen_by.contains(&number));
        let aside = self.files.par_iter().filter(|file| !file.is_test && file.status == Status::SetAside);
        let all = aside.filter_map(|file| file.outline.as_ref()).fold(start, |mut margins, outline| {
            margins.set_aside(sets, outline);
            margins
        });
        all.reduce(start, Margins::joined)
    }

    /// What a verdict depends on beside the content of files; nothing may have been read yet.
    pub(crate) fn selection_digest(&self) -> ContentHash {
        let files: Vec<(&str, bool)> = self.files.iter().map(|file| (&*file.path, file.is_test)).collect();
        let selected = &self.selected;
        let left_out: Vec<(&str, &str)> = selected.left_out.iter().map(|(path, why)| (&**path, *why)).collect();
        let all = (
            files,
            left_out,
            &selected.compiled,
            &selected.unreadable,
            (&selected.excluded_by, &selected.tests_by),
            (&self.options.roots, &self.options.prefix),
            &self.roots.all,
        );
        postcard::to_stdvec(&all).map_or(0, |packed| content_hash(&packed))
    }
}
