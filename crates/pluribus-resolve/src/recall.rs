//! The verdict of the last run, and whether it still holds.
//!
//! A verdict is kept with all that it was drawn from: the content of every file, the questions that
//! were asked, and what files were asked by others. It holds when every file that changed either
//! could not matter then and cannot now, or has the same portrait as before. See decision 0006.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use pluribus_facts::{ContentHash, Facts, content_hash, extract, outline};
use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::clues::Clues;
use crate::codebase::{Codebase, Contents};
use crate::kept::Learned;
use crate::layout::FileId;
use crate::lens::{self, Lens, Spot};
use crate::margins::Margins;
use crate::portrait::{Portrait, Wishes};
use crate::questions::Question;
use crate::rows::Handle;
use crate::verdict::{Details, Role, Verdict};

/// With more changed files than this, everything is judged anew.
const MAX_CHANGED: usize = 64;

/// Line and column of a thing then and now.
pub type Moved = ((u32, u32), (u32, u32));

/// A verdict that holds, and where things stand now that have moved, by path.
pub struct Recalled {
    pub body: Vec<u8>,
    pub moved: Vec<(String, Vec<Moved>)>,
}

struct Changed {
    id: FileId,
    before: ContentHash,
    after: ContentHash,
    bytes: Vec<u8>,
}

struct Edit {
    id: FileId,
    before: Facts,
    after: Facts,
}

impl Codebase {
    /// The kept verdict on a question, if it still holds. Nothing may have been read before, and
    /// nothing has been after.
    pub fn recall(&mut self, question: &[u8]) -> Option<Recalled> {
        if !self.options.overlay.is_empty() {
            return None;
        }
        let mut verdict: Verdict = postcard::from_bytes(&self.kept.read_verdict(question)?).ok()?;
        if verdict.selection != self.selection || verdict.hashes.len() != self.files.len() {
            return None;
        }
        let changed = self.changed(&verdict)?;
        if !verdict.reads_whole && !changed.iter().all(|changed| self.seeks_the_same(changed)) {
            return None;
        }
        let clues = Clues::from(std::mem::take(&mut verdict.clues));
        let changed_nothing = changed.is_empty();
        let (read, aside): (Vec<_>, Vec<_>) =
            changed.into_iter().partition(|changed| verdict.roles[changed.id as usize] != Role::SetAside);
        let roots = self.roots.clone();
        if !changed_nothing && self.roots.all != verdict.roots {
            self.add_roots(verdict.roots.iter().cloned().collect());
        }
        let stays = self.stay_aside(&aside, &clues, verdict.margins.as_mut());
        let moved = match (stays, read.as_slice()) {
            (false, _) => None,
            (true, []) => Some(Vec::new()),
            (true, read) => self.moved(&mut verdict, &clues, read),
        };
        self.forget(roots);
        Some(Recalled { body: verdict.body, moved: moved? })
    }

    /// Files whose content is another than that of the verdict; none when there are too many, or one
    /// cannot be read.
    fn changed(&mut self, verdict: &Verdict) -> Option<Vec<Changed>> {
        let looked_at: Option<Vec<_>> = verdict
            .hashes
            .par_iter()
            .enumerate()
            .map(|(id, &before)| {
                let content = self.content(id as FileId).ok()?;
                let after = content.hash?;
                let stamp = content.new_stamp.map(|stamp| (stamp, after));
                let bytes = content.bytes;
                let path = || self.full_path(id as FileId);
                let changed = (after != before)
                    .then(|| {
                        let bytes = bytes.map_or_else(|| std::fs::read(path()).ok(), Some)?;
                        (content_hash(&bytes) == after).then_some(Changed { id: id as FileId, before, after, bytes })
                    })
                    .map_or(Some(None), |changed| changed.map(Some))?;
                Some((id as FileId, stamp, changed))
            })
            .collect();
        let mut all = Vec::new();
        for (id, stamp, changed) in looked_at? {
            if stamp.is_some() {
                let path = &self.files[id as usize].path;
                self.kept.learn(path, Learned { stamp, ..Learned::default() });
            }
            all.extend(changed);
        }
        (all.len() <= MAX_CHANGED).then_some(all)
    }

