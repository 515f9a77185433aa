//! Every string of a file that its facts name, each once.

use serde::{Deserialize, Serialize};

use crate::model::Sym;

/// Strings that are kept end to end: a file has many, and most are short.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Names {
    text: String,
    /// Where each string ends.
    ends: Vec<u32>,
}

impl Names {
    /// The string; empty when there is none of that number.
    pub fn get(&self, sym: Sym) -> &str {
        let at = sym as usize;
        let start = at.checked_sub(1).and_then(|before| self.ends.get(before)).map_or(0, |&end| end as usize);
        self.ends.get(at).and_then(|&end| self.text.get(start..end as usize)).unwrap_or("")
    }

    /// Whether a text is in one of them, or in several side by side.
    pub fn may_hold(&self, text: &str) -> bool {
        memchr::memmem::find(self.text.as_bytes(), text.as_bytes()).is_some()
    }

    pub fn len(&self) -> usize {
        self.ends.len()
    }

    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    pub fn iter(&self) -> impl Iterator<Item = &str> {
        (0..self.len() as Sym).map(|sym| self.get(sym))
    }

    pub(crate) fn add(&mut self, text: &str) -> Sym {
        self.text.push_str(text);
        self.ends.push(self.text.len() as u32);
        self.ends.len() as Sym - 1
    }

    pub(crate) fn shrink(&mut self) {
        self.text.shrink_to_fit();
        self.ends.shrink_to_fit();
    }
}