    /// Whether a file is as good as before for finding roots that nothing else gives away.
    fn seeks_the_same(&self, changed: &Changed) -> bool {
        let before = self.kept.outline(changed.before);
        before.is_some_and(|before| self.spell_the_same(&before, &outline(&changed.bytes)))
    }

    /// Whether files that could not matter still cannot.
    fn stay_aside(&mut self, aside: &[Changed], clues: &Clues, mut margins: Option<&mut Margins>) -> bool {
        aside.iter().all(|Changed { id, after, bytes, .. }| {
            let outline = outline(bytes);
            let stays = !self.can_matter(*id, &outline, clues);
            if let Some(margins) = margins.as_deref_mut().filter(|_| !self.file(*id).is_test) {
                margins.set_aside(clues.words(), &outline);
            }
            if let Ok(packed) = postcard::to_stdvec(&outline) {
                let learned = Learned { outline: Some((*after, packed)), ..Learned::default() };
                self.kept.learn(&self.files[*id as usize].path, learned);
            }
            stays
        })
    }

    /// Where things stand now that have moved; none when more has changed than that.
    fn moved(&mut self, verdict: &mut Verdict, clues: &Clues, read: &[Changed]) -> Option<Vec<(String, Vec<Moved>)>> {
        let details: Details = postcard::from_bytes(&verdict.details).ok()?;
        self.proven = verdict.proven.iter().copied().collect();
        let edits = self.edits(verdict, clues, read)?;
        for (id, role) in verdict.roles.iter().enumerate() {
            if matches!(role, Role::Matters | Role::Demanded) {
                self.files[id].kept_as = Some(verdict.hashes[id]);
            }
        }
        let moved = self.compare(edits, &details, clues, verdict.margins.as_ref());
        // An answer from a store that fails half-way is none.
        moved.filter(|_| !self.lost.swap(false, Ordering::Relaxed))
    }

    /// The facts of files that were read and have changed, then and now.
    fn edits(&mut self, verdict: &mut Verdict, clues: &Clues, read: &[Changed]) -> Option<Vec<Edit>> {
        let mut edits = Vec::new();
        for Changed { id, before, after, bytes } in read {
            if !verdict.reads_whole {
                let outline = outline(bytes);
                let matters = self.can_matter(*id, &outline, clues);
                if let Some(margins) = verdict.margins.as_mut().filter(|_| self.needs_words(*id, &outline, clues)) {
                    margins.choose(clues.words(), &outline);
                }
                if verdict.roles[*id as usize] != (if matters { Role::Matters } else { Role::Demanded }) {
                    return None;
                }
            } else if verdict.roles[*id as usize] == Role::NotParsed {
                return None;
            }
            let before = self.kept.facts(*before)?;
            let known = self.kept.facts(*after);
            let is_new = known.is_none();
            let facts = known.map_or_else(|| extract(bytes), Ok).ok()?;
            if is_new {
                let packed = postcard::to_stdvec(&facts).ok()?;
                let learned = Learned { facts: Some((*after, packed)), ..Learned::default() };
                self.kept.learn(&self.files[*id as usize].path, learned);
            }
            edits.push(Edit { id: *id, before, after: facts });
        }
        Some(edits)
    }

    fn compare(
        &mut self,
        edits: Vec<Edit>,
        details: &Details,
        clues: &Clues,
        margins: Option<&Margins>,
    ) -> Option<Vec<(String, Vec<Moved>)>> {
        let none = FxHashSet::default();
        let paths: FxHashSet<String> = edits.iter().map(|edit| self.file(edit.id).path.to_string()).collect();
        let mut after = Vec::new();
        for Edit { id, before, after: facts } in edits {
            self.files[id as usize].contents = Arc::new(Contents::new(before)).into();
            after.push((id, facts));
        }
        let ids: Vec<FileId> = after.iter().map(|(id, _)| *id).collect();
        let asked: FxHashMap<FileId, &FxHashSet<u32>> = details.asked.iter().map(|(id, names)| (*id, names)).collect();
        let wishes = |id: FileId, questions: &[Question]| Wishes {
            focuses: &details.focuses,
            clues,
            questions: questions.to_vec(),
            functions: &details.functions,
            margins,
            asked: asked.get(&id).copied().unwrap_or(&none),
        };
        let numbers_before: Vec<_> = ids.iter().map(|&id| self.numbers(id)).collect();
        let lens = Lens { paths: paths.clone(), ..Lens::default() };
        let (portraits_before, spots_before) = self.portraits(&ids, lens, |id| wishes(id, &details.questions))?;
        for (id, facts) in after {
            self.files[id as usize].contents = Arc::new(Contents::new(facts)).into();
        }
        let numbers_after: Vec<_> = ids.iter().map(|&id| self.numbers(id)).collect();
        let (forth, back) = renumbering(&ids, &numbers_before, &numbers_after);
        let renumbered = |Handle(file, binding): Handle| {
            if ids.contains(&file) {
                forth.get(&(file, binding)).map(|&now| Handle(file, now))
            } else {
                Some(Handle(file, binding))
            }
        };
        let questions: Vec<Question> =
            details.questions.iter().map(|question| question.renumbered(renumbered)).collect::<Option<_>>()?;
        let lens = Lens { paths, numbers: back, ..Lens::default() };
        let (portraits_after, spots_after) = self.portraits(&ids, lens, |id| wishes(id, &questions))?;
        (portraits_before == portraits_after).then(|| pairs(spots_before, spots_after))?
    }

    fn portraits<'a>(
        &mut self,
        ids: &[FileId],
        mut lens: Lens,
        wishes: impl Fn(FileId) -> Wishes<'a>,
    ) -> Option<(Vec<Portrait>, Vec<Spot>)> {
        let mut portraits = Vec::new();
        for &id in ids {
            self.only = Some(id);
            self.imports = std::sync::OnceLock::new();
            let wishes = wishes(id);
            let portrait;
            (portrait, lens) = lens::through(lens, || self.portrait(id, &wishes));
            portraits.push(portrait?);
        }
        Some((portraits, lens.spots))
    }

    /// Undoes what a look at a verdict has changed.
    fn forget(&mut self, roots: crate::roots::Roots) {
        for file in &mut self.files {
            file.contents = std::sync::OnceLock::new();
            file.bound_by_imports = std::sync::OnceLock::new();
            file.kept_as = None;
        }
        if self.roots.all != roots.all {
            self.roots = roots;
            self.name_modules();
        }
        self.proven.clear();
        self.only = None;
        self.imports = std::sync::OnceLock::new();
    }
}

type Renumbering = FxHashMap<(FileId, u32), u32>;

/// The number of each binding now by that then, and the other way round; none for what is only there
/// once.
fn renumbering(
    ids: &[FileId],
    before: &[FxHashMap<(String, u32), u32>],
    after: &[FxHashMap<(String, u32), u32>],
) -> (Renumbering, Renumbering) {
    let (mut forth, mut back) = (FxHashMap::default(), FxHashMap::default());
    for ((&id, before), after) in ids.iter().zip(before).zip(after) {
        for (name, &then) in before {
            if let Some(&now) = after.get(name) {
                forth.insert((id, then), now);
                back.insert((id, now), then);
            }
        }
    }
    (forth, back)
}

/// Where each thing went; none when two of a file have changed places.
fn pairs(before: Vec<Spot>, after: Vec<Spot>) -> Option<Vec<(String, Vec<Moved>)>> {
    if before.len() != after.len() {
        return None;
    }
    let position = |spot: [u32; 4]| (spot[0], spot[1]);
    let mut by_path: FxHashMap<String, Vec<Moved>> = FxHashMap::default();
    for ((path, then), (other, now)) in before.into_iter().zip(after) {
        if path != other {
            return None;
        }
        by_path.entry(path).or_default().push((position(then), position(now)));
    }
    let mut moved = Vec::new();
    for (path, mut spots) in by_path {
        spots.sort_unstable();
        spots.dedup();
        let in_order = spots.windows(2).all(|pair| pair[0].0 != pair[1].0 && pair[0].1 <= pair[1].1);
        if !in_order {
            return None;
        }
        moved.push((path, spots));
    }
    moved.sort();
    Some(moved)
}
